"""What must hold of evidence, decisions and marks after every scenario; each law returns what breaks it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from golden_ami.names import OUTCOME_TAG
from golden_ami.sandbox.automation import automation_backends
from golden_ami.sandbox.clock import iso
from verification.configurations import ACCOUNT, HOME
from verification.documents import comparable, evidence_of
from verification.expectations import outcomes
from verification.factory import QUARANTINES
from verification.invariants import REQUEST, could_not_take_back, is_revoked, is_whole
from verification.stage import Stage
from verification.state import decided, mail, stored
from verification.wording import says_too_little

_LONGEST: Final = 4096
_NEVER_SHARED: Final = frozenset(
    {"denied", "expired", "build-failed", "scan-failed", "evidence-failed", "approval-invalid"}
)
_PASSING: Final = frozenset({"throttled", "lost", "malformed"})
Law = Callable[[Stage], Iterator[str]]


def whoever_is_asked_has_evidence(stage: Stage) -> Iterator[str]:
    """Demand that each request names evidence by its digest, and that this evidence is what the image is."""
    names = stage.factory.image.names
    for request in _requests(stage):
        text = request.partition("\n\n")[2]
        found = stored(stage.factory, names.evidence_folder, stage.played.execution)
        if stage.scenario.twist == "evidence-gone":
            continue
        if found is None:
            yield "somebody was asked without evidence"
            continue
        evidence, digest = found
        replaced = stage.scenario.decision == "evidence-replaced-meanwhile"
        if len(text) > _LONGEST:
            yield f"the request has {len(text)} characters"
        if digest not in text and not replaced:
            yield "the request does not name the evidence that is there"
        if not replaced:
            yield from _lies(stage, evidence, text, digest)


def _lies(stage: Stage, evidence: dict[str, Any], text: str, digest: str) -> Iterator[str]:
    """Compare evidence and request with the state, and with what the factory was made from."""
    image = stage.eyes.images().get(stage.played.image)
    if image is None:
        return
    expected, said = evidence_of(stage, image), comparable(evidence)
    yield from (
        f"the evidence says of {what}: {said.get(what)}, not {expected.get(what)}"
        for what in sorted({*expected, *said})
        if said.get(what) != expected.get(what)
    )
    yield from says_too_little(stage, text, expected, digest)


def decisions_are_recorded(stage: Stage) -> Iterator[str]:
    """Demand one record of whoever was asked, that says who decided what, upon which evidence, and how it ended."""
    if not stage.scenario.approves or stage.scenario.deaf or _spoils(stage, "tellOutcome", "recordDecision"):
        return
    names = stage.factory.image.names
    found = stored(stage.factory, names.decision_folder, stage.played.execution)
    asked = bool(_requests(stage))
    if found is None:
        if asked:
            yield "nobody can read later who decided"
        return
    record = found[0]
    if not asked and _history(stage)["asked"] is None:
        yield "a decision is recorded, and nobody was asked"
    people = decided(record)
    # Systems Manager keeps nothing of an approval that has not come to its end.
    if people and people != Counter(stage.played.decisions.get(stage.played.execution, [])):
        yield f"the record has the decisions {sorted(people)}"
    if record["outcome"] not in outcomes(stage.scenario):
        yield f"the record says {record['outcome']!r}"
    evidence = stored(stage.factory, names.evidence_folder, stage.played.execution)
    if record["evidence"]["sha256_now"] != (evidence[1] if evidence else "gone"):
        yield "the record names other evidence than there is"
    yield from (
        f"the record says of {what}: {record[what]}, not {value}"
        for what, value in _history(stage).items()
        if record[what] != value
    )
    if record["outcome"] in {"approved", "denied"} and not people:
        yield "the record does not say who decided"


def _history(stage: Stage) -> dict[str, str | None]:
    """Read from the state what a record has to say of an execution."""
    execution = automation_backends[ACCOUNT][HOME].executions[stage.played.execution]
    (asking,) = [run for run in execution.steps() if run.step.name == "waitForAdministratorApproval"]
    moments = {"ended": execution.ended, "asked": asking.started, "decided": asking.ended}
    said = {
        what: at.replace(microsecond=at.microsecond // 1000 * 1000).isoformat() if at else None
        for what, at in moments.items()
    }
    return {
        "execution": execution.identifier,
        "document": execution.document.name,
        "document_version": "1",
        "started_by": execution.executed_by,
        "image": stage.played.image,
        **said,
    }


def what_ended_is_marked(stage: Stage) -> Iterator[str]:
    """Demand that an image and its AMIs say how they ended, and that what was not approved is put away."""
    if not stage.scenario.approves or stage.scenario.deaf or not stage.played.image or is_revoked(stage):
        return
    if _spoils(stage, "tellOutcome", "markImage"):
        return
    image = stage.eyes.images().get(stage.played.image)
    outcome = stage.outcome(stage.played.execution)
    if image is None or not outcome or stage.scenario.strikes("executeImageCreation"):
        return
    if image.tags.get(OUTCOME_TAG) != outcome:
        yield f"the image is tagged {image.tags.get(OUTCOME_TAG)!r}, and ended {outcome!r}"
    deployment = stage.factory.image.names.scope.deployment
    quarantine = QUARANTINES[deployment]
    retirable = deployment if outcome in _NEVER_SHARED and quarantine.delete_after_days else None
    if image.tags.get("golden-ami:retirable") != retirable:
        yield f"the image ended {outcome!r}, and is tagged retirable as {image.tags.get('golden-ami:retirable')!r}"
    for region, ami in stage.eyes.amis(stage.played.image).items():
        if stage.eyes.tag(region, ami.id, OUTCOME_TAG) != outcome:
            yield f"{ami.id} is tagged {stage.eyes.tag(region, ami.id, OUTCOME_TAG)!r}, and ended {outcome!r}"
        away = outcome != "approved"
        if (ami.deprecation_time is not None) != away:
            yield f"{ami.id} ended {outcome}, and is deprecated: {ami.deprecation_time}"
        if (ami.state == "disabled") != (away and quarantine.disable):
            yield f"{ami.id} ended {outcome}, and is {ami.state}"


def _spoils(stage: Stage, *steps: str) -> bool:
    """Whether a fault keeps the outcome runbook from one of its steps, for all that it tries three times."""
    return any(
        fault.document == "outcome"
        and ((fault.step in steps and fault.kind not in _PASSING) or fault.kind in {"stopped", "untrusted"})
        for fault in stage.scenario.faults
    )


def receivers_are_told_the_truth(stage: Stage) -> Iterator[str]:
    """Demand that descriptions say that an AMI is approved when it is shared, and never otherwise."""
    if not stage.scenario.approves or stage.scenario.build == "given-away" or could_not_take_back(stage):
        return
    if is_revoked(stage):
        return
    shared = stage.eyes.given(stage.played.image).launch if stage.played.image else {}
    for region, ami in stage.eyes.amis(stage.played.image).items() if stage.played.image else ():
        says = " approved " in (ami.description or "")
        if says and not shared.get(region):
            yield f"{ami.id} says that it is approved: {ami.description}"
        if shared.get(region) and stage.outcome(stage.played.execution) == "approved" and not says:
            yield f"{ami.id} does not say that it is approved: {ami.description}"


def consumers_can_look_it_up(stage: Stage) -> Iterator[str]:
    """Demand that the record of what is shared names it, its evidence, and what was approved before."""
    image = stage.eyes.images().get(stage.played.image)
    if not stage.scenario.approves or image is None or not is_whole(stage, stage.played.image):
        return
    found = stored(stage.factory, stage.factory.image.names.evidence_folder, stage.played.execution)
    before = {key: value for key, value in stage.played.record.items() if key != "previous"}
    expected = {
        "image": stage.played.image,
        "created": iso(image.created),
        "amis": {region: ami.id for region, ami in stage.eyes.amis(stage.played.image).items()},
        "execution": stage.played.execution,
        "evidence": found[1] if found else "",
        **({"previous": before} if before else {}),
    }
    if stage.eyes.record() != expected:
        yield f"the record is {stage.eyes.record()}, not {expected}"


def _requests(stage: Stage) -> list[str]:
    execution = stage.played.execution
    return [each["Message"] for each in mail() if each.get("Subject") == REQUEST and execution in each["Message"]]


EVIDENCE_LAWS: Final[tuple[Law, ...]] = (
    whoever_is_asked_has_evidence,
    decisions_are_recorded,
    what_ended_is_marked,
    receivers_are_told_the_truth,
    consumers_can_look_it_up,
)
