"""The documents agree with AWS's document schema and with botocore's models."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import pytest
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from golden_ami.runbook import bind, load
from golden_ami.runbooks import APPROVAL as PATH
from tests.runbooks.conftest import BINDINGS, RICH

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "node_modules" / "aws-ssm-document-language-service" / "dist" / "schema.json"
SESSION = botocore.session.Session()
API_ACTIONS = {"aws:executeAwsApi", "aws:waitForAwsResourceProperty", "aws:assertAwsResourceProperty"}
NOT_PARAMETERS = {"Service", "Api", "PropertySelector", "DesiredValues"}
STEPS = [step for step in bind(load(PATH), RICH).steps() if step["action"] in API_ACTIONS]
SCRIPTS = sorted((PATH.parent / "scripts").glob("[a-z]*.py"))


def _schema() -> Any:
    """Read AWS's schema, brought up to date where it is known to be stale."""
    text = SCHEMA.read_text()
    # Published before Automation ran Python 3.11 ("aws:executeScript", Systems Manager User Guide).
    stale = '"enum":["python3.6","python3.7",'
    assert stale in text
    return json.loads(text.replace(stale, stale + '"python3.11",'))


@pytest.mark.parametrize("bound", [each for _, each in BINDINGS], ids=[name for name, _ in BINDINGS])
def test_every_bound_document_is_valid_by_awss_own_schema(bound: Any) -> None:
    jsonschema.Draft7Validator(_schema()).validate(json.loads(json.dumps(bound.content)))


def test_awss_schema_can_refuse_a_document_of_ours() -> None:
    content = json.loads(json.dumps(bind(load(PATH), RICH).content))
    content["mainSteps"][0]["action"] = "aws:executeAwsApiii"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(_schema()).validate(content)


def _operation(service: str, api: str) -> OperationModel:
    return SESSION.get_service_model(service).operation_model(api)


@pytest.mark.parametrize("step", STEPS, ids=[step["name"] for step in STEPS])
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


@pytest.mark.parametrize("step", STEPS, ids=[step["name"] for step in STEPS])
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


def _calls(path: Path) -> Iterator[tuple[str, str, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call":
            service, api = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
            yield str(service), str(api), {each.arg for each in node.keywords if each.arg} - {"region"}


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_every_call_of_a_script_gives_an_api_what_it_takes(path: Path) -> None:
    found = list(_calls(path))
    assert found
    for service, api, given in found:
        shape = _operation(service, api).input_shape
        assert isinstance(shape, StructureShape)
        assert given <= set(shape.members)
        assert not given or set(shape.required_members) <= given


def test_the_wait_ends_in_every_state_that_an_image_stays_in() -> None:
    states = set(SESSION.get_service_model("imagebuilder").shape_for("ImageStatus").enum)
    passing = {"PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"}
    (wait,) = [step for step in STEPS if step["name"] == "waitImageBuildingComplete"]
    assert set(wait["inputs"]["DesiredValues"]) == states - passing


def test_the_wait_ends_in_every_state_that_a_scan_stays_in() -> None:
    states = set(SESSION.get_service_model("imagebuilder").shape_for("ImageScanStatus").enum)
    (wait,) = [step for step in STEPS if step["name"] == "waitImageScanComplete"]
    assert set(wait["inputs"]["DesiredValues"]) == states - {"PENDING", "SCANNING", "COLLECTING"}
