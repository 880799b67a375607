"""What the evidence has to say, worked out anew from the state and from what the factory was made from."""

import json
from datetime import datetime
from typing import Any, Final

from golden_ami.sandbox.automation import automation_backends
from golden_ami.sandbox.clock import iso
from golden_ami.sandbox.imagebuilder.images import Image
from verification.configurations import ACCOUNT, HOME
from verification.stage import Stage
from verification.twists import twist_of

_RANKS: Final = {"CRITICAL": 0, "HIGH": 1, "MEDIUM": 2, "LOW": 3, "INFORMATIONAL": 4, "UNTRIAGED": 5}
_WORKFLOWS: Final = ("BUILD", "TEST", "DISTRIBUTION")
Document = dict[str, Any]


def evidence_of(stage: Stage, image: Image) -> Document:
    """Work out the evidence of the image that a scenario has built."""
    factory = stage.factory.image
    execution = automation_backends[ACCOUNT][HOME].executions[stage.played.execution]
    recipe = image.attributes["imageRecipe"]
    found = findings_of(stage, image)
    return {
        "schema": "golden-ami-evidence/1",
        "execution": {
            "id": execution.identifier,
            "document": factory.names.approval.document,
            "document_version": "1",
            "started_by": execution.executed_by,
            "started": execution.started.isoformat(timespec="milliseconds"),
        },
        "image": {
            "arn": str(image.arn),
            "created": iso(image.created),
            "platform": "Linux",
            "os": "Amazon Linux 2023",
            "pipeline": factory.pipeline_arn,
            "recipe": recipe["arn"],
            "parent": recipe["parentImage"],
            "components": [factory.external_component_arn(each) for each in factory.image.components],
        },
        "amis": {each["region"]: each["image"] for each in image.amis},
        "scan": _scan(stage),
        "findings": found,
        "packages": packages_of(image),
        "tests": [(kind, "COMPLETED", 0) for kind in _WORKFLOWS],
        "difference": _difference(stage, found, packages_of(image)),
        "access": {
            "launch": list(factory.launch_principals),
            "share": stage.factory.share_arn,
            "image_builder": list(factory.image_builder_principals),
            "parameter": f"{factory.names.parameter}/ami",
        },
        "approval": {"approvers": list(factory.approvers), "required": factory.approval.required},
    }


def comparable(evidence: Document) -> Document:
    """Leave out of evidence what says nothing about the image: which steps of its workflows there were."""
    tests = [(each["type"], each["status"], each["failed"] or 0) for each in evidence["tests"]]
    execution = dict(evidence["execution"])
    execution["started"] = datetime.fromisoformat(execution["started"]).isoformat(timespec="milliseconds")
    return evidence | {"tests": tests, "execution": execution}


def findings_of(stage: Stage, image: Image) -> list[Document]:
    """Describe what the scan of an image has found, the worst first; nothing where there is no scan."""
    if not stage.factory.configuration.scanning:
        return []
    waivers = {each.id: each.record() for each in stage.factory.image.waivers}
    described = []
    for found in image.findings:
        details = found.get("packageVulnerabilityDetails") or {}
        name = details.get("vulnerabilityId") or found.get("title") or "unknown"
        packages = [
            {"name": each["name"], "version": each["version"], "fixed_in": each.get("fixedInVersion")}
            for each in details.get("vulnerablePackages", [])
        ]
        described.append(
            {
                "id": name,
                "severity": found["severity"],
                "score": found.get("inspectorScore"),
                "title": found.get("title"),
                "url": None,
                "fix": found.get("fixAvailable") or "NO",
                "packages": packages,
                "waiver": waivers.get(name),
            }
        )
    described.sort(key=lambda each: (each["id"], json.dumps(each["packages"])))
    described.sort(key=lambda each: each["score"] or 0.0, reverse=True)
    return sorted(described, key=lambda each: _RANKS.get(each["severity"], 6))


def packages_of(image: Image) -> list[Document]:
    """List the packages of an image in their order."""
    found = sorted((each.name, each.version) for each in image.scenario.packages)
    return [{"name": name, "version": version} for name, version in found]


def _scan(stage: Stage) -> Document:
    factory = stage.factory.image
    if not stage.factory.configuration.scanning:
        return {"scanned": False, "because": factory.image.scanning.disabled_because}
    limits = {severity: str(limit) for severity, limit in factory.finding_limits.items()}
    return {"scanned": True, "limits": limits, "waivers": [each.record() for each in factory.waivers]}


def _difference(stage: Stage, findings: list[Document], packages: list[Document]) -> Document | None:
    record = stage.played.record
    if not record:
        return None
    since = {"image": record["image"], "evidence": record.get("evidence")}
    if twist_of(stage.scenario.twist).unknown:
        return {"since": since, "known": False}
    before = stage.eyes.images()[record["image"]]
    now, then = _names(findings), _names(findings_of(stage, before))
    has, had = _versions(packages), _versions(packages_of(before))
    both = {name for name in has if name in had}
    return {
        "since": since,
        "known": True,
        "findings": {
            "new": sorted(each for each in now if each not in then),
            "fixed": sorted(each for each in then if each not in now),
            "remaining": sorted(each for each in now if each in then),
        },
        "packages": {
            "added": {name: has[name] for name in has if name not in both},
            "removed": {name: had[name] for name in had if name not in both},
            "changed": {name: {"from": had[name], "to": has[name]} for name in both if had[name] != has[name]},
        },
    }


def _names(findings: list[Document]) -> set[str]:
    return {
        " ".join(filter(None, [each["id"], ",".join(sorted(one["name"] for one in each["packages"]))]))
        for each in findings
    }


def _versions(packages: list[Document]) -> dict[str, list[str]]:
    return {
        name: [each["version"] for each in packages if each["name"] == name]
        for name in {each["name"] for each in packages}
    }
