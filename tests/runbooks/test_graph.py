"""Drawings: readable whatever the document, complete, and those of ours in step with the documents."""

import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from golden_ami.cli.runbook import app
from golden_ami.runbook import Runbook, graph, load
from golden_ami.runbook.graph.layout import Layout, layout
from golden_ami.runbook.graph.ways import Graph, Kind, Role
from golden_ami.runbooks import APPROVAL, EVIDENCE, OUTCOME, RETIREMENT, REVOCATION, ROLLBACK, ROLLOUT

ROOT = Path(__file__).parent.parent.parent
NINE_STEPS = ROOT / "tests" / "scenarios" / "nine_steps.yaml"
DRAWN = {
    "approval": APPROVAL,
    "evidence": EVIDENCE,
    "outcome": OUTCOME,
    "retirement": RETIREMENT,
    "revocation": REVOCATION,
    "rollback": ROLLBACK,
    "rollout": ROLLOUT,
}
every_document = pytest.mark.parametrize("path", [*DRAWN.values(), NINE_STEPS], ids=lambda path: path.stem)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", DRAWN)
def test_the_drawings_in_the_documentation_are_those_of_the_documents(name: str) -> None:
    drawn = ROOT / "docs" / "runbooks" / f"{name}.svg"
    source = DRAWN[name].relative_to(ROOT)
    command = f".venv/bin/golden-ami runbook graph {source} --output {drawn.relative_to(ROOT)}"
    text = drawn.read_text() if drawn.is_file() else ""
    assert text == graph.svg(load(DRAWN[name])), f"Draw it anew: {command}"


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_readable(placed: Layout) -> None:
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in placed.boxes]
    texts = [text.box for text in placed.texts]
    for one, other in itertools.combinations(texts, 2):
        assert not overlap(one, other)
    for one, other in itertools.combinations(boxes, 2):
        assert not overlap(one, other)
    for text in texts:
        within = [box for box in boxes if overlap(text, box)]
        assert all(
            box[0] <= text[0] and text[2] <= box[2] and box[1] <= text[1] and text[3] <= box[3] for box in within
        )
    marks = [(x - 9, y - 9, x + 9, y + 9) for x, y in placed.ends] + [
        (x - 4, y - 4, x + 4, y + 4) for x, y in placed.aborts
    ]
    for mark in marks:
        assert not any(overlap(mark, other) for other in [*texts, *boxes])
    points = [(x, y, x, y) for line in placed.lines for x, y in line.points]
    for left, top, right, bottom in [*boxes, *texts, *marks, *points]:
        assert 0 <= left <= right <= placed.width
        assert 0 <= top <= bottom <= placed.height
    for line in placed.lines:
        for (x1, y1), (x2, y2) in itertools.pairwise(line.points):
            # A line may touch a box, and runs through none of them, nor through a text.
            covered = (min(x1, x2), min(y1, y2), max(x1, x2) + 0.01, max(y1, y2) + 0.01)
            inner = [(box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1) for box in boxes]
            assert not any(overlap(covered, each) for each in [*inner, *texts])


@every_document
def test_no_text_is_covered_and_everything_is_inside(path: Path) -> None:
    is_readable(layout(Graph.of(load(path))))


@st.composite
def documents(draw: st.DrawFn) -> Runbook:
    names = draw(
        st.lists(st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,40}", fullmatch=True), min_size=1, max_size=9, unique=True)
    )
    steps: list[dict[str, Any]] = []
    for index, name in enumerate(names):
        step: dict[str, Any] = {"name": name, "action": draw(st.sampled_from(["aws:approve", "aws:sleep"]))}
        step["inputs"] = {"Approvers": []}
        later = names[index + 1 :]
        for key in ("onFailure", "onCancel"):
            if later and draw(st.booleans()):
                step[key] = "step:" + draw(st.sampled_from(later))
        if later and draw(st.booleans()):
            words = draw(st.lists(st.text(max_size=40), max_size=5))
            choices = [
                {"NextStep": draw(st.sampled_from(later)), "Variable": "x", "StringEquals": each} for each in words
            ]
            step |= {"action": "aws:branch", "inputs": {"Choices": choices, "Default": draw(st.sampled_from(later))}}
        elif later and draw(st.booleans()):
            step["nextStep"] = draw(st.sampled_from(later))
        else:
            step["isEnd"] = draw(st.booleans())
        steps.append(step)
    return Runbook(Path("x.yaml"), {"schemaVersion": "0.3", "mainSteps": steps})


