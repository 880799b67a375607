"""``golden-ami who-can-launch``: who has an image, and by what."""

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from golden_ami.cli import views
from golden_ami.cli.arguments import SomeVersion
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import shown
from golden_ami.operate.access import BLOCKED, Access, AmiAccess, find_image, read_access
from golden_ami.operate.receivers import Receiver
from golden_ami.operate.unknown import Unknown


@operating
def who_can_launch(operator: Operator, image: SomeVersion) -> None:
    """Say who can launch an image: permissions, keys, resource share, and what runs of it here.

    The id of an AMI is as good as its ARN.

    Exit code 1: somebody has access whom the configuration does not name, or it could not be found out.

    golden-ami who-can-launch web-server
    """
    factory, arn = find_image(operator.place, image)
    access = read_access(operator.place, factory, arn)
    principals = [
        each.principal
        for found in (*(ami.receivers for ami in access.amis), access.builders)
        if not isinstance(found, Unknown)
        for each in found
    ]
    operator.output.show(access, lambda console: view(console, access), list(dict.fromkeys(principals)))
    if access.strangers or access.unknowns:
        raise typer.Exit(1)


def view(console: Console, access: Access) -> None:
    """Print who has an image."""
    console.print(Text.assemble((access.name, "bold"), "  ", shown(access.image)), overflow="fold")
    for ami in access.amis:
        console.print()
        console.print(Text.assemble("  ", (ami.region, "bold"), "  ", shown(ami.ami), "  ", shown(ami.state)))
        console.print(_table(ami))
    if not access.amis:
        console.print("  There is no AMI of it: it was retired, or never built.")
    console.print()
    console.print(_grid([("may build upon it", _receivers(access.builders, nobody="nobody"))]))
    console.print()
    for stranger in access.strangers:
        console.print(shown(stranger, "bold red"), overflow="fold")
    for unknown in access.unknowns:
        console.print(Text.assemble(("UNKNOWN  ", "bold yellow"), shown(unknown)), overflow="fold")
    if not access.strangers and not access.unknowns:
        console.print("Nobody has access whom the configuration does not name.")


def _table(ami: AmiAccess) -> Table:
    rows = [("may launch", _receivers(ami.receivers, nobody="this account only")), ("key", _keys(ami))]
    rows.append(("runs here", shown(ami.instances if isinstance(ami.instances, Unknown) else _counted(ami.instances))))
    blocked = ami.public_block == BLOCKED
    block = "blocked" if blocked else f"NOT BLOCKED ({ami.public_block})"
    block = str(ami.public_block) if isinstance(ami.public_block, Unknown) else block
    rows.append(("public AMIs", shown(block, "" if blocked else "yellow")))
    return _grid(rows)


def _grid(rows: list[tuple[str, Text]]) -> Table:
    return views.facts(rows, indent=4, width=15, style="")


def _receivers(found: tuple[Receiver, ...] | Unknown, *, nobody: str) -> Text:
    if isinstance(found, Unknown):
        return shown(found, "yellow")
    lines = [shown(each.words, "" if each.is_named else "bold red") for each in found]
    return Text("\n").join(lines) if lines else Text(nobody)


def _keys(ami: AmiAccess) -> Text:
    if isinstance(ami.keys, Unknown):
        return shown(ami.keys, "yellow")
    if not ami.keys:
        return Text("not encrypted with a key of one's own")
    lines = []
    for key in ami.keys:
        lines.append(shown(key.key))
        lines += [shown(f"does NOT let launch: {each}", "red") for each in key.refuses]
        if not key.refuses:
            lines.append(Text("lets those launch whom the configuration names" if ami.receivers else "nobody needs it"))
    return Text("\n").join(lines)


def _counted(number: int) -> str:
    return "1 instance" if number == 1 else f"{number} instances" if number else "no instance"
