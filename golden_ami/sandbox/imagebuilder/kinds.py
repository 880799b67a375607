"""Image Builder's kinds of resources: what differs in how their operations are named.

Source: request and response syntax of the Create, Get, Delete and List operations (Image Builder API Reference).
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """The names around one kind of resource.

    Attributes
    ----------
    title : str
        As operations name it, such as ``ImageRecipe``.
    segment : str
        Its part of ARNs; of workflows, the first half.
    arn : str
        Member that holds its ARN in requests and answers.
    body : str
        Member that holds it in the answer of Get.
    items : str
        Member that holds summaries in the answer of List.
    filters : frozenset[str]
        Filter names that List takes.
    request_id : bool
        Whether answers carry a ``requestId``.
    updatable : bool
        Whether it has a ``dateUpdated``.
    timestamps : bool
        Whether its dates are timestamps instead of texts.
    builds : bool
        Whether it has build versions.
    """

    title: str
    segment: str
    arn: str
    body: str
    items: str
    filters: frozenset[str]
    request_id: bool = True
    updatable: bool = False
    timestamps: bool = False
    builds: bool = False


COMPONENT: Final = Kind(
    title="Component",
    segment="component",
    arn="componentBuildVersionArn",
    body="component",
    items="componentVersionList",
    filters=frozenset({"description", "name", "platform", "status", "supportedOsVersion", "type", "version"}),
    builds=True,
)
IMAGE_RECIPE: Final = Kind(
    title="ImageRecipe",
    segment="image-recipe",
    arn="imageRecipeArn",
    body="imageRecipe",
    items="imageRecipeSummaryList",
    filters=frozenset({"name", "parentImage", "platform"}),
)
INFRASTRUCTURE: Final = Kind(
    title="InfrastructureConfiguration",
    segment="infrastructure-configuration",
    arn="infrastructureConfigurationArn",
    body="infrastructureConfiguration",
    items="infrastructureConfigurationSummaryList",
    filters=frozenset({"name"}),
    updatable=True,
)
DISTRIBUTION: Final = Kind(
    title="DistributionConfiguration",
    segment="distribution-configuration",
    arn="distributionConfigurationArn",
    body="distributionConfiguration",
    items="distributionConfigurationSummaryList",
    filters=frozenset({"name"}),
    updatable=True,
)
PIPELINE: Final = Kind(
    title="ImagePipeline",
    segment="image-pipeline",
    arn="imagePipelineArn",
    body="imagePipeline",
    items="imagePipelineList",
    filters=frozenset(
        {
            "description",
            "distributionConfigurationArn",
            "imageRecipeArn",
            "infrastructureConfigurationArn",
            "name",
            "status",
        }
    ),
    updatable=True,
)
WORKFLOW: Final = Kind(
    title="Workflow",
    segment="workflow",
    arn="workflowBuildVersionArn",
    body="workflow",
    items="workflowVersionList",
    filters=frozenset({"name", "version", "description", "type"}),
    request_id=False,
    builds=True,
)
LIFECYCLE_POLICY: Final = Kind(
    title="LifecyclePolicy",
    segment="lifecycle-policy",
    arn="lifecyclePolicyArn",
    body="lifecyclePolicy",
    items="lifecyclePolicySummaryList",
    filters=frozenset({"name", "resourceType", "status"}),
    request_id=False,
    updatable=True,
    timestamps=True,
)
IMAGE: Final = Kind(
    title="Image",
    segment="image",
    arn="imageBuildVersionArn",
    body="image",
    items="imageVersionList",
    filters=frozenset({"name", "osVersion", "platform", "type", "version"}),
    builds=True,
)
"""Not among ``KINDS``: an image is started and goes on by itself, so its operations are its own."""

KINDS: Final = MappingProxyType(
    {
        kind.segment: kind
        for kind in (COMPONENT, IMAGE_RECIPE, INFRASTRUCTURE, DISTRIBUTION, PIPELINE, WORKFLOW, LIFECYCLE_POLICY)
    }
)
"""Kinds that are created, read, listed and deleted in the same way, by ARN segment."""
