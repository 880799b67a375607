"""What must hold after the retirement of an image, beside the laws of telling."""

from collections.abc import Callable, Iterator
from typing import Final

from verification.invariants_changes import all_others_stay
from verification.stage import Stage
from verification.state import REGIONS
from verification.taking import again

Law = Callable[[Stage], Iterator[str]]


def success_means_gone(stage: Stage) -> Iterator[str]:
    """Success means that nothing of the image is left."""
    left = _left(stage)
    if stage.status(stage.played.execution) == "Success" and left:
        yield f"it ended Success, and there is still {left}"


def a_refusal_changes_nothing(stage: Stage) -> Iterator[str]:
    """Who is refused for want of a reason has changed nothing."""
    given = stage.scenario.retires in {"current", "previous"} and stage.scenario.because == "none"
    if given and stage.eyes.given(stage.played.image) != stage.played.others[stage.played.image]:
        yield "it was refused, and changed what others have"
    if given and stage.eyes.parameters() != stage.played.before:
        yield "it was refused, and changed what consumers are given"


def consumers_are_given_what_exists(stage: Stage) -> Iterator[str]:
    """Once it is gone, no parameter and no record names it."""
    if stage.status(stage.played.execution) == "Success":
        record = stage.eyes.record()
        if stage.played.image in {record.get("image"), record.get("previous", {}).get("image")}:
            yield "the record still names it"
        if stage.scenario.retires == "current" and stage.scenario.history > 1 and not record:
            yield "the image before is not given in its place"
        there = {ami.id for image in stage.eyes.images() for ami in stage.eyes.amis(image).values()}
        published = {region: stage.eyes.parameter("ami", region) for region in REGIONS}
        yield from (
            f"{ami} is given in {region}, and gone" for region, ami in published.items() if ami and ami not in there
        )


def a_second_run_finishes(stage: Stage) -> Iterator[str]:
    """Start it again with nothing in the way: it goes on where it stopped, and nothing is left."""
    wanted = stage.scenario.retires not in {"current", "previous"} or stage.scenario.because != "none"
    if stage.scenario.retires == "foreign":
        return
    if wanted and not any(fault.kind == "untrusted" for fault in stage.scenario.faults):
        execution = again(stage)
        if stage.status(execution) != "Success" or _left(stage):
            yield f"the second run ended {stage.status(execution)}, and there is {_left(stage) or 'nothing'} left"


def _left(stage: Stage) -> str:
    image, eyes = stage.played.image, stage.eyes
    left = {
        "the image": image in eyes.images(),
        "AMIs": bool(eyes.amis(image)),
        "snapshots": bool(eyes.snapshots(image)),
        "something given": bool(eyes.given(image)),
    }
    return ", ".join(what for what, there in left.items() if there)


RETIREMENT_LAWS: Final[tuple[Law, ...]] = (
    success_means_gone,
    a_refusal_changes_nothing,
    all_others_stay,
    consumers_are_given_what_exists,
    a_second_run_finishes,
)
"""In this order: the last one starts the retirement again, and changes the state."""
