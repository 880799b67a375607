"""What was stored is read as it is, or refused in one line that says what to do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.errors import InputError
from golden_ami.evidence import Decision, Evidence
from tests import evidence as stories

EVERY = {
    "small": stories.many(30),
    "unscanned": stories.unscanned(),
    "first": stories.first(),
    "lost": stories.lost(),
    "hostile": stories.hostile(),
}
GOOD = json.loads(EVERY["small"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("body", EVERY.values(), ids=EVERY)
def test_what_the_runbook_writes_is_read_with_nothing_left_out(body: bytes) -> None:
    read = json.loads(Evidence.parse(body).model_dump_json(by_alias=True))
    written = json.loads(body.decode().replace("\\ud800", "\\\\ud800"))
    if not written["scan"]["scanned"]:
        written["scan"] |= {"limits": {}, "waivers": []}
    assert read == {**written, "scan": {"because": None, **written["scan"]}}


@pytest.mark.parametrize("outcome", ["approved", "denied", "sharing-failed"])
def test_a_decision_is_read_with_all_that_was_said(outcome: str) -> None:
    said = ({"Approver": "ann", "Decision": "Approve", "Comment": "fine", "Channel": "console"},)
    body = stories.decision(EVERY["small"], outcome, said=said)
    decision = Decision.parse(body)
    assert (decision.outcome, decision.decisions[0].comment) == (outcome, "fine")
    assert decision.decisions[0].model_extra == {"channel": "console"}


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"", "this is no evidence: Expecting value"),
        (b"\xff\xfe", "can't decode byte 0xff"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'{"schema": "golden-ami-evidence/1"}', "execution: Field required, and 9 more"),
        (b'{"schema": "golden-ami-evidence/2"}', "its schema is 'golden-ami-evidence/2', not golden-ami-evidence/1"),
        (b"{}", "its schema is None"),
        (b'{"schema": ["golden-ami-evidence/1"]}', "its schema is ['golden-ami-evidence/1']"),
        (b'{"schema": "' + b"x" * 10_000 + b'"}', "xxx..., not golden-ami-evidence/1"),
        (b'{"schema": "\\u001b[2J\\u202e"}', r"its schema is '\x1b[2J\u202e'"),
        (b'{"a": 1, "a": 2}', "the key 'a' is there twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema": "golden-ami-evidence/1", "x": ' + b"[" * 600 + b"]" * 600 + b"}", "this is no evidence"),
        (b"9" * 5000, "this is no evidence: Exceeds the limit"),
        (stories.decision(EVERY["small"]), "its schema is 'golden-ami-decision/1'"),
    ],
)
def test_what_is_no_evidence_is_refused_in_one_line(body: bytes, because: str) -> None:
    with pytest.raises(InputError) as refused:
        Evidence.parse(body)
    assert because in str(refused.value)
    assert refused.value.remedy
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 400


def test_evidence_is_no_decision() -> None:
    with pytest.raises(InputError, match="its schema is 'golden-ami-evidence/1', not golden-ami-decision/1"):
        Decision.parse(EVERY["small"])


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    return [path, *(place for key, each in items for place in _places(each, (*path, key)))]


@given(st.sampled_from(_places(GOOD)), anything)
def test_whatever_stands_anywhere_it_is_read_or_refused_in_one_line(place: tuple[Any, ...], value: Any) -> None:
    document = {"it": json.loads(EVERY["small"])}
    *way, last = ("it", *place)
    holder: Any = document
    for key in way:
        holder = holder[key]
    holder[last] = value
    refusals = []
    try:
        Evidence.parse(json.dumps(document["it"]).encode())
    except InputError as error:
        refusals.append(str(error))
    assert all(each.isprintable() for each in refusals)


@given(st.sampled_from([place for place in _places(GOOD) if place and isinstance(place[-1], str)]))
def test_a_key_that_nobody_would_see_is_refused(place: tuple[Any, ...]) -> None:
    document = json.loads(EVERY["small"])
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    if {"limits", "amis", "added", "removed", "changed"} & set(place[-2:-1]):
        return
    holder["unseen"] = "x"
    with pytest.raises(InputError, match="unseen"):
        Evidence.parse(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("name", "contradict"),
    [
        ("a finding that the difference does not know", lambda it: it["difference"]["findings"]["new"].pop()),
        ("a difference without its finding", lambda it: it["findings"].pop()),
        ("one that is both fixed and found", lambda it: _also(it, "fixed", "new")),
        ("one that is both new and remaining", lambda it: _also(it, "remaining", "new")),
        ("findings without a scan", lambda it: it.update(scan={"scanned": False, "because": "no"})),
        ("no scan and no reason", lambda it: it.update(scan={"scanned": False}, findings=[], difference=None)),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(name: str, contradict: Any) -> None:
    document = json.loads(EVERY["small"])
    contradict(document)
    with pytest.raises(InputError, match="this is no evidence"):
        Evidence.parse(json.dumps(document).encode())


def _also(document: Any, kind: str, of: str) -> None:
    document["difference"]["findings"][kind].append(document["difference"]["findings"][of][0])


def test_what_was_read_cannot_be_changed() -> None:
    found = Evidence.parse(EVERY["small"])
    with pytest.raises(ValueError, match="frozen"):
        found.scan.scanned = False  # type: ignore[misc]


def test_an_image_is_named_as_in_the_configuration() -> None:
    image = Evidence.parse(EVERY["small"]).image
    assert (image.name, image.version, image.account, image.region) == (
        "web-server",
        "1.0.1/1",
        "222222222222",
        "eu-west-1",
    )
