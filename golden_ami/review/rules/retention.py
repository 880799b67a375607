"""Keys and evidence outlive the stack that made them."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.plan import Resource
from golden_ami.review.policies import Grant, read_policy
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown

_DELETING: Final = frozenset({"s3:deleteobject", "s3:deleteobjectversion"})


def _check(examined: Examined) -> Iterator[Violation]:
    fewest = examined.settings.minimum_key_deletion_days
    for key in examined.of("aws_kms_key"):
        # KMS waits thirty days when nothing is said (ScheduleKeyDeletion).
        days = key.values.get("deletion_window_in_days") or 30
        if not isinstance(days, int) or days < fewest:
            words = f"{days} days" if isinstance(days, int) else shown(days)
            yield Violation(key.address, f"is gone {words} after its deletion, and not {fewest} or more")
    for bucket in examined.of("aws_s3_bucket"):
        if _is_evidence(bucket):
            yield from _evidence(examined, bucket)
    yield from _locks(examined)


def _is_evidence(bucket: Resource) -> bool:
    """Tell evidence from logs: by its name and by its address, either of which is enough."""
    return "evidence" in f"{shown(bucket.values.get('bucket'))} {bucket.address}"


def _evidence(examined: Examined, bucket: Resource) -> Iterator[Violation]:
    if bucket.values.get("force_destroy") is not False:
        yield Violation(bucket.address, "is destroyed with everything in it (force_destroy)")
    denied: set[str] = set()
    for policy in examined.of("aws_s3_bucket_policy"):
        if policy.is_of(bucket):
            for grant in read_policy(policy.values.get("policy")).grants:
                denied |= _denied(grant)
    if not denied >= _DELETING:
        missing = ", ".join(sorted(_DELETING - denied))
        yield Violation(bucket.address, f"lets its evidence be deleted: no statement denies {missing} to everybody")
    versions = [each for each in examined.of("aws_s3_bucket_versioning") if each.is_of(bucket)]
    if not any(each.get("versioning_configuration", "status") == "Enabled" for each in versions):
        yield Violation(bucket.address, "does not keep what is overwritten (versioning)")
    for lifecycle in examined.of("aws_s3_bucket_lifecycle_configuration"):
        if lifecycle.is_of(bucket):
            yield Violation(lifecycle.address, "deletes evidence after some time")


def _denied(grant: Grant) -> set[str]:
    """Name what a statement surely denies to everybody, whoever and whenever, in the whole bucket."""
    everybody = ("AWS", "*") in grant.principals and not grant.not_principals
    whole = any(_is_whole(each) for each in grant.resources) and not grant.not_resources
    if grant.allows or grant.conditions or grant.not_actions or not everybody or not whole:
        return set()
    said = {each.lower() for each in grant.actions}
    return {each for each in _DELETING if {each, "s3:*", "*", "s3:delete*", "s3:deleteobject*"} & said}


def _is_whole(resource: str) -> bool:
    """Tell whether every object of a bucket is meant, and not those of a folder."""
    name = resource.rsplit(":", maxsplit=1)[-1]
    return name == "*" or (name.endswith("/*") and name.count("/") == 1)


def _locks(examined: Examined) -> Iterator[Violation]:
    """Find locks that end, or that end sooner than they did."""
    for change in examined.plan.changes:
        if change.type != "aws_s3_bucket_object_lock_configuration" or not change.before:
            continue
        old = change.before.get("rule", "default_retention", "days")
        new = change.after.get("rule", "default_retention", "days") if change.after else None
        if isinstance(old, int) and (not isinstance(new, int) or new < old):
            yield Violation(change.address, f"locks evidence for {shown(new)} days, and not for {old}")


RULE: Final = Rule(
    name="retention",
    title="The key waits before it is deleted, and evidence can neither be deleted nor be destroyed with the stack.",
    why="Every instance of a shared AMI needs the key, and the evidence is the record of who approved what.",
    remedy="keep `retain_on_destroy: true`, and never shorten `evidence.lock_days`",
    check=_check,
)
