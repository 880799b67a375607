"""What must hold after every scenario; each law returns what breaks it."""

from collections.abc import Callable, Iterator
from typing import Final

from verification.expectations import TELLING, outcomes
from verification.faults import REVOKED
from verification.legitimacy import why_not
from verification.stage import Stage
from verification.state import Given, mail, undelivered
from verification.twists import twist_of

REQUEST: Final = "Automation approval requested"
_SOON: Final = 600
"""Seconds, of which a build takes sixty."""

_PATIENCE: Final = 900
"""Seconds after which an association that does not come about is given up."""

_BAD: Final = frozenset({"Failed", "TimedOut", "Cancelled"})
Law = Callable[[Stage], Iterator[str]]


def nothing_is_given_early(stage: Stage) -> Iterator[str]:
    """At no moment has anybody an image that is not approved, not fit, or not meant for them."""
    yield from stage.played.early
    for image, execution in stage.played.builders.items():
        given = stage.eyes.given(image)
        away = stage.scenario.build == "given-away"
        if twist_of(stage.scenario.twist).by_others:
            continue
        if away and not (given.shares or given.published or given.recorded):
            continue
        if given and image in stage.eyes.images() and execution != _superseded(stage):
            decisions = stage.played.decisions.get(execution, [])
            why = why_not(stage.eyes, stage.factory, image, decisions, given_away=away)
            if why:
                yield f"in the end others have {image}, although {why}"


def whole_or_nothing(stage: Stage) -> Iterator[str]:
    """Demand that an image is shared as configured or not at all, unless taking back failed and the notice says so."""
    image = stage.played.image
    if not image or not stage.scenario.approves or stage.scenario.build == "given-away":
        return
    if twist_of(stage.scenario.twist).by_others or is_revoked(stage):
        return
    if is_whole(stage, image) or is_untouched(stage, image):
        return
    said = _says_what_stayed(stage)
    if not (said and could_not_take_back(stage)):
        yield f"it is shared in part: {stage.eyes.given(image)}, {stage.eyes.parameters()}; the notice says so: {said}"


def the_status_is_true(stage: Stage) -> Iterator[str]:
    """Success means shared as configured, and the other way round where telling itself works."""
    if not stage.scenario.approves or is_revoked(stage):
        return
    status, image = stage.status(stage.played.execution), stage.played.image
    whole = bool(image) and is_whole(stage, image)
    if status == "Success" and not whole:
        yield "it ended Success, and is not shared as configured"
    kept = could_not_take_back(stage) and _says_what_stayed(stage)
    if status != "Success" and whole and not stage.scenario.strikes(*TELLING) and not (_untrusted_last(stage) or kept):
        yield f"it ended {status}, and is shared as configured"
    if status not in {*_BAD, "Success"}:
        yield f"it has not ended: {status}"


def somebody_is_told(stage: Stage) -> Iterator[str]:
    """There is exactly one notice, or at least one where telling itself was faulty."""
    count = len(told(stage))
    if must_be_told_more(stage):
        if count != 2:
            yield f"{count} notices, and not one that something could not be recorded or marked"
    elif told_badly(stage):
        if count + undelivered() < 1:
            yield "nobody was told"
    elif count != 1:
        yield f"{count} notices: {[each.get('Subject') for each in told(stage)]}"


def what_is_told_is_right(stage: Stage) -> Iterator[str]:
    """Demand that the notice names the outcome that the table has, and the execution's tag says the same."""
    expected = outcomes(stage.scenario)
    for each in told(stage):
        subject = each.get("Subject", "")
        if not subject and (told_badly(stage) or must_be_told_more(stage)):
            continue
        named = "approved" if subject.startswith("Golden Image Automation") else subject.removeprefix("Golden AMI: ")
        if named not in expected:
            yield f"the notice says {named!r}, not {sorted(expected)}"
        if named == "approved" and not is_whole(stage, stage.played.image) and not is_revoked(stage):
            yield "the notice says that it is shared, and it is not"
        if subject == "Golden AMI: approved" and not (told_badly(stage) or _untrusted_last(stage)):
            yield "the summary of what is shared is missing"
        if subject.startswith("Golden AMI: ") and "\nNext: " not in each["Message"]:
            yield "the notice does not say what to do next"
        kept = "TAKING BACK FAILED" in each["Message"]
        if kept and is_untouched(stage, stage.played.image) and not could_not_take_back(stage):
            yield "the notice says that taking back failed, and there was nothing to take back"
    tagged = stage.outcome(stage.played.execution)
    if not told_badly(stage) and tagged not in expected:
        yield f"the tag says {tagged!r}, not {sorted(expected)}"


def people_saw_what_they_approved(stage: Stage) -> Iterator[str]:
    """Demand that what is shared was named in a request, with all its AMIs."""
    image = stage.played.image
    if not stage.scenario.approves or not image or not is_whole(stage, image):
        return
    amis = {ami.id for ami in stage.eyes.amis(image).values()}
    requests = [each["Message"] for each in mail() if each.get("Subject") == REQUEST]
    if not any(image in text and all(ami in text for ami in amis) for text in requests):
        yield "it is shared, and no request named it with its AMIs"


