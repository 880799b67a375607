"""What must hold after a revocation, beside what holds after every change; each law returns what breaks it."""

from collections.abc import Callable, Iterator
from typing import Final

from golden_ami.names import OUTCOME_TAG
from verification.invariants import REQUEST, told
from verification.invariants_changes import has_a_notice, has_begun
from verification.legitimacy import undecided
from verification.spoiling import SPOILED
from verification.stage import Stage
from verification.state import mail, stored
from verification.taking import again

Law = Callable[[Stage], Iterator[str]]

_ASKED: Final = 20
_NOTICED: Final = 30
_RECORDED: Final = 200
"""Receivers who are named in a request, in a notice and in a record."""

_OTHERS: Final = "and others: the record has more"

_PASSING: Final = frozenset({"throttled", "lost", "malformed"})
_NAMING: Final = frozenset({"error", "denied", "half-done"}) | _PASSING


def revoked_means_that_nobody_has_it(stage: Stage) -> Iterator[str]:
    """Success means that nobody has anything of it, that it says so, and that consumers have the one before."""
    if stage.status(stage.played.execution) != "Success":
        return
    eyes, image = stage.eyes, stage.played.image
    if eyes.given(image):
        yield f"it ended Success, and others have {eyes.given(image)}"
    found = eyes.images().get(image)
    if found and found.tags.get(OUTCOME_TAG) != "revoked":
        yield f"the image is tagged {found.tags.get(OUTCOME_TAG)}"
    for region, ami in eyes.amis(image).items():
        if eyes.tag(region, ami.id, OUTCOME_TAG) != "revoked":
            yield f"{ami.id} is tagged {eyes.tag(region, ami.id, OUTCOME_TAG)}"
        if "REVOKED" not in (ami.description or ""):
            yield f"{ami.id} says {ami.description}"
        if ami.deprecation_time is None:
            yield f"{ami.id} is not deprecated"
        if stage.factory.configuration.disables and ami.state != "disabled":
            yield f"{ami.id} is {ami.state}"
    yield from _of_consumers(stage)


def _of_consumers(stage: Stage) -> Iterator[str]:
    record, before = stage.eyes.record(), stage.played.record
    image, previous = stage.played.image, stage.played.record.get("previous", {})
    if image == previous.get("image") and record != {key: before[key] for key in before if key != "previous"}:
        yield f"the record is {record}"
    if image == before.get("image") and record != previous:
        yield f"the record is {record}, not the one of the image before"
    if image not in {before.get("image"), previous.get("image")}:
        if stage.eyes.parameters() != stage.played.before:
            yield f"consumers are given {stage.eyes.parameters()}, and it was not theirs"
    elif record:
        everywhere = set(stage.factory.configuration.regions)
        if stage.eyes.given(record["image"]).published != everywhere:
            yield f"consumers are given {stage.eyes.parameters()}, and not {record['image']}"


def enough_people_want_it(stage: Stage) -> Iterator[str]:
    """Where people are asked, nothing is taken before enough of them have approved."""
    configuration = stage.factory.configuration
    if configuration.asks and has_begun(stage, "revokeImage"):
        why = undecided(stage.played.decisions.get(stage.played.execution, []), configuration.required)
        if why:
            yield f"it was taken back although {why}"


def one_failure_leaves_one_thing(stage: Stage) -> Iterator[str]:
    """Whatever fails once, everything else is taken back all the same."""
    faults = stage.scenario.faults
    if len(faults) == 1 and faults[0].kind in _PASSING and has_begun(stage, "revokeImage"):
        left = _left(stage)
        if len(left) > 1:
            yield f"others still have {left}"


def what_is_left_is_named(stage: Stage) -> Iterator[str]:
    """Demand that a notice of a failure names each thing that others still have."""
    named = all(fault.kind in _NAMING for fault in stage.scenario.faults)
    if not (named and has_begun(stage, "revokeImage") and has_a_notice(stage, stage.outcome(stage.played.execution))):
        return
    (text,) = [each["Message"] for each in told(stage)][:1]
    for what, words in _left(stage).items():
        if not any(word in text for word in words):
            yield f"others still have {what}, and the notice does not say {words}: {text}"


