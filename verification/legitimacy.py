"""Whether an image may be given to anybody at this moment, worked out anew from what people did and what it is."""

from collections.abc import Sequence
from typing import Final

from golden_ami.sandbox.imagebuilder.images import Image
from verification.configurations import WAIVED, Configuration
from verification.factory import Factory
from verification.scenarios import STRANGER
from verification.state import Eyes

STARTER: Final = "sam"
OUTSIDER: Final = "oscar"
Decisions = Sequence[tuple[str, str]]
"""Who decided what."""


def why_not(eyes: Eyes, factory: Factory, image: str, decisions: Decisions, *, given_away: bool) -> str:
    """Say why nobody may have an image, or nothing when those who are configured may.

    Parameters
    ----------
    eyes : Eyes
        The state.
    factory : Factory
        Whose image it is.
    image : str
        ARN.
    decisions : sequence of (str, str)
        What Systems Manager was told about the execution that built it.
    given_away : bool
        Whether somebody else lets a stranger launch it, which is not the runbook's doing.
    """
    found = eyes.images().get(image)
    reasons = [
        undecided(decisions, factory.configuration.required),
        _unfit(found, factory.configuration) if found else "it does not exist",
        _outsiders(eyes, factory, image, {STRANGER} if given_away else set()),
    ]
    return "; ".join(filter(None, reasons))


def undecided(decisions: Decisions, required: int) -> str:
    """Say what decisions lack; nothing when enough others than the starter approved."""
    people = {name for name, kind in decisions if kind == "Approve"} - {STARTER, OUTSIDER}
    if any(kind == "Reject" for _, kind in decisions):
        return "somebody denied it"
    return "" if len(people) >= required else f"only {sorted(people)} approved it, of {required}"


def _unfit(image: Image, configuration: Configuration) -> str:
    if image.status != "AVAILABLE":
        return f"it is {image.status}"
    if {ami["region"] for ami in image.amis} != set(configuration.regions):
        return "a Region is missing"
    if not configuration.scanning:
        return ""
    if image.scan != "COMPLETED":
        return f"its scan is {image.scan}"
    counting = [each["severity"] for each in image.findings if WAIVED not in str(each)]
    return "it has too many findings" if counting.count("CRITICAL") or counting.count("HIGH") > 1 else ""


def _outsiders(eyes: Eyes, factory: Factory, image: str, others: set[str]) -> str:
    given = eyes.given(image)
    strangers = {each for principals in given.launch.values() for each in principals}
    strangers -= set(factory.image.launch_principals) | others
    if given.shares:
        strangers |= eyes.receivers() - set(factory.image.image_builder_principals)
        strangers |= given.shares - {factory.share_arn or ""}
    return f"{sorted(strangers)} got it" if strangers else ""
