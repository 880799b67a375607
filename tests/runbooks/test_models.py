"""The documents agree with AWS's document schema and with botocore's models."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import pytest
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from golden_ami.runbook import bind, load
from golden_ami.runbooks import APPROVAL as PATH
from tests.runbooks.conftest import BINDINGS, OTHERS, RICH

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "node_modules" / "aws-ssm-document-language-service" / "dist" / "schema.json"
SESSION = botocore.session.Session()
API_ACTIONS = {"aws:executeAwsApi", "aws:waitForAwsResourceProperty", "aws:assertAwsResourceProperty"}
NOT_PARAMETERS = {"Service", "Api", "PropertySelector", "DesiredValues"}
BOUND = [*BINDINGS, *OTHERS]
RICHEST = [("approval", bind(load(PATH), RICH)), *OTHERS]
STEPS = {
    f"{name}.{step['name']}": step for name, bound in RICHEST for step in bound.steps() if step["action"] in API_ACTIONS
}
every_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
SCRIPTS = sorted((PATH.parent / "scripts").glob("*.py"))
CALLING = {"call", "pages"}
SILENT = {
    "_approved",
    "_key_policy",
    "_launch",
    "_outcomes",
    "_scan",
    "_tried",
    "assert_nothing_pending",
    "assert_revocation_approved",
    "inspect_group",
    "read_approved",
    "tell_approval",
    "tell_outcome",
    "unshare_image",
    "withdraw_image",
    "word_request",
}


def _schema() -> Any:
    """Read AWS's schema, brought up to date where it is known to be stale."""
    text = SCHEMA.read_text()
    # Published before Automation ran Python 3.11 ("aws:executeScript", Systems Manager User Guide).
    stale = '"enum":["python3.6","python3.7",'
    assert stale in text
    schema = json.loads(text.replace(stale, stale + '"python3.11",'))
    # Published without onCancel ("Properties shared by all actions", Systems Manager User Guide).
    properties = schema["properties"]["mainSteps"]["items"]["properties"]
    assert "onCancel" not in properties
    properties["onCancel"] = {"type": "string", "pattern": r"^(Abort|step:\w+)$"}
    return schema


@pytest.mark.parametrize("bound", [each for _, each in BOUND], ids=[name for name, _ in BOUND])
def test_every_bound_document_is_valid_by_awss_own_schema(bound: Any) -> None:
    jsonschema.Draft7Validator(_schema()).validate(json.loads(json.dumps(bound.content)))


