"""What people decide upon, in the lines that decide: the same ones before a decision and afterwards."""

from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.text import Text

from golden_ami.cli import words
from golden_ami.cli.words import said

if TYPE_CHECKING:
    from golden_ami.evidence import Evidence
    from golden_ami.evidence.model import Finding

COUNTED: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
_COLOURS: Final = {"CRITICAL": "bold red", "HIGH": "red", "MEDIUM": "yellow"}
_SHOWN: Final = 8

Row = tuple[str, RenderableType]


def verdict(evidence: "Evidence", units: dict[str, str]) -> list[Row]:
    """Give the lines: image, findings, what is new, who gains access, who approves.

    Parameters
    ----------
    evidence : Evidence
        What is decided upon.
    units : dict of str to str
        Id of an organizational unit to its name in the configuration.
    """
    image, access = evidence.image, evidence.access
    built_upon = words.listed(words.receiver(each, units) for each in access.image_builder)
    approvers = words.listed(map(words.principal, evidence.approval.approvers))
    return [
        ("image", said((f"{image.name} {image.version}", "bold"), f"  {image.arn}")),
        ("AMIs", said(words.listed((f"{ami} in {region}" for region, ami in evidence.amis.items()), none="none"))),
        ("findings", _findings(evidence)),
        *_changes(evidence),
        *_tests(evidence),
        ("may launch", said((words.listed(words.receiver(each, units) for each in access.launch), "bold"))),
        ("may build upon", said((built_upon if access.share else "nobody", "bold"))),
        ("approvers", said(f"{evidence.approval.required} of {approvers}")),
        ("started by", said(words.principal(evidence.execution.started_by))),
    ]


def _findings(evidence: "Evidence") -> Text:
    scan = evidence.scan
    if not scan.scanned:
        return said(("NOT SCANNED: nobody knows what it contains. ", "bold red"), scan.because or "")
    counting = [finding for finding in evidence.findings if finding.waiver is None]
    severities = [finding.severity for finding in counting]
    counts = [
        (f"{severities.count(each)} {each.lower()}", _COLOURS.get(each, "") if each in severities else "")
        for each in COUNTED
    ]
    parts: list[words.Part] = []
    for number, count in enumerate(counts):
        parts += [", ", count] if number else [count]
    fixable = sum(finding.fix in {"YES", "PARTIAL"} for finding in counting)
    waived = len(evidence.findings) - len(counting)
    return said(*parts, f"; {len(counting)} in all, {fixable} can be fixed" + (f", {waived} waived" if waived else ""))


def _changes(evidence: "Evidence") -> list[Row]:
    difference = evidence.difference
    if difference is None:
        return [("since", said("no image was approved before")), *_worst("worst", evidence)]
    since = "/".join(difference.since.image.split("/")[-2:])
    if not difference.known:
        text = said((f"UNKNOWN against {since}: its evidence is lost or was changed", "bold red"))
        return [("since", text), *_worst("worst", evidence)]
    findings, packages = difference.findings, difference.packages
    changed = len(packages.added) + len(packages.removed) + len(packages.changed)
    text = said(
        f"{since}: ",
        (f"{len(findings.new)} new", "bold" if findings.new else ""),
        f", {len(findings.fixed)} fixed, {len(findings.remaining)} remaining findings; {changed} packages changed",
    )
    return [("since", text), *_worst("new", evidence, set(findings.new))]


def _worst(name: str, evidence: "Evidence", among: set[str] | None = None) -> list[Row]:
    """Name the worst ones that count, as many as can be read."""
    chosen = [each for each in evidence.findings if each.waiver is None and (among is None or each.name in among)]
    if not chosen:
        return []
    lines = [_finding(each) for each in chosen[:_SHOWN]]
    if len(chosen) > _SHOWN:
        lines.append(said((f"and {len(chosen) - _SHOWN} more", "dim")))
    return [(name, Text("\n").join(lines))]


def _finding(finding: "Finding") -> Text:
    packages = words.listed((each.name for each in finding.packages), none="")
    fixed = {each.fixed_in for each in finding.packages if each.fixed_in}
    fix = f", fixed in {words.listed(sorted(fixed))}" if fixed else ""
    title = f": {finding.title}" if finding.title else ""
    return said((finding.severity.lower(), _COLOURS.get(finding.severity, "")), f" {finding.id} {packages}{fix}{title}")


def _tests(evidence: "Evidence") -> list[Row]:
    bad = [each for each in evidence.tests if each.status != "COMPLETED"]
    if not bad:
        return []
    return [("workflows", said((words.listed(f"{each.type.lower()} {each.status}" for each in bad), "bold red")))]
