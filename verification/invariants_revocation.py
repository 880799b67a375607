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
    if image in {before.get("image"), previous.get("image")} and record:
        everywhere = set(stage.factory.configuration.regions)
        if stage.eyes.given(record["image"]).published != everywhere:
            yield f"consumers are given {stage.eyes.parameters()}, and not {record['image']}"
    elif record == before and stage.eyes.parameters() != stage.played.before:
        yield "consumers are given something else, and it was not theirs"


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
    consumers = given.published or given.recorded
    return left | ({"the parameters": ("parameter",)} if consumers else {})


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
    before, amis = stage.played.others.get(stage.played.image), stage.eyes.amis(stage.played.image)
    if before is None:
        return
    had = {f"{region} {amis[region].id}: {who}" for region, some in before.launch.items() for who in some}
    had |= {f"{share}: {who}" for share in before.shares for who in stage.eyes.receivers() - {"anybody"}}
    found = stored(stage.factory, stage.factory.image.names.decision_folder, stage.played.execution)
    said = set(found[0]["access_until_now"]) if found else set()
    if said != (had or {"nobody"}):
        yield f"the record says that it was {sorted(said)}, and not {sorted(had)}"
    yield from (f"the notice does not name {who}" for each in told(stage) for who in had if who not in each["Message"])


def people_know_what_they_approve(stage: Stage) -> Iterator[str]:
    """Demand that who is asked is told which image, why, and who could launch it until now."""
    if not stage.factory.configuration.asks or not has_begun(stage, "waitForAdministratorApproval"):
        return
    execution, image = stage.played.execution, stage.played.image
    asked = [each["Message"] for each in mail() if each.get("Subject") == REQUEST and execution in each["Message"]]
    given = stage.played.others[image].launch if image in stage.played.others else {}
    wanted = {image, f"Reason: {stage.scenario.because}", "REVOKED", *(who for some in given.values() for who in some)}
    unseen = SPOILED[stage.scenario.before].fails
    struck = any(fault.step == "inspectRevocation" for fault in stage.scenario.faults)
    if asked and unseen and "NOT SEEN: " not in asked[0]:
        yield "the request does not say that something could not be looked at"
    # A role that Systems Manager may not take any more asks nobody.
    speaks = not any(fault.kind == "untrusted" for fault in stage.scenario.faults)
    if not asked and speaks and not stage.scenario.strikes("waitForAdministratorApproval"):
        yield "nobody was asked"
    yield from (
        f"the request does not say {word}"
        for text in asked
        for word in wanted
        if word not in text and not (struck or unseen)
    )


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
