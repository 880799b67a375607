"""aws:loop: for each, do while, and what happens when a step inside of it fails."""

from typing import Any

import pytest

from tests.automation.conftest import Runbooks, failing, late, nap, script, step

ECHO = "return events['it']"


def loop(*steps: dict[str, Any], name: str = "loop", **inputs: Any) -> dict[str, Any]:
    properties = {key: inputs.pop(key) for key in ("onFailure", "isCritical", "timeoutSeconds") if key in inputs}
    return step(name, "loop", {"Steps": list(steps)} | inputs, **properties)


def counting(name: str = "count", until: int = 3) -> dict[str, Any]:
    """A step that says whether it wants to be called again."""
    return script(name, f"return events['it'] < {until}", {"it": "{{ loop.CurrentIteration }}"}, puts_out="Boolean")


AGAIN = {"Variable": "{{ count.Payload }}", "BooleanEquals": True}


@pytest.mark.parametrize(
    ("kind", "items", "values"),
    [
        (None, ["a", "b", "c"], ["a", "b", "c"]),
        ("Integer", [1, 2], ["1", "2"]),
        ("Boolean", [True], ["true"]),
        ("StringMap", [{"a": 1}], ['{"a": 1}']),
        (None, [], []),
    ],
)
def test_the_steps_run_for_each_item(runbooks: Runbooks, kind: str | None, items: list[Any], values: list[str]) -> None:
    """ "The value of the current iterator as a string." "The current loop iteration as an integer. Iteration values
    start at 1." (aws:loop, Output)
    """
    inner = script("inner", ECHO, {"it": ["{{ loop.CurrentIteratorValue }}", "{{ loop.CurrentIteration }}"]})
    seen = runbooks.run(loop(inner, Iterators=items, **({"IteratorDataType": kind} if kind else {})))
    runs = [each for each in seen.shown["StepExecutions"] if each["StepName"] == "inner"]
    assert seen.status == "Success"
    assert [each["Outputs"]["OutputPayload"] for each in runs] == [
        [f'{{"Payload": [{_quoted(value)}, {turn}]}}'] for turn, value in enumerate(values, 1)
    ]
    parents = [(each["ParentStepDetails"]["StepName"], each["ParentStepDetails"]["Iteration"]) for each in runs]
    assert parents == [("loop", turn) for turn in range(1, len(items) + 1)]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '\\"') + '"'


@pytest.mark.parametrize(("most", "until", "turns"), [({}, 3, 3), ({"MaxIterations": 2}, 3, 2), ({}, 1, 1), ({}, 0, 1)])
def test_the_steps_run_again_while_the_condition_is_true(runbooks: Runbooks, most, until: int, turns: int) -> None:
    """ "The condition is evaluated after the steps in the loop complete. If the condition is `true` and the
    `MaxIterations` value has not been reached, the steps in the loop run again." (aws:loop, LoopCondition)
    """
    seen = runbooks.run(loop(counting(until=until), LoopCondition=AGAIN, **most), nap("after"))
    assert (seen.status, seen.ran) == ("Success", ["loop", *["count"] * turns, "after"])


def test_without_a_limit_a_hundred_turns_are_the_most(runbooks: Runbooks) -> None:
    """ "The maximum number of iterations is 100." (aws:loop)"""
    always = {"Variable": True, "BooleanEquals": True}
    assert runbooks.run(loop(nap("inner"), LoopCondition=always)).ran.count("inner") == 100


def test_a_condition_combines_operators(runbooks: Runbooks) -> None:
    """ "You can use complex operator evaluations by using a combination of `And`, `Not`, and `Or` operators."
    (aws:loop, LoopCondition)
    """
    below = {"Variable": "{{ loop.CurrentIteration }}", "NumericLesser": 4}
    seen = runbooks.run(loop(nap("inner"), LoopCondition={"And": [below, {"Not": {"Or": [AGAIN_NEVER]}}]}))
    assert seen.ran.count("inner") == 4


AGAIN_NEVER = {"Variable": "x", "StringEquals": "y"}


