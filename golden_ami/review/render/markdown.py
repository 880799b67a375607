"""The review as a comment of a pull request: never longer than GitHub takes, findings first.

Whatever a plan says stands in code, where nothing is markup, mentions anybody or links anywhere.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from golden_ami.inert import inert
from golden_ami.review.render import grouping
from golden_ami.review.render.grouping import counted
from golden_ami.review.render.verdict import headline, totals
from golden_ami.review.review import KINDS, DeploymentReview, Review
from golden_ami.review.shortened import short

LIMIT: Final = 65_536
"""Bytes of a comment on GitHub."""

MARKER: Final = "<!-- golden-ami review -->"
"""First line, by which the comment is found and updated in place."""

_RESERVE: Final = 700
_LINES: Final = 120


@dataclass
class _Page:
    """A comment that knows what does not fit any more."""

    limit: int
    parts: list[str] = field(default_factory=list)
    size: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, kind: str, count: int = 1) -> bool:
        """Add a part, or count it as missing when it does not fit."""
        length = len(text.encode()) + 1
        if self.size + length > self.limit - _RESERVE:
            self.missing[kind] = self.missing.get(kind, 0) + count
            return False
        self.parts.append(text)
        self.size += length
        return True

    def text(self) -> str:
        """Give the comment."""
        if self.missing:
            left = ", ".join(counted(number, kind) for kind, number in self.missing.items())
            self.parts += [
                "",
                f"> **Left out for the length of a comment:** {left}. The JSON of this review has all of it.",
            ]
        return "\n".join(self.parts) + "\n"


def as_markdown(review: Review, *, limit: int = LIMIT) -> str:
    """Write a review as a comment.

    Parameters
    ----------
    review : Review
        The review.
    limit : int
        Most bytes.
    """
    page = _Page(limit)
    page.add(f"{MARKER}\n### {'✅' if review.passes else '❌'} Golden AMIs: the plan {headline(review)}\n", "headline")
    page.add(f"{totals(review)}.\n", "total")
    _list(page, "**Fails**", list(_failing(review)), "finding")
    _list(page, "**Ends, and no apply brings it back**", list(_ends(review)), "end of something stateful")
    _list(page, "**Who may do what**", list(_exposure(review)), "change of who may do what")
    _list(page, "**Accepted until it expires**", list(_accepted(review)), "accepted finding")
    _list(page, "**Suppressions**", [f"- {code(each)}" for each in review.judgement.warnings], "warning")
    for each in review.deployments:
        if each.changed:
            page.add(_folded(each), "deployment's detail")
    return page.text()


def code(text: str) -> str:
    """Put any text into code, so that it is nothing but text."""
    plain = short(inert(text)) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _list(page: _Page, title: str, items: list[str], kind: str) -> None:
    if items and page.add(f"\n{title}\n", kind, len(items)):
        for each in items:
            page.add(each, kind)


def _failing(review: Review) -> Iterator[str]:
    for each, deployments in grouping.findings(review.judgement.failing).items():
        where = f"{code(each.address)} in {code(grouping.names(deployments))}"
        yield f"- **{each.rule}** {code(each.message)}\n  {where}. {_sentence(each.remedy)}"


def _accepted(review: Review) -> Iterator[str]:
    for each, deployments in grouping.findings(review.judgement.accepted).items():
        kept = each.suppression
        why = f"{kept.owner}, until {kept.expires}: {kept.reason}" if kept else ""
        yield f"- **{each.rule}** {code(each.message)} in {code(grouping.names(deployments))}\n  {code(why)}"


def _ends(review: Review) -> Iterator[str]:
    for each, deployments in grouping.ends(review).items():
        because = f" because of {code(', '.join(each.because))}" if each.because else ""
        name = code(f"{each.name} ({each.address})")
        yield f"- **{each.kind}** {name}{because} in {code(grouping.names(deployments))}: {each.matters}"


def _exposure(review: Review) -> Iterator[str]:
    for each, deployments in grouping.exposures(review).items():
        lines = [f"- **{each.section}** {code(each.subject)} in {code(grouping.names(deployments))}"]
        lines += [f"  - no longer: {code(words)}" for words in each.lost]
        lines += [f"  - **now:** {code(words)}" for words in each.gained]
        yield "\n".join(lines)


def _folded(review: DeploymentReview) -> str:
    counts = ", ".join(f"{review.count(kind)} {kind}" for kind in KINDS if review.count(kind))
    title = html.escape(inert(f"{review.deployment} ({', '.join(review.accounts) or 'any account'})"))
    lines = list(_detail(review))
    more = len(lines) - _LINES
    if more > 0:
        lines = [*lines[:_LINES], f"  ... {counted(more, 'line')} more in the JSON of this review"]
    fence = "`" * max(3, max((len(run) for line in lines for run in re.findall("`+", line)), default=0) + 1)
    body = "\n".join([f"{fence}diff", *lines, fence])
    return f"\n<details><summary><code>{title}</code>: {counts}</summary>\n\n{body}\n\n</details>"


def _detail(review: DeploymentReview) -> Iterator[str]:
    for version in review.versions:
        yield _line(" ", f"{version.kind} {version.name}: {version.before or 'none'} -> {version.after or 'none'}")
    for document in review.documents:
        yield _line(" ", f"runbook {document.name}: {document.kind} {document.note}".rstrip())
        for step in document.steps:
            yield _line(" ", f"  {step.kind}: {step.name or 'around the steps'}")
            yield from (_line(line.sign, f"    {line.text}") for line in step.lines)
    for action in review.actions:
        yield _line(" ", f"{action.owner}: {action.action}")
        yield from (_line("-", f"  {words}") for words in action.lost)
        yield from (_line("+", f"  {words}") for words in action.gained)
    for changed in review.changed:
        sign = {"create": "+", "destroy": "-"}.get(changed.kind, "!")
        because = f", because of {', '.join(changed.because)}" if changed.because else ""
        yield _line(sign, f"{changed.kind} {changed.address}{because}")
        yield from (_line(" ", f"  known after apply: {each}") for each in changed.unknown)


def _line(sign: str, text: str) -> str:
    return f"{sign} {short(inert(text), 300)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
