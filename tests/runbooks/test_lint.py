"""Every rule that reads the document alone finds its fault, once, in a document that is otherwise sound."""

import copy
import json
from typing import Any

import pytest

from golden_ami.runbook.lint import lint
from tests.runbooks.test_lint_sound import SOUND, Change, every, examined, findings, inputs, of, parameter

RULES: dict[str, tuple[Change, str]] = {
    "isCritical": (
        of("wait", isCritical=None),
        "step wait: does not say whether it isCritical, which is evaluated only when written; write it",
    ),
    "onFailure": (of("wait", onFailure=None), "step wait: does not say what happens onFailure; write it"),
    "onFailure and isCritical": (
        of("wait", onFailure=None, isCritical=None),
        "step wait: does not say whether it isCritical, which is evaluated only when written, and does not say what "
        "happens onFailure; write both",
    ),
    "isEnd and nextStep": (
        of("takeBack", isEnd=True, onFailure="Abort"),
        "step takeBack: has both isEnd and nextStep; keep one of them",
    ),
    "no end": (
        of("takeBack", nextStep=None),
        "step takeBack: has neither isEnd nor nextStep, and would run into the next one; write one of them",
    ),
    "isEnd and onFailure": (
        of("takeBack", isEnd=True, nextStep=None),
        "step takeBack: ends the execution on failure too (isEnd), so its onFailure never jumps; "
        "write onFailure: Abort",
    ),
    "nowhere": (
        of("ask", onFailure="step:gone"),
        "step ask: goes to 'gone' (onFailure), which does not exist; name a step of the document",
    ),
    "back": (
        of("ask", onFailure="step:look"),
        "step ask: goes back to 'look' (onFailure); go forward only; aws:loop repeats steps",
    ),
    "onto itself": (
        of("share", onCancel="step:share"),
        "step share: goes back to 'share' (onCancel); go forward only; aws:loop repeats steps",
    ),
    "unreached": (
        inputs("choose", Default="ask"),
        "step refuse: is never reached; lead a step to it, or remove it",
    ),
    "unknown parameter": (
        inputs("ask", Message="{{ Missing }}"),
        "step ask: refers to 'Missing', which is no parameter; refer to what is there, or declare it",
    ),
    "later step": (
        inputs("start", tags={"state": "{{ look.state }}"}),
        "step start: refers to 'look.state', which is a step that does not run before it; "
        "refer to what is there, or declare it",
    ),
    "unknown output": (
        inputs("ask", Message="{{ look.other }}"),
        "step ask: refers to 'look.other', which 'look' does not put out; refer to what is there, or declare it",
    ),
    "unknown role": (
        every(assumeRole="{{ Role }}"),
        "assumeRole: refers to 'Role', which is no parameter; declare it",
    ),
    "unknown document output": (
        every(outputs=["look.other"]),
        "document: puts out 'look.other', which 'look' does not put out; put out what a step puts out",
    ),
    "unused parameter": (
        lambda content: content["parameters"].update(Other={"type": "String"}),
        "parameter Other: is never used; remove it",
    ),
    "nested list": (
        inputs("share", UserIds=["{{ Receivers }}"]),
        "step share: 'Receivers' is a list inside of a list, which AWS refuses as a list of one list; "
        "write '{{ Receivers }}' without the brackets around it",
    ),
    "output without Type": (
        of("look", outputs=[{"Name": "state", "Selector": "$.Payload.state"}]),
        "step look: output state has no Type; write it",
    ),
    "output without Selector": (
        of("look", outputs=[{"Name": "state", "Type": "String"}]),
        "step look: output state has no Selector; write it",
    ),
    "output of another type": (
        of("look", outputs=[{"Name": "state", "Selector": "$.Payload.state", "Type": "Text"}]),
        "step look: output state has the type 'Text'; "
        "take one of String, Integer, Boolean, StringList, MapList, StringMap",
    ),
    "selector of a script": (
        of("look", outputs=[{"Name": "state", "Selector": "$.state", "Type": "String"}]),
        "step look: its Selector of output state, '$.state', does not begin with '$.Payload'; "
        "select what the handler returns",
    ),
    "size": (
        every(description="x" * 70_000),
        "document: has {size} bytes, more than 65536; move text out of it",
    ),
    "long parameter name": (
        parameter("P" * 51),
        f"parameter {'P' * 51}: its name has 51 characters, more than 50; shorten it",
    ),
    "long default": (
        parameter("Long", default="x" * 513),
        "parameter Long: its default has 513 characters, more than 512; shorten it",
    ),
    "many values": (
        parameter("Many", type="StringList", default=["x"] * 51),
        "parameter Many: its default has 51 values, more than 50; remove some",
    ),
    "11 approvers": (
        inputs("ask", Approvers=[f"arn:aws:iam::222222222222:role/A{number}" for number in range(11)]),
        "step ask: has 11 approvers, and 1 to 10 are possible; change the list",
    ),
    "too few approvers": (
        inputs("ask", MinRequiredApprovals=2),
        "step ask: needs 2 approvals and names 1 approvers; name more, or need fewer",
    ),
    "long message": (
        inputs("ask", Message="x" * 4097),
        "step ask: its Message has 4097 characters, more than 4096; shorten it",
    ),
    "31 days": (
        of("ask", timeoutSeconds=31 * 86_400),
        "step ask: waits 2678400 seconds, longer than 30 days; wait 2592000 at most",
    ),
}