@settings(deadline=None)
@given(documents())
def test_every_document_is_drawn_readably_and_completely(runbook: Runbook) -> None:
    read = Graph.of(runbook)
    placed = layout(read)
    is_readable(placed)
    texts = [element.text for element in ET.fromstring(graph.svg(runbook)).iter(SVG + "text")]
    assert {node.name for node in read.nodes} <= set(texts)
    targets = {(way.target, way.kind) for way in read.ways}
    assert sum(line.arrow for line in placed.lines) >= len(targets)
    assert graph.mermaid(runbook).count("\n  s") >= len(read.nodes)


def test_failures_that_lead_to_one_step_share_one_arrow() -> None:
    placed = layout(Graph.of(load(APPROVAL)))
    failures = [line for line in placed.lines if line.kind is Kind.failure]
    assert len(failures) > 15
    assert sum(line.arrow for line in failures) == len({"takeBack", "tellOutcome"})


def test_who_asks_and_what_shares_is_known() -> None:
    nodes = Graph.of(load(APPROVAL)).nodes
    assert [node.name for node in nodes if node.role is Role.ask] == ["waitForAdministratorApproval"]
    shares = [node.name for node in nodes if node.role is Role.share]
    assert shares == ["shareEC2BuilderImage", "shareEC2AMIImage", "publishApprovedAmi"]
    assert [node.name for node in nodes if node.ends] == ["tellOutcome"]


@every_document
def test_a_drawing_can_be_read_aloud_and_needs_nothing_from_elsewhere(path: Path) -> None:
    text = graph.svg(load(path))
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    title, description = root.find(SVG + "title"), root.find(SVG + "desc")
    assert title is not None
    assert description is not None
    assert (root.get("aria-labelledby") or "").split() == [title.get("id"), description.get("id")]
    assert path.stem in (title.text or "")
    assert "prefers-color-scheme:dark" in text
    assert re.findall(r"https?://\S+?(?=\")", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|@font-face|<image|<script|url\((?!#)", text)


def test_mermaid_bundles_failures_and_colours_exactly_them() -> None:
    lines = graph.mermaid(load(NINE_STEPS)).splitlines()
    assert lines[0] == "flowchart TD"
    assert '  s3 -->|"AVAILABLE"| s4' in lines
    assert '  s3 -->|"otherwise"| s8' in lines
    assert "  s8 --> end8(((end)))" in lines
    assert lines[-8:] == [
        "  s6 -. fails .-> s7",
        "  linkStyle 10 stroke:#b3261e,color:#b3261e",
        "  s7 -. fails .-> s8",
        "  linkStyle 11 stroke:#b3261e,color:#b3261e",
        "  classDef ask fill:#fff4d6,stroke:#9a6b00,color:#1b2330",
        "  class s4 ask",
        "  classDef share fill:#e3f5e6,stroke:#1f7a36,color:#1b2330",
        "  class s6,s7 share",
    ]
    assert "  s0 & s1 & s2 & s3 & s4 -. fails .-> s5" in graph.mermaid(load(RETIREMENT)).splitlines()


def test_mermaid_reads_no_label_as_its_own() -> None:
    choices = [{"NextStep": "end", "Variable": "x", "StringEquals": '"]; <b> & #1'}]
    steps = [
        {"name": "a", "action": "aws:branch", "inputs": {"Choices": choices}},
        {"name": "end", "action": "aws:sleep", "isEnd": True},
    ]
    lines = graph.mermaid(Runbook(Path("x.yaml"), {"mainSteps": steps})).splitlines()
    assert '  s0 -->|"#34;]#59; #60;b#62; #38; #35;1"| s1' in lines


def test_a_failure_that_continues_is_drawn_as_a_failure() -> None:
    steps = [
        {"name": "a", "action": "aws:sleep", "onFailure": "Continue", "nextStep": "b"},
        {"name": "b", "action": "aws:sleep", "isEnd": True},
    ]
    ways = Graph.of(Runbook(Path("x.yaml"), {"mainSteps": steps})).ways
    assert {(way.source, way.target, way.kind) for way in ways} == {(0, 1, Kind.next), (0, 1, Kind.failure)}


def test_the_command_prints_or_writes(tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    printed = CliRunner().invoke(app, ["graph", str(OUTCOME)])
    written = CliRunner().invoke(app, ["graph", str(OUTCOME), "--output", str(target)])
    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert printed.stdout == target.read_text() == graph.svg(load(OUTCOME))
    assert CliRunner().invoke(app, ["graph", str(OUTCOME), "-f", "mermaid"]).stdout == graph.mermaid(load(OUTCOME))
    bad = CliRunner().invoke(app, ["graph", str(OUTCOME), "--output", str(tmp_path)])
    assert "cannot be written: Is a directory; name another file" in str(bad.exception)
