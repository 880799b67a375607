"""Which step comes after which, and what the execution's status is in the end."""

from itertools import product
from typing import Any

import pytest

from tests.automation.conftest import Runbooks, failing, late, nap, script, step

ENDS = {"Failed": failing, "TimedOut": late}


@pytest.mark.parametrize(
    ("critical", "on_failure", "end"),
    [*product((None, True, False), ("Abort", "Continue", "step:other"), ENDS)],
)
def test_a_failure_spoils_the_execution_when_it_stops_it_or_is_said_to_be_critical(
    runbooks: Runbooks, critical: bool | None, on_failure: str, end: str
) -> None:
    """ "If a step with this designation fails, then Automation reports the final status of the Automation as Failed.
    This property is only evaluated if you explicitly define it in your step." (Properties shared by all actions)

    "By default, if an action times out, the automation execution status will be `Timed Out`" (Handling timeouts in
    runbooks). That isCritical: false could save an execution that onFailure: Abort has stopped is not documented.
    """
    properties = {"onFailure": on_failure} | ({} if critical is None else {"isCritical": critical})
    seen = runbooks.run(ENDS[end]("bad", **properties), nap("next", isEnd=True), nap("other"))
    following = {"Abort": [], "Continue": ["next"], "step:other": ["other"]}[on_failure]
    assert seen.ran == ["bad", *following]
    assert seen.statuses["bad"] == end
    assert seen.status == (end if critical or on_failure == "Abort" else "Success")
    assert seen.steps["bad"]["IsCritical"] is (on_failure != "Continue" if critical is None else critical)


def test_without_on_failure_a_failure_stops_the_execution(runbooks: Runbooks) -> None:
    """ "The default value for this option is abort." (Properties shared by all actions, onFailure)"""
    seen = runbooks.run(failing("bad"), nap("next"))
    assert (seen.status, seen.statuses) == ("Failed", {"bad": "Failed", "next": "Pending"})
    assert "ValueError: no" in seen.failure


@pytest.mark.parametrize(("first", "status"), [(nap, "Success"), (failing, "Failed")])
def test_is_end_stops_after_success_and_after_failure(runbooks: Runbooks, first, status) -> None:
    """ "The automation stops if the step failed or succeeded." (Properties shared by all actions, isEnd)"""
    properties = {"isEnd": True} | ({"onFailure": "Continue"} if first is failing else {})
    seen = runbooks.run(first("first", **properties), nap("next"))
    assert (seen.status, seen.ran) == (status, ["first"])


def test_next_step_is_followed_after_success(runbooks: Runbooks) -> None:
    """ "Specifies which step in an automation to process next after successfully completing a step."
    (Properties shared by all actions, nextStep)
    """
    assert runbooks.run(nap("a", nextStep="c"), nap("b"), nap("c")).ran == ["a", "c"]


def test_next_step_is_followed_when_a_failure_is_passed_over(runbooks: Runbooks) -> None:
    """Not documented: whether onFailure: Continue goes to nextStep or to the next step in order. Here nextStep."""
    seen = runbooks.run(failing("a", onFailure="Continue", nextStep="c"), nap("b"), nap("c"))
    assert seen.ran == ["a", "c"]


def test_steps_run_in_the_order_of_the_document(runbooks: Runbooks) -> None:
    """ "Steps run in sequential order as listed in the document." (Data elements and parameters, mainSteps)"""
    seen = runbooks.run(nap("b"), nap("a"), nap("c"))
    assert (seen.ran, seen.status) == (["b", "a", "c"], "Success")


@pytest.mark.parametrize(("tries", "status"), [(1, "Failed"), (2, "Failed"), (3, "Success")])
def test_a_step_is_tried_again_as_often_as_it_says(runbooks: Runbooks, tries: int, status: str) -> None:
    """ "If the value is greater than 1, the step isn't considered to have failed until all retry attempts have failed."
    (Properties shared by all actions, maxAttempts)
    """
    name = runbooks.create(nap("x"))
    body = f"import builtins as b\nb.{name.replace('-', '')} = n = getattr(b, {name.replace('-', '')!r}, 0) + 1\n"
    seen = runbooks.run(script("a", body + "if n < 3: raise OSError(n)\nreturn n", maxAttempts=tries))
    assert (seen.status, seen.steps["a"]["MaxAttempts"]) == (status, tries)
    assert seen.message("a").endswith("" if status == "Success" else f"OSError: {tries}")


def test_a_timeout_counts_after_the_last_try(runbooks: Runbooks) -> None:
    """ "then the step isn't considered to have timed out until all retries have been attempted."
    (Properties shared by all actions, timeoutSeconds)
    """
    seen = runbooks.run(late("a", maxAttempts=3))
    took = seen.steps["a"]["ExecutionEndTime"] - seen.steps["a"]["ExecutionStartTime"]
    assert seen.status == "TimedOut"
    assert 30 <= took.total_seconds() < 31


def test_a_step_that_never_ran_stays_pending(runbooks: Runbooks) -> None:
    """ "If your automation uses conditional actions, steps remain in this state after an automation has completed"
    (Understanding automation statuses, Pending)
    """
    seen = runbooks.run(nap("a", nextStep="c"), nap("b"), nap("c"))
    assert seen.statuses["b"] == "Pending"
    assert "ExecutionStartTime" not in seen.steps["b"]


def test_a_reference_to_a_step_that_never_ran_fails_the_step(runbooks: Runbooks) -> None:
    """Not documented: what such a reference is worth. Here it is refused."""
    skipped = script("b", "return 'x'", puts_out="String")
    seen = runbooks.run(nap("a", nextStep="c"), skipped, script("c", "return 1", {"x": "{{ b.Payload }}"}))
    assert seen.statuses["c"] == "Failed"
    assert "b.Payload" in seen.message("c")


@pytest.mark.parametrize(
    ("action", "inputs"),
    [
        ("approve", {"Approvers": ["ann"], "MinRequiredApprovals": "many"}),
        ("executeAwsApi", {"Service": 7, "Api": "GetParameter"}),
        ("loop", {"Iterators": ["a"], "MaxIterations": "many", "Steps": []}),
        ("assertAwsResourceProperty", {"Service": "ssm", "Api": "x", "PropertySelector": 7, "DesiredValues": "x"}),
    ],
)
def test_inputs_of_a_wrong_type_fail_the_step(runbooks: Runbooks, action: str, inputs: dict[str, Any]) -> None:
    """ "the parameter validation occurs during the automation execution when an action's input is verified before
    running the action" (Data elements and parameters)
    """
    seen = runbooks.run(step("a", action, inputs, onFailure="Continue"), nap("b"))
    assert seen.statuses == {"a": "Failed", "b": "Success"}
