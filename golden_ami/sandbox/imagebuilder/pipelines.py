"""Image pipelines: what ties a recipe, an infrastructure and a distribution together.

Source: CreateImagePipeline, UpdateImagePipeline, Schedule, ImageTestsConfiguration (Image Builder API Reference); "Cron
expressions in EC2 Image Builder" (User Guide): six fields. A pipeline that scans is refused while Inspector is off.
"""

import re
from typing import Final

from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.errors import (
    InvalidParameterCombinationException,
    InvalidParameterValueException,
    ResourceDependencyException,
    ResourceNotFoundException,
)
from golden_ami.sandbox.imagebuilder.kinds import PIPELINE
from golden_ami.sandbox.imagebuilder.managed import WORKFLOWS
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Parameters, exactly_one
from golden_ami.sandbox.neighbours import inspector_scans_ec2

_CRON: Final = re.compile(r"cron\(\s*\S+(\s+\S+){5}\s*\)")
_RATE: Final = re.compile(r"rate\(\s*(1 (minute|hour|day)|\d+ (minutes|hours|days))\s*\)")
_TESTS: Final = {"imageTestsEnabled": True, "timeoutMinutes": 720}
_SCHEDULE: Final = {
    "timezone": "UTC",
    "pipelineExecutionStartCondition": "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE",
}


def prepare_pipeline(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateImagePipeline's parameters."""
    arn = backend.arn(PIPELINE, parameters["name"])
    backend.refuse_taken(PIPELINE, arn)
    tags = parameters.pop("tags", {})
    attributes, references = _checked(backend, parameters)
    return Resource(kind=PIPELINE, arn=arn, attributes=attributes, tags=tags, references=references)


def change_pipeline(backend: ImageBuilderBackend, resource: Resource, parameters: Parameters) -> None:
    """Check UpdateImagePipeline's parameters and replace the pipeline."""
    attributes, references = _checked(backend, parameters)
    resource.attributes = {"name": resource.attributes["name"]} | attributes
    resource.references = references


def _checked(backend: ImageBuilderBackend, parameters: Parameters) -> tuple[Parameters, tuple[ResourceArn, ...]]:
    if exactly_one(parameters, "imageRecipeArn", "containerRecipeArn") == "containerRecipeArn":
        raise ResourceNotFoundException(parameters["containerRecipeArn"])
    recipe = backend.get(parameters["imageRecipeArn"], "imageRecipeArn")
    names = ["imageRecipeArn", "infrastructureConfigurationArn", "distributionConfigurationArn"]
    needed = [parameters[name] for name in names if name in parameters]
    for arn in needed:
        backend.get(arn)
    needed += _workflows(backend, parameters)
    if parameters.get("imageScanningConfiguration", {}).get("imageScanningEnabled") and not inspector_scans_ec2(
        backend.account_id, backend.region_name
    ):
        raise ResourceDependencyException(
            f"Amazon Inspector is not enabled for 'ec2' resources in account '{backend.account_id}'."
        )
    attributes = {"status": "ENABLED", "enhancedImageMetadataEnabled": True} | parameters
    attributes["platform"] = recipe.attributes["platform"]
    attributes["imageTestsConfiguration"] = _TESTS | parameters.get("imageTestsConfiguration", {})
    if "schedule" in parameters:
        attributes["schedule"] = _SCHEDULE | _schedule(parameters["schedule"])
    return attributes, tuple(ResourceArn.parse(arn) for arn in needed)


def _workflows(backend: ImageBuilderBackend, parameters: Parameters) -> list[str]:
    """Return the account's own workflows among the pipeline's; all must exist."""
    own = []
    for workflow in parameters.get("workflows", []):
        if "executionRole" not in parameters:
            raise InvalidParameterCombinationException("'workflows' needs an 'executionRole'.")
        arn = ResourceArn.parse(workflow["workflowArn"])
        if arn.account != "aws":
            backend.get(workflow["workflowArn"], "workflows")
            own.append(workflow["workflowArn"])
        elif f"{arn.segment.removeprefix('workflow/')}/{arn.slug}" not in WORKFLOWS:
            raise ResourceNotFoundException(workflow["workflowArn"])
    return own


def _schedule(schedule: Parameters) -> Parameters:
    expression = schedule.get("scheduleExpression", "")
    if not (_CRON.fullmatch(expression) or _RATE.fullmatch(expression)):
        why = "It must be a cron expression of six fields or a rate expression."
        raise InvalidParameterValueException("schedule.scheduleExpression", why)
    return schedule
