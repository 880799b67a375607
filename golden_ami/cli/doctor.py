"""``golden-ami doctor``: what is wrong with a deployment, or stands in its way, and what to do about it."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import shown
from golden_ami.operate.doctor.check import Check, Finding, Severity

_SYMBOLS = {
    Severity.ok: ("ok", "green"),
    Severity.warning: ("!", "yellow"),
    Severity.error: ("X", "bold red"),
    Severity.unknown: ("?", "yellow"),
    Severity.waiting: ("-", "dim"),
}


@operating
def doctor(
    operator: Operator,
    check: Annotated[
        list[str] | None, typer.Option("--check", help="Only this check, once or more.", metavar="NAME")
    ] = None,
    list_checks: Annotated[bool, typer.Option("--list", help="List the checks, and make none.")] = False,
) -> None:
    """Examine a deployment, or the account before it; read-only.

    What may not be read is unknown, with the permission that is lacking, and never fine. Exit code 1: an error.

    golden-ami doctor --deployment prod-eu
    """
    # Checks know every runbook and its role, which --help does not need.
    from golden_ami.operate.doctor.examination import examine
    from golden_ami.operate.doctor.registry import CHECKS

    if list_checks:
        checks = [{"name": each.name, "about": each.about} for each in CHECKS.values()]
        operator.output.show(checks, lambda console: _listed(console, list(CHECKS.values())), list(CHECKS))
        return
    found = list(examine(operator.place, check or ()))
    wrong = [each.check for each in found if each.severity is Severity.error]
    operator.output.show(found, lambda console: view(console, found), list(dict.fromkeys(wrong)))
    if wrong:
        raise typer.Exit(1)


def view(console: Console, found: Sequence[Finding]) -> None:
    """Print what the checks say."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, min_width=2)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in found:
        symbol, style = _SYMBOLS[each.severity]
        said = shown(each.what, "dim" if each.severity is Severity.waiting else "")
        if each.remedy:
            said = Text("\n").join([said, shown(f"-> {each.remedy}", "cyan")])
        table.add_row(Text(symbol, style=style), shown(each.check), said)
    console.print(table)
    counts = Counter(each.severity for each in found)
    console.print()
    console.print(", ".join(_counted(each, counts[each]) for each in Severity if counts[each]) + ".")


def _counted(severity: Severity, number: int) -> str:
    plural = "s" if number != 1 and severity in {Severity.warning, Severity.error} else ""
    return f"{number} {severity.value}{plural}"


def _listed(console: Console, checks: Sequence[Check]) -> None:
    for heading, needs in (("Before and after a deployment", False), ("After it", True)):
        console.print(heading, style="bold")
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for each in checks:
            if each.needs_deployment is needs:
                table.add_row(f"  {each.name}", each.about)
        console.print(table)
