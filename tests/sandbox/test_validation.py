"""Values are held to botocore's models: required, unknown, type, enumeration, pattern, length, wherever they stand."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from botocore.model import ServiceModel, ShapeResolver

from golden_ami.sandbox.idempotency import once
from golden_ami.sandbox.model import ModelledResponse, get_service_model
from golden_ami.sandbox.validation import problems

SHAPES = ShapeResolver(
    {
        "Thing": {
            "type": "structure",
            "required": ["name"],
            "members": {
                "name": {"shape": "Name"},
                "kind": {"shape": "Kind"},
                "count": {"shape": "Count"},
                "tags": {"shape": "Tags"},
                "parts": {"shape": "Parts"},
                "born": {"shape": "Moment"},
                "ready": {"shape": "Flag"},
            },
        },
        "Name": {"type": "string", "pattern": "^[a-z]+$", "max": 5},
        "Kind": {"type": "string", "enum": ["A", "B"]},
        "Count": {"type": "integer", "min": 1, "max": 3},
        "Flag": {"type": "boolean"},
        "Moment": {"type": "timestamp"},
        "Tags": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Name"}},
        "Parts": {"type": "list", "min": 1, "member": {"shape": "Thing"}},
    }
)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"name": "abc", "kind": "A", "count": 3, "born": datetime.now(UTC), "ready": True}, []),
        ({}, [("name", "required")]),
        ({"name": "abc", "colour": 1}, [("colour", "unknown")]),
        ({"name": 1}, [("name", "type")]),
        ({"name": "ABC"}, [("name", "pattern")]),
        ({"name": "abcdef"}, [("name", "length")]),
        ({"name": "abc", "kind": "C"}, [("kind", "enum")]),
        ({"name": "abc", "count": 0}, [("count", "length")]),
        ({"name": "abc", "count": 4}, [("count", "length")]),
        ({"name": "abc", "count": True}, [("count", "type")]),
        ({"name": "abc", "ready": "yes"}, [("ready", "type")]),
        ({"name": "abc", "tags": {"A": "ok", "b": "NO"}}, [("tags", "pattern"), ("tags.b", "pattern")]),
        ({"name": "abc", "parts": []}, [("parts", "length")]),
        ({"name": "abc", "parts": [{"name": "ok"}, {"name": "x", "kind": "C"}]}, [("parts[1].kind", "enum")]),
        ("abc", [("", "type")]),
    ],
)
def test_each_rule_is_found_where_it_is_broken(value, found):
    shape = SHAPES.get_shape_by_name("Thing")
    assert [(problem.path, problem.rule) for problem in problems(value, shape)] == found


@pytest.mark.parametrize(("value", "rules"), [({}, []), (None, []), ({"a": 1}, ["unknown"])])
def test_where_the_model_has_no_shape_nothing_is_expected(value, rules):
    assert [problem.rule for problem in problems(value, None)] == rules


@pytest.mark.parametrize("service", ["imagebuilder", "ram"])
def test_every_pattern_of_the_models_can_be_read(service):
    model: ServiceModel = get_service_model(service)
    for name in model.shape_names:
        shape = model.shape_for(name)
        if shape.type_name == "string" and "pattern" in shape.metadata:
            list(problems("x", shape))


class Broken(ModelledResponse):
    service = "ram"
    operations: ClassVar = {"DeleteResourceShare": lambda *_: {"returnValue": "yes", "colour": "blue"}}
    params: ClassVar = {"resourceShareArn": "arn"}

    def backend(self):
        return None


def test_an_answer_against_the_model_is_a_loud_fault():
    response = Broken()
    with pytest.raises(AssertionError, match="returnValue must be a boolean, not a str; colour is not known here"):
        response._handle("DeleteResourceShare", Broken.operations["DeleteResourceShare"])


def test_a_failed_request_may_be_repeated_with_its_token():
    class Backend:
        answers: ClassVar = {}

    calls = []

    def handler(backend, parameters):
        calls.append(parameters)
        if len(calls) == 1:
            raise ValueError("not now")
        return {"ok": True}

    with pytest.raises(ValueError, match="not now"):
        once(handler)(Backend, {"clientToken": "t"})
    assert once(handler)(Backend, {"clientToken": "t"}) == {"ok": True, "clientToken": "t"}
    assert once(handler)(Backend, {"clientToken": "t"}) == {"ok": True, "clientToken": "t"}
    assert len(calls) == 2
