"""References: what they are worth, and what they never do."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.automation.conftest import ACCOUNT, Runbooks, nap, script, step

ECHO = "return events['it']"
ONE = {"It": {"type": "String", "maxChars": 512}}


@pytest.fixture(scope="module")
def echo(runbooks: Runbooks) -> str:
    """A document that returns its parameter as a whole and inside of text, by way of a step's output."""
    first = script("first", ECHO, {"it": "{{ It }}"}, puts_out="String")
    second = script("second", ECHO, {"it": ["{{ first.Payload }}", "<{{first.Payload}}|{{ It }}>"]})
    return runbooks.create(first, second, parameters=ONE | {"Other": {"type": "String", "default": "other"}})


@pytest.mark.parametrize(
    "value", ["{{ Other }}", "{{It}}", "{{ global:DATE }}", "{{ first.Payload }}", "{{ssm:/x}}", "$.x"]
)
def test_a_reference_that_somebody_gives_stays_text(runbooks: Runbooks, echo: str, value: str) -> None:
    """ "The user supplies an input parameter at start time, which is a reference to another parameter in the runbook."
    "The runbook defines a variable that evaluates to the name of a variable." (Automation system variables, Unsupported
    scenarios: Cross referencing runbook parameters, Multi-level expansion)
    """
    seen = runbooks.see(runbooks.start(echo, Parameters={"It": [value]}))
    assert seen.payload("second") == [value, f"<{value}|{value}>"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8") | st.sampled_from("{}$\\\"' \n"), min_size=1, max_size=60))
def test_whatever_text_a_parameter_holds_arrives_unchanged(runbooks: Runbooks, echo: str, text: str) -> None:
    """ "The parameter is used in a basic string replace." (Automation system variables,
    Terminology)
    """
    seen = runbooks.see(runbooks.start(echo, Parameters={"It": [text]}))
    assert seen.payload("second") == [text, f"<{text}|{text}>"]


def test_system_variables_tell_where_and_when(runbooks: Runbooks) -> None:
    """ "The date (at run time) in the format yyyy-MM-dd." "The date and time (at run time) in the format
    yyyy-MM-dd_HH.mm.ss." "The unique identifier assigned to the current automation." (Automation system variables)
    """
    names = ["DATE", "DATE_TIME", "REGION", "ACCOUNT_ID", "AWS_PARTITION"]
    payload = {name: f"{{{{ global:{name} }}}}" for name in names} | {"ID": "{{ automation:EXECUTION_ID }}"}
    seen = runbooks.run(script("a", "return events", payload))
    found = seen.payload("a")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["DATE"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d\.\d\d\.\d\d", found["DATE_TIME"])
    assert (found["REGION"], found["ACCOUNT_ID"], found["AWS_PARTITION"]) == ("eu-west-1", ACCOUNT, "aws")
    assert found["ID"] == seen.shown["AutomationExecutionId"]


def test_time_is_that_of_the_step(runbooks: Runbooks) -> None:
    """ "the value of a time variable injected at step 1 is different from the value injected at step 3 because of the
    time it takes to run the steps between" (Automation system variables)
    """
    times = [script(name, ECHO, {"it": "{{ global:DATE_TIME }}"}) for name in ("a", "c")]
    seen = runbooks.run(times[0], nap("b", 60), times[1])
    assert seen.payload("a") < seen.payload("c")


def test_outputs_of_the_document_are_those_of_its_steps(runbooks: Runbooks) -> None:
    """ "if your document creates a new AMI, you might specify "CreateImage.ImageId" as the output value" (Data elements
    and parameters, outputs)
    """
    steps = [script("a", "return ['x', 'y']", puts_out="StringList"), script("b", "return 7", puts_out="Integer")]
    skipped = script("c", "return 1", puts_out="Integer")
    steps.insert(1, nap("jump", nextStep="b"))
    seen = runbooks.run(*steps[:2], skipped, steps[2], outputs=["a.Payload", "b.Payload", "c.Payload"])
    assert seen.shown["Outputs"] == {"a.Payload": ["x", "y"], "b.Payload": ["7"]}


def test_inputs_are_shown_as_they_were_resolved(runbooks: Runbooks, echo: str) -> None:
    """ "Fully-resolved values passed into the step before execution." (StepExecution, Inputs)"""
    seen = runbooks.see(runbooks.start(echo, Parameters={"It": ["x"]}))
    assert json.loads(seen.steps["second"]["Inputs"]["InputPayload"]) == {"it": ["x", "<x|x>"]}


@pytest.mark.parametrize(
    ("kind", "first", "second", "why"),
    [
        ("String", "a", "b", ""),
        ("StringList", ["a"], ["b", "c"], ""),
        ("StringList", ["a"], [], ""),
        ("Integer", 1, 2, ""),
        ("Boolean", True, False, ""),
        ("StringMap", {"a": 1}, {"b": 2}, ""),
        ("MapList", [{"a": 1}], [{"b": 2}], ""),
        ("String", "a", 1, "1 is no String"),
        ("Integer", 1, "2", "2 is no Integer"),
        ("Boolean", True, "false", "false is no Boolean"),
        ("StringList", ["a"], "b", "b is no StringList"),
        ("String", "a", "x" * 513, "513 characters"),
        ("String", "a", "", "0 characters"),
        ("StringList", ["a"], ["x"] * 51, "51 items"),
        ("MapList", [{"a": 1}], [{"a": 1}] * 201, "201 items"),
        ("StringMap", {"a": 1}, {"k" * 51: 1}, "1 to 50 characters"),
    ],
)
def test_a_variable_takes_values_of_its_type(runbooks: Runbooks, kind, first, second, why) -> None:
    """ "The data type of the value must match the data type of the variable you want to update. Data type conversions
    aren't supported." "MapList can contain a maximum number of 200 items. Key lengths can be a minimum length of 1 and
    a maximum length of 50. StringList can be a minimum number of 0 items and a maximum number of 50 items. String
    lengths can be a minimum length of 1 and a maximum length of 512." (aws:updateVariable)
    """
    read = [script(name, ECHO, {"it": "{{ variable:v }}"}) for name in ("before", "after")]
    update = step("set", "updateVariable", {"Name": "variable:v", "Value": second})
    seen = runbooks.run(read[0], update, read[1], variables={"v": {"type": kind, "default": first}})
    assert seen.payload("before") == first
    if why:
        assert (seen.status, why in seen.message("set")) == ("Failed", True), seen.message("set")
        return
    assert seen.payload("after") == second
    assert "v" in seen.shown["Variables"]
