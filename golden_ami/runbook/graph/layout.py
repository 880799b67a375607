"""Where everything of a drawing stands: steps in a column, jumps at its left, failures and cancellations at its right.

All ways of a kind that lead to one step share a lane, so that twenty failures are one line with twenty feeders.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from golden_ami.runbook.graph.ways import Graph, Kind, Node, Role, Way

NAME_SIZE, SMALL_SIZE = 14, 12
MARGIN, GAP, LANE = 24, 32, 16
_HEIGHT, _FEEDER, _LANE_DISTANCE = 52, 16, 30
_ENTRY = {Kind.next: 13, Kind.choice: 13, Kind.failure: 12, Kind.cancel: 22}
_EXIT = {Kind.failure: 33, Kind.cancel: 43}
LEGEND = {
    "failure": "when it fails",
    "cancel": "when it is cancelled",
    "abort": "a failure ends it",
    "ask": "asks people",
    "share": "shares",
    "end": "end",
}


@dataclass(frozen=True)
class Text:
    """A text at its place; ``x`` is its left end."""

    x: float
    y: float
    words: str
    size: int
    style: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Give the corners of what it covers, wide enough for any usual font."""
        return self.x, self.y - self.size * 0.85, self.x + width(self.words, self.size), self.y + self.size * 0.25


@dataclass(frozen=True)
class Box:
    """A step at its place."""

    x: float
    y: float
    width: float
    height: float
    node: Node


@dataclass(frozen=True)
class Line:
    """A line along points; an arrow has its tip at the last one."""

    points: tuple[tuple[float, float], ...]
    kind: Kind
    arrow: bool = False


