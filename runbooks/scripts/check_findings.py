"""Refuse an image whose scan found more than the limits allow, is too old, or counts on a waiver that has expired."""

from typing import Any

from _aws import call, pages
from _scan import is_fresh


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Count the findings of the image by severity, without those that are waived; no count is no clean scan."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    is_fresh(image, events["today"], events["oldest"])
    waivers = events.get("waivers") or []
    expired = [f"{each['id']} of {each['owner']}" for each in waivers if each["expires"] < events["today"]]
    if expired:
        raise ValueError(f"Waivers have expired; renew or remove them: {', '.join(expired)}")
    counts = _counts(events["image"])
    waived = _waived(events["image"], {each["id"] for each in waivers}) if waivers else []
    for severity in waived:
        counts["all"] -= 1
        if severity in counts:
            counts[severity] -= 1
    over = [
        f"{counts[severity]} {severity} findings, at most {limit} allowed"
        for severity, limit in sorted(events["limits"].items())
        if counts[severity] > int(limit)
    ]
    if over:
        raise ValueError("Too many findings: " + "; ".join(over))
    return {"counts": counts}


def _counts(image: str) -> dict[str, int]:
    found = pages(
        "imagebuilder",
        "ListImageScanFindingAggregations",
        "responses",
        "nextToken",
        filter={"name": "imageBuildVersionArn", "values": [image]},
    )
    for response in found:
        aggregation = response.get("imageAggregation") or {}
        if aggregation.get("imageBuildVersionArn") == image:
            by_severity = aggregation["severityCounts"]
            return {severity: int(by_severity[severity]) for severity in ("critical", "high", "medium", "all")}
    if found:
        raise ValueError(f"Image Builder answered with findings of another image than {image}")
    # A completed scan without findings has no aggregation at all.
    return dict.fromkeys(("critical", "high", "medium", "all"), 0)


def _waived(image: str, identifiers: set[str]) -> list[str]:
    """Name the severity of each finding that is waived."""
    found = pages(
        "imagebuilder",
        "ListImageScanFindings",
        "findings",
        "nextToken",
        filters=[{"name": "imageBuildVersionArn", "values": [image]}],
    )
    return [
        finding["severity"].lower()
        for finding in found
        if finding.get("packageVulnerabilityDetails", {}).get("vulnerabilityId") in identifiers
    ]
