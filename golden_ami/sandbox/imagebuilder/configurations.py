"""Infrastructure and distribution configurations: where images are built, and where they go.

Source: Create- and UpdateInfrastructureConfiguration, Create- and UpdateDistributionConfiguration (Image Builder API
Reference). An update replaces the whole configuration.
"""

from typing import Any, Final

from golden_ami.sandbox.imagebuilder.errors import InvalidParameterCombinationException, InvalidParameterValueException
from golden_ami.sandbox.imagebuilder.kinds import DISTRIBUTION, INFRASTRUCTURE, Kind
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Parameters
from golden_ami.sandbox.neighbours import instance_profile_exists, regions, topic_exists

RESERVED_TAGS: Final = frozenset({"CreatedBy", "Ec2ImageBuilderArn", "Name", "Tags"})
BUILD_DATE: Final = "imagebuilder:buildDate"
_NEVER_USED_TIMEOUT: Final = 720
"""Minutes; the model requires ``timeoutMinutes``, and says that Image Builder does not use it."""


def prepare_infrastructure(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateInfrastructureConfiguration's parameters."""
    return _prepare(backend, INFRASTRUCTURE, parameters, _infrastructure)


def change_infrastructure(backend: ImageBuilderBackend, resource: Resource, parameters: Parameters) -> None:
    """Check UpdateInfrastructureConfiguration's parameters and replace the configuration."""
    resource.attributes = {"name": resource.attributes["name"]} | _infrastructure(backend, parameters)


def prepare_distribution(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateDistributionConfiguration's parameters."""
    return _prepare(backend, DISTRIBUTION, parameters, _distribution)


def change_distribution(backend: ImageBuilderBackend, resource: Resource, parameters: Parameters) -> None:
    """Check UpdateDistributionConfiguration's parameters and replace the configuration."""
    resource.attributes = {"name": resource.attributes["name"]} | _distribution(backend, parameters)


def _prepare(backend: ImageBuilderBackend, kind: Kind, parameters: Parameters, check: Any) -> Resource:
    arn = backend.arn(kind, parameters["name"])
    backend.refuse_taken(kind, arn)
    tags = parameters.pop("tags", {})
    return Resource(kind=kind, arn=arn, attributes=check(backend, parameters), tags=tags)


def _infrastructure(backend: ImageBuilderBackend, parameters: Parameters) -> Parameters:
    account, region = backend.account_id, backend.region_name
    if not instance_profile_exists(account, region, parameters["instanceProfileName"]):
        why = "The provided instance profile does not exist. Please specify a different instance profile and try again."
        raise InvalidParameterValueException("instanceProfileName", why)
    if "subnetId" in parameters and not parameters.get("securityGroupIds"):
        raise InvalidParameterCombinationException(
            "'subnetId' needs one or more security groups in 'securityGroupIds'."
        )
    topic = parameters.get("snsTopicArn")
    if topic is not None and (topic.endswith(".fifo") or not topic_exists(account, region, topic)):
        raise InvalidParameterValueException("snsTopicArn", f"There is no standard topic '{topic}'.")
    for key in parameters.get("resourceTags", {}):
        if key in RESERVED_TAGS or key.startswith("aws:"):
            raise InvalidParameterValueException("resourceTags", f"The key '{key}' is reserved.")
    return {"terminateInstanceOnFailure": True} | parameters


def _distribution(_: ImageBuilderBackend, parameters: Parameters) -> Parameters:
    seen: set[str] = set()
    for index, distribution in enumerate(parameters["distributions"]):
        where = f"distributions[{index}]"
        region = distribution["region"]
        if region in seen:
            raise InvalidParameterValueException(f"{where}.region", f"Region '{region}' appears more than once.")
        if region not in regions():
            raise InvalidParameterValueException(f"{where}.region", f"'{region}' is not a Region.")
        seen.add(region)
        _check_ami(distribution.get("amiDistributionConfiguration", {}), f"{where}.amiDistributionConfiguration")
    return {"timeoutMinutes": _NEVER_USED_TIMEOUT} | parameters


def _check_ami(ami: Parameters, where: str) -> None:
    name = ami.get("name")
    if name is not None and BUILD_DATE not in name:
        why = f"It must include the dynamic tag {{{{ {BUILD_DATE} }}}}."
        raise InvalidParameterValueException(f"{where}.name", why)
    groups = ami.get("launchPermission", {}).get("userGroups", [])
    if set(groups) - {"all"}:
        raise InvalidParameterValueException(f"{where}.launchPermission.userGroups", "The only supported value is all.")
