"""What CreateDocument and UpdateDocument refuse of an Automation document."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.automation.conftest import Runbooks, nap, script, step

BRANCH = {"Choices": [{"NextStep": "b", "Variable": "x", "StringEquals": "x"}]}


def refusal(runbooks: Runbooks, *steps: dict[str, Any], **content: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        runbooks.create(*steps, **content)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("steps", "content", "message"),
    [
        ([script("a", "return 1", {"x": "{{ Nobody }}"})], {}, "refers to Nobody"),
        ([script("a", "return 1", {"x": "{{ b.Payload }}"})], {}, "refers to b.Payload"),
        ([script("a", "return 1", {"x": "{{ variable:v }}"})], {}, "refers to variable:v"),
        ([script("a", "return 1", {"x": "{{ global:TIME }}"})], {}, "refers to global:TIME"),
        ([nap("a")], {"assumeRole": "{{ Role }}"}, "refers to Role"),
        ([nap("a")], {"outputs": ["a.Thing"]}, "refers to a.Thing"),
        ([step("a", "updateVariable", {"Name": "variable:v", "Value": "x"})], {}, "refers to variable:v"),
        ([step("a", "updateVariable", {"Name": "v", "Value": "x"})], {"variables": {"v": {"type": "String"}}}, "to v,"),
        ([nap("a", nextStep="b")], {}, "a goes to b, which does not exist"),
        ([nap("a", onFailure="step:b")], {}, "a goes to b, which does not exist"),
        ([nap("a", onCancel="step:b")], {}, "a goes to b, which does not exist"),
        ([step("a", "branch", BRANCH)], {}, "a goes to b, which does not exist"),
        ([step("a", "branch", {"Choices": [], "Default": "c"})], {}, "a goes to c, which does not exist"),
        ([nap("a", nextStep="a")], {}, "a goes to itself"),
        ([nap("a"), nap("a")], {}, "more than once"),
        ([nap("a b")], {}, "step name 'a b' is not valid"),
        ([nap("a", isEnd=True, nextStep="b"), nap("b")], {}, "both isEnd and nextStep"),
        ([nap("a", timeout=1)], {}, "property timeout of step a is not known"),
        ([nap("a")], {"parameters": {"image_arn": {"type": "String"}}}, "parameter name 'image_arn' is not valid"),
        ([nap("a")], {"parameters": {"Image": {"type": "Text"}}}, "type 'Text' of parameter Image is not valid"),
        ([nap("a")], {"parameters": {f"P{n}": {"type": "String"} for n in range(201)}}, "201 parameters"),
        ([step("a", "executeAwsApi", {"Service": "ssm"})], {}, "lacks its input Api"),
        ([step("a", "executeScript", {"Runtime": "python3.11"})], {}, "lacks its input Handler"),
        ([nap("a", outputs=[{"Name": "x", "Selector": "$.x"}])], {}, "lacks its Name, Selector or Type"),
        ([nap("a", outputs=[{"Name": "x", "Selector": "$.x", "Type": "Map"}])], {}, "no type of Automation"),
        ([], {}, "no mainSteps"),
        ([nap("a")], {"schemaVersion": "2.2"}, "schemaVersion 0.3"),
    ],
)
def test_a_document_that_could_not_run_is_refused(runbooks: Runbooks, steps: list[Any], content, message) -> None:
    """ "Any inputs supplied at start time need to be defined in the parameter list of the runbook." (Automation system
    variables) "An identifier that must be unique across all step names in the runbook." "Allowed pattern:
    [a-zA-Z0-9_]+$" (Properties shared by all actions) "Type: Integer, Boolean, String, StringList, StringMap, or
    MapList" (aws:executeAwsApi) How CreateDocument words its refusals is not documented.
    """
    code, said = refusal(runbooks, *steps, **content)
    assert code == "InvalidDocumentContent"
    assert message in said


@pytest.mark.parametrize(
    "steps",
    [
        [nap("a"), nap("b", nextStep="a")],
        [nap("a"), nap("b", onFailure="step:a")],
        [nap("a", nextStep="c"), nap("b"), step("c", "branch", BRANCH)],
        [nap("a"), step("b", "branch", {"Choices": [], "Default": "a"})],
    ],
)
def test_a_circle_of_steps_is_refused_with_its_trace(runbooks: Runbooks, steps: list[Any]) -> None:
    """ "Before processing a runbook, the system verifies that the runbook doesn't create an infinite loop. If an
    infinite loop is detected, Automation returns an error and a circle trace showing which steps create the loop."
    (Using conditional statements in runbooks)
    """
    code, said = refusal(runbooks, *steps)
    assert code == "InvalidDocumentContent"
    assert "infinite loop: " in said
    assert " -> " in said


@pytest.mark.parametrize("operator", ["Equals", "StringLike", "NumericNotEquals", "BooleanNotEquals", None])
@pytest.mark.parametrize("combined", [False, True])
def test_an_operation_that_is_not_supported_is_refused(runbooks: Runbooks, operator, combined: bool) -> None:
    """ "If an operation isn't supported, the system returns an error when you try to create the runbook."
    (aws:branch)
    """
    choice = {"Variable": "x"} | ({operator: "x"} if operator else {})
    if combined:
        choice = {"And": [{"Not": choice}]}
    code, _ = refusal(runbooks, step("a", "branch", {"Choices": [choice | {"NextStep": "b"}]}), nap("b"))
    assert code == "InvalidDocumentContent"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([nap("a", onCancel="step:b"), nap("b")], "does not support moving to aws:sleep"),
        ([nap("a", onCancel="step:b"), step("b", "approve", {"Approvers": ["x"]})], "moving to aws:approve"),
        ([nap("a", onCancel="step:b"), step("b", "pause")], "does not support moving to aws:pause"),
        ([step("a", "loop", {"Iterators": ["x"], "Steps": [nap("c")]}, onCancel="step:b"), nap("b")], "aws:loop does"),
    ],
)
def test_on_cancel_goes_only_where_it_may(runbooks: Runbooks, steps: list[Any], message: str) -> None:
    """ "The `onCancel` property doesn't support moving to the following actions" (Properties shared by all actions)
    "The onCancel property isn't supported for the aws:loop action." (aws:loop)
    """
    code, said = refusal(runbooks, *steps)
    assert (code, message in said) == ("InvalidDocumentContent", True)


def test_a_parameter_of_parameter_store_in_a_step_is_refused(runbooks: Runbooks) -> None:
    """ "Systems Manager Parameter directly referenced in step input." "Returns `InvalidDocumentContent` exception at
    create time." (Automation system variables, Unsupported scenarios)
    """
    assert refusal(runbooks, script("a", "return 1", {"x": "{{ssm:/thing}}"}))[0] == "InvalidDocumentContent"
    assert refusal(runbooks, nap("a"), assumeRole="{{ssm:role}}")[0] == "InvalidDocumentContent"


@pytest.mark.parametrize(("size", "fits"), [(64 * 1024, True), (64 * 1024 + 1, False)])
def test_a_document_has_at_most_64_kilobytes(runbooks: Runbooks, size: int, fits: bool) -> None:
    """ "the content of the document must not exceed 64KB" (Creating SSM document content)"""
    content = {"schemaVersion": "0.3", "description": "", "mainSteps": [nap("a")]}
    content["description"] = "x" * (size - len(json.dumps(content)))
    asked = {"Name": f"Size-{size}", "Content": json.dumps(content), "DocumentType": "Automation"}
    if fits:
        assert runbooks.ssm.create_document(**asked, DocumentFormat="YAML")["DocumentDescription"]["Name"]
        return
    with pytest.raises(runbooks.ssm.exceptions.MaxDocumentSizeExceeded):
        runbooks.ssm.create_document(**asked, DocumentFormat="YAML")


@pytest.mark.parametrize(
    ("steps", "content"),
    [
        ([step("a", "runCommand", {"DocumentName": "x"})], {}),
        ([step("a", "loop", {"Iterators": ["x"], "Steps": [nap("b", isEnd=True)]})], {}),
        ([nap("a")], {"parameters": {"Ami": {"type": "String", "default": "{{ssm:/ami}}"}}}),
    ],
)
def test_what_is_not_modelled_is_said_to_be_so(runbooks: Runbooks, steps: list[Any], content: Any) -> None:
    """What isEnd inside of a loop ends, the loop or the automation, is not documented; the others are left out."""
    with pytest.raises(ClientError) as caught:
        runbooks.create(*steps, **content)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "not modelled" in caught.value.response["Error"]["Message"]


def test_an_update_is_checked_as_a_new_document_is(runbooks: Runbooks) -> None:
    """ "The content for the document isn't valid." (UpdateDocument, Errors, InvalidDocumentContent)"""
    name = runbooks.create(nap("a"))
    bad = json.dumps({"schemaVersion": "0.3", "mainSteps": [nap("a", nextStep="b")]})
    with pytest.raises(runbooks.ssm.exceptions.InvalidDocumentContent):
        runbooks.ssm.update_document(Name=name, Content=bad, DocumentFormat="YAML", DocumentVersion="$LATEST")
    with pytest.raises(runbooks.ssm.exceptions.InvalidDocumentContent):
        runbooks.ssm.create_document(Name="No-Yaml", Content="a: [", DocumentType="Automation", DocumentFormat="YAML")
