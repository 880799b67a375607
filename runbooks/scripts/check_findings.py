"""Refuse an image whose scan found more than the limits allow."""

from typing import Any

from _aws import pages


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Count the findings of the image by severity; no count is no clean scan."""
    found = pages(
        "imagebuilder",
        "ListImageScanFindingAggregations",
        "responses",
        "nextToken",
        filter={"name": "imageBuildVersionArn", "values": [events["image"]]},
    )
    counts = _counts(found, events["image"])
    over = []
    for severity, limit in sorted(events["limits"].items()):
        if counts[severity] > int(limit):
            over.append(f"{counts[severity]} {severity} findings, at most {limit} allowed")
    if over:
        raise ValueError("Too many findings: " + "; ".join(over))
    return {"summary": ", ".join(f"{count} {severity}" for severity, count in counts.items())}


def _counts(responses: list[Any], image: str) -> dict[str, int]:
    for response in responses:
        aggregation = response.get("imageAggregation") or {}
        if aggregation.get("imageBuildVersionArn") == image:
            found = aggregation["severityCounts"]
            return {severity: int(found[severity]) for severity in ("critical", "high", "medium", "all")}
    if responses:
        raise ValueError(f"Image Builder answered with findings of another image than {image}")
    # A completed scan without findings has no aggregation at all.
    return dict.fromkeys(("critical", "high", "medium", "all"), 0)