@dataclass(frozen=True)
class Layout:
    """A drawing.

    Attributes
    ----------
    width, height : float
        Of all of it.
    boxes, lines, texts : tuple
        What is drawn; the texts of steps and of the legend are among the texts.
    ends, aborts : tuple
        Centres of the marks for an end, and for an end by failure.
    legend : tuple
        Places of the samples, by what they explain.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    texts: tuple[Text, ...]
    ends: tuple[tuple[float, float], ...]
    aborts: tuple[tuple[float, float], ...]
    legend: tuple[tuple[str, float, float], ...]


def width(words: str, size: int) -> float:
    """Measure a text, rather too long than too short."""
    each = 0.66 if size == NAME_SIZE else 0.6
    return sum(size * (1.1 if unicodedata.east_asian_width(letter) in "WF" else each) for letter in words)


def layout(graph: Graph) -> Layout:
    """Place a document."""
    jumps = [way for way in graph.ways if way.kind in (Kind.next, Kind.choice) and way.target != way.source + 1]
    straight = [way for way in graph.ways if way.kind in (Kind.next, Kind.choice) and way.target == way.source + 1]
    troubles = [way for way in graph.ways if way.kind in _EXIT]
    left = _lanes(jumps)
    right = _lanes(troubles)
    room = max((width(way.label, SMALL_SIZE) + 20 for way in jumps), default=0) if jumps else 0
    spine = MARGIN + (room + _LANE_DISTANCE + LANE * len(set(left.values())) if jumps else 0)
    inner = max(max(width(each.name, NAME_SIZE), width(each.detail, SMALL_SIZE)) for each in graph.nodes) + 28
    # The label of a straight way stands between two boxes, and may not reach the lanes beside them.
    inner = max([inner, *(2 * (width(way.label, SMALL_SIZE) + 16) for way in straight)])
    total = spine + inner + _LANE_DISTANCE + LANE * len(set(right.values())) + MARGIN
    total = max(total, 2 * MARGIN + 34 + max(width(words, SMALL_SIZE) for words in LEGEND.values()))
    legend, samples, top = _legend(graph, total)
    boxes = _boxes(graph, jumps, spine, top, inner)
    lines, texts, ends = [], list(legend), []
    for box in boxes:
        texts.append(Text(box.x + 14, box.y + 23, box.node.name, NAME_SIZE, "name"))
        texts.append(Text(box.x + 14, box.y + 42, box.node.detail, SMALL_SIZE, "small"))
        if box.node.ends:
            ends.append((box.x + inner / 2, box.y + box.height + 18))
    for way in straight:
        above, below = boxes[way.source], boxes[way.target]
        x = above.x + inner / 2
        lines.append(Line(((x, above.y + above.height), (x, below.y)), way.kind, arrow=True))
        if way.label:
            texts.append(Text(x + 12, above.y + above.height + GAP / 2 + 4, way.label, SMALL_SIZE, "small"))
    feeders: dict[int, int] = {}
    for way in jumps:
        feeders[way.source] = feeders.get(way.source, 0) + 1
        box = boxes[way.source]
        y = box.y + _ENTRY[way.kind] + _FEEDER * feeders[way.source]
        x = spine - room - _LANE_DISTANCE - LANE * left[way.target, Kind.next]
        lines.append(_way(spine, y, x, boxes[way.target].y + _ENTRY[way.kind], way.kind))
        if way.label:
            texts.append(Text(spine - 10 - width(way.label, SMALL_SIZE), y - 4, way.label, SMALL_SIZE, "small"))
    for way in troubles:
        x = spine + inner + _LANE_DISTANCE + LANE * right[way.target, way.kind]
        y = boxes[way.source].y + _EXIT[way.kind]
        lines.append(_way(spine + inner, y, x, boxes[way.target].y + _ENTRY[way.kind], way.kind))
    aborts = [(box.x + inner + 14, box.y + _EXIT[Kind.failure]) for box in boxes if box.node.aborts]
    bottom = boxes[-1].y + boxes[-1].height + (GAP if boxes[-1].node.ends else 0) + MARGIN
    return Layout(
        total, bottom, boxes, tuple(_without_repetition(lines)), tuple(texts), tuple(ends), tuple(aborts), samples
    )


def _way(edge: float, y: float, lane: float, entry: float, kind: Kind) -> Line:
    return Line(((edge, y), (lane, y), (lane, entry), (edge, entry)), kind, arrow=True)


def _without_repetition(lines: Iterable[Line]) -> list[Line]:
    """Draw what bundled ways share once: dashes over dashes look like a solid line."""
    bundles: dict[tuple[Kind, tuple[float, float]], list[Line]] = {}
    for line in lines:
        if len(line.points) == 2:
            bundles[line.kind, line.points[0]] = [line]
        else:
            bundles.setdefault((line.kind, (line.points[1][0], line.points[3][1])), []).append(line)
    drawn = []
    for bundle in bundles.values():
        # The farthest way is drawn whole, and the others as feeders of it.
        first, *others = sorted(bundle, key=lambda line: -abs(line.points[0][1] - line.points[-1][1]))
        drawn += [first, *(Line(line.points[:2], line.kind) for line in others)]
    return drawn


def _lanes(ways: list[Way]) -> dict[tuple[int, Kind], int]:
    """Give each bundle a lane; short ones run near the steps, and those that never meet share one."""
    spans: dict[tuple[int, Kind], tuple[int, int]] = {}
    for way in ways:
        key = (way.target, way.kind if way.kind in _EXIT else Kind.next)
        low, high = spans.get(key, (way.target, way.target))
        spans[key] = min(low, way.source), max(high, way.source)
    found: dict[tuple[int, Kind], int] = {}
    taken: list[list[tuple[int, int]]] = []
    for key, (low, high) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[0])):
        free = (number for number, each in enumerate(taken) if all(high < start or end < low for start, end in each))
        number = next(free, len(taken))
        taken += [[]] if number == len(taken) else []
        taken[number].append((low, high))
        found[key] = number
    return found


def _boxes(graph: Graph, jumps: list[Way], x: float, top: float, inner: float) -> tuple[Box, ...]:
    boxes, y = [], top
    for index, node in enumerate(graph.nodes):
        leaving = sum(way.source == index for way in jumps)
        height = max(_HEIGHT, _ENTRY[Kind.next] + _FEEDER * leaving + 10)
        boxes.append(Box(x, y, inner, height, node))
        y += height + GAP
    return tuple(boxes)


def _legend(graph: Graph, total: float) -> tuple[list[Text], tuple[tuple[str, float, float], ...], float]:
    used = {str(way.kind) for way in graph.ways} | {str(node.role) for node in graph.nodes if node.role != Role.plain}
    used |= {"abort"} if any(node.aborts for node in graph.nodes) else set()
    used |= {"end"} if any(node.ends for node in graph.nodes) else set()
    texts, samples, x, y = [], [], float(MARGIN), float(MARGIN) + 6
    for key in (key for key in LEGEND if key in used):
        needed = 34 + width(LEGEND[key], SMALL_SIZE)
        if x > MARGIN and x + needed > total - MARGIN:
            x, y = float(MARGIN), y + 22
        samples.append((key, x, y))
        texts.append(Text(x + 34, y + 4, LEGEND[key], SMALL_SIZE, "small"))
        x += needed + 18
    return texts, tuple(samples), y + GAP + 8
