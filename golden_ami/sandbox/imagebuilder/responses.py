"""Image Builder's operations, each with what answers it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from moto.core.exceptions import ServiceException

from golden_ami.sandbox.imagebuilder import builds, findings, image_lists, images, requests, workflow_executions
from golden_ami.sandbox.imagebuilder.components import prepare_component, prepare_workflow
from golden_ami.sandbox.imagebuilder.configurations import (
    change_distribution,
    change_infrastructure,
    prepare_distribution,
    prepare_infrastructure,
)
from golden_ami.sandbox.imagebuilder.errors import (
    InvalidParameterException,
    InvalidParameterValueException,
    InvalidRequestException,
)
from golden_ami.sandbox.imagebuilder.kinds import (
    COMPONENT,
    DISTRIBUTION,
    IMAGE_RECIPE,
    INFRASTRUCTURE,
    KINDS,
    LIFECYCLE_POLICY,
    PIPELINE,
    WORKFLOW,
)
from golden_ami.sandbox.imagebuilder.lifecycle_policies import change_lifecycle_policy, prepare_lifecycle_policy
from golden_ami.sandbox.imagebuilder.listing import listing
from golden_ami.sandbox.imagebuilder.models import LOCK, ImageBuilderBackend, imagebuilder_backends
from golden_ami.sandbox.imagebuilder.pipelines import change_pipeline, prepare_pipeline
from golden_ami.sandbox.imagebuilder.recipes import prepare_recipe
from golden_ami.sandbox.model import Handler, ModelledResponse
from golden_ami.sandbox.validation import Problem

_TAGGING: Final = MappingProxyType(
    {
        "ListTagsForResource": requests.list_tags,
        "TagResource": requests.tag,
        "UntagResource": requests.untag,
    }
)
_IMAGES: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "StartImagePipelineExecution": builds.start_pipeline,
        "DistributeImage": builds.distribute_image,
        "GetImage": images.get_image,
        "CancelImageCreation": images.cancel_image,
        "DeleteImage": images.delete_image,
        "GetImagePolicy": images.get_policy,
        "PutImagePolicy": images.put_policy,
        "ListImages": image_lists.list_images,
        "ListImageBuildVersions": image_lists.list_build_versions,
        "ListImagePipelineImages": image_lists.list_of_pipeline,
        "ListImagePackages": image_lists.list_packages,
        "ListWorkflowExecutions": workflow_executions.list_workflow_executions,
        "ListImageScanFindings": findings.list_findings,
        "ListImageScanFindingAggregations": findings.list_aggregations,
    }
)
_PLURALS: Final = {LIFECYCLE_POLICY.title: "LifecyclePolicies"}


def _operations() -> Mapping[str, Handler]:
    found: dict[str, Handler] = dict(_TAGGING) | dict(_IMAGES)
    for kind in KINDS.values():
        list_operation = f"List{_PLURALS.get(kind.title, f'{kind.title}s')}"
        found[f"Get{kind.title}"] = requests.getting(kind)
        found[f"Delete{kind.title}"] = requests.deleting(kind)
        found[list_operation] = listing(kind, list_operation)
    for kind, prepare in (
        (COMPONENT, prepare_component),
        (IMAGE_RECIPE, prepare_recipe),
        (INFRASTRUCTURE, prepare_infrastructure),
        (DISTRIBUTION, prepare_distribution),
        (PIPELINE, prepare_pipeline),
        (WORKFLOW, prepare_workflow),
        (LIFECYCLE_POLICY, prepare_lifecycle_policy),
    ):
        found[f"Create{kind.title}"] = requests.creating(kind, prepare)
    for kind, change in (
        (INFRASTRUCTURE, change_infrastructure),
        (DISTRIBUTION, change_distribution),
        (PIPELINE, change_pipeline),
        (LIFECYCLE_POLICY, change_lifecycle_policy),
    ):
        found[f"Update{kind.title}"] = requests.updating(kind, change)
    return MappingProxyType(found)


class ImageBuilderResponse(ModelledResponse):
    """Image Builder."""

    service = "imagebuilder"
    operations: ClassVar[Mapping[str, Handler]] = _operations()

    def backend(self) -> ImageBuilderBackend:
        """Return Image Builder of the request's account and Region."""
        return imagebuilder_backends[self.current_account][self.region]

    def refusal(self, problem: Problem) -> ServiceException:
        """Refuse in the service's words where they are known: "must match pattern"."""
        if self._get_action() in _TAGGING:
            return InvalidParameterException(f"The value supplied for parameter '{problem.path}' {problem.text}.")
        if problem.rule == "required":
            return InvalidRequestException(f"The request lacks the required parameter '{problem.path}'.")
        return InvalidParameterValueException(problem.path, f"{problem.path} {problem.text}")


ImageBuilderResponse._lock = LOCK
