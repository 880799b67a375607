"""aws:pause, and signals that an execution does not wait for."""

import pytest
from botocore.exceptions import ClientError

from tests.automation.conftest import Runbooks, nap, step
from tests.automation.test_approvals import decide, refused


def test_a_pause_waits_for_resume(runbooks: Runbooks) -> None:
    """ "Once paused, the automation status is Waiting. To continue the automation, use the SendAutomationSignal API
    operation with the Resume signal type." (aws:pause) "For StartStep and Resume signal types, you must send the name
    of the Automation step to start or resume as the payload." (SendAutomationSignal, Payload)
    """
    identifier = runbooks.begin(step("rest", "pause"), nap("after"))
    assert runbooks.see(identifier).status == "Waiting"
    assert refused(runbooks.ssm, identifier, "Approve") == "InvalidAutomationSignalException"
    asked = {"AutomationExecutionId": identifier, "SignalType": "Resume"}
    for extra in ({}, {"Payload": {"StepName": ["after"]}}):
        with pytest.raises(runbooks.ssm.exceptions.AutomationStepNotFoundException):
            runbooks.ssm.send_automation_signal(**asked, **extra)
    runbooks.ssm.send_automation_signal(**asked, Payload={"StepName": ["rest"]})
    assert runbooks.see(identifier).status == "Success"


def test_a_pause_ends_after_seven_days(runbooks: Runbooks) -> None:
    """ "The default timeout for this action is 7 days (604800 seconds)" (aws:pause)"""
    identifier = runbooks.begin(step("rest", "pause"))
    runbooks.local.clock.advance(604_801)
    assert runbooks.see(identifier).status == "TimedOut"


@pytest.mark.parametrize("kind", ["Approve", "Reject", "Resume"])
def test_a_signal_that_nobody_waits_for_is_refused(runbooks: Runbooks, kind: str) -> None:
    """ "The signal isn't valid for the current Automation execution." (SendAutomationSignal, Errors)"""
    assert refused(runbooks.ssm, runbooks.begin(nap("a")), kind) == "InvalidAutomationSignalException"


def test_other_signals_are_not_modelled(runbooks: Runbooks) -> None:
    with pytest.raises(ClientError) as caught:
        decide(runbooks.ssm, runbooks.begin(step("rest", "pause")), "StopStep")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
