"""The review for people at a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from golden_ami.inert import inert
from golden_ami.review.render import grouping
from golden_ami.review.render.verdict import headline, totals
from golden_ami.review.review import KINDS, DeploymentReview, Review

Line = tuple[str, str]
"""Words, and their style."""

_SIGNS = {"create": "+", "update": "~", "replace": "!", "destroy": "-", "forget": "?"}
_STYLES = {"+": "green", "-": "red", "!": "bold red", "~": "yellow", " ": "dim"}


def show(review: Review, console: Console) -> None:
    """Print a review.

    Parameters
    ----------
    review : Review
        The review.
    console : Console
        Where to.
    """
    for words, style in lines(review):
        console.print(Text(inert(words), style=style, overflow="fold"), soft_wrap=True)


def lines(review: Review) -> Iterator[Line]:
    """Write a review line by line, what matters most first."""
    yield f"The plan {headline(review)}.", "bold green" if review.passes else "bold red"
    yield totals(review), ""
    yield from _findings(review)
    yield from _ends(review)
    yield from _exposure(review)
    for each in review.deployments:
        yield from _deployment(each)


def _findings(review: Review) -> Iterator[Line]:
    for title, found, style in (
        ("Fails", review.judgement.failing, "red"),
        ("Accepted", review.judgement.accepted, "yellow"),
    ):
        for number, (each, deployments) in enumerate(grouping.findings(found).items()):
            if number == 0:
                yield "", ""
                yield title, "bold"
            yield f"  {each.rule}: {each.message}", style
            yield f"      {each.address} in {grouping.names(deployments)}", ""
            if each.suppression:
                kept = each.suppression
                yield f"      accepted until {kept.expires} by {kept.owner}: {kept.reason}", "dim"
            else:
                yield f"      {each.remedy}", "dim"
    for warning in review.judgement.warnings:
        yield f"  {warning}", "yellow"


def _ends(review: Review) -> Iterator[Line]:
    found = grouping.ends(review)
    if found:
        yield "", ""
        yield "Ends, and no apply brings it back", "bold"
    for each, deployments in found.items():
        because = f" because of {', '.join(each.because)}" if each.because else ""
        yield f"  {_SIGNS[each.kind]} {each.kind} {each.name}{because}: {each.matters}", "red"
        yield f"      {each.address} in {grouping.names(deployments)}", "dim"


def _exposure(review: Review) -> Iterator[Line]:
    found = grouping.exposures(review)
    if found:
        yield "", ""
        yield "Who may do what", "bold"
    for each, deployments in found.items():
        yield f"  {each.section}: {each.subject} in {grouping.names(deployments)}", ""
        yield from ((f"    - {words}", "red") for words in each.lost)
        yield from ((f"    + {words}", "green") for words in each.gained)


def _deployment(review: DeploymentReview) -> Iterator[Line]:
    if not review.changed:
        return
    yield "", ""
    counts = ", ".join(f"{review.count(kind)} {kind}" for kind in KINDS if review.count(kind))
    yield f"{review.deployment} ({', '.join(review.accounts) or 'any account'}): {counts}", "bold"
    for version in review.versions:
        yield f"  {version.kind} {version.name}: {version.before or 'none'} -> {version.after or 'none'}", ""
    for document in review.documents:
        yield f"  runbook {document.name}: {document.kind} {document.note}".rstrip(), "cyan"
        for step in document.steps:
            yield f"    {step.kind} {step.name or 'around the steps'}", ""
            yield from ((f"      {line.sign} {line.text}", _STYLES[line.sign]) for line in step.lines)
    for action in review.actions:
        yield f"  {action.owner}: {action.action}", "cyan"
        yield from ((f"    - {words}", "red") for words in action.lost)
        yield from ((f"    + {words}", "green") for words in action.gained)
    for changed in review.changed:
        because = f" because of {', '.join(changed.because)}" if changed.because else ""
        yield (
            f"  {_SIGNS.get(changed.kind, ' ')} {changed.address}{because}",
            _STYLES.get(_SIGNS.get(changed.kind, " "), ""),
        )
        yield from ((f"      known after apply: {each}", "dim") for each in changed.unknown)
