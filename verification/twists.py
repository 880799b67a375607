"""What else happens on the way, once each: what others do at a moment, and what AWS says that no build makes it say."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from verification import meddling, meddling_changes, preparations
from verification.configurations import BARE, RICH, Configuration
from verification.key_policies import POLICIES
from verification.twist import Twist
from verification.twists_of_changes import TWISTS_OF_CHANGES

if TYPE_CHECKING:
    from verification.stage import Stage

LAUNCHED: Final = Configuration(share=False, launch=True, scanning=False, both=False, copies=False, parameter=False)
"""Only an account may launch: no unit, and nobody builds upon it."""

_RICH: Final = ((RICH, 1),)
_COLLECT: Final = frozenset({"collectEvidence"})
_CHECK: Final = frozenset({"checkFindings"})
_ASSERT: Final = frozenset({"assertApproval"})
_SHARE: Final = frozenset({"shareEC2AMIImage"})
_WORD: Final = frozenset({"collectEvidence", "wordRequest"})
_WRITE: Final = frozenset({"collectEvidence", "recordDecision"})
_PUBLISH: Final = frozenset({"publishApprovedAmi"})
_MARK: Final = frozenset({"markImage"})
_PUT: Final = (("collectEvidence", "PutObject"), ("recordDecision", "PutObject"))

NOTHING: Final = Twist()


def _policies() -> dict[str, Twist]:
    """Give the key of the last Region other policies; whom they admit is written beside them."""
    return {
        f"key-{name}": Twist(
            steps=frozenset({"checkKeys"}),
            told="" if policy.admits else "evidence-failed",
            on=((RICH, 1), (LAUNCHED, 1)) if policy.of_account is policy.admits else _RICH,
            before=preparations.with_policy(policy.statements),
        )
        for name, policy in POLICIES.items()
    } | {
        f"key-{name}-for-an-account": Twist(
            steps=frozenset({"checkKeys"}),
            told="" if policy.of_account else "evidence-failed",
            on=((LAUNCHED, 1),),
            before=preparations.with_policy(policy.statements),
        )
        for name, policy in POLICIES.items()
        if policy.of_account is not policy.admits
    }


def _of_evidence() -> dict[str, Twist]:
    return {
        "differs": Twist(steps=_WORD, build="differs", on=((RICH, 0), (RICH, 1))),
        "differs-much": Twist(steps=_WORD, build="differs-much"),
        "long-names": Twist(steps=_WORD, build="long-names"),
        "lists-just-fit": Twist(steps=_WORD, build="lists-just-fit"),
        "replaced-before-it-is-worded": Twist(
            steps=_WORD, told="evidence-failed", at=(("wordRequest", "GetObject"),), act=meddling.flatter
        ),
        "two-waivers": Twist(steps=_WORD | _CHECK, build="waived-twice"),
        "odd-findings": Twist(
            steps=_WORD | _CHECK, at=(("checkFindings", "GetImage"),), act=meddling.find_oddities, build="differs"
        ),
        "waiver-on-its-last-day": Twist(
            steps=_CHECK | _COLLECT, build="waived-twice", before=preparations.await_end_of_waiver(0)
        ),
        "waiver-expired": Twist(steps=_CHECK, told="scan-failed", before=preparations.await_end_of_waiver(1)),
        "findings-of-another-image": Twist(
            steps=_CHECK,
            told="scan-failed",
            build="at-the-limit",
            at=(("checkFindings", "ListImageScanFindingAggregations"),),
            act=meddling.answer_of_another,
            after=True,
        ),
        "too-old-to-ask": Twist(
            steps=_CHECK, told="scan-failed", at=(("checkFindings", "GetImage"),), act=meddling.age(1)
        ),
        "as-old-as-may-be": Twist(
            steps=_CHECK | _ASSERT, on=((RICH, 0),), at=(("checkFindings", "GetImage"),), act=meddling.age(0)
        ),
        "write-retried": Twist(steps=_WRITE, at=_PUT, act=meddling.say_it_is_there, after=True, always=True),
        "old-boto3": Twist(steps=_WRITE, at=_PUT[:1], act=meddling.know_no_condition),
        "old-boto3-later": Twist(steps=_WRITE, at=_PUT[1:], act=meddling.know_no_condition),
        "previous-lost": Twist(steps=_WORD, before=preparations.lose_previous, unknown=True),
        "previous-replaced": Twist(steps=_WORD, before=preparations.replace_previous, unknown=True),
        "previous-of-another-schema": Twist(steps=_WORD, before=preparations.age_schema, unknown=True),
        "previous-without-digest": Twist(steps=_WORD, before=preparations.forget_digest, unknown=True),
        "put-away-while-collected": Twist(
            steps=_COLLECT,
            told="evidence-failed",
            at=(("checkKeys", "GetImage"),),
            act=meddling.deprecate,
        ),
        "scanned-again-while-collected": Twist(
            steps=_COLLECT, told="evidence-failed", at=(("checkKeys", "GetImage"),), act=meddling.scan_again
        ),
        "of-another-execution": Twist(
            steps=_COLLECT,
            told="evidence-failed",
            at=(("collectEvidence", "GetImage"),),
            act=meddling.answer_built_by_another,
            after=True,
        ),
        "of-another-deployment": Twist(
            steps=frozenset({"readEvidence"}), told="evidence-failed", before=preparations.deploy_half
        ),
    }


def _of_decisions() -> dict[str, Twist]:
    asked: dict[str, Any] = {"told": "approval-invalid", "steps": _ASSERT, "after": True}
    decisions = (("assertApproval", "DescribeAutomationStepExecutions"),)
    return {
        "step-timed-out": Twist(at=decisions, act=meddling.say_of_step("StepStatus", "TimedOut"), **asked),
        "step-says-rejected": Twist(at=decisions, act=meddling.say_rejected, **asked),
        "one-rejected": Twist(at=decisions, act=meddling.add_rejection, **asked),
        "other-amis": Twist(at=(("assertApproval", "GetImage"),), act=meddling.answer_other_ami, **asked),
        # What was revoked by then is shared with nobody, not even for a moment.
        "revoked-once-approved": Twist(at=decisions, act=meddling_changes.revoke_it, revoked=True, **asked),
        # S3 says of what is not there that access is denied, to who may not list.
        "evidence-gone": Twist(
            told="approval-invalid",
            noisy=True,
            steps=_ASSERT | {"recordDecision"},
            at=(("assertApproval", "DescribeAutomationStepExecutions"),),
            act=meddling.lose_evidence,
        ),
        # EC2 refuses tags for what has none that admit it, so that marking fails in the end.
        "ami-gone": Twist(
            steps=_MARK,
            decision="denied",
            noisy=True,
            at=(("markImage", "GetImage"),),
            act=meddling.deregister_first,
        ),
        "ami-said-to-be-gone": Twist(
            steps=_MARK, decision="denied", at=(("markImage", "CreateTags"),), act=meddling.say_it_is_gone
        ),
        "image-gone": Twist(steps=_MARK, decision="denied", at=(("markImage", "GetImage"),), act=meddling.delete_image),
        "denied-bare": Twist(steps=_MARK, decision="denied", on=((BARE, 1),)),
        "expired-bare": Twist(steps=_MARK, decision="expired", on=((BARE, 1),)),
        "stopped-bare": Twist(steps=_MARK, decision="stopped", on=((BARE, 1),)),
    }


def _waiting(operation: str, act: Callable[["Stage", dict[str, Any]], None], *, told: str = "") -> Twist:
    """Let what is published not be seen at first."""
    at = (("publishApprovedAmi", operation),)
    return Twist(steps=_PUBLISH, told=told, at=at, act=act, after=True, always=True)


def _of_sharing() -> dict[str, Twist]:
    refused: dict[str, Any] = {"told": "sharing-failed", "steps": _SHARE}
    return {
        "shared-early": Twist(
            steps=frozenset({"inspectBuiltImage"}),
            told="not-private",
            at=(("inspectBuiltImage", "GetImage"),),
            act=meddling.put_into_share,
            by_others=True,
        ),
        "another-may-launch": Twist(
            at=(("shareEC2AMIImage", "ModifyImageAttribute"),), act=meddling.let_stranger_launch, after=True, **refused
        ),
        "another-may-launch-last": Twist(
            at=(("shareEC2AMIImage", "DescribeImageAttribute"),), act=meddling.let_stranger_launch, **refused
        ),
        **{
            f"for-{name}": Twist(before=preparations.bind_to(principal), **refused)
            for name, principal in meddling.STRANGERS.items()
        },
        "parameter-was-standard": Twist(steps=_PUBLISH, before=preparations.publish_without_tier),
        "first-one-taken-back": Twist(
            steps=_PUBLISH | {"takeBack"},
            told="sharing-failed",
            on=((RICH, 0),),
            at=(("publishApprovedAmi", "PutParameter"), ("publishApprovedAmi", "GetParameter")),
            act=meddling.lose_the_last,
            after=True,
            always=True,
        ),
        "not-read-back": Twist(
            steps=_PUBLISH,
            told="sharing-failed",
            at=(("publishApprovedAmi", "GetParameter"),),
            act=meddling.throttle,
        ),
        "published-never": _waiting("GetParameter", meddling.show_other_parameter(1e9), told="sharing-failed"),
        "published-late": _waiting("GetParameter", meddling.show_other_parameter(12)),
        "in-the-share-never": _waiting(
            "GetResourceShareAssociations", meddling.show_associating(1e9), told="sharing-failed"
        ),
        "in-the-share-late": _waiting("GetResourceShareAssociations", meddling.show_associating(12)),
    }


TWISTS: Final[Mapping[str, Twist]] = MappingProxyType(
    {**_policies(), **_of_evidence(), **_of_decisions(), **_of_sharing(), **TWISTS_OF_CHANGES}
)
"""By name."""


def twist_of(name: str) -> Twist:
    """Find a twist by the name that a scenario has; without one, nothing happens."""
    return TWISTS.get(name, NOTHING)
