"""aws:sleep, StopAutomationExecution, and the steps that run after a cancellation."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox import automation
from tests.automation.conftest import Runbooks, nap, script, step


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("PT10S", 10), ("PT2M", 120), ("PT1H1M1S", 3661), ("P1D", 86400), ("P6DT23H59M59S", 604_799), ("PT0S", 0)],
)
def test_a_sleep_takes_its_duration(runbooks: Runbooks, duration: str, seconds: int) -> None:
    """ "Delays an automation for a specified amount of time." "An ISO 8601 duration." (aws:sleep)"""
    shown = runbooks.run(step("a", "sleep", {"Duration": duration})).steps["a"]
    took = shown["ExecutionEndTime"] - shown["ExecutionStartTime"]
    assert took.total_seconds() == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    "inputs", [{}, {"Duration": "10"}, {"Duration": "-PT1S"}, {"Duration": "P"}, {"Timestamp": "x"}]
)
def test_a_sleep_without_a_time_fails(runbooks: Runbooks, inputs: dict[str, str]) -> None:
    """ "You can't specify a negative duration." "If you don't specify a value for this parameter, then you must specify
    a value for the `Duration` parameter." (aws:sleep)
    """
    assert runbooks.run(step("a", "sleep", inputs)).status == "Failed"


def test_a_sleep_of_more_than_seven_days_fails(runbooks: Runbooks) -> None:
    """ "Automation supports a maximum delay of 604799 seconds (7 days)." (aws:sleep)"""
    seen = runbooks.run(step("a", "sleep", {"Duration": "P7D"}))
    assert (seen.status, "604799" in seen.message("a")) == ("Failed", True)


@pytest.mark.parametrize(("hours", "seconds"), [(2, 7200), (-2, 0)])
def test_a_sleep_until_a_time_ends_then_or_at_once(runbooks: Runbooks, hours: int, seconds: int) -> None:
    """ "If the specified date and time has passed, the action proceeds immediately." (aws:sleep)"""
    until = runbooks.local.clock.now() + timedelta(hours=hours)
    shown = runbooks.run(step("a", "sleep", {"Timestamp": until.isoformat()})).steps["a"]
    assert (shown["ExecutionEndTime"] - shown["ExecutionStartTime"]).total_seconds() == pytest.approx(seconds, abs=2)


def test_a_time_without_zone_is_not_modelled(runbooks: Runbooks) -> None:
    """Not documented: which zone it would be in."""
    seen = runbooks.run(step("a", "sleep", {"Timestamp": "2030-01-01T00:00:00"}))
    assert (seen.status, "not modelled" in seen.message("a")) == ("Failed", True)


def wait_for_ann(name: str = "ask", **properties: Any) -> dict[str, Any]:
    return step(name, "approve", {"Approvers": ["ann"]}, **properties)


def stopped(runbooks: Runbooks, *steps: dict[str, Any], kind: str | None = None) -> Any:
    identifier = runbooks.begin(*steps)
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=identifier, **({"Type": kind} if kind else {}))
    return runbooks.see(identifier)


@pytest.mark.parametrize("kind", [None, "Cancel"])
def test_a_cancelled_execution_stops_at_once(runbooks: Runbooks, kind: str | None) -> None:
    """ "The default type is Cancel." (StopAutomationExecution) "The step was stopped by a requester before it
    completed." "Steps also remain in this state if the automation is canceled before the step runs." (Understanding
    automation statuses, Cancelled and Pending)
    """
    seen = stopped(runbooks, nap("before"), wait_for_ann(), nap("after"), kind=kind)
    assert seen.statuses == {"before": "Success", "ask": "Cancelled", "after": "Pending"}
    assert seen.status == "Cancelled"


def test_complete_lets_the_step_end_and_nothing_follow(runbooks: Runbooks) -> None:
    """ "Valid types include the following: Cancel and Complete." (StopAutomationExecution) What Complete does is not
    documented: here the present step ends by itself, nothing follows, and the execution is Cancelled.
    """
    identifier = runbooks.begin(wait_for_ann(timeoutSeconds=3600, onFailure="Continue"), nap("after"))
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=identifier, Type="Complete")
    assert runbooks.see(identifier).status == "Waiting"
    runbooks.local.clock.advance(3601)
    seen = runbooks.see(identifier)
    assert (seen.status, seen.ran) == ("Cancelled", ["ask"])


def test_what_has_ended_or_stops_already_cannot_be_stopped(runbooks: Runbooks) -> None:
    """ "The specified update status operation isn't valid." (StopAutomationExecution, Errors)"""
    identifier = stopped(runbooks, wait_for_ann()).shown["AutomationExecutionId"]
    waiting = runbooks.begin(wait_for_ann(timeoutSeconds=3600))
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=waiting, Type="Complete")
    for each in (identifier, runbooks.begin(nap("a")), waiting):
        with pytest.raises(runbooks.ssm.exceptions.InvalidAutomationStatusUpdateException):
            runbooks.ssm.stop_automation_execution(AutomationExecutionId=each)


def test_after_a_cancellation_a_chain_of_steps_runs(runbooks: Runbooks) -> None:
    """ "Indicates which step the automation should go to in the event that a user cancels the automation." (Properties
    shared by all actions, onCancel) "The automation is in the process of stopping after being canceled by a requester."
    (Understanding automation statuses, Cancelling)
    """
    look = "return boto3.client('ssm').get_automation_execution(AutomationExecutionId=events['id'])"
    look += "['AutomationExecution']['AutomationExecutionStatus']"
    role = runbooks.role({"Effect": "Allow", "Action": "ssm:GetAutomationExecution", "Resource": "*"})
    undo = script("undo", look, {"id": "{{ automation:EXECUTION_ID }}"}, nextStep="tell")
    steps = [wait_for_ann(onCancel="step:undo", nextStep="share"), nap("share", isEnd=True), undo]
    identifier = runbooks.begin(*steps, script("skipped", "return 1"), script("tell", "return 1"), assumeRole=role)
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=identifier)
    seen = runbooks.see(identifier)
    assert (seen.ran, seen.status) == (["ask", "undo", "tell"], "Cancelled")
    assert seen.payload("undo") == "Cancelling"


def test_a_cancellation_takes_two_minutes_at_most(runbooks: Runbooks) -> None:
    """ "Automation runs the cancellation workflow for a maximum of two minutes." (Properties shared by all actions)"""
    undo = script("undo", "time.sleep(90)")
    slow = script("slow", "time.sleep(90)", onFailure="step:last")
    seen = stopped(runbooks, wait_for_ann(onCancel="step:undo"), undo, slow, script("last", "return 1"))
    assert seen.statuses == {"ask": "Cancelled", "undo": "Success", "slow": "TimedOut", "last": "TimedOut"}
    took = seen.steps["slow"]["ExecutionEndTime"] - seen.steps["undo"]["ExecutionStartTime"]
    assert took.total_seconds() == pytest.approx(120, abs=1)
    assert "OutputPayload" not in seen.steps["last"]["Outputs"]
    assert seen.status == "Cancelled"


@pytest.mark.parametrize("on_cancel", [True, False])
def test_a_cancellation_during_a_call_counts_for_that_step(runbooks: Runbooks, on_cancel: bool) -> None:
    """ "Indicates which step the automation should go to in the event that a user cancels the automation." (Properties
    shared by all actions, onCancel) The step that cannot be interrupted ends as it does; its onCancel is followed.
    """
    stop = "boto3.client('ssm').stop_automation_execution(AutomationExecutionId=events['id'])"
    role = runbooks.role({"Effect": "Allow", "Action": "ssm:StopAutomationExecution", "Resource": "*"})
    properties = {"onCancel": "step:undo"} if on_cancel else {}
    first = script("first", stop, {"id": "{{ automation:EXECUTION_ID }}"}, **properties)
    seen = runbooks.run(first, nap("next", isEnd=True), script("undo", "return 1"), assumeRole=role)
    assert seen.statuses == {"first": "Success", "next": "Pending", "undo": "Success" if on_cancel else "Pending"}
    assert seen.status == "Cancelled"


@pytest.mark.parametrize("on_cancel", [True, False])
def test_a_cancelled_loop_does_not_turn_again(runbooks: Runbooks, on_cancel: bool) -> None:
    """ "The `onCancel` property can only be used for steps defined within a loop." (aws:loop)"""
    inner = [wait_for_ann(**({"onCancel": "step:undo"} if on_cancel else {})), script("undo", "return 1")]
    seen = stopped(runbooks, step("loop", "loop", {"Iterators": ["a", "b"], "Steps": inner}), nap("after"))
    assert seen.ran == ["loop", "ask", *(["undo"] if on_cancel else [])]
    assert (seen.status, seen.statuses["loop"], seen.statuses["after"]) == ("Cancelled", "Cancelled", "Pending")


@pytest.mark.parametrize("kind", ["Cancel", "Complete"])
def test_people_sleep_on_a_clock_that_does_not_jump(runbooks: Runbooks, kind: str) -> None:
    """A sleep that takes its time can be cancelled; Complete lets it end."""
    clock = runbooks.local.clock
    clock.instant = False
    try:
        identifier = runbooks.begin(nap("long", 3600), nap("after"))
        assert runbooks.see(identifier).statuses["long"] == "InProgress"
        runbooks.ssm.stop_automation_execution(AutomationExecutionId=identifier, Type=kind)
        automation.settle()
        if kind == "Complete":
            clock.advance(3600)
        seen = runbooks.see(identifier)
    finally:
        clock.instant = True
    assert seen.statuses == {"long": "Cancelled" if kind == "Cancel" else "Success", "after": "Pending"}
    assert seen.status == "Cancelled"


def test_an_execution_that_is_not_there_cannot_be_stopped(runbooks: Runbooks) -> None:
    """ "There is no automation execution information for the requested automation execution ID."
    (StopAutomationExecution, Errors)
    """
    with pytest.raises(ClientError) as caught:
        runbooks.ssm.stop_automation_execution(AutomationExecutionId="0" * 36)
    assert caught.value.response["Error"]["Code"] == "AutomationExecutionNotFoundException"
