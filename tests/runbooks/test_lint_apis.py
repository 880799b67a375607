"""Every rule about APIs, scripts and risky paths finds its fault, once, in a document that is otherwise sound."""

from pathlib import Path
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.runbook.lint import lint, models
from tests.runbooks.test_lint_sound import Change, every, examined, findings, inputs, of, parameter, step

TAKES = "give StartImagePipelineExecution what it takes"
RULES: dict[str, tuple[Change, str]] = {
    "service": (
        inputs("tell", Service="sms"),
        "step tell: there is no service 'sms'; name one that botocore knows",
    ),
    "API": (
        inputs("tell", Api="Publishh"),
        "step tell: sns has no API 'Publishh'; name one that botocore knows",
    ),
    "parameter that is not known": (
        inputs("start", pipeline="x"),
        f"step start: pipeline is not known; {TAKES}",
    ),
    "parameter that is missing": (
        inputs("start", imagePipelineArn=None, tags={"pipeline": "{{ Pipeline }}"}),
        f"step start: imagePipelineArn is missing; {TAKES}",
    ),
    "literal of another type": (
        inputs("start", tags="owner"),
        f"step start: tags is of type map, and 'owner' is not; {TAKES}",
    ),
    "literal of another type within": (
        inputs("share", UserIds=["{{ Pipeline }}", 222222222222], UserGroups="{{ Receivers }}"),
        "step share: UserIds[1] is of type string, and 222222222222 is not; give ModifyImageAttribute what it takes",
    ),
    "reference of another type": (
        inputs("start", imagePipelineArn="{{ Receivers }}", tags={"pipeline": "{{ Pipeline }}"}),
        f"step start: imagePipelineArn is of type string, and 'Receivers' is a StringList; {TAKES}",
    ),
    "enum": (
        inputs("share", OperationType="give"),
        "step share: OperationType is 'give', and may be add, remove; give ModifyImageAttribute what it takes",
    ),
    "member of a structure": (
        inputs("tell", MessageAttributes={"a": {"DataType": "String", "Value": "x"}}),
        "step tell: MessageAttributes.a.Value is not known; give Publish what it takes",
    ),
    "clientToken": (
        inputs("start", clientToken=None),
        "step start: StartImagePipelineExecution is called without clientToken, so a second try starts a second one; "
        "write clientToken: '{{ automation:EXECUTION_ID }}'",
    ),
    "selector that leads nowhere": (
        of("start", outputs=[{"Name": "image", "Selector": "$.image.arn", "Type": "String"}]),
        "step start: Selector '$.image.arn' of output image leads nowhere: there is no image; "
        "select what is in the answer",
    ),
    "selector of something else's member": (
        of("start", outputs=[{"Name": "image", "Selector": "$.requestId.x", "Type": "String"}]),
        "step start: Selector '$.requestId.x' of output image leads nowhere: x is asked of the type string; "
        "select what is in the answer",
    ),
    "type of an output": (
        of("refuse", outputs=[{"Name": "id", "Selector": "$.requestId", "Type": "StringList"}]),
        "step refuse: output id is of type string, and no StringList; write Type: String",
    ),
    "property that leads nowhere": (
        inputs("refuse", PropertySelector="$.image.status"),
        "step refuse: PropertySelector '$.image.status' leads nowhere: there is no status; "
        "select what is in the answer",
    ),
    "value that never comes": (
        inputs("refuse", DesiredValues=["AVAILABLE", "READY"]),
        "step refuse: DesiredValues has 'READY', which never comes; take of PENDING, CREATING, BUILDING, TESTING, "
        "DISTRIBUTING, INTEGRATING, AVAILABLE, CANCELLED, FAILED, DEPRECATED, DELETED, DISABLED",
    ),
    "states that nobody waits for": (
        inputs("wait", DesiredValues=["AVAILABLE", "FAILED", "CANCELLED"]),
        "step wait: does not wait for DEPRECATED, DELETED, DISABLED, and polls to its timeout when one comes; "
        "add them to DesiredValues, and branch on the value afterwards",
    ),
    "script that is no Python": (
        inputs("look", Script="def handler(:\n"),
        "step look: its script is no Python: invalid syntax, line 1; mend it",
    ),
    "script that is not there": (
        inputs("look", Script="gone.py"),
        "step look: scripts/gone.py cannot be read: No such file or directory; name a script of the folder",
    ),
    "handler": (
        inputs("look", Handler="main"),
        "step look: its script defines no Handler 'main'; name a function at its top level",
    ),
    "failure that goes on to share": (
        of("look", onFailure="step:share"),
        "step look: onFailure goes on to 'share', which shares something; "
        "lead it to a step that takes back, or that tells",
    ),
    "failure that goes on as if nothing had failed": (
        lambda content: (
            of("look", onFailure="step:share")(content),
            step(content, "share")["inputs"].update(OperationType="remove"),
        ),
        "step look: onFailure goes on to 'share', which changes something as if nothing had failed; "
        "lead it to a step that takes back, or that tells",
    ),
    "Default that skips to the end": (
        lambda content: (
            inputs("choose", Default="tell")(content),
            step(content, "choose")["inputs"]["Choices"].append(
                {"NextStep": "refuse", "Variable": "{{ look.state }}", "StringEquals": "FAILED"}
            ),
        ),
        "step choose: what fits no choice skips to the last step, 'tell' (Default), and ends as Success; "
        "lead Default to a step that fails",
    ),
    "approval that asks again": (
        of("ask", maxAttempts=2),
        "step ask: asks 2 times (maxAttempts), so that a denial is not the end; leave maxAttempts out",
    ),
    "AWS's schema": (
        of("tell", onStop="Abort"),
        "step tell: Additional properties are not allowed ('onStop' was unexpected); "
        "keep to AWS's schema of the action",
    ),
}


