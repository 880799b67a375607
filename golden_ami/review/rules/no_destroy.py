"""Nothing ends that approved images need."""

from collections.abc import Iterator
from typing import Final

from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.stateful import KEPT, STATEFUL

_NEEDED: Final = (*KEPT, "aws_sns_topic", "aws_organizations_policy", "aws_organizations_policy_attachment")


def _check(examined: Examined) -> Iterator[Violation]:
    for change in examined.plan.changes:
        ends = change.kind in ("replace", "destroy", "forget")
        if ends and change.type in _NEEDED and not _is_log(change.address):
            verb = {"replace": "is replaced", "destroy": "is destroyed", "forget": "is forgotten"}[change.kind]
            because = f" because of {', '.join(change.because)}" if change.because else ""
            yield Violation(change.address, f"{verb}{because}, and {STATEFUL[change.type]}")
        elif ends and change.type == "aws_ssm_document" and change.kind != "replace":
            yield Violation(change.address, f"is {'destroyed' if change.kind == 'destroy' else 'forgotten'}, and "
                                            "approved images of it can no longer be taken back by it")  # fmt: skip


def _is_log(address: str) -> bool:
    return address.startswith(("aws_s3_bucket.logs_", "aws_s3_bucket_object_lock_configuration.logs_"))


RULE: Final = Rule(
    name="no-destroy",
    title="No key, evidence, share, topic, runbook or guardrail is destroyed or replaced while images may be approved.",
    why="A plan does not know images: whoever has launched one loses its disk with the key, and nobody can revoke it.",
    remedy="retire the images first (`golden-ami retire`), and suppress this for the deployment until it is destroyed",
    check=_check,
)
