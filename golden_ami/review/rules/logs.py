"""Builds leave logs, and the logs stay long enough."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import listed
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import Unknown, shown


def _check(examined: Examined) -> Iterator[Violation]:
    for resource in examined.of("aws_imagebuilder_infrastructure_configuration"):
        bucket = resource.get("logging", "s3_logs", "s3_bucket_name")
        if isinstance(bucket, Unknown):
            if not examined.plan.proves(bucket, "aws_s3_bucket"):
                yield Violation(resource.address, f"logs to a bucket that is {bucket}")
        elif not bucket:
            yield Violation(resource.address, "keeps no build logs")
    fewest = examined.settings.minimum_log_retention_days
    for resource in examined.of("aws_s3_bucket_lifecycle_configuration"):
        for days in _days(resource.values.get("rule")):
            if not isinstance(days, int) or days < fewest:
                words = f"{days} days" if isinstance(days, int) else shown(days)
                yield Violation(resource.address, f"deletes objects after {words}, and not after {fewest} or more")


def _days(rules: Any) -> Iterator[Any]:
    for rule in listed(rules):
        if not isinstance(rule, dict):
            yield rule
            continue
        for expiration in listed(rule.get("expiration")):
            days = expiration.get("days") if isinstance(expiration, dict) else expiration
            if days or not isinstance(expiration, dict):
                yield days
            elif expiration.get("date"):
                yield expiration["date"]


RULE: Final = Rule(
    name="logs",
    title="Builds log to a bucket, and nothing deletes logs before `minimum_log_retention_days`.",
    why="Without the log, nobody can say later what was put into an image.",
    remedy="leave logging on, and raise `log_retention_days`",
    check=_check,
)