@pytest.mark.parametrize(("change", "expected"), RULES.values(), ids=RULES)
def test_each_rule_finds_its_fault_once_in_bound_documents_too(change: Change, expected: str) -> None:
    content = copy.deepcopy(SOUND)
    change(content)
    expected = expected.replace("{size}", str(len(json.dumps(content).encode())))
    assert findings(change) == lint(content) == [expected]


def test_200_parameters_are_possible_and_201_are_not() -> None:
    def many(number: int) -> Change:
        names = [f"P{each}" for each in range(number - len(SOUND["parameters"]))]
        return lambda content: [parameter(name)(content) for name in names]

    assert findings(many(200)) == []
    assert findings(many(201)) == ["document: has 201 parameters, more than 200; remove some"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (of("wait", name="w" * 129), "its name has 129 characters, more than 128"),
        (of("wait", name="not-a-name"), "neither letter, digit nor underscore"),
        (of("wait", name="start"), "is there twice"),
        (parameter("not_a_name"), "neither letter nor digit"),
    ],
)
def test_names_that_systems_manager_refuses_are_found(change: Change, problem: str) -> None:
    assert sum(problem in each for each in findings(change)) == 1


LOOP = {
    "name": "again",
    "action": "aws:loop",
    "isCritical": True,
    "onFailure": "Abort",
    "inputs": {
        "Iterators": "{{ Receivers }}",
        "Steps": [
            {
                "name": "within",
                "action": "aws:executeAwsApi",
                "inputs": {
                    "Service": "sns",
                    "Api": "Publish",
                    "TopicArn": "{{ again.CurrentIteratorValue }}",
                    "Message": "{{ variable:Word }}",
                },
            }
        ],
    },
    "nextStep": "start",
}


def _with_loop(content: dict[str, Any]) -> None:
    content["variables"] = {"Word": {"type": "String", "default": "x"}}
    content["mainSteps"].insert(0, copy.deepcopy(LOOP))


def test_a_loop_and_its_steps_are_read() -> None:
    assert findings(_with_loop) == []
    topic = {"Service": "sns", "Api": "Publish", "TopicArn": "{{ other.CurrentIteratorValue }}", "Message": "x"}
    found = findings(_with_loop, lambda content: content["mainSteps"][0]["inputs"]["Steps"][0].update(inputs=topic))
    assert found[0].startswith("step within: refers to 'other.CurrentIteratorValue'")


SHAPES: dict[str, tuple[Change, str]] = {
    "no steps": (every(mainSteps=[]), "document: mainSteps is empty; add steps"),
    "parameters": (
        every(parameters=["a"]),
        "document: parameters is not a mapping of mappings; give each parameter a type",
    ),
    "variables": (every(variables=[]), "document: variables is not a mapping; give each variable a type"),
    "document outputs": (every(outputs={}), "document: outputs is not a list of texts; write each as step.Output"),
    "action": (of("wait", action=None), "step wait: has no action; name one, such as aws:executeAwsApi"),
    "nextStep": (of("wait", nextStep=7), "step wait: nextStep is not a text; name a step"),
    "outputs": (
        of("wait", outputs="x"),
        "step wait: outputs is not a list of mappings; give each a Name, a Selector and a Type",
    ),
    "inputs": (of("wait", inputs=[]), "step wait: inputs is not a mapping; write the inputs of its action"),
    "Api": (
        inputs("wait", Api=None),
        "step wait: aws:waitForAwsResourceProperty has no input Api, which is a text; write it",
    ),
    "Choices": (
        inputs("choose", Choices=[{}]),
        "step choose: a choice has no NextStep; name the step that it leads to",
    ),
    "Default": (inputs("choose", Default=1), "step choose: Default is not a text; name a step"),
    "Approvers": (
        inputs("ask", Approvers=None),
        "step ask: aws:approve has no input Approvers, which is a list or a text; write it",
    ),
    "name": (
        every(mainSteps=[{"name": 7}]),
        "document: \"{'name': 7}\" is no step with a name; write name and action",
    ),
}


@pytest.mark.parametrize(("change", "expected"), SHAPES.values(), ids=SHAPES)
def test_a_document_without_its_parts_is_not_judged_further(change: Change, expected: str) -> None:
    report = examined(change)
    assert [str(each) for each in report.findings] == [expected]
    assert report.left_out == ("the other rules were not asked, because they read what is missing",)
