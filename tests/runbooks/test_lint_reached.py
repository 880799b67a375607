"""A call is left out only where it is certain that the step never makes it."""

import ast
from typing import Any

import pytest

from golden_ami.runbook.lint.reached import reached
from golden_ami.runbook.lint.scripts import calls
from golden_ami.runbook.scripts import calls as named
from golden_ami.runbooks import FOLDER

CALL = """
def call(service, api):
    pass

def give(name):
    call("ram", "AssociateResourceShare")

"""
GIVEN = {"image": "{{ image }}"}


def called(body: str, payload: Any = GIVEN, *, before: str = "") -> set[str]:
    """Name the APIs that are called by a handler of one body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source = f"{CALL}{before}\ndef handler(events, context):\n{lines}"
    found, unnamed = calls(reached(source, "handler", payload))
    assert not unnamed
    return {each.api for each in found}


NEVER = {
    "a key that is not given": "if events.get('share'):\n    give(events['share'])",
    "with a default": "if events.get('share', ''):\n    give(events['share'])",
    "asked otherwise": "if 'share' in events:\n    give(events['share'])",
    "the other branch": "if not events.get('share'):\n    pass\nelse:\n    give(1)",
    "after the end": "if not events.get('share'):\n    return 1\ngive(1)",
    "after the failure": "if not events.get('share'):\n    raise ValueError\ngive(1)",
    "in a branch of an expression": "return give(1) if events.get('share') else 0",
    "behind an and": "return events.get('share') and give(1)",
    "together": "if events.get('image') and events.get('share'):\n    give(1)",
    "neither": "if events.get('share') or events.get('shares'):\n    give(1)",
    "under another name": "found = events.get('share') or []\nif found:\n    give(found)",
    "through a function": "if events.get('share'):\n    map(give, [1])",
    "within another branch": "for each in events['image']:\n    if events.get('share'):\n        give(each)",
    "never named": "return 0",
}


@pytest.mark.parametrize("body", NEVER.values(), ids=NEVER)
def test_what_waits_for_a_value_that_is_not_given_never_runs(body: str) -> None:
    assert called(body) == set()
    # With the value, all of it may run, but for what nobody names.
    expected = {"AssociateResourceShare"} if "give" in body else set()
    assert called(body, {**GIVEN, "share": "{{ Share }}"}) == expected


@pytest.mark.parametrize("empty", ["", [], {}, 0, False, None])
def test_an_empty_value_is_none(empty: object) -> None:
    assert called(NEVER["a key that is not given"], {"share": empty}) == set()


STILL = {
    "a default": "if events.get('share', 'all'):\n    give(1)",
    "another condition": "if events.get('share') or context:\n    give(1)",
    "a value that is not literal": "if events.get(context):\n    give(1)",
    "the answer of a call": "if context.get('share'):\n    give(1)",
    "a key that is written": "events['share'] = 1\nif events.get('share'):\n    give(1)",
    "keys that are added": "events.update(context)\nif events.get('share'):\n    give(1)",
    "other events": "events = context\nif events.get('share'):\n    give(1)",
    "a list that grows": "found = events.get('share') or []\nfound.append(1)\nif found:\n    give(found)",
    "a name that is written twice": "found = events.get('share')\nfound = context\nif found:\n    give(found)",
    "a name of a loop": "found = []\nfor found in context:\n    pass\nif found:\n    give(found)",
    "the name of a function": "return globals()['give'](1)",
    "an attribute": "return context.give",
    "after a branch that may end": "if context:\n    return 0\ngive(1)",
}


@pytest.mark.parametrize("body", STILL.values(), ids=STILL)
def test_what_may_run_stays(body: str) -> None:
    assert called(body) == {"AssociateResourceShare"}


@pytest.mark.parametrize("payload", ["{{ Everything }}", None, ["share"]])
def test_a_payload_that_is_no_mapping_may_hold_anything(payload: object) -> None:
    assert called(NEVER["a key that is not given"], payload) == {"AssociateResourceShare"}


def test_what_runs_when_the_script_is_loaded_stays() -> None:
    assert called("return 0", before="FOUND = give(1)\n") == {"AssociateResourceShare"}


def test_a_script_without_its_handler_stays_as_it_is() -> None:
    assert reached(CALL, "handler", {}) == CALL


def test_a_script_that_is_too_deep_stays_as_it_is() -> None:
    deep = "def handler(events, context):\n    return " + " + ".join(["1"] * 2000) + "\n"
    assert reached(deep, "handler", {}) == deep


@pytest.mark.parametrize("path", sorted(FOLDER.glob("scripts/[a-z]*.py")), ids=lambda path: path.stem)
def test_with_every_key_our_scripts_lose_no_call(path: Any) -> None:
    source = path.read_text()
    keys = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    found = reached(source, "handler", dict.fromkeys((each for each in keys if isinstance(each, str)), "{{ x }}"))
    assert sorted(named(found)) == sorted(named(source))
