"""Nobody is asked before the evidence runbook has ended well, for this configuration."""

from typing import Any

import pytest

from golden_ami.runbook import load as read
from golden_ami.runbooks import EVIDENCE
from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.bucket import DIGEST, KEY
from tests.runbooks.scripts.conftest import SESSION, Aws, Script, error, load

COLLECTION = "99999999-2222-3333-4444-555555555555"
EVENTS = {"collection": COLLECTION, "configuration": "0123456789abcdef"}
DOCUMENT = NAMES.evidence.document
STATUSES = SESSION.get_service_model("ssm").shape_for("AutomationExecutionStatus").enum
OUTPUTS = {
    "collectEvidence.Key": [KEY],
    "collectEvidence.Digest": [DIGEST],
    "collectEvidence.Configuration": [EVENTS["configuration"]],
    "wordRequest.Request": ["Please approve or deny"],
}
STEPS = [step["name"] for step in read(EVIDENCE).content["mainSteps"]]


def _ended(aws: Aws, status: str = "Success", outputs: Any = OUTPUTS, **more: Any) -> None:
    found = {"AutomationExecutionStatus": status, "DocumentName": DOCUMENT, "Outputs": outputs, **more}
    aws.answers["ssm", "GetAutomationExecution"] = {"AutomationExecution": found}


def _step(name: str, status: str, why: str | None = None) -> dict[str, str]:
    return {"StepName": name, "StepStatus": status} | ({"FailureMessage": why} if why else {})


def test_the_request_and_its_evidence_are_taken_over(aws: Aws, script: Script) -> None:
    _ended(aws)
    found = script("read_evidence").handler(EVENTS, {})
    assert found == {"request": "Please approve or deny", "key": KEY, "digest": DIGEST}
    assert aws.requests == [("GetAutomationExecution", None, {"AutomationExecutionId": COLLECTION})]


def test_the_outputs_are_those_that_the_evidence_runbook_has() -> None:
    assert set(read(EVIDENCE).content["outputs"]) == set(OUTPUTS)


@pytest.mark.parametrize("other", ["0123456789abcdee", "", "0123456789ABCDEF", "0123456789abcdef "])
def test_evidence_for_another_configuration_is_refused(aws: Aws, script: Script, other: str) -> None:
    _ended(aws, outputs=OUTPUTS | {"collectEvidence.Configuration": [other]})
    with pytest.raises(ValueError, match="another configuration: a deployment came between, so start again"):
        script("read_evidence").handler(EVENTS, {})


@pytest.mark.parametrize("missing", OUTPUTS)
@pytest.mark.parametrize("empty", [True, False])
def test_an_output_that_is_missing_is_refused(aws: Aws, script: Script, missing: str, empty: bool) -> None:
    left = {key: value for key, value in OUTPUTS.items() if key != missing}
    _ended(aws, outputs=left | ({missing: []} if empty else {}))
    with pytest.raises((IndexError, KeyError)):
        script("read_evidence").handler(EVENTS, {})


@pytest.mark.parametrize("status", [each for each in STATUSES if each != "Success"])
def test_a_collection_that_did_not_succeed_is_refused_whatever_it_has_given(
    aws: Aws, script: Script, status: str
) -> None:
    _ended(aws, status, FailureMessage="nobody knows")
    with pytest.raises(ValueError, match=f"^{DOCUMENT} ended {status}. nobody knows$"):
        script("read_evidence").handler(EVENTS, {})


@pytest.mark.parametrize("status", ["Failed", "TimedOut", "Cancelled"])
@pytest.mark.parametrize("name", STEPS)
def test_the_step_that_ended_it_is_named_with_its_reason(aws: Aws, script: Script, name: str, status: str) -> None:
    before = STEPS[: STEPS.index(name)]
    steps = [*(_step(each, "Success", "no reason") for each in before), _step(name, status, "for a reason")]
    _ended(aws, status, FailureMessage="Step fails", StepExecutions=steps)
    with pytest.raises(ValueError, match=f"^{name} of {DOCUMENT} ended {status}. for a reason$"):
        script("read_evidence").handler(EVENTS, {})


def test_a_step_without_a_reason_is_named_too(aws: Aws, script: Script) -> None:
    _ended(aws, "TimedOut", StepExecutions=[_step("checkFindings", "TimedOut")])
    with pytest.raises(ValueError, match=f"checkFindings of {DOCUMENT} ended TimedOut"):
        script("read_evidence").handler(EVENTS, {})


@pytest.mark.parametrize("name", STEPS)
def test_only_findings_make_the_outcome_a_failed_scan(aws: Aws, script: Script, name: str) -> None:
    _ended(aws, "Failed", StepExecutions=[_step(name, "Failed", "Too many findings")])
    with pytest.raises(ValueError, match=name) as refused:
        script("read_evidence").handler(EVENTS, {})
    step = {"StepName": "readEvidence", "StepStatus": "Failed", "FailureMessage": f"ValueError: {refused.value}"}
    execution = {"AutomationExecutionStatus": "InProgress", "DocumentName": NAMES.approval.document}
    telling = load("tell_outcome", Aws())
    outcome, reason = telling.tell.__globals__["_outcome"](execution, [step], telling.KINDS)
    assert outcome == ("scan-failed" if name == "checkFindings" else "evidence-failed")
    assert "Too many findings" in reason


@pytest.mark.parametrize("code", ["AutomationExecutionNotFoundException", "AccessDeniedException"])
def test_a_collection_that_cannot_be_read_is_refused(aws: Aws, script: Script, code: str) -> None:
    aws.answers["ssm", "GetAutomationExecution"] = error(code)
    with pytest.raises(Exception, match=code):
        script("read_evidence").handler(EVENTS, {})
