"""What must hold after a revocation and after a rollback alike; each law returns what breaks it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from golden_ami.sandbox.automation import automation_backends
from verification.configurations import ACCOUNT, HOME
from verification.expectations import outcomes
from verification.invariants import is_revoked, told, told_badly
from verification.scenarios import STRANGER
from verification.spoiling import SPOILED
from verification.stage import Stage
from verification.state import decided, stored
from verification.twists import twist_of

Law = Callable[[Stage], Iterator[str]]

_ACTING: Final = {"revocation": "revokeImage", "rollback": "restoreImage"}
_PASSING: Final = frozenset({"throttled", "lost", "malformed"})


def kind_of(stage: Stage) -> str:
    """Name the document that changes what was approved."""
    return "revocation" if stage.scenario.revokes else "rollback"


def has_begun(stage: Stage, step: str) -> bool:
    """Whether a step of the execution has begun."""
    steps = automation_backends[ACCOUNT][HOME].executions[stage.played.execution].steps()
    return any(run.step.name == step and run.status != "Pending" for run in steps)


def nothing_changes_before_it_may(stage: Stage) -> Iterator[str]:
    """Before the step that acts, nothing is given to anybody, and nothing is taken."""
    if has_begun(stage, _ACTING[kind_of(stage)]) or is_revoked(stage):
        return
    if stage.eyes.parameters() != stage.played.before:
        yield "it was refused, and consumers are given something else"
    for image, before in stage.played.others.items():
        if stage.eyes.given(image) != before:
            yield f"it was refused, and {image} is {stage.eyes.given(image)}, not {before}"


def nobody_gains_what_is_not_theirs(stage: Stage) -> Iterator[str]:
    """Only an image that was approved is given to anybody, and to those only who are configured."""
    receivers = frozenset(stage.factory.image.launch_principals)
    rolls_back = stage.scenario.rolls_back and not SPOILED[stage.scenario.before].refused
    others = {STRANGER} if twist_of(stage.scenario.twist).by_others else frozenset()
    for image in stage.eyes.images():
        before, now = stage.played.others.get(image), stage.eyes.given(image)
        for region, who in now.launch.items():
            gained = who - (before.launch.get(region, frozenset()) if before else frozenset()) - others
            allowed = receivers if rolls_back and image == stage.played.image else frozenset()
            if gained - allowed:
                yield f"{sorted(gained - allowed)} may launch {image} in {region}"
        gained_shares = now.shares - (before.shares if before else frozenset())
        if gained_shares and not (rolls_back and image == stage.played.image):
            yield f"{image} is in {sorted(gained_shares)}"


def it_is_recorded(stage: Stage) -> Iterator[str]:
    """Demand a record that says who did it, why, to which image, and how it ended."""
    if stage.scenario.deaf or _spoils_the_record(stage):
        return
    found = stored(stage.factory, stage.factory.image.names.decision_folder, stage.played.execution)
    if found is None:
        yield "nobody can read later what was done"
        return
    record = found[0]
    execution = automation_backends[ACCOUNT][HOME].executions[stage.played.execution]
    said = {
        "schema": "golden-ami-change/1",
        "execution": execution.identifier,
        "document": execution.document.name,
        "started_by": execution.executed_by,
        "because": stage.scenario.because,
    }
    yield from (f"the record says of {what}: {record.get(what)}" for what in said if record.get(what) != said[what])
    if record["outcome"] not in outcomes(stage.scenario):
        yield f"the record says {record['outcome']!r}"
    people = decided(record)
    if people and people != Counter(stage.played.decisions.get(stage.played.execution, [])):
        yield f"the record has the decisions {sorted(people)}"
    if stage.scenario.revokes and record["image"] != stage.played.image:
        yield f"the record is of {record['image']}"
    if record["outcome"] == "rolled-back" and record["image"] != stage.played.image:
        yield f"the record is of {record['image']}"
    if record["outcome"] == "rolled-back" and record["instead_of"] != stage.played.record["image"]:
        yield f"the record says that it was {record['instead_of']}"


def _spoils_the_record(stage: Stage) -> bool:
    struck = [fault for fault in stage.scenario.faults if fault.document == "outcome" and fault.step != "markImage"]
    return any(fault.kind not in _PASSING for fault in struck)


def all_others_stay(stage: Stage) -> Iterator[str]:
    """Every other image is shared with whom it was; only the one before may be published in its place."""
    for image, before in stage.played.others.items():
        now = stage.eyes.given(image)
        if image != stage.played.image and (now.launch, now.shares) != (before.launch, before.shares):
            yield f"{image} was changed: {before} is {now}"


def has_a_notice(stage: Stage, outcome: str) -> bool:
    """Whether a notice of that outcome was sent, by a telling that nothing disturbs."""
    return not told_badly(stage) and any(each.get("Subject") == f"Golden AMI: {outcome}" for each in told(stage))


CHANGE_LAWS: Final[tuple[Law, ...]] = (
    nothing_changes_before_it_may,
    nobody_gains_what_is_not_theirs,
    it_is_recorded,
    all_others_stay,
)
