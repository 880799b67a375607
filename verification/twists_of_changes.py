"""What else happens while an image that was approved is retired, revoked or made current again, once each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from verification import meddling, meddling_changes
from verification.configurations import BARE, RETIRABLE, RICH
from verification.twist import Twist

_RICH: Final = ((RICH, RETIRABLE),)
_BOTH: Final = ((RICH, RETIRABLE), (BARE, RETIRABLE))
_LATE: Final = 12
"""Seconds that are more than one look, and that a step has to wait."""

_NEVER: Final = 1e9


def _of_retirements() -> dict[str, Twist]:
    retiring: dict[str, Any] = {"steps": frozenset({"unshareImage"}), "retires": "current", "on": _RICH, "after": True}
    letting_go = (("unshareImage", "GetResourceShareAssociations"),)
    return {
        "launched-again": Twist(
            told="retirement-failed",
            at=(("unshareImage", "ModifyImageAttribute"),),
            act=meddling_changes.let_stranger_launch_again,
            **retiring,
        ),
        "let-go-late": Twist(at=letting_go, act=meddling.show_disassociating(_LATE), always=True, **retiring),
        "let-go-very-late": Twist(
            told="retirement-failed", at=letting_go, act=meddling.show_disassociating(400), always=True, **retiring
        ),
        "foreign": Twist(steps=frozenset({"inspectImage"}), told="retirement-refused", retires="foreign", on=_BOTH),
    }


def _of_revocations() -> dict[str, Twist]:
    revoking: dict[str, Any] = {"steps": frozenset({"revokeImage"}), "revokes": "current", "on": _BOTH, "after": True}
    reading = (("revokeImage", "GetParameter"),)
    return {
        "withdrawn-late": Twist(at=reading, act=meddling_changes.show_it_still(_LATE), always=True, **revoking),
        "withdrawn-never": Twist(
            told="revocation-failed", at=reading, act=meddling_changes.show_it_still(_NEVER), always=True, **revoking
        ),
        "recorded-again": Twist(
            told="revocation-failed",
            at=(("revokeImage", "CreateTags"),),
            act=meddling_changes.record_again,
            **revoking,
        ),
    }


def _of_rollbacks() -> dict[str, Twist]:
    rolling: dict[str, Any] = {"steps": frozenset({"restoreImage"}), "rolls_back": True, "spoiled": "put-away"}
    failing: dict[str, Any] = {**rolling, "told": "rollback-failed"}
    looking = (("restoreImage", "DescribeImages"),)
    entering = (("restoreImage", "GetResourceShareAssociations"),)
    each_time: dict[str, Any] = {"after": True, "always": True}
    return {
        "enabled-late": Twist(on=_BOTH, at=looking, act=meddling_changes.show_disabled(_LATE), **each_time, **rolling),
        "enabled-never": Twist(
            on=_BOTH, at=looking, act=meddling_changes.show_disabled(_NEVER), **each_time, **failing
        ),
        "in-its-share-late": Twist(on=_RICH, at=entering, act=meddling.show_associating(_LATE), **each_time, **rolling),
        "in-its-share-never": Twist(
            on=_RICH, at=entering, act=meddling.show_associating(_NEVER), **each_time, **failing
        ),
        "given-to-another": Twist(
            on=_RICH,
            at=(("restoreImage", "ModifyImageAttribute"),),
            act=meddling.let_stranger_launch,
            after=True,
            by_others=True,
            **failing,
        ),
        "half-way-to-a-region-that-the-current-misses": Twist(
            steps=frozenset({"putCurrentBack"}),
            told="rollback-failed",
            on=_RICH,
            rolls_back=True,
            spoiled="current-misses-a-region",
            at=(("publishRestoredImage", "GetParameter"),),
            act=meddling.throttle,
        ),
        "overtaken": Twist(
            steps=frozenset({"publishRestoredImage"}),
            told="rollback-failed",
            on=_BOTH,
            rolls_back=True,
            at=(("publishRestoredImage", "GetImage"),),
            act=meddling_changes.approve_another,
        ),
    }


TWISTS_OF_CHANGES: Final[Mapping[str, Twist]] = MappingProxyType(
    {**_of_retirements(), **_of_revocations(), **_of_rollbacks()}
)
"""By name."""
