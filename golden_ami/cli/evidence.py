"""``golden-ami evidence``: what people decide upon, and whether it is still that."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from golden_ami.cli import views
from golden_ami.cli.arguments import ExecutionId
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.output import Format
from golden_ami.cli.verdict import verdict
from golden_ami.cli.words import said
from golden_ami.errors import InputError, OperationError
from golden_ami.inert import inert
from golden_ami.operate.decisions import Decided
from golden_ami.operate.evidence import Found, find

if TYPE_CHECKING:
    from golden_ami.evidence import Evidence
    from golden_ami.operate.place import Place


@operating
def evidence(
    operator: Operator,
    execution: ExecutionId,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it as a page into this file.", show_default=False)
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser, from a private file.")] = False,
) -> None:
    """Show what an execution is decided upon, and check its SHA-256. Exits with 1 when somebody has changed it.

    golden-ami evidence 0aa1bb22-3c3c-4d4d-5e5e-666666666666 --html evidence.html

    With --output json it is the document itself, byte by byte: its SHA-256 is the one that people were asked upon.
    """
    place = operator.place
    found = find(place, execution)
    if html or show:
        _page(operator, place, found, html, show=show)
    elif operator.output.format is Format.json and not operator.output.quiet:
        _write(found.stored.body)
    else:
        known = _read(found)
        units = place.config.organization.units
        operator.output.show(None, lambda console: _show(console, found, _names(units)), [known.execution.id])
    if not found.is_same:
        raise _changed(found)


def _read(found: Found) -> "Evidence":
    """Read it; what cannot be read was changed, unless people were asked upon just that."""
    try:
        return found.evidence
    except InputError:
        if found.is_same:
            raise
        raise _changed(found) from None


def _names(units: dict[str, str]) -> dict[str, str]:
    return {identifier: name for name, identifier in units.items()}


def _changed(found: Found) -> OperationError:
    return OperationError(
        f"{found.stored.location} CHANGED: it is {found.stored.digest}, and people were asked upon {found.asked}",
        remedy="believe nothing of it; find out who did that (CloudTrail, PutObject), and read the older version",
    )


def _show(console: Console, found: Found, units: dict[str, str]) -> None:
    compared = (
        said(("the one that people were asked upon", "green"))
        if found.is_same
        else said((f"CHANGED: people were asked upon {found.asked}", "bold red"))
    )
    rows = [("execution", said((found.execution, "bold"), f"  {found.state}")), *verdict(found.evidence, units)]
    decided = found.decision.decisions if found.decision else ()
    if decided:
        said_by = [
            Decided(who=each.approver or "", decision=each.decision or "", comment=each.comment or each.text or "")
            for each in decided
        ]
        rows.append(("decided", Text("\n").join(map(views.decision, said_by))))
    console.print(
        views.facts(
            [*rows, ("SHA-256", said(found.stored.digest)), ("", compared), ("where", said(found.stored.location))]
        )
    )


def _write(body: bytes) -> None:
    """Write the bytes as they are; to a terminal the same JSON, with everything escaped that is not simply seen."""
    if sys.stdout.isatty():
        typer.echo(json.dumps(json.loads(body), indent=1))
    elif hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(body.decode(errors="backslashreplace"))


def _page(operator: Operator, place: "Place", found: Found, html: Path | None, *, show: bool) -> None:
    if not found.is_same:
        # A page is passed on, and nobody passes a warning on with it.
        raise _changed(found)
    from golden_ami.evidence import render

    page = render(
        found.evidence,
        decision=found.decision,
        digest=found.stored.digest,
        location=found.stored.location,
        region=place.names.region,
        deployment=place.deployment,
    )
    path = _replaced(html, page) if html else _private(page, found.execution)
    operator.output.say(inert(f"The page is in {path}."))
    if show:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            raise OperationError("no browser could be opened", remedy=f"open {path} yourself")


def _replaced(path: Path, text: str) -> Path:
    """Write beside it, and then put it in its place: nobody ever sees half a page."""
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        beside = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError as error:
        if beside:
            beside.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}", remedy="name another file") from error
    return path


def _private(text: str, execution: str) -> Path:
    """Write where only this user reads."""
    folder = Path(tempfile.mkdtemp(prefix="golden-ami-"))
    return _replaced(folder / f"{execution}.html", text)