def test_max_iterations_limits_iterators_too(runbooks: Runbooks) -> None:
    """ "the loop stops running even if the `LoopCondition` is still `true` or if there are objects remaining in the
    `Iterators` parameter" (aws:loop, MaxIterations)
    """
    assert runbooks.run(loop(nap("inner"), Iterators=["a", "b", "c"], MaxIterations=2)).ran.count("inner") == 2


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "either Iterators or LoopCondition"),
        ({"Iterators": ["a"], "LoopCondition": AGAIN_NEVER}, "either Iterators or LoopCondition"),
        ({"Iterators": ["a"], "MaxIterations": 0}, "at most 100"),
        ({"Iterators": ["a"], "MaxIterations": 101}, "at most 100"),
        ({"Iterators": ["a"] * 101}, "at most 100"),
        ({"Iterators": [1]}, "no list of String"),
        ({"Iterators": ["a"], "IteratorDataType": "Integer"}, "no list of Integer"),
        ({"Iterators": "a"}, "no list of String"),
    ],
)
def test_a_loop_that_is_not_one_fails(runbooks: Runbooks, inputs: dict[str, Any], message: str) -> None:
    """ "When using an `aws:loop` action, only specify either the `Iterators` or `LoopCondition` input parameter." "The
    maximum number of iterators is 100." "Valid values: 1 - 100" (aws:loop)
    """
    seen = runbooks.run(loop(nap("inner"), **inputs))
    assert (seen.status, message in seen.message("loop"), seen.ran) == ("Failed", True, ["loop"])


@pytest.mark.parametrize(
    ("inside", "outside", "ran", "status"),
    [
        ({}, {}, ["loop", "inner"], "Failed"),
        ({"onFailure": "Continue"}, {}, ["loop", "inner", "last", "inner", "last", "after"], "Success"),
        ({"onFailure": "Continue", "isCritical": True}, {}, ["loop", *["inner", "last"] * 2, "after"], "Failed"),
        ({"onFailure": "step:last"}, {}, ["loop", "inner", "last", "inner", "last", "after"], "Success"),
        ({"onFailure": "Abort"}, {"onFailure": "Continue"}, ["loop", "inner"], "Failed"),
    ],
)
def test_the_loop_reacts_as_the_step_inside_of_it_says(runbooks: Runbooks, inside, outside, ran, status) -> None:
    """ "If you define `onFailure` properties for the steps within a loop, the `aws:loop` action inherits those
    properties and reacts accordingly when a failure occurs." (aws:loop)
    """
    seen = runbooks.run(loop(failing("inner", **inside), nap("last"), Iterators=["a", "b"], **outside), nap("after"))
    assert (seen.ran, seen.status) == (ran, status)


@pytest.mark.parametrize("bad", [failing, late])
def test_the_loops_own_on_failure_counts_when_the_step_has_none(runbooks: Runbooks, bad) -> None:
    """ "The `onFailure` property can be used for an `aws:loop` action, however it will only be used if an unexpected
    error occurs causing the step to fail." (aws:loop) Whether a failure inside is such an error is not documented: here
    the execution goes on, and never ends with Success.
    """
    seen = runbooks.run(loop(bad("inner"), Iterators=["a"], onFailure="step:other"), nap("after"), nap("other"))
    assert (seen.ran, seen.status) == (["loop", "inner", "other"], "Failed" if bad is failing else "TimedOut")


def test_a_condition_without_value_fails_the_loop(runbooks: Runbooks) -> None:
    """Not documented: what a condition on an output that is not there is worth. Here it is refused."""
    inner = script("count", "return None", puts_out="Boolean")
    seen = runbooks.run(loop(inner, LoopCondition=AGAIN))
    assert (seen.status, "count.Payload" in seen.message("loop")) == ("Failed", True)


def test_steps_inside_put_out_what_steps_after_read(runbooks: Runbooks) -> None:
    """ "These function like a nested runbook." (aws:loop, Steps) Which turn's output a later step reads is not
    documented: here it is the last one's.
    """
    inner = script("inner", ECHO, {"it": "{{ loop.CurrentIteratorValue }}"}, puts_out="String")
    after = script("after", ECHO, {"it": "{{ inner.Payload }}"})
    assert runbooks.run(loop(inner, Iterators=["a", "b"]), after).payload("after") == "b"


def test_a_loop_inside_of_a_loop_runs_for_each_pair(runbooks: Runbooks) -> None:
    pair = script("pair", ECHO, {"it": "{{ loop.CurrentIteratorValue }}{{ two.CurrentIteratorValue }}"})
    seen = runbooks.run(loop(loop(pair, name="two", Iterators=["x", "y"]), Iterators=["a", "b"]))
    pairs = [each["Outputs"]["OutputPayload"][0] for each in seen.shown["StepExecutions"] if each["StepName"] == "pair"]
    assert pairs == [f'{{"Payload": "{each}"}}' for each in ("ax", "ay", "bx", "by")]
