"""``golden-ami review``: who gains access by a plan, and whether that is allowed."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from golden_ami.errors import InputError

if TYPE_CHECKING:
    from golden_ami.review.review import Review


class ReviewFormat(StrEnum):
    """How a review is printed."""

    terminal = "terminal"
    markdown = "markdown"
    json = "json"
    sarif = "sarif"


def review(
    plans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAN.json]...",
            help="What `terraform show -json` has written ('-': standard input).",
            show_default=False,
        ),
    ] = None,
    *,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="Floors and suppressions [config/review/policy.yaml, or the strict defaults].",
            show_default=False,
        ),
    ] = None,
    output: Annotated[ReviewFormat, typer.Option("--format", "-f", help="How to print it.")] = ReviewFormat.terminal,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the comment to a file as well.", show_default=False)
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", help="Write the findings to a file as well.", show_default=False)
    ] = None,
    scripts: Annotated[
        Path | None,
        typer.Option(
            "--scripts",
            help="Folder of the scripts that runbooks may run, which are read and never run [runbooks/scripts].",
            show_default=False,
        ),
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact-accounts", help="Number account ids instead of naming them.")
    ] = False,
    expect_empty: Annotated[
        bool, typer.Option("--expect-empty", help="Fail when anything changes: the drift check of a schedule.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="RULE", help="Say what a rule demands, and why.", show_default=False),
    ] = None,
) -> None:
    """Say who gains access by a plan, what its runbooks do otherwise, and whether the rules allow it.

    terraform show -json tfplan > plan.json && golden-ami review plan.json

    Exit codes: 0 passes, 1 a rule fails (or --expect-empty and something changes), 2 bad input.
    """
    if explain is not None:
        typer.echo(_explained(explain))
        return
    if not plans:
        raise InputError(
            "no plan is named", remedy="name what `terraform show -json` has written, or - for standard input"
        )
    import datetime

    from golden_ami.review.review import review as reviewed
    from golden_ami.review.settings import load_settings

    if scripts is not None and not scripts.is_dir():
        raise InputError(f"--scripts: {scripts} is no folder", remedy="name one with runbooks' scripts")
    today = datetime.datetime.now(datetime.UTC).date()
    found = reviewed(plans, load_settings(policy), today=today, scripts=scripts)
    _print(found, output, redact=redact)
    for path, kind in ((markdown, ReviewFormat.markdown), (sarif, ReviewFormat.sarif)):
        if path:
            _write(path, _text(found, kind, redact=redact))
    if not found.passes or (expect_empty and not found.is_empty):
        raise typer.Exit(1)


def _explained(name: str) -> str:
    from golden_ami.review.rules import RULES

    rule = RULES.get(name)
    if rule is None:
        raise InputError(f"--explain: {name!r} is no rule", remedy=f"name one of: {', '.join(RULES)}")
    return f"{rule.name}\n\n{rule.title}\n\nWhy: {rule.why}\nRemedy: {rule.remedy}."


def _print(found: "Review", output: ReviewFormat, *, redact: bool) -> None:
    from rich.console import Console

    from golden_ami.review.render.terminal import lines, show

    if output is not ReviewFormat.terminal:
        typer.echo(_text(found, output, redact=redact))
    elif redact:
        from golden_ami.inert import inert
        from golden_ami.review.shortened import redacted

        typer.echo(redacted("\n".join(inert(words) for words, _ in lines(found))))
    else:
        show(found, Console(highlight=False))


def _text(found: "Review", kind: ReviewFormat, *, redact: bool) -> str:
    from golden_ami.review.render.markdown import as_markdown
    from golden_ami.review.render.program import as_json
    from golden_ami.review.render.sarif import as_sarif
    from golden_ami.review.shortened import redacted

    writers = {ReviewFormat.markdown: as_markdown, ReviewFormat.json: as_json, ReviewFormat.sarif: as_sarif}
    text = writers[kind](found)
    return redacted(text) if redact else text


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}", remedy="name another file") from error
