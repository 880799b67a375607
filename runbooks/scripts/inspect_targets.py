"""Make sure that nothing leaves before the approval, and nobody but the configured receivers gets it afterwards."""

from typing import Any

from _aws import call
from _share import reaches_only

ACTS_EARLY = {
    "launchPermission": "shares the AMI",
    "targetAccountIds": "copies the AMI to other accounts",
    "launchTemplateConfigurations": "sets launch templates",
    "ssmParameterConfigurations": "sets parameters",
    "s3ExportConfiguration": "exports the disk",
}


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Check the pipeline's distribution, and the resource share with its receivers."""
    pipeline = call("imagebuilder", "GetImagePipeline", imagePipelineArn=events["pipeline"])["imagePipeline"]
    distribution = pipeline.get("distributionConfigurationArn")
    if distribution:
        _acts_after_the_approval(distribution)
    if events.get("share"):
        reaches_only(events["share"], events["receivers"])
    return {"distribution": distribution or "none"}


def _acts_after_the_approval(arn: str) -> None:
    found = call("imagebuilder", "GetDistributionConfiguration", distributionConfigurationArn=arn)
    for distribution in found["distributionConfiguration"]["distributions"]:
        ami = distribution.get("amiDistributionConfiguration", {})
        for key, harm in ACTS_EARLY.items():
            if _holds_anything(ami.get(key)) or _holds_anything(distribution.get(key)):
                raise ValueError(
                    f"{arn} {harm} in {distribution['region']} ({key}), and Image Builder does so before any approval"
                )


def _holds_anything(value: Any) -> bool:
    """Tell whether anything is said; an empty structure, as some tools write it, says nothing."""
    if isinstance(value, dict):
        return any(_holds_anything(inner) for inner in value.values())
    return bool(value)
