"""A drawing as SVG, for light and dark pages, with nothing from elsewhere."""

from html import escape

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.graph.layout import Box, Layout, Line, layout
from golden_ami.runbook.graph.ways import Graph, Kind, Role

_STYLE = """\
.step{fill:#eef3fb;stroke:#3b5b92;stroke-width:1.5}.ask{fill:#fff4d6;stroke:#9a6b00;stroke-width:2.5}
.share{fill:#e3f5e6;stroke:#1f7a36;stroke-width:2.5}text{fill:#1b2330}.name{font-weight:600}.small{fill:#4a5668}
path{fill:none;stroke-width:1.6}.next,.choice{stroke:#5b6b82}.failure,.abort{stroke:#b3261e}
.failure{stroke-dasharray:6 4}.cancel{stroke:#9a6b00;stroke-dasharray:2 3}.tip{stroke:none}
.tip-next,.tip-choice,.dot{fill:#5b6b82}
.tip-failure{fill:#b3261e}.tip-cancel{fill:#9a6b00}.ring{fill:none;stroke:#5b6b82;stroke-width:1.6}
@media (prefers-color-scheme:dark){.step{fill:#1d2a40;stroke:#7ea2dc}.ask{fill:#3d3210;stroke:#e0b64a}
.share{fill:#143420;stroke:#5fc27a}text{fill:#e8edf4}.small{fill:#aab6c6}.next,.choice,.ring{stroke:#93a3ba}
.failure,.abort{stroke:#ff8a80}.cancel{stroke:#e0b64a}.tip-next,.tip-choice,.dot{fill:#93a3ba}.tip-failure{fill:#ff8a80}
.tip-cancel{fill:#e0b64a}}"""


def svg(runbook: Runbook) -> str:
    """Draw a document.

    Raises
    ------
    RunbookError
        When a step has not what is drawn of it.
    """
    graph = Graph.of(runbook)
    placed = layout(graph)
    size = f'viewBox="0 0 {placed.width:g} {placed.height:g}" width="{placed.width:g}" height="{placed.height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d" '
        'font-family="system-ui, sans-serif">',
        f'<title id="t">{escape(graph.name)}, step by step</title>',
        f'<desc id="d">{escape(_description(graph))}</desc>',
        f"<style>\n{_STYLE}\n</style>",
        "<defs>",
        *(_tip(kind) for kind in Kind),
        "</defs>",
        *(_sample(*sample) for sample in placed.legend),
        *(_line(line) for line in placed.lines),
        *_marks(placed),
        *(_box(box) for box in placed.boxes),
    ]
    for text in placed.texts:
        lines.append(
            f'<text x="{text.x:g}" y="{text.y:g}" font-size="{text.size}" class="{text.style}">'
            f"{escape(text.words)}</text>"
        )
    return "\n".join([*lines, "</svg>", ""])


def _description(graph: Graph) -> str:
    names = [node.name for node in graph.nodes]
    said = [f"{len(names)} steps: {', '.join(names)}."]
    for role, words in ((Role.ask, "People are asked by"), (Role.share, "Something is shared by")):
        found = [node.name for node in graph.nodes if node.role is role]
        if found:
            said.append(f"{words} {', '.join(found)}.")
    for kind, words in ((Kind.failure, "Failures"), (Kind.cancel, "Cancellations")):
        targets = dict.fromkeys(names[way.target] for way in graph.ways if way.kind is kind)
        if targets:
            said.append(f"{words} lead to {', '.join(targets)}.")
    return " ".join(said)


def _tip(kind: Kind) -> str:
    return (
        f'<marker id="{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="tip tip-{kind}" d="M0 0L10 5L0 10z"/></marker>'
    )


def _line(line: Line) -> str:
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in line.points)
    tip = f' marker-end="url(#{line.kind})"' if line.arrow else ""
    return f'<path class="{line.kind}" d="{path}"{tip}/>'


def _box(box: Box) -> str:
    style = "step" if box.node.role is Role.plain else box.node.role
    said = f"<title>{escape(box.node.description)}</title>" if box.node.description else ""
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"'
    return f'<rect class="{style}" {place}>{said}</rect>' if said else f'<rect class="{style}" {place}/>'


def _marks(placed: Layout) -> list[str]:
    first = placed.boxes[0]
    x = first.x + first.width / 2
    found = [_dot(x, first.y - 20), _line(Line(((x, first.y - 20), (x, first.y)), Kind.next, arrow=True))]
    for x, y in placed.ends:
        found += [f'<path class="next" d="M{x:g} {y - 18:g}V{y - 9:g}"/>', _end(x, y)]
    for x, y in placed.aborts:
        found += [f'<path class="failure" d="M{x - 14:g} {y:g}H{x - 4:g}"/>', _cross(x, y)]
    return found


def _dot(x: float, y: float) -> str:
    return f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="5"/>'


def _end(x: float, y: float) -> str:
    return f'<circle class="ring" cx="{x:g}" cy="{y:g}" r="9"/>{_dot(x, y)}'


def _cross(x: float, y: float) -> str:
    return f'<path class="abort" d="M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"/>'


def _sample(key: str, x: float, y: float) -> str:
    if key == "end":
        return _end(x + 12, y)
    if key == "abort":
        return _cross(x + 12, y)
    if key in (Role.ask, Role.share):
        return f'<rect class="{key}" x="{x:g}" y="{y - 8:g}" width="24" height="16" rx="4"/>'
    return _line(Line(((x, y), (x + 26, y)), Kind(key), arrow=True))
