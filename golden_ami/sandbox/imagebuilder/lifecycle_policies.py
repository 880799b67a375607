"""Lifecycle policies: which old images are deprecated, disabled or deleted.

Source: CreateLifecyclePolicy, UpdateLifecyclePolicy (Image Builder API Reference): one selection, one rule an action,
containers can only be deleted, the resource type stays.
"""

from golden_ami.sandbox.imagebuilder.errors import InvalidParameterCombinationException, InvalidParameterValueException
from golden_ami.sandbox.imagebuilder.kinds import LIFECYCLE_POLICY
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Parameters, exactly_one
from golden_ami.sandbox.neighbours import role_exists


def prepare_lifecycle_policy(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateLifecyclePolicy's parameters."""
    arn = backend.arn(LIFECYCLE_POLICY, parameters["name"])
    backend.refuse_taken(LIFECYCLE_POLICY, arn)
    tags = parameters.pop("tags", {})
    return Resource(kind=LIFECYCLE_POLICY, arn=arn, attributes=_checked(backend, parameters), tags=tags)


def change_lifecycle_policy(backend: ImageBuilderBackend, resource: Resource, parameters: Parameters) -> None:
    """Check UpdateLifecyclePolicy's parameters and replace the policy."""
    if parameters["resourceType"] != resource.attributes["resourceType"]:
        raise InvalidParameterValueException("resourceType", "The resource type of a policy cannot be changed.")
    resource.attributes = {"name": resource.attributes["name"]} | _checked(backend, parameters)


def _checked(backend: ImageBuilderBackend, parameters: Parameters) -> Parameters:
    exactly_one(parameters["resourceSelection"], "recipes", "tagMap")
    actions = [rule["action"]["type"] for rule in parameters["policyDetails"]]
    if len(set(actions)) != len(actions):
        raise InvalidParameterValueException("policyDetails", "A policy can have one rule for each action.")
    if parameters["resourceType"] == "CONTAINER_IMAGE" and set(actions) != {"DELETE"}:
        raise InvalidParameterCombinationException("Policies for container images support only the action DELETE.")
    role = parameters["executionRole"].rsplit("/", 1)[-1]
    if not role_exists(backend.account_id, backend.region_name, role):
        raise InvalidParameterValueException(
            "executionRole", f"The role '{parameters['executionRole']}' does not exist."
        )
    return {"status": "ENABLED"} | parameters
