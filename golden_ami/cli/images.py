"""``golden-ami images``: every version, what it is to people, where it is, and what was found in it."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, Group
from rich.text import Text

from golden_ami.cli import views
from golden_ami.cli.arguments import SomeImage
from golden_ami.cli.operating import Operator, operating
from golden_ami.cli.words import shown
from golden_ami.operate.findings import Counts
from golden_ami.operate.inventory import Entry, Running, entries
from golden_ami.operate.unknown import Unknown

_STYLES = {"approved": "bold green", "previous": "green", "pending approval": "bold yellow", "revoked": "red"}
_BAD = ("critical", "high")


@operating
def images(operator: Operator, image: SomeImage = None) -> None:
    """List every version that Image Builder has, with AMIs, findings and what runs of it in this account.

    golden-ami images web-server
    """
    place = operator.place
    found = entries(place, [place.factory(image)] if image else place.factories)
    operator.output.show(found, lambda console: view(console, found), [each.version.image for each in found])


def view(console: Console, found: Sequence[Entry]) -> None:
    """Print versions, one image after the other."""
    if not found:
        console.print("Image Builder has no version yet. Build one: golden-ami start IMAGE")
    for number, (name, versions) in enumerate(groupby(found, key=lambda each: each.name)):
        if number:
            console.print()
        console.print(shown(name, "bold"))
        for each in versions:
            console.print(_described(each))


def _described(entry: Entry) -> Group:
    version = entry.version
    state = "" if version.state == "AVAILABLE" else f"  {version.state}"
    head = Text.assemble(
        "  ",
        shown(version.version, "bold"),
        f"  {version.built:%Y-%m-%d %H:%M} UTC  ",
        shown(version.role, _STYLES.get(version.role, "")),
        shown(f" ({version.outcome})" if version.role == "failed" and version.outcome else ""),
        shown(state),
    )
    rows: list[tuple[str, Text]] = []
    if entry.at_approval is not None or entry.version.execution:
        rows.append(("when asked", _counts(entry.at_approval, none="nobody was asked")))
    rows += [(region, _running(running)) for region, running in entry.running.items()]
    if not entry.running:
        rows.append(("AMIs", Text("none")))
    return Group(head, views.facts(rows, indent=4, width=11, style=""))


def _running(running: Running) -> Text:
    parts: list[Text] = [shown(running.ami)]
    if isinstance(running.instances, Unknown):
        parts.append(shown(f"instances {running.instances}", "yellow"))
    elif running.instances:
        plural = "instance" if running.instances == 1 else "instances"
        parts.append(Text(f"{running.instances} {plural} here"))
    if running.findings is not None:
        parts.append(Text.assemble("now: ", _counts(running.findings, none="")))
    return Text("  ").join(parts)


def _counts(counts: Counts | Unknown | None, *, none: str) -> Text:
    if counts is None:
        return Text(none)
    if isinstance(counts, Unknown):
        return shown(f"findings {counts}", "yellow")
    bad = any(counts.by_severity.get(severity) for severity in _BAD)
    return shown(counts if counts.by_severity else "no findings", "red" if bad else "")