@pytest.mark.parametrize(("change", "expected"), RULES.values(), ids=RULES)
def test_each_rule_finds_its_fault_once(change: Change, expected: str) -> None:
    assert findings(change) == [expected]


def test_a_selector_without_its_beginning_is_judged_as_it_was_meant() -> None:
    assert findings(inputs("wait", PropertySelector="image.state.status", DesiredValues=["AVAILABLE"])) == [
        "step wait: its PropertySelector, 'image.state.status', does not begin with '$.'; write '$.image.state.status'",
        "step wait: does not wait for CANCELLED, FAILED, DEPRECATED, DELETED, DISABLED, and polls to its timeout when "
        "one comes; add them to DesiredValues, and branch on the value afterwards",
    ]


CALL = """
def call(service, api, *, region=None, **parameters):
    return getattr(boto3.client(service), api)(**parameters)


def pages(service, api, items, token, **parameters):
    return call(service, api, **parameters)[items]


def handler(events, context):
    return {call}
"""


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ('call("sns", "Publish", Message="x")', None),
        ('call("ec2", "DescribeImages", region="x", **events)', None),
        ('call("sns", "Publish", Subject="x")', "its script: sns:Publish is called without Message; "),
        ('call("sns", "Publish", Message="x", Topic="x")', "its script: sns:Publish takes no Topic; "),
        ('call("sns", "Publishh", Message="x")', "its script: sns has no API 'Publishh'; "),
        ('call("sms", "Publish", Message="x")', "its script: there is no service 'sms'; "),
        (
            'call("ec2", "ModifyImageAttribute", ImageId="x", OperationType="give")',
            "its script: ec2:ModifyImageAttribute takes no OperationType 'give'; ",
        ),
        ('call(events["service"], "Publish", Message="x")', "line 11 of its script, as it is embedded, calls AWS with"),
        ('pages("ec2", "DescribeImages", "Images", "NextToken")', None),
        (
            'pages("ec2", "DescribeImages", "Pictures", "NextToken")',
            "its script: the answer of ec2:DescribeImages has no list Pictures; ",
        ),
        (
            'pages("ec2", "DescribeImages", "Images", "Token")',
            "its script: ec2:DescribeImages has no pages by Token; ",
        ),
    ],
)
def test_calls_of_scripts_are_read(call: str, problem: str | None) -> None:
    found = findings(inputs("look", Script=CALL.replace("{call}", call)))
    assert len(found) == bool(problem)
    assert all(each.startswith(f"step look: {problem}") for each in found)


def test_a_foreign_scripts_own_way_of_calling_is_not_judged() -> None:
    script = "def handler(events, context):\n    return call(events)\n"
    assert findings(inputs("look", Script=script)) == []


def test_a_parameter_that_decides_is_a_fault_when_that_is_asked() -> None:
    change = [
        parameter("People", type="StringList"),
        inputs("ask", Approvers="{{ People }}", Message="Please"),
    ]
    assert [str(each) for each in examined(*change).findings] == []
    assert [str(each) for each in examined(*change, pinned=True).findings] == [
        "step ask: 'People' is chosen by whoever starts it; write the value into the document",
        "step share: 'Receivers' is chosen by whoever starts it; write the value into the document",
    ]


def test_what_binding_asks_does_not_ask_about_apis() -> None:
    document: list[dict[str, Any]] = []
    findings(inputs("tell", Service="sms"), document.append)
    assert lint(document[0]) == []


SHAPES = [
    botocore.session.Session().get_service_model(service).operation_model(api).output_shape
    for service, api in (("imagebuilder", "GetImage"), ("ec2", "DescribeImages"), ("ram", "GetResourceShares"))
]


@given(st.data())
def test_every_way_through_an_answer_is_found_and_a_step_aside_is_not(data: st.DataObject) -> None:
    outer = shape = data.draw(st.sampled_from(SHAPES))
    selector = "$"
    while shape.type_name in ("structure", "list") and (selector == "$" or data.draw(st.booleans())):
        if shape.type_name == "list":
            shape, selector = shape.member, selector + data.draw(st.sampled_from(["[0]", "[*]"]))
        else:
            name = data.draw(st.sampled_from(sorted(shape.members)))
            shape, selector = shape.members[name], f"{selector}.{name}"
    found, many = models.select(outer, selector)
    assert found is shape
    assert many == ("[*]" in selector)
    if shape.type_name != "map":
        with pytest.raises(models.Nowhere):
            models.select(outer, selector + ".noSuchThing")


def test_files_of_scripts_are_read_beside_the_document(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "look.py").write_text('def handler(events, context):\n    return {"state": "x"}\n')
    assert examined(inputs("look", Script="look.py"), folder=tmp_path).findings == ()
    assert examined(every(files={}), folder=tmp_path).findings == ()
