"""``golden-ami approve`` and ``golden-ami deny``: look at what is decided upon, and decide."""

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from golden_ami.cli import views
from golden_ami.cli.arguments import ExecutionId, Interval
from golden_ami.cli.asking import confirm
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.output import Format
from golden_ami.cli.verdict import verdict
from golden_ami.cli.words import said
from golden_ami.errors import InputError
from golden_ami.operate import deciding
from golden_ami.operate.decisions import APPROVE, REJECT

if TYPE_CHECKING:
    from golden_ami.operate.deciding import Answer, Question

_PAUSE: Final = 1.0
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed where nobody can answer.")]


@operating
def approve(
    operator: Operator,
    execution: ExecutionId,
    comment: Annotated[str, typer.Option("--comment", "-m", help="Why; it is recorded.", show_default=False)] = "",
    yes: Yes = False,
    interval: Interval = _PAUSE,
) -> None:
    """Approve an image, after having seen what it is and who gains access.

    golden-ami approve 0aa1bb22-3c3c-4d4d-5e5e-666666666666 --comment "Fixes CVE-2026-1234"
    """
    _decide(operator, execution, APPROVE, comment, yes=yes, interval=interval)


@operating
def deny(
    operator: Operator,
    execution: ExecutionId,
    comment: Annotated[str, typer.Option("--comment", "-m", help="Why; it is recorded and told.", show_default=False)],
    yes: Yes = False,
    interval: Interval = _PAUSE,
) -> None:
    """Deny an image: one denial ends the execution, and nothing is shared.

    golden-ami deny 0aa1bb22-3c3c-4d4d-5e5e-666666666666 --comment "The kernel is the old one"
    """
    if not comment.strip():
        raise InputError("--comment is empty", remedy="say why; others have to understand it")
    _decide(operator, execution, REJECT, comment, yes=yes, interval=interval)


def _decide(operator: Operator, execution: str, decision: str, comment: str, *, yes: bool, interval: float) -> None:
    output = operator.output
    question = deciding.ask(operator.place, execution, decision, comment.strip())
    if output.format is Format.table and not output.quiet:
        _show(output.console, operator, question, comment)
    if not yes:
        _confirm(decision, question)
    answer = deciding.decide(operator.place, question, decision, comment.strip(), interval=interval)
    output.show(answer, lambda console: _end(console, answer), [execution])


def _show(console: Console, operator: Operator, question: "Question", comment: str) -> None:
    request, now = question.request, operator.place.connection.now
    units = {identifier: name for name, identifier in operator.place.config.organization.units.items()}
    rows = verdict(question.evidence, units) if question.evidence else []
    if question.doubt:
        rows.append(("BEWARE", said((f"This is not what was asked upon: {question.doubt}", "bold red"))))
    else:
        rows.append(("SHA-256", said(question.digest)))
        rows.append(("", said(("the one that people were asked upon", "green"))))
        rows.append(("where", said(question.location)))
    rows.append(("left", said(views.left(request, now))))
    rows.append(("you are", said(operator.place.caller.arn)))
    rows.append(("comment", said(comment.strip() or "none")))
    console.print(views.facts(rows))


def _confirm(decision: str, question: "Question") -> None:
    verb = "Approve" if decision == APPROVE else "Deny"
    name = f"{question.evidence.image.name} {question.evidence.image.version}" if question.evidence else "it"
    confirm(f"{verb} {name}?", otherwise="Nothing was sent.")


def _end(console: Console, answer: "Answer") -> None:
    console.print(_said(answer))
    console.print(said(f"Watch it: golden-ami watch {answer.execution}"))


def _said(answer: "Answer") -> Text:
    if answer.decision == REJECT:
        return said(("Denied. ", "yellow"), "Nothing is shared, and the execution ends.")
    if not answer.waits:
        return said(("Approved. ", "green"), "No other approval is needed, and it goes on.")
    if answer.needed is None:
        return said(("Approved. ", "green"), "It still waits; Systems Manager does not tell for how many others.")
    return said(("Approved. ", "green"), f"It still waits for {answer.needed} more.")
