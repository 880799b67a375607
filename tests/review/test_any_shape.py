"""A plan of any shape is reviewed or refused, and shown: nothing that somebody writes ends in a traceback."""

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from golden_ami.review.reader import PlanError
from golden_ami.review.render.markdown import LIMIT, as_markdown
from golden_ami.review.render.program import as_json
from golden_ami.review.render.sarif import as_sarif
from golden_ami.review.render.terminal import show
from golden_ami.review.review import review
from golden_ami.review.settings import Settings
from tests.review import cases_documents, cases_grants, cases_resources
from tests.review.building import ORGANIZATION, TODAY, plan_json

EVERYTHING = [
    resource
    for table in (cases_grants, cases_documents, cases_resources)
    for cases in table.PASSING.values()
    for resources in cases.values()
    for resource in resources
]
PLAN = json.loads(json.dumps(plan_json(*EVERYTHING)))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["*", "all", "{{ x }}", "${x}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in _places(each, (*path, key)))]


PLACES = _places(PLAN)[1:]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "plan.json"


@given(st.sampled_from(PLACES), JUNK)
@settings(max_examples=300)
def test_whatever_stands_in_a_plan(file: Path, place: tuple[Any, ...], junk: Any) -> None:
    plan = copy.deepcopy(PLAN)
    target = plan
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    file.write_text(json.dumps(plan))
    try:
        found = review([str(file)], Settings(organization=ORGANIZATION), today=TODAY)
    except PlanError:
        return
    assert len(as_markdown(found).encode()) <= LIMIT
    assert json.loads(as_json(found))
    assert json.loads(as_sarif(found))
    show(found, Console(file=io.StringIO()))