def an_end_is_noticed_in_time(stage: Stage) -> Iterator[str]:
    """Demand that no step waits on for a build or a scan that has ended."""
    scenario = stage.scenario
    if scenario.build in {"endless", "slow", "scan-slow", "unscanned"}:
        return
    allowed = _SOON + _PATIENCE if scenario.link == "pending" else _SOON
    if not scenario.faults and stage.played.shared_in > allowed:
        yield f"it ended {stage.played.shared_in:.0f} seconds after the decision"
    elsewhere = all(fault.document == "evidence" for fault in scenario.faults)
    # A step of the evidence runbook may take ten minutes before it counts as one that hangs.
    if elsewhere and stage.played.took > (2 * _SOON if scenario.faults else _SOON):
        yield f"it ended, or asked people, after {stage.played.took:.0f} seconds"


def what_is_revoked_stays_so(stage: Stage) -> Iterator[str]:
    """Demand that nobody has what was revoked, whenever that was, and that consumers are given what they were."""
    if not is_revoked(stage):
        return
    if stage.eyes.given(stage.played.image):
        yield f"it was revoked, and others have {stage.eyes.given(stage.played.image)}"
    recorded, everywhere = stage.eyes.record().get("image", ""), set(stage.factory.configuration.regions)
    if recorded and stage.eyes.given(recorded).published != everywhere:
        yield f"{recorded} is recorded, and consumers are given {stage.eyes.parameters()}"


def nothing_happens_twice(stage: Stage) -> Iterator[str]:
    """Demand that the same client token starts one execution, and an execution builds one image."""
    if not stage.scenario.approves:
        return
    if stage.played.again != stage.played.execution:
        yield "the second start with the same token is another execution"
    built = [image for image, execution in stage.played.builders.items() if execution == stage.played.execution]
    if len(built) > 1:
        yield f"it built {built}"


def the_role_suffices(stage: Stage) -> Iterator[str]:
    """No policy refuses what a runbook asks for; what a fault refuses is no policy's doing."""
    if twist_of(stage.scenario.twist).noisy or not stage.played.refusals:
        return
    yield f"its role was refused: {stage.played.refusals[0]}"


def is_whole(stage: Stage, image: str) -> bool:
    """Whether an image is shared exactly as configured."""
    factory, configuration, given = stage.factory, stage.factory.configuration, stage.eyes.given(image)
    everywhere = frozenset(configuration.regions)
    receivers = frozenset(factory.image.launch_principals)
    launch = dict.fromkeys(configuration.regions, receivers) if receivers else {}
    shares = frozenset({factory.share_arn} if factory.share_arn else ())
    wanted = Given(launch=launch, shares=shares, published=everywhere, recorded=True)
    return given == wanted and (stage.eyes.parameter_is_shared() or not configuration.parameter)


def is_untouched(stage: Stage, image: str) -> bool:
    """Whether nobody has anything of an image, and consumers are given what they were given before."""
    return not stage.eyes.given(image) and stage.eyes.parameters() == stage.played.before


def told(stage: Stage) -> list[dict[str, str]]:
    """Find the notices about the execution; one that nobody could word has no subject."""
    execution = stage.played.execution
    return [
        each
        for each in mail()
        if each.get("Subject") != REQUEST and (execution in each.get("Message", "") or not each.get("Subject"))
    ]


def is_revoked(stage: Stage) -> bool:
    """Whether somebody revokes the image meanwhile, after which only that counts."""
    revoked = any(fault.kind == REVOKED for fault in stage.scenario.faults)
    return revoked or twist_of(stage.scenario.twist).revoked


def told_badly(stage: Stage) -> bool:
    """Whether a fault was in the telling itself; a step with more tries has to cope with a passing one."""
    struck = [fault for fault in stage.scenario.faults if fault.step in TELLING]
    return any(
        fault.kind != "throttled" or (fault.step == "tellOutcome" and fault.document != "outcome") for fault in struck
    )


def must_be_told_more(stage: Stage) -> bool:
    """Whether what has ended could not be recorded or marked, which has to be told, too."""
    replaced = stage.scenario.decision == "evidence-replaced-meanwhile"
    # What ended before anybody was asked has nothing to replace.
    return (replaced and stage.played.execution in stage.played.decisions) or twist_of(stage.scenario.twist).noisy


def could_not_take_back(stage: Stage) -> bool:
    """Whether taking back itself was faulty."""
    return stage.scenario.strikes("takeBack", "putCurrentBack") or any(
        fault.kind == "untrusted" for fault in stage.scenario.faults
    )


def _says_what_stayed(stage: Stage) -> bool:
    return any("TAKING BACK FAILED" in each.get("Message", "") for each in told(stage))


def _untrusted_last(stage: Stage) -> bool:
    """Whether the role broke after everything was shared, so that only telling is left to fail."""
    return any(each.kind == "untrusted" and each.step == "publishApprovedAmi" for each in stage.scenario.faults)


def _superseded(stage: Stage) -> str:
    return stage.played.execution if stage.scenario.decision == "superseded" else ""


LAWS: Final[tuple[Law, ...]] = (
    nothing_is_given_early,
    whole_or_nothing,
    the_status_is_true,
    somebody_is_told,
    what_is_told_is_right,
    people_saw_what_they_approved,
    an_end_is_noticed_in_time,
    what_is_revoked_stays_so,
    nothing_happens_twice,
    the_role_suffices,
)