@pytest.mark.parametrize(
    ("key", "value"), [("action", "aws:executeAwsApiii"), ("onCancel", "Continue"), ("onStop", "Abort")]
)
def test_awss_schema_can_refuse_a_document_of_ours(key: str, value: str) -> None:
    content = json.loads(json.dumps(bind(load(PATH), RICH).content))
    content["mainSteps"][0][key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(_schema()).validate(content)


def _operation(service: str, api: str) -> OperationModel:
    return SESSION.get_service_model(service).operation_model(api)


@every_step
def test_every_step_gives_an_api_what_it_takes(step: dict[str, Any]) -> None:
    inputs = step["inputs"]
    shape = _operation(inputs["Service"], inputs["Api"]).input_shape
    assert isinstance(shape, StructureShape)
    given = {key: value for key, value in inputs.items() if key not in NOT_PARAMETERS}
    assert set(given) <= set(shape.members)
    assert set(shape.required_members) - {"clientToken"} <= set(given)
    for key, value in given.items():
        member = shape.members[key]
        expected = {"string": str, "list": list, "map": dict, "structure": dict, "boolean": bool, "integer": int}
        assert isinstance(value, expected[member.type_name])
        if getattr(member, "enum", None):
            assert value in member.enum


@every_step
def test_every_selector_leads_to_something_in_the_answer(step: dict[str, Any]) -> None:
    inputs = step["inputs"]
    output = _operation(inputs["Service"], inputs["Api"]).output_shape
    types = {"String": "string", "StringList": "list", "StringMap": "map", "Integer": "integer"}
    for each in step.get("outputs", []):
        assert _select(output, each["Selector"]).type_name == types[each["Type"]]
    if "PropertySelector" in inputs:
        found = _select(output, inputs["PropertySelector"])
        assert set(inputs["DesiredValues"]) <= set(found.enum)


def _select(shape: Shape | None, selector: str) -> Shape:
    assert selector.startswith("$.")
    for part in re.findall(r"\w+|\[\d+\]", selector.removeprefix("$.")):
        if part.startswith("["):
            assert isinstance(shape, ListShape)
            shape = shape.member
        else:
            assert isinstance(shape, StructureShape)
            shape = shape.members[part]
    assert shape is not None
    return shape


@dataclass(frozen=True)
class Call:
    """A call of a script: what it names literally, and which parameters it gives."""

    function: str
    names: tuple[str, ...]
    given: frozenset[str]


def _calls(path: Path) -> Iterator[Call]:
    tree = ast.parse(path.read_text())
    passing_on = {
        id(node)
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name in CALLING
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or id(node) in passing_on:
            continue
        if node.func.id in CALLING:
            names = tuple(str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))
            assert len(names) == len(node.args)
            given = {each.arg for each in node.keywords if each.arg}
            spread = [each.value for each in node.keywords if not each.arg]
            given |= {key for value in spread for key in _keys(tree, value)}
            yield Call(node.func.id, names, frozenset(given - {"region"}))


def _keys(tree: ast.AST, spread: ast.expr) -> Iterator[str]:
    """Find the keys of a dictionary that is written out before it is given whole."""
    assert isinstance(spread, ast.Name)
    written = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Dict)
        and [target.id for target in node.targets if isinstance(target, ast.Name)] == [spread.id]
    ]
    assert written
    for value in written:
        for key in value.keys:
            assert isinstance(key, ast.Constant)
            yield str(key.value)


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_every_call_of_a_script_gives_an_api_what_it_takes(path: Path) -> None:
    found = list(_calls(path))
    assert bool(found) == (path.stem not in SILENT)
    for each in found:
        shape = _operation(*each.names[:2]).input_shape
        assert isinstance(shape, StructureShape)
        assert each.given <= set(shape.members)
        assert set(shape.required_members) <= each.given


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_every_script_reads_pages_as_the_api_gives_them(path: Path) -> None:
    for each in _calls(path):
        service, api, *paging = each.names
        operation = _operation(service, api)
        if each.function == "call":
            assert paging == []
            continue
        items, token = paging
        assert isinstance(operation.input_shape, StructureShape)
        assert isinstance(operation.output_shape, StructureShape)
        assert isinstance(operation.output_shape.members[items], ListShape)
        assert {operation.input_shape.members[token].type_name, operation.output_shape.members[token].type_name} == {
            "string"
        }


ONE_PAGE = {
    ("autoscaling", "DescribeAutoScalingGroups"): "AutoScalingGroupNames",
    ("autoscaling", "DescribeInstanceRefreshes"): "InstanceRefreshIds",
    ("ec2", "DescribeLaunchTemplateVersions"): "Versions",
    ("ec2", "DescribeSnapshots"): "SnapshotIds",
    ("ec2", "DescribeImages"): "ImageIds",
    ("ram", "GetResourceShares"): "resourceShareArns",
    ("ssm", "DescribeAutomationStepExecutions"): "Filters",
}


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_no_script_reads_one_page_of_many(path: Path) -> None:
    for each in _calls(path):
        service, api = each.names[:2]
        output = _operation(service, api).output_shape
        paged = isinstance(output, StructureShape) and {"NextToken", "nextToken"} & set(output.members)
        if each.function == "call" and paged:
            assert ONE_PAGE[service, api] in each.given, "it names the only thing that it asks for"


def test_the_wait_ends_in_every_state_that_an_image_stays_in() -> None:
    states = set(SESSION.get_service_model("imagebuilder").shape_for("ImageStatus").enum)
    passing = {"PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"}
    wait = STEPS["approval.waitImageBuildingComplete"]
    assert set(wait["inputs"]["DesiredValues"]) == states - passing


def test_the_wait_ends_in_every_state_that_an_instance_refresh_stays_in() -> None:
    states = set(SESSION.get_service_model("autoscaling").shape_for("InstanceRefreshStatus").enum)
    passing = {"Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"}
    assert set(STEPS["rollout.waitRefresh"]["inputs"]["DesiredValues"]) == states - passing


def test_the_wait_ends_in_every_state_that_a_scan_stays_in() -> None:
    states = set(SESSION.get_service_model("imagebuilder").shape_for("ImageScanStatus").enum)
    wait = STEPS["approval.waitImageScanComplete"]
    assert set(wait["inputs"]["DesiredValues"]) == states - {"PENDING", "SCANNING", "COLLECTING"}
