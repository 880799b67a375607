"""Whatever could grant something is understood, or does not pass."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.rule import Examined, Rule, Violation

KNOWN: Final = frozenset({
    "aws_ami_launch_permission", "aws_autoscaling_group", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target",
    "aws_cloudwatch_metric_alarm",
    "aws_ec2_image_block_public_access", "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role",
    "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_imagebuilder_component",
    "aws_imagebuilder_distribution_configuration", "aws_imagebuilder_image_pipeline",
    "aws_imagebuilder_image_recipe", "aws_imagebuilder_infrastructure_configuration",
    "aws_imagebuilder_lifecycle_policy", "aws_kms_alias", "aws_kms_key", "aws_kms_key_policy",
    "aws_launch_template", "aws_organizations_policy", "aws_organizations_policy_attachment",
    "aws_ram_principal_association", "aws_ram_resource_share", "aws_ram_sharing_with_organization", "aws_s3_bucket",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning", "aws_scheduler_schedule",
    "aws_snapshot_create_volume_permission", "aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription",
    "aws_sqs_queue", "aws_sqs_queue_policy", "aws_ssm_document",
})  # fmt: skip
"""Types whose every way of granting something another rule judges."""

_JUDGED: Final = ("policy", "assume_role_policy", "content", "principal", "distribution")


def _check(examined: Examined) -> Iterator[Violation]:
    for change in examined.plan.changes:
        if change.after and change.type not in KNOWN:
            yield Violation(change.address, f"is of the type {change.type}, of which nobody here knows what it grants")
        hidden = [key for key in _JUDGED if key in change.sensitive]
        if hidden:
            yield Violation(change.address, f"hides {', '.join(hidden)} as sensitive, so that reviewers do not see it")
    yield from (Violation("the plan", each) for each in examined.plan.programs)
    for resource, policy in examined.resource_policies():
        yield from (Violation(resource.address, each) for each in policy.problems)
    for resource in examined.of("aws_iam_policy", "aws_iam_role_policy"):
        if not resource.says("policy") or not resource.values.get("policy"):
            yield Violation(resource.address, "has no policy that can be read")


RULE: Final = Rule(
    name="understood",
    title="Every resource, and every policy, is of a kind that this review understands.",
    why="What is skipped because it is new is where the next hole is.",
    remedy="teach the review about it, or suppress this for that address with a reason",
    check=_check,
)
