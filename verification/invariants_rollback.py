"""What must hold after a rollback, beside what holds after every change; each law returns what breaks it."""

from collections.abc import Callable, Iterator
from typing import Final

from verification.invariants import is_revoked, is_whole, told
from verification.invariants_changes import has_begun
from verification.stage import Stage
from verification.taking import again

Law = Callable[[Stage], Iterator[str]]


def rolled_back_means_current(stage: Stage) -> Iterator[str]:
    """Success means that the image before is shared as configured, can be launched, and is what consumers get."""
    if stage.status(stage.played.execution) != "Success" or is_revoked(stage):
        return
    image = stage.played.image
    if not is_whole(stage, image):
        yield f"it ended Success, and others have {stage.eyes.given(image)}"
    before = {key: value for key, value in stage.played.record.items() if key != "previous"}
    if stage.eyes.record().get("previous") != before:
        yield f"the record says of the one before: {stage.eyes.record().get('previous')}"
    recorded = {key: value for key, value in stage.eyes.record().items() if key != "previous"}
    if recorded != stage.played.record["previous"]:
        yield f"the record is {recorded}, and was {stage.played.record['previous']}"
    for ami in stage.eyes.amis(image).values():
        if ami.state != "available" or ami.deprecation_time:
            yield f"{ami.id} is {ami.state}, and deprecated {ami.deprecation_time}"
        if "approved again" not in (ami.description or ""):
            yield f"{ami.id} says {ami.description}"


def consumers_agree(stage: Stage) -> Iterator[str]:
    """However it ends, consumers of every Region get the image that is recorded, or a notice says that they do not."""
    if stage.scenario.because == "none" or not has_begun(stage, "restoreImage"):
        return
    record, everywhere = stage.eyes.record(), set(stage.factory.configuration.regions)
    recorded = record.get("image", "")
    # Where the current image never was, there is nothing to put back.
    if recorded == stage.played.record["image"]:
        everywhere &= set(stage.played.record["amis"])
    said = any("TAKING BACK FAILED" in each.get("Message", "") for each in told(stage))
    struck = stage.scenario.strikes("putCurrentBack") or any(f.kind == "untrusted" for f in stage.scenario.faults)
    if said and not struck:
        yield "the notice says that taking back failed, and nothing was in its way"
    if stage.eyes.given(recorded).published != everywhere and not (said and struck):
        yield f"{recorded} is recorded, and consumers get {stage.eyes.parameters()}; the notice says so: {said}"


def a_second_rollback_finishes(stage: Stage) -> Iterator[str]:
    """Start one again that has not come to its end: the image before becomes current."""
    scenario, image = stage.scenario, stage.played.image
    if is_revoked(stage) or any(fault.kind == "untrusted" for fault in scenario.faults):
        return
    if scenario.faults and stage.eyes.record().get("image") != image:
        execution = again(stage)
        if stage.status(execution) != "Success" or not is_whole(stage, image):
            yield f"the second run ended {stage.status(execution)}, and others have {stage.eyes.given(image)}"


ROLLBACK_LAWS: Final[tuple[Law, ...]] = (
    rolled_back_means_current,
    consumers_agree,
    a_second_rollback_finishes,
)
"""In this order: the last one starts the rollback again, and changes the state."""
