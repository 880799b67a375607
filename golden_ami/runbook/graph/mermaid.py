"""A drawing as Mermaid's text, which GitHub and many editors show."""

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.graph.ways import Graph, Kind, Role

_STYLES = {
    Role.ask: "fill:#fff4d6,stroke:#9a6b00,color:#1b2330",
    Role.share: "fill:#e3f5e6,stroke:#1f7a36,color:#1b2330",
}
_COLOURS = {Kind.failure: "#b3261e", Kind.cancel: "#9a6b00"}
_WORDS = {Kind.failure: "fails", Kind.cancel: "cancelled"}


def mermaid(runbook: Runbook) -> str:
    """Draw a document, with all ways of a kind that lead to one step in one line.

    Raises
    ------
    RunbookError
        When a step has not what is drawn of it.
    """
    graph = Graph.of(runbook)
    lines = ["flowchart TD"]
    for index, node in enumerate(graph.nodes):
        # A step may have a name that is a word of Mermaid's.
        lines.append(f'  s{index}["{_quoted(node.name)}<br/>{_quoted(node.detail)}"]')
    links = 0
    for way in graph.ways:
        if way.kind in (Kind.next, Kind.choice):
            label = f'|"{_quoted(way.label)}"|' if way.label else ""
            lines.append(f"  s{way.source} -->{label} s{way.target}")
            links += 1
    for index, node in enumerate(graph.nodes):
        if node.ends:
            lines.append(f"  s{index} --> end{index}(((end)))")
            links += 1
    for kind, colour in _COLOURS.items():
        bundles: dict[int, list[int]] = {}
        for way in graph.ways:
            if way.kind is kind:
                bundles.setdefault(way.target, []).append(way.source)
        for target, sources in bundles.items():
            lines.append(f"  {' & '.join(f's{each}' for each in sources)} -. {_WORDS[kind]} .-> s{target}")
            numbers = ",".join(str(links + number) for number in range(len(sources)))
            lines.append(f"  linkStyle {numbers} stroke:{colour},color:{colour}")
            links += len(sources)
    for role, style in _STYLES.items():
        members = [f"s{index}" for index, node in enumerate(graph.nodes) if node.role is role]
        if members:
            lines += [f"  classDef {role} {style}", f"  class {','.join(members)} {role}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write what ends a label, or begins HTML, by Mermaid's codes of characters."""
    return "".join(f"#{ord(letter)};" if letter in '#"<>&;' else letter for letter in text)
