"""What several commands show: a request, an end, and tables without lines, which fold and cut nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from golden_ami.cli import words
from golden_ami.cli.words import said
from golden_ami.operate.decisions import Decided
from golden_ami.operate.executions import Execution
from golden_ami.operate.outcomes import next_step, outcome, reason
from golden_ami.operate.requests import Request

UNTOLD = "Systems Manager tells them when all is decided"


def facts(
    rows: Iterable[tuple[RenderableType, RenderableType]], *, indent: int = 0, width: int = 0, style: str = "dim"
) -> Table:
    """Lay out names and what they are, one below the other.

    Parameters
    ----------
    rows : iterable of tuple
        Names and values; whatever the console's width, values are folded and nothing is cut.
    indent, width : int
        Of the names, in columns. A least width of a rich column would push values over the edge.
    style : str
        Of the names.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style=style)
    table.add_column(overflow="fold")
    for name, value in rows:
        label = " " * indent + name if isinstance(name, str) else name
        table.add_row(label.ljust(indent + width) if isinstance(label, str) else label, value)
    return table


def columns(*names: str) -> Table:
    """Begin a table; a name that begins with ``!`` is of a column that is never folded."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(name.removeprefix("!"), overflow="fold", no_wrap=name.startswith("!"))
    return table


def decision(each: Decided) -> Text:
    """Say who has decided what, and why."""
    colour = {"approved": "green", "denied": "red"}.get(each.word, "")
    who = words.principal(each.who) if each.who else "somebody"
    return said(f"{who} ", (each.word, colour), f": {each.comment}" if each.comment else "")


def who_decides(request: Request) -> str:
    """Say how many of whom must approve."""
    return f"{request.required} of {words.listed(map(words.principal, request.approvers))}"


def left(request: Request, now: datetime) -> str:
    """Say how long they have."""
    remaining = request.left(now)
    return "?" if remaining is None else words.duration(remaining)


def asked(request: Request, now: datetime) -> Table:
    """Show what an execution waits for."""
    decided = Text("\n").join(map(decision, request.decided)) if request.decided else said((UNTOLD, "dim"))
    return facts(
        [
            ("needs", said((who_decides(request), "bold"))),
            ("not", said(f"{words.principal(request.started_by)}, who started it")),
            ("left", said((left(request, now), "bold"), f", until {words.moment(request.until)}")),
            ("decided", decided),
            ("evidence", said(f"golden-ami evidence {request.execution}")),
            ("decide", said(f"golden-ami approve {request.execution} --comment WHY")),
            ("", said(f"golden-ami deny {request.execution} --comment WHY")),
        ]
    )


def ended(execution: Execution) -> Table:
    """Show how an execution ended, why, and what to do next."""
    why = reason(execution)
    rows: list[tuple[str, RenderableType]] = [("outcome", words.outcome(outcome(execution), good=execution.is_good))]
    rows += [("reason", said(why))] if why else []
    rows += [("next", said(next_step(execution)))]
    if execution.image_arn:
        rows.append(("image", said(execution.image_arn)))
    ami = execution.output("publishApprovedAmi", "Ami")
    if ami and execution.is_good:
        rows.append(("ami", said(ami)))
    approvers = execution.step("assertApproval")
    if approvers and approvers.outputs.get("Approvers"):
        rows.append(("approved by", said(words.listed(map(words.principal, approvers.outputs["Approvers"])))))
    return facts(rows)


def end_of(execution: Execution) -> dict[str, Any]:
    """Give a program the same."""
    return {
        "execution": execution.id,
        "status": execution.status,
        "outcome": execution.outcome,
        "good": execution.is_good,
        "reason": reason(execution),
        "next": next_step(execution),
        "image": execution.image_arn,
    }
