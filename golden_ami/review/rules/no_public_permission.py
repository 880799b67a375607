"""Nothing is open to everybody."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import Document, listed
from golden_ami.review.reach import Scope, reached
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown

_BLOCKS: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_PRIVATE: Final = (None, "", "private", "log-delivery-write")
_SHARING: Final = ("aws_ami_launch_permission", "aws_snapshot_create_volume_permission")


def _check(examined: Examined) -> Iterator[Violation]:
    for resource, grant in examined.resource_grants():
        for reach in reached(grant, examined.site):
            if reach.scope is Scope.public:
                yield Violation(resource.address, f"{shown(grant.sid)} lets in {reach.words}")
    for resource in examined.of("aws_ram_resource_share"):
        if resource.values.get("allow_external_principals") is not False:
            yield Violation(resource.address, "is open to principals outside of the organization")
    for resource in examined.of("aws_s3_bucket_public_access_block"):
        off = [key for key in _BLOCKS if resource.values.get(key) is not True]
        if off:
            yield Violation(resource.address, f"does not set {', '.join(off)}")
    yield from _buckets(examined)
    yield from _regions(examined)
    for resource in examined.of(*_SHARING):
        yield Violation(resource.address, "shares an AMI or a snapshot by itself, without any approval")
    for document in examined.documents:
        yield from _document(document)
    for resource in examined.of("aws_ssm_document"):
        if resource.says("permissions") and resource.values.get("permissions"):
            yield Violation(resource.address, f"is shared: {shown(resource.values['permissions'])}")


def _buckets(examined: Examined) -> Iterator[Violation]:
    closed = list(examined.of("aws_s3_bucket_public_access_block"))
    for bucket in examined.of("aws_s3_bucket"):
        if not any(each.is_of(bucket) for each in closed):
            yield Violation(bucket.address, "has no block of public access")
        if bucket.says("acl") and bucket.values.get("acl") not in _PRIVATE:
            yield Violation(bucket.address, f"has the ACL {shown(bucket.values.get('acl'))}")
    for acl in examined.of("aws_s3_bucket_acl"):
        if acl.values.get("acl") not in _PRIVATE or acl.values.get("access_control_policy"):
            yield Violation(acl.address, f"has the ACL {shown(acl.values.get('acl'))}")


def _regions(examined: Examined) -> Iterator[Violation]:
    """Find Regions with AMIs whose account may publish them."""
    blocked = {
        resource.region
        for resource in examined.of("aws_ec2_image_block_public_access")
        if resource.values.get("state") == "block-new-sharing"
    }
    for resource in examined.of("aws_ec2_image_block_public_access"):
        if resource.values.get("state") != "block-new-sharing":
            yield Violation(resource.address, f"sets the state {shown(resource.values.get('state'))}")
    for resource in examined.of("aws_imagebuilder_distribution_configuration"):
        for each in listed(resource.values.get("distribution")):
            region = each.get("region") if isinstance(each, dict) else each
            if region not in blocked:
                yield Violation(resource.address, f"makes AMIs in {shown(region)}, where public ones are not blocked")


def _document(document: Document) -> Iterator[Violation]:
    for each in document.literals("LaunchPermission", "UserGroups", "GroupNames", "Groups", "Group"):
        if "all" in _words(each):
            yield Violation(document.address, f"{document.name} shares with everybody")
    for script in document.literals("Script"):
        if '"all"' in str(script) and "Group" in str(script):
            yield Violation(document.address, f"a script of {document.name} names the group of everybody")


def _words(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [found for each in value for found in _words(each)] if isinstance(value, list) else [value]


RULE: Final = Rule(
    name="no-public-permission",
    title="No policy, share, bucket, document or AMI is open to everybody, and public AMIs are blocked everywhere.",
    why="What is public for a minute has been copied.",
    remedy="confine it to the organization by an exact condition; keep the block of public AMIs and buckets",
    check=_check,
)
