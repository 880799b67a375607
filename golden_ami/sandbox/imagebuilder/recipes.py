"""Image recipes: which base image, and which components with which parameters.

Source: CreateImageRecipe (Image Builder API Reference); "Image Builder endpoints and quotas" (20 components a recipe).
"""

from typing import Final

from golden_ami.sandbox.imagebuilder.arns import ResourceArn, check_version
from golden_ami.sandbox.imagebuilder.errors import (
    InvalidParameterCombinationException,
    InvalidParameterValueException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
)
from golden_ami.sandbox.imagebuilder.kinds import IMAGE_RECIPE
from golden_ami.sandbox.imagebuilder.managed import COMPONENTS, IMAGES, LINUX
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Parameters
from golden_ami.sandbox.neighbours import ami_exists, parameter_exists

MAX_COMPONENTS: Final = 20
_PARENT: Final = "parentImage"


def prepare_recipe(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateImageRecipe's parameters."""
    version = parameters.pop("semanticVersion")
    if "x" in version:
        raise NotImplementedError("Automatic recipe versions are not modelled; give the whole version.")
    arn = backend.arn(IMAGE_RECIPE, parameters["name"], version=check_version(version))
    backend.refuse_taken(IMAGE_RECIPE, arn)
    base = _platform_of_parent(backend, parameters[_PARENT])
    configured = parameters.get("components", [])
    if len(configured) > MAX_COMPONENTS:
        raise ServiceQuotaExceededException(f"A recipe can have at most {MAX_COMPONENTS} components.")
    platforms: list[str] = []
    references: list[ResourceArn] = []
    for index, component in enumerate(configured):
        where = f"components[{index}]"
        reference = ResourceArn.parse(component["componentArn"])
        if any(reference.slug == other.slug and reference.account == other.account for other in references):
            raise InvalidParameterValueException(f"{where}.componentArn", "Each component can be specified only once.")
        platforms.append(_platform_of_component(backend, component, reference, where))
        references.append(reference)
    platform = _common_platform(base, platforms)
    tags = parameters.pop("tags", {})
    attributes = parameters | {"version": version, "type": "AMI", "platform": platform, "owner": backend.account_id}
    own = tuple(reference for reference in references if reference.account == backend.account_id)
    return Resource(kind=IMAGE_RECIPE, arn=arn, attributes=attributes, tags=tags, references=own)


def _platform_of_component(
    backend: ImageBuilderBackend, component: Parameters, reference: ResourceArn, where: str
) -> str:
    """Return a component's platform; it must exist and take the parameters it is given."""
    text = component["componentArn"]
    if reference.account == "aws":
        if reference.region != backend.region_name or reference.slug not in COMPONENTS:
            raise ResourceNotFoundException(text)
        return COMPONENTS[reference.slug]
    if reference.account != backend.account_id:
        raise NotImplementedError(f"Components that others share, such as {text}, are not modelled.")
    attributes = backend.get(text, f"{where}.componentArn").attributes
    given = {parameter["name"] for parameter in component.get("parameters", [])}
    defined = {parameter["name"]: parameter for parameter in attributes["parameters"]}
    unknown = sorted(given - set(defined))
    missing = sorted(name for name in set(defined) - given if "defaultValue" not in defined[name])
    if unknown:
        raise _parameters_error(where, f"not defined in the provided component: {', '.join(unknown)}")
    if missing:
        raise _parameters_error(where, f"required by the provided component: {', '.join(missing)}")
    return str(attributes["platform"])


def _parameters_error(where: str, which: str) -> InvalidParameterCombinationException:
    return InvalidParameterCombinationException(
        f"The value supplied for parameter '{where}.parameters' is not valid. The following parameters are {which}"
    )


def _platform_of_parent(backend: ImageBuilderBackend, parent: str) -> str | None:
    """Return the base image's platform where it is known; the image must exist."""
    account, region = backend.account_id, backend.region_name
    if parent.startswith("arn:"):
        arn = ResourceArn.parse(parent)
        if arn.account == "aws" and arn.region == region and arn.slug in IMAGES:
            return IMAGES[arn.slug]
        raise ResourceNotFoundException(parent)
    if parent.startswith("ssm:"):
        if not parameter_exists(account, region, parent.removeprefix("ssm:")):
            raise InvalidParameterValueException(_PARENT, f"There is no Systems Manager parameter for '{parent}'.")
        return None
    if not parent.startswith("ami-"):
        raise NotImplementedError("Base images of AWS Marketplace are not modelled.")
    if not ami_exists(account, region, parent):
        raise InvalidParameterValueException(_PARENT, f"The AMI '{parent}' does not exist in Region {region}.")
    return None


def _common_platform(base: str | None, platforms: list[str]) -> str:
    platform = base or next(iter(platforms), LINUX)
    for index, other in enumerate(platforms):
        if other != platform:
            why = f"Its platform is {other}, the recipe's is {platform}."
            raise InvalidParameterValueException(f"components[{index}].componentArn", why)
    return platform