def _left(stage: Stage) -> dict[str, tuple[str, ...]]:
    """Name what others still have, each with words of which one has to be in the notice."""
    given, amis = stage.eyes.given(stage.played.image), stage.eyes.amis(stage.played.image)
    # Where no AMI can be found, nobody knows its id.
    left: dict[str, tuple[str, ...]] = {
        f"launch permissions in {region}": (str(amis[region].id), f"AMIs in {region}") for region in given.launch
    }
    left |= {share: (share,) for share in given.shares}
    # The record is written last, so that it stays where a parameter does.
    named = ("parameter",) if given.published else ("parameters", "record of the approved image")
    return left | ({"what consumers find": named} if given.published or given.recorded else {})


def a_second_revocation_finishes(stage: Stage) -> Iterator[str]:
    """Start it again with nothing in the way: it goes on where it stopped, and nobody has anything."""
    scenario = stage.scenario
    if scenario.revokes == "foreign" or scenario.because == "none":
        return
    if scenario.faults and not any(fault.kind == "untrusted" for fault in scenario.faults):
        execution = again(stage)
        if stage.status(execution) != "Success" or stage.eyes.given(stage.played.image):
            left = stage.eyes.given(stage.played.image)
            yield f"the second run ended {stage.status(execution)}, and others have {left}"


def who_had_it_is_written_down(stage: Stage) -> Iterator[str]:
    """Demand that record and notice name everybody who had it until then."""
    if stage.outcome(stage.played.execution) != "revoked" or stage.scenario.faults or stage.scenario.deaf:
        return
    had = _had(stage)
    if had is None:
        return
    found = stored(stage.factory, stage.factory.image.names.decision_folder, stage.played.execution)
    said = found[0]["access_until_now"] if found else []
    named, others = had & set(said), [who for who in said if who not in had]
    rest = [f"and {len(had) - _RECORDED} more"] if len(had) > _RECORDED else []
    if len(named) != min(len(had), _RECORDED) or others != (rest if had else ["nobody"]):
        yield f"the record says that it was {sorted(said)}, and not {sorted(had)}"
    for text in [each["Message"] for each in told(stage)]:
        if sum(who in text for who in had) != min(len(had), _NOTICED):
            yield f"the notice does not name {sorted(who for who in had if who not in text)}"
        if (_OTHERS in text.splitlines()) != (len(had) > _NOTICED):
            yield "the notice does not say whether there were others"


def _had(stage: Stage) -> set[str] | None:
    """Name who had it before, as records do; nothing can be said of an image that is gone."""
    before, amis = stage.played.others.get(stage.played.image), stage.eyes.amis(stage.played.image)
    if before is None:
        return None
    had = {f"{region} {amis[region].id}: {who}" for region, some in before.launch.items() for who in some}
    return had | {f"{share}: {who}" for share in before.shares for who in stage.eyes.receivers() - {"anybody"}}


def people_know_what_they_approve(stage: Stage) -> Iterator[str]:
    """Demand that who is asked is told which image, why, and who could launch it until now."""
    if not stage.factory.configuration.asks or not has_begun(stage, "waitForAdministratorApproval"):
        return
    execution, image = stage.played.execution, stage.played.image
    asked = [each["Message"] for each in mail() if each.get("Subject") == REQUEST and execution in each["Message"]]
    had = _had(stage)
    wanted = {image, f"Reason: {stage.scenario.because}", "REVOKED"}
    wanted |= set() if had is None else {f"{len(had)} in all"}
    unseen = SPOILED[stage.scenario.before].fails
    struck = any(fault.step == "inspectRevocation" for fault in stage.scenario.faults)
    if asked and unseen and "NOT SEEN: " not in asked[0]:
        yield "the request does not say that something could not be looked at"
    # A role that Systems Manager may not take any more asks nobody.
    speaks = not any(fault.kind == "untrusted" for fault in stage.scenario.faults)
    if not asked and speaks and not stage.scenario.strikes("waitForAdministratorApproval"):
        yield "nobody was asked"
    for text in asked if not (struck or unseen) else ():
        yield from (f"the request does not say {word}" for word in wanted if word not in text)
        unnamed = sorted(who for who in had or () if who not in text)
        if had and len(unnamed) != max(0, len(had) - _ASKED):
            yield f"the request does not name {unnamed}"


REVOCATION_LAWS: Final[tuple[Law, ...]] = (
    revoked_means_that_nobody_has_it,
    enough_people_want_it,
    one_failure_leaves_one_thing,
    what_is_left_is_named,
    who_had_it_is_written_down,
    people_know_what_they_approve,
    a_second_revocation_finishes,
)
"""In this order: the last one starts the revocation again, and changes the state."""
