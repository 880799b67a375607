"""What a request has to say, line by line, worked out anew from what the evidence has to say."""

import re
from collections.abc import Iterator
from typing import Any, Final

from verification.configurations import HOME
from verification.stage import Stage

_LEFT_OUT: Final = re.compile(r"^(\d+) lines had no room; the evidence has them\.$", re.MULTILINE)
_REST: Final = re.compile(r"(?P<shown>.*) and (?P<rest>\d+) more")
_SHOWN: Final = 450
"""Characters of a list, unless its first item is longer."""

_LONGEST: Final = 4096
Document = dict[str, Any]


def says_too_little(stage: Stage, text: str, evidence: Document, digest: str) -> Iterator[str]:
    """Name the lines that are missing in a request, beyond those of which it says that they had no room."""
    lines = text.split("\n")
    expected = [*_facts(evidence), *_risks(evidence), *_difference(evidence["difference"])]
    missing = [each for each in expected if each not in lines]
    lists = {name: values for name, values in _lists(evidence).items() if values}
    unlisted = [name for name, values in lists.items() if not any(_lists_all(line, name, values) for line in lines)]
    for name, values in _lists(evidence).items():
        if not values and any(line.startswith(f"{name}: ") and line != f"{name}: {_NONE[name]}" for line in lines):
            yield f"the request lists something as {name}"
    said = _LEFT_OUT.search(text)
    if len(missing) + len(unlisted) != (int(said[1]) if said else 0):
        yield f"the request says that {said and said[1]} lines had no room, and has not {missing + unlisted}"
    shortest = min(map(len, [*missing, *(f"{each}: " for each in unlisted)]), default=0)
    if said and len(text) + shortest < _LONGEST - _SHOWN * 6:
        yield f"the request leaves out what has room: it has {len(text)} characters"
    yield from (f"the request does not end with {each}" for each in _links(stage, digest) if each not in lines[-4:])
    if not text.startswith(f"Please approve or deny image {evidence['image']['arn']}\n"):
        yield "the request does not begin with what is asked"


_NONE: Final = {
    "May launch after approval": "nobody",
    "The worst ones": "",
    "The new ones": "",
}


def _lists_all(line: str, name: str, values: list[str]) -> bool:
    """Tell whether a line lists values, as many as there is room for, and counts the rest."""
    if not line.startswith(f"{name}: "):
        return False
    said = line.removeprefix(f"{name}: ")
    if said == ", ".join(values):
        return len(line) <= _SHOWN + len(values[0]) + 2
    found = _REST.fullmatch(said)
    if not found:
        return False
    shown = found["shown"].split(", ")
    full = len(f"{name}: {found['shown']}, ") + len(values[len(shown)]) > _SHOWN if len(shown) < len(values) else False
    return full and shown == values[: len(shown)] and len(shown) + int(found["rest"]) == len(values)


def _lists(evidence: Document) -> dict[str, list[str]]:
    access, approval, findings = evidence["access"], evidence["approval"], evidence["findings"]
    difference = evidence["difference"] or {}
    reaches = {"It reaches": access["image_builder"]} if access["share"] else {}
    return reaches | {
        "May launch after approval": access["launch"],
        f"Approvals needed, {approval['required']} of": approval["approvers"],
        "The worst ones": [f"{each['id']} ({each['severity'].lower()})" for each in findings if not each["waiver"]],
        "The new ones": difference["findings"]["new"] if difference.get("known") else [],
        "Components": [arn.split("component/")[1] for arn in evidence["image"]["components"]],
        "AMIs": [f"{ami} in {region}" for region, ami in sorted(evidence["amis"].items())],
    }


def _facts(evidence: Document) -> Iterator[str]:
    image, access = evidence["image"], evidence["access"]
    yield f"Resource share after approval: {access['share'] or 'none'}"
    yield f"Started by: {evidence['execution']['started_by']}"
    yield f"Recipe: {image['recipe']}"
    yield f"Parent: {image['parent']}"
    yield f"Packages: {len(evidence['packages'])}"
    yield from (f"{kind.capitalize()} workflow: {status}" for kind, status, _ in evidence["tests"])
    if not access["launch"]:
        yield "May launch after approval: nobody"


def _risks(evidence: Document) -> Iterator[str]:
    scan, findings = evidence["scan"], evidence["findings"]
    if not scan["scanned"]:
        yield f"NOT SCANNED. NOBODY KNOWS WHAT THIS IMAGE CONTAINS. Reason: {scan['because']}"
        return
    open_ = [each for each in findings if each["waiver"] is None]
    counts = {kind: sum(each["severity"] == kind.upper() for each in open_) for kind in _COUNTED}
    fixable = len([each for each in open_ if each["fix"] != "NO"])
    waived = len(findings) - len(open_)
    yield (
        f"Findings: {', '.join(f'{count} {kind}' for kind, count in counts.items())}, {len(open_)} in all, "
        f"of which {fixable} can be fixed" + (f"; {waived} more are waived" if waived else "")
    )
    for waiver in scan["waivers"]:
        if waiver["id"] in [each["id"] for each in findings]:
            yield f"Waived until {waiver['expires']} by {waiver['owner']}: {waiver['id']} ({waiver['reason']})"
        else:
            yield f"A waiver matches nothing, and can go: {waiver['id']} of {waiver['owner']}"


_COUNTED: Final = ("critical", "high", "medium", "low")


def _difference(difference: Document | None) -> Iterator[str]:
    if difference is None:
        yield "No image was approved before."
        return
    since = f"Since {difference['since']['image']}, which was approved last: "
    if not difference["known"]:
        yield f"{since}UNKNOWN, BECAUSE ITS EVIDENCE IS LOST OR WAS CHANGED"
        return
    counted = {
        kind: ", ".join(f"{len(difference[kind][name])} {name}" for name in names)
        for kind, names in (("findings", ("new", "fixed", "remaining")), ("packages", ("added", "removed", "changed")))
    }
    yield f"{since}findings: {counted['findings']}; packages: {counted['packages']}"


def _links(stage: Stage, digest: str) -> Iterator[str]:
    names, execution = stage.factory.image.names, stage.played.execution
    yield f"Evidence: s3://{stage.factory.image.evidence_bucket}/{names.evidence_folder}/{execution}.json"
    yield f"SHA-256: {digest}"
    yield f"https://{HOME}.console.aws.amazon.com/systems-manager/automation/execution/{execution}?region={HOME}"
    yield (
        f"aws ssm send-automation-signal --region {HOME} --automation-execution-id {execution} "
        "--signal-type Approve --payload Comment=REASON    (or --signal-type Reject)"
    )
