"""What Inspector has found in images, one by one and counted.

Source: ListImageScanFindings, ListImageScanFindingAggregations, ImageScanFinding, SeverityCounts (Image Builder API
Reference). Counts name critical, high and medium findings; ``all`` has the other ones too. What has no findings has no
counts. Findings go with the image that they are about.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.imagebuilder.errors import InvalidPaginationTokenException, InvalidRequestException
from golden_ami.sandbox.imagebuilder.images import Image, images_of
from golden_ami.sandbox.imagebuilder.kinds import IMAGE
from golden_ami.sandbox.imagebuilder.listing import PAGE
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.requests import Answer, Parameters, with_request_id
from golden_ami.sandbox.imagebuilder.scenario import Vulnerability
from golden_ami.sandbox.paging import page

Finding = dict[str, Any]

_DETAILS: Final = "packageVulnerabilityDetails"
_COUNTED: Final = ("critical", "high", "medium")
_ACCOUNT: Final = ("accountId", "accountAggregation")
_KEYS: Final[Mapping[str, Callable[[Finding], str | None]]] = MappingProxyType(
    {
        "accountId": lambda finding: finding["awsAccountId"],
        "imageBuildVersionArn": lambda finding: finding["imageBuildVersionArn"],
        "imagePipelineArn": lambda finding: finding.get("imagePipelineArn"),
        "vulnerabilityId": lambda finding: finding[_DETAILS]["vulnerabilityId"],
        "severity": lambda finding: finding["severity"],
    }
)
_AGGREGATIONS: Final = MappingProxyType(
    {
        "imageBuildVersionArn": "imageAggregation",
        "imagePipelineArn": "imagePipelineAggregation",
        "vulnerabilityId": "vulnerabilityIdAggregation",
    }
)
"""Members of the answer by filter name."""

_FILTERS: Final = frozenset({*_AGGREGATIONS, "severity"})


def findings_of(image: Image, found: Iterable[Vulnerability]) -> list[Finding]:
    """Return what a scan of an image reports, as Image Builder shows it."""
    moment = now()
    by_pipeline = {"imagePipelineArn": image.pipeline} if image.pipeline else {}
    versions = {package.name: package.version for package in image.scenario.packages}
    return [
        by_pipeline
        | ({} if one.score is None else {"inspectorScore": one.score})
        | {
            "awsAccountId": image.arn.account,
            "imageBuildVersionArn": str(image.arn),
            "type": "PACKAGE_VULNERABILITY",
            "title": one.title or f"{one.id} - {one.package}",
            "description": f"{one.package} is affected by {one.id}.",
            "remediation": {"recommendation": {"text": "None Provided"}},
            "severity": one.severity,
            "firstObservedAt": moment,
            "updatedAt": moment,
            "fixAvailable": one.fix,
            _DETAILS: {
                "vulnerabilityId": one.id,
                "vulnerablePackages": [
                    {"name": one.package, "version": versions.get(one.package, "0"), "packageManager": "OS"}
                    | ({"fixedInVersion": one.fixed_in} if one.fixed_in else {})
                ],
                "source": "NVD",
                "relatedVulnerabilities": [],
                "referenceUrls": [],
            },
        }
        for one in found
    ]


def list_findings(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImageScanFindings."""
    found = _all(backend)
    for condition in parameters.get("filters", []):
        key = _key(condition, _FILTERS)
        found = [finding for finding in found if key(finding) in condition.get("values", [])]
    shown, token = page(found, parameters, size=PAGE, refusal=InvalidPaginationTokenException)
    return with_request_id(IMAGE, {"findings": shown} | token)


def list_aggregations(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImageScanFindingAggregations: one count for each value of the filter that has findings."""
    condition = parameters.get("filter")
    kind, member = _ACCOUNT
    if condition is not None:
        _key(condition, frozenset(_AGGREGATIONS))
        kind, member = condition["name"], _AGGREGATIONS[condition["name"]]
    groups: dict[str, list[Finding]] = {}
    for finding in _all(backend):
        value = _KEYS[kind](finding)
        if value is not None and (condition is None or value in condition.get("values", [value])):
            groups.setdefault(value, []).append(finding)
    counts = [{member: {kind: value, "severityCounts": _counts(group)}} for value, group in groups.items()]
    shown, token = page(counts, parameters, size=PAGE, refusal=InvalidPaginationTokenException)
    return with_request_id(IMAGE, {"aggregationType": kind, "responses": shown} | token)


def _all(backend: ImageBuilderBackend) -> list[Finding]:
    return [finding for image in images_of(backend) for finding in image.findings]


def _key(condition: Mapping[str, Any], known: frozenset[str]) -> Callable[[Finding], str | None]:
    name = condition.get("name", "")
    if name not in known:
        raise InvalidRequestException(f"The filter '{name}' is not one of {', '.join(sorted(known))}.")
    return _KEYS[name]


def _counts(findings: list[Finding]) -> dict[str, int]:
    severities = [finding["severity"].lower() for finding in findings]
    return {"all": len(findings)} | {severity: severities.count(severity) for severity in _COUNTED}
