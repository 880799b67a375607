"""Word the request for approval from the evidence as it is stored, within the characters that aws:approve takes."""

import json
from typing import Any

from _bucket import stored

LONGEST = 4096
LONGEST_LIST = 450
LEFT_OUT = "lines had no room; the evidence has them."
COUNTED = ("CRITICAL", "HIGH", "MEDIUM", "LOW")


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return the request; a line for which there is no room is counted, and its facts are in the evidence."""
    body, digest = stored(events["bucket"], events["key"])
    if digest != events["digest"]:
        raise ValueError(f"s3://{events['bucket']}/{events['key']} is {digest}, and {events['digest']} was written")
    evidence = json.loads(body)
    text, last, left_out = f"Please approve or deny image {evidence['image']['arn']}", _links(events), 0
    for line in _facts(evidence):
        if len(text) + len(line) + len(last) + len(LEFT_OUT) + 9 <= LONGEST:
            text += "\n" + line
        elif line:
            left_out += 1
    return {"request": "\n".join([text, "", *([f"{left_out} {LEFT_OUT}"] if left_out else []), last])}


def _facts(evidence: dict[str, Any]) -> list[str]:
    """Put first what decides most."""
    access, approval, image = evidence["access"], evidence["approval"], evidence["image"]
    amis = [f"{ami} in {region}" for region, ami in evidence["amis"].items()]
    return [
        "",
        _listed("May launch after approval", access["launch"], none="nobody"),
        f"Resource share after approval: {access['share'] or 'none'}",
        *([_listed("It reaches", access["image_builder"], none="nobody")] if access["share"] else []),
        _listed(f"Approvals needed, {approval['required']} of", approval["approvers"], none="nobody"),
        f"Started by: {evidence['execution']['started_by']}",
        "",
        *_risks(evidence),
        *_differences(evidence["difference"]),
        *_details(evidence),
        "",
        f"Recipe: {image['recipe']}",
        f"Parent: {image['parent']}",
        _listed("Components", [arn.partition("component/")[2] for arn in image["components"]], none="none"),
        f"Packages: {len(evidence['packages'])}",
        *(f"{each['type'].capitalize()} workflow: {each['status']}" for each in evidence["tests"]),
        _listed("AMIs", amis, none="none"),
    ]


def _risks(evidence: dict[str, Any]) -> list[str]:
    """Count what was found, or say in capitals that nobody has looked."""
    scan, findings = evidence["scan"], evidence["findings"]
    if not scan["scanned"]:
        return [f"NOT SCANNED. NOBODY KNOWS WHAT THIS IMAGE CONTAINS. Reason: {scan['because']}"]
    counting = [finding for finding in findings if not finding["waiver"]]
    severities = [finding["severity"] for finding in counting]
    counts = ", ".join(f"{severities.count(severity)} {severity.lower()}" for severity in COUNTED)
    fixable = sum(finding["fix"] in {"YES", "PARTIAL"} for finding in counting)
    waived = f"; {len(findings) - len(counting)} more are waived" if len(findings) > len(counting) else ""
    return [f"Findings: {counts}, {len(counting)} in all, of which {fixable} can be fixed{waived}"]


def _details(evidence: dict[str, Any]) -> list[str]:
    """Name the worst findings, the new ones, and every waiver."""
    findings, difference = evidence["findings"], evidence["difference"] or {}
    worst = [f"{each['id']} ({each['severity'].lower()})" for each in findings if not each["waiver"]]
    lines = [_listed("The worst ones", worst, none="none")] if worst else []
    if difference.get("known") and difference["findings"]["new"]:
        lines.append(_listed("The new ones", difference["findings"]["new"], none="none"))
    used = {finding["id"] for finding in findings}
    for waiver in evidence["scan"].get("waivers", []):
        if waiver["id"] in used:
            lines.append(f"Waived until {waiver['expires']} by {waiver['owner']}: {waiver['id']} ({waiver['reason']})")
        else:
            lines.append(f"A waiver matches nothing, and can go: {waiver['id']} of {waiver['owner']}")
    return lines


def _differences(difference: dict[str, Any] | None) -> list[str]:
    if difference is None:
        return ["No image was approved before."]
    since = f"Since {difference['since']['image']}, which was approved last"
    if not difference["known"]:
        return [f"{since}: UNKNOWN, BECAUSE ITS EVIDENCE IS LOST OR WAS CHANGED"]
    findings, packages = difference["findings"], difference["packages"]
    return [
        f"{since}: findings: {_counted(findings, 'new', 'fixed', 'remaining')}; "
        f"packages: {_counted(packages, 'added', 'removed', 'changed')}"
    ]


def _counted(kinds: dict[str, Any], *names: str) -> str:
    return ", ".join(f"{len(kinds[name])} {name}" for name in names)


def _listed(name: str, values: list[str], *, none: str) -> str:
    """List as much as there is room for, and count the rest."""
    text, shown = f"{name}: ", 0
    for value in values:
        if shown and len(text) + len(value) > LONGEST_LIST:
            return f"{text.rstrip(', ')} and {len(values) - shown} more"
        text, shown = f"{text}{value}, ", shown + 1
    return text.rstrip(", ") if values else f"{name}: {none}"


def _links(events: dict[str, Any]) -> str:
    console = {"aws-cn": "amazonaws.cn", "aws-us-gov": "amazonaws-us-gov.com"}.get(
        events["partition"], "aws.amazon.com"
    )
    home, execution = events["home"], events["execution"]
    return "\n".join(
        [
            f"Evidence: s3://{events['bucket']}/{events['key']}",
            f"SHA-256: {events['digest']}",
            f"https://{home}.console.{console}/systems-manager/automation/execution/{execution}?region={home}",
            f"aws ssm send-automation-signal --region {home} --automation-execution-id {execution} "
            "--signal-type Approve --payload Comment=REASON    (or --signal-type Reject)",
        ]
    )
