"""Draw the findings by severity, split into new, remaining and waived; the numbers beside each bar say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from golden_ami.evidence.findings import KINDS, Findings

_THINNEST = 0.6
"""Percent; one finding among thousands is still seen."""


@dataclass(frozen=True)
class Bar:
    """One row of the picture.

    Attributes
    ----------
    label, style : str
        What it counts, and its class on the page.
    counts : mapping of str to int
        By kind.
    drawn : Markup
        The bar itself, for those who see it.
    """

    label: str
    style: str
    counts: Mapping[str, int]
    drawn: Markup


@dataclass(frozen=True)
class Picture:
    """The bars, all to one scale.

    Attributes
    ----------
    kinds : tuple of str
        Columns of numbers.
    bars : tuple of Bar
        One for each severity.
    fixed : Bar or None
        What is gone since the image that was approved last. The evidence does not say how severe that was, so it has
        one bar.
    """

    kinds: tuple[str, ...]
    bars: tuple[Bar, ...]
    fixed: Bar | None

    @classmethod
    def of(cls, findings: Findings) -> Self:
        """Draw them."""
        gone = len(findings.fixed)
        longest = max([gone, 1, *(group.count() for group in findings.groups)])
        kinds = tuple(
            kind for kind in KINDS if findings.count(kind) or (findings.compared and kind in {"new", "remaining"})
        )
        bars = []
        for group in findings.groups:
            counts = {kind: group.count(kind) for kind in kinds}
            bars.append(Bar(group.severity, group.style, counts, _drawn(counts, longest)))
        fixed = Bar("Fixed", "fixed", {"fixed": gone}, _drawn({"fixed": gone}, longest)) if findings.compared else None
        return cls(kinds, tuple(bars), fixed)


def _drawn(counts: Mapping[str, int], longest: int) -> Markup:
    shapes, left = "", 0.0
    room = 100 - _THINNEST * len(counts)
    for kind, count in counts.items():
        if count:
            width = _THINNEST + room * count / longest
            shapes += f'<rect class="{kind}" x="{left:.2f}%" width="{width:.2f}%" height="100%"/>'
            left += width
    return Markup(f'<svg class="bar" aria-hidden="true" focusable="false">{shapes}</svg>')  # noqa: S704 - numbers only
