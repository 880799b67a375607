"""Everything that is kept is encrypted, and what is shared with a key of ours."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import listed
from golden_ami.review.plan import Resource
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import Unknown, shown


def _check(examined: Examined) -> Iterator[Violation]:
    for key in examined.of("aws_kms_key"):
        if key.values.get("enable_key_rotation") is not True:
            yield Violation(key.address, "is not rotated")
        if key.says("is_enabled") and key.values.get("is_enabled") is False:
            yield Violation(key.address, "is disabled")
    for topic in examined.of("aws_sns_topic"):
        yield from _keyed(examined, topic, topic.values.get("kms_master_key_id"), "its messages")
    for queue in examined.of("aws_sqs_queue"):
        if queue.values.get("sqs_managed_sse_enabled") is not True and not queue.values.get("kms_master_key_id"):
            yield Violation(queue.address, "is not encrypted")
    yield from _buckets(examined)
    for recipe in examined.of("aws_imagebuilder_image_recipe"):
        yield from _volumes(examined, recipe)
    for distribution in examined.of("aws_imagebuilder_distribution_configuration"):
        for each in listed(distribution.values.get("distribution")):
            for ami in listed(each.get("ami_distribution_configuration")) if isinstance(each, dict) else []:
                used = ami.get("kms_key_id") if isinstance(ami, dict) else ami
                yield from _keyed(examined, distribution, used, f"AMIs in {shown(each.get('region'))}")


def _buckets(examined: Examined) -> Iterator[Violation]:
    rules = list(examined.of("aws_s3_bucket_server_side_encryption_configuration"))
    for bucket in examined.of("aws_s3_bucket"):
        found = [each for each in rules if each.is_of(bucket)]
        if not found:
            yield Violation(bucket.address, "has no default encryption")
        for each in found:
            algorithm = each.get("rule", "apply_server_side_encryption_by_default", "sse_algorithm")
            if algorithm not in ("aws:kms", "aws:kms:dsse"):
                yield Violation(each.address, f"encrypts with {shown(algorithm)}, and not with a key of ours")
            key = each.get("rule", "apply_server_side_encryption_by_default", "kms_master_key_id")
            yield from _keyed(examined, each, key, "objects")


def _volumes(examined: Examined, recipe: Resource) -> Iterator[Violation]:
    for mapping in listed(recipe.values.get("block_device_mapping")):
        for volume in listed(mapping.get("ebs")) if isinstance(mapping, dict) else [mapping]:
            if not isinstance(volume, dict) or str(volume.get("encrypted")).lower() != "true":
                device = mapping.get("device_name") if isinstance(mapping, dict) else mapping
                yield Violation(recipe.address, f"has the volume {shown(device)}, which is not encrypted")
            else:
                yield from _keyed(examined, recipe, volume.get("kms_key_id"), "volumes")


def _keyed(examined: Examined, resource: Resource, key: Any, what: str) -> Iterator[Violation]:
    """Find what has no customer key of a known account."""
    if isinstance(key, Unknown):
        if not examined.plan.proves(key, "aws_kms_key", "aws_kms_alias"):
            yield Violation(resource.address, f"encrypts {what} with a key that is {key}")
    elif not isinstance(key, str) or not key:
        yield Violation(resource.address, f"does not encrypt {what} with a key of ours")
    elif key.startswith("alias/aws/"):
        # An AMI on AWS's own key launches nowhere else ("Share an AMI", EC2 User Guide).
        yield Violation(resource.address, f"encrypts {what} with AWS's own key {key}")
    elif key.startswith("arn:") and "".join(key.split(":")[4:5]) not in examined.site.accounts:
        yield Violation(resource.address, f"encrypts {what} with {key}, which is not of our account")


RULE: Final = Rule(
    name="encryption",
    title="Volumes, AMIs, the topic, buckets and queues are encrypted, the first four with a customer key of ours.",
    why="Who has the disk has the image; and a shared AMI on AWS's own key does not launch.",
    remedy="leave encryption as the stacks make it",
    check=_check,
)
