"""Write down what a decision is made upon: one JSON document for each execution, which nobody changes afterwards."""

import json
from typing import Any

from _aws import call, pages, parameter
from _bucket import put_once, stored

SCHEMA = "golden-ami-evidence/1"
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED")


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Collect and write; return where it is, and its SHA-256."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    _is_ready(image, events)
    found = _findings(events) if "limits" in events else []
    packages = _packages(events["image"])
    evidence = {
        "schema": SCHEMA,
        "execution": _execution(events["execution"]),
        "image": _described(image),
        "amis": {ami["region"]: ami["image"] for ami in image["outputResources"]["amis"]},
        "scan": _scan(events),
        "findings": found,
        "packages": packages,
        "tests": _tests(events["image"]),
        "difference": _difference(events, found, packages),
        "access": {
            "launch": events.get("launch") or [],
            "share": events.get("share") or None,
            "image_builder": events.get("receivers") or [],
            "parameter": events["parameter"] + "/ami",
        },
        "approval": {"approvers": events["approvers"], "required": events["required"]},
    }
    key = _key(events, events["execution"])
    put_once(events["bucket"], key, evidence)
    return {"key": key, "digest": stored(events["bucket"], key)[1], "configuration": events["configuration"]}


def _key(events: dict[str, Any], execution: str) -> str:
    return f"{events['folder']}/{execution}.json"


def _is_ready(image: dict[str, Any], events: dict[str, Any]) -> None:
    """Refuse evidence of an image that is not this execution's, or not complete yet."""
    built_by = image.get("tags", {}).get("golden-ami:execution")
    if built_by != events["execution"]:
        raise ValueError(f"{image['arn']} was built by execution {built_by}, not by {events['execution']}")
    states = [image["state"]["status"], *([image["scanState"]["status"]] if "limits" in events else [])]
    if not {"AVAILABLE", "COMPLETED"}.issuperset(states):
        raise ValueError(f"{image['arn']} is {' and '.join(states)}")


def _execution(identifier: str) -> dict[str, Any]:
    found = call("ssm", "GetAutomationExecution", AutomationExecutionId=identifier)["AutomationExecution"]
    return {
        "id": identifier,
        "document": found["DocumentName"],
        "document_version": found["DocumentVersion"],
        "started_by": found["ExecutedBy"],
        "started": found["ExecutionStartTime"].isoformat(),
    }


def _described(image: dict[str, Any]) -> dict[str, Any]:
    """Name the image, what it was made of, and with which pipeline."""
    recipe = image["imageRecipe"]
    return {
        "arn": image["arn"],
        "created": image["dateCreated"],
        "platform": image.get("platform"),
        "os": image.get("osVersion"),
        "pipeline": image.get("sourcePipelineArn"),
        "recipe": recipe["arn"],
        "parent": recipe["parentImage"],
        "components": [component["componentArn"] for component in recipe.get("components", [])],
    }


def _scan(events: dict[str, Any]) -> dict[str, Any]:
    if "limits" not in events:
        return {"scanned": False, "because": events["unscanned"]}
    return {"scanned": True, "limits": events["limits"], "waivers": events.get("waivers") or []}


def _findings(events: dict[str, Any]) -> list[dict[str, Any]]:
    """List every finding, the worst ones first, with its packages, its fix and its waiver."""
    waivers = {waiver["id"]: waiver for waiver in events.get("waivers") or []}
    found = pages(
        "imagebuilder",
        "ListImageScanFindings",
        "findings",
        "nextToken",
        filters=[{"name": "imageBuildVersionArn", "values": [events["image"]]}],
    )
    described = []
    for each in found:
        # What Inspector says of the network has no vulnerability.
        details = each.get("packageVulnerabilityDetails", {})
        identifier = details.get("vulnerabilityId") or each.get("title", "unknown")
        described.append(
            {
                "id": identifier,
                "severity": each["severity"],
                "score": each.get("inspectorScore"),
                "title": each.get("title"),
                "url": details.get("sourceUrl"),
                "fix": each.get("fixAvailable", "NO"),
                "packages": [
                    {
                        "name": package["name"],
                        "version": package.get("version"),
                        "fixed_in": package.get("fixedInVersion"),
                    }
                    for package in details.get("vulnerablePackages", [])
                ],
                "waiver": waivers.get(identifier),
            }
        )
    return sorted(described, key=_worst_first)


def _worst_first(finding: dict[str, Any]) -> tuple[int, float, str, str]:
    severity = finding["severity"]
    rank = SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
    return rank, -(finding["score"] or 0), finding["id"], json.dumps(finding["packages"])


def _packages(image: str) -> list[dict[str, str]]:
    found = pages("imagebuilder", "ListImagePackages", "imagePackageList", "nextToken", imageBuildVersionArn=image)
    return sorted(
        ({"name": each["packageName"], "version": each["packageVersion"]} for each in found),
        key=lambda package: (package["name"], package["version"]),
    )


def _tests(image: str) -> list[dict[str, Any]]:
    """Tell how Image Builder's workflows went: build, test, distribution."""
    found = pages(
        "imagebuilder", "ListWorkflowExecutions", "workflowExecutions", "nextToken", imageBuildVersionArn=image
    )
    return [
        {
            "workflow": each["workflowBuildVersionArn"],
            "type": each["type"],
            "status": each["status"],
            "steps": each.get("totalStepCount"),
            "succeeded": each.get("totalStepsSucceeded"),
            "failed": each.get("totalStepsFailed"),
            "skipped": each.get("totalStepsSkipped"),
        }
        for each in found
    ]


def _difference(
    events: dict[str, Any], findings: list[dict[str, Any]], packages: list[dict[str, str]]
) -> dict[str, Any] | None:
    """Compare with the image that was approved last; nothing when there is none."""
    approved = json.loads(parameter(events["parameter"] + "/approved") or "null")
    if not approved:
        return None
    since = {"image": approved["image"], "evidence": approved.get("evidence")}
    before = _before(events, approved)
    if before is None:
        return {"since": since, "known": False}
    now, then = _vulnerable(findings), _vulnerable(before["findings"])
    has, had = _versions(packages), _versions(before["packages"])
    return {
        "since": since,
        "known": True,
        "findings": {"new": sorted(now - then), "fixed": sorted(then - now), "remaining": sorted(now & then)},
        "packages": {
            "added": {name: has[name] for name in sorted(has.keys() - had.keys())},
            "removed": {name: had[name] for name in sorted(had.keys() - has.keys())},
            "changed": {
                name: {"from": had[name], "to": has[name]}
                for name in sorted(has.keys() & had.keys())
                if has[name] != had[name]
            },
        },
    }


def _before(events: dict[str, Any], approved: dict[str, Any]) -> dict[str, Any] | None:
    """Read the evidence of the image that was approved last, unless it is lost or not what was approved."""
    try:
        body, digest = stored(events["bucket"], _key(events, approved["execution"]))
    except FileNotFoundError:
        return None
    if digest != approved.get("evidence"):
        return None
    evidence = dict(json.loads(body))
    return evidence if evidence["schema"] == SCHEMA else None


def _vulnerable(findings: list[dict[str, Any]]) -> set[str]:
    """Name each vulnerability with its packages: a library may be fixed in one, and stay in another."""
    return {
        f"{finding['id']} {','.join(sorted(package['name'] for package in finding['packages']))}".strip()
        for finding in findings
    }


def _versions(packages: list[dict[str, str]]) -> dict[str, list[str]]:
    """Give the versions by name: kernels are there more than once."""
    found: dict[str, list[str]] = {}
    for package in packages:
        found.setdefault(package["name"], []).append(package["version"])
    return found
