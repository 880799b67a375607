"""``golden-ami retire``: delete versions that nobody needs, everywhere; a dry run unless told."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from golden_ami.cli.arguments import ImageName
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import shown
from golden_ami.errors import InputError
from golden_ami.operate.retiring import Fate, Retired, age, fates
from golden_ami.operate.retiring import retire as retire_versions
from golden_ami.operate.versions import APPROVED, PREVIOUS, find_version

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

_NEEDS_A_REASON = (APPROVED, PREVIOUS)


@operating
def retire(
    operator: Operator,
    image: ImageName,
    *,
    older_than: Annotated[
        str, typer.Option("--older-than", help="Keep what is younger; 0d keeps nothing for its age.", metavar="DAYS")
    ] = "30d",
    keep: Annotated[int, typer.Option("--keep", help="Keep so many of the newest.", min=0)] = 0,
    version: Annotated[
        str | None, typer.Option("--version", help="Only this one, by its ARN.", metavar="ARN", show_default=False)
    ] = None,
    because: Annotated[
        str, typer.Option("--because", help="Why the approved version is to go, or the one before.", show_default=False)
    ] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; otherwise it is only listed.")] = False,
) -> None:
    """List which versions would go and why the others stay, and retire them with --apply.

    What is approved, was approved before, is decided upon, protected, or runs in this account, stays.
    A version that is named goes whatever its age; the approved one, and the one before, with a reason only.

    Exit code 1: one has failed.

    golden-ami retire web-server --older-than 90d --keep 3 --apply
    """
    place = operator.place
    factory = place.factory(image)
    if version:
        going = [_named(operator, factory, version, because)]
    else:
        if because:
            raise InputError("--because is for one version", remedy="name it with --version ARN, or leave it out")
        decided = fates(place, factory, older_than=age(older_than), keep=keep)
        going = [each.version.image for each in decided if each.goes]
        if not apply:
            operator.output.show(decided, lambda console: _fates(console, decided, image), going)
            return
    if not apply:
        data = [{"image": each, "goes": True} for each in going]
        operator.output.show(data, lambda console: _would(console, going[0]), going)
        return
    results = retire_versions(
        place, factory, going, because=because, tell=lambda each: operator.output.say(_line(each))
    )
    _end(operator, results)


def _named(operator: Operator, factory: "ImageFactory", arn: str, because: str) -> str:
    place = operator.place
    if place.factory_of(arn).names.image != factory.names.image:
        raise InputError(f"{arn} is no version of {factory.names.image}", remedy="name its image")
    known = find_version(place, factory, arn)
    if known and known.role in _NEEDS_A_REASON and not because.strip():
        raise InputError(f"{arn} is the {known.role} version", remedy='say why with --because "..."')
    return arn


def _end(operator: Operator, results: Sequence[Retired]) -> None:
    gone = [each.image for each in results if each.is_gone]
    data: list[dict[str, Any]] = [
        {"image": each.image, "execution": each.execution, "outcome": each.outcome, "because": each.because}
        for each in results
    ]

    def view(console: Console) -> None:
        console.print(f"{len(gone)} retired, {len(results) - len(gone)} failed." if results else "Nothing to retire.")

    operator.output.show(data, view, gone)
    if len(gone) < len(results):
        raise typer.Exit(1)


def _line(result: Retired) -> str:
    said = f"{_short(result.image)}  {result.outcome}"
    return str(shown(f"{said}: {result.because}" if result.because else said))


def _short(arn: str) -> str:
    return "/".join(arn.split("/")[-2:])


def _would(console: Console, arn: str) -> None:
    console.print(Text.assemble("Would go: ", shown(arn)), overflow="fold")
    console.print("Nothing has been done; add --apply to do it.")


def _fates(console: Console, decided: Sequence[Fate], image: str) -> None:
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in decided:
        version = each.version
        verdict = Text("goes", style="bold red") if each.goes else Text("stays")
        why = shown(version.role if each.goes else each.stays_because)
        table.add_row(verdict, shown(version.version), f"{version.built:%Y-%m-%d}", why)
    console.print(table)
    going = sum(each.goes for each in decided)
    if going:
        what = "1 version" if going == 1 else f"{going} versions"
        console.print(f"{what} of {image} would go. Nothing has been done; add --apply to do it.")
    else:
        console.print(f"No version of {image} would go.")
