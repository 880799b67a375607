"""What Image Builder may delete by itself: images that were never approved, and nothing else.

The actions are those of AWS's managed policy EC2ImageBuilderLifecycleExecutionPolicy that deleting AMIs needs, confined
to what a deployment has built and to what its runbooks have marked.
"""

from collections.abc import Sequence
from typing import Any

from golden_ami.names import OUTCOME_TAG, RETIRABLE_TAG, DeploymentNames
from golden_ami.permissions.statement import Statement

_BUILT_AS = "aws:ResourceTag/Ec2ImageBuilderArn"


def lifecycle_trust() -> dict[str, Any]:
    """Let Image Builder assume the role ("Prerequisites for lifecycle policies", Image Builder User Guide)."""
    principal = {"Service": "imagebuilder.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def lifecycle_statements(names: DeploymentNames, regions: Sequence[str]) -> tuple[Statement, ...]:
    """Delete images that a runbook has marked, with their AMIs and snapshots.

    Parameters
    ----------
    names : DeploymentNames
        The deployment.
    regions : sequence of str
        Regions with AMIs.
    """

    def everywhere(resource: str) -> tuple[str, ...]:
        return tuple(names.arn("ec2", resource, region=region, account="") for region in regions)

    own = {"ArnLike": {_BUILT_AS: names.images_arn}}
    # An AMI without an outcome is being built or decided upon.
    never_approved: dict[str, dict[str, str | list[str]]] = {
        "StringNotEquals": {f"aws:ResourceTag/{OUTCOME_TAG}": ["approved", "revoked"]},
        "Null": {f"aws:ResourceTag/{OUTCOME_TAG}": "false"},
    }
    return (
        Statement(
            sid="DeregisterAmisThatWereNeverApproved",
            actions=("ec2:DeregisterImage", "ec2:DescribeImageAttribute"),
            resources=everywhere("image/*"),
            conditions={**own, **never_approved},
        ),
        Statement(
            # EC2 refuses the snapshot of an AMI that is there.
            sid="DeleteTheirSnapshots",
            actions=("ec2:DeleteSnapshot",),
            resources=everywhere("snapshot/*"),
            conditions={**own},
        ),
        Statement(
            sid="DeleteMarkedImages",
            actions=("imagebuilder:DeleteImage",),
            resources=(names.images_arn,),
            conditions={"StringEquals": {f"aws:ResourceTag/{RETIRABLE_TAG}": names.deployment}},
        ),
        # Neither knows a resource.
        Statement(sid="FindThem", actions=("ec2:DescribeImages", "tag:GetResources"), resources=("*",)),
    )
