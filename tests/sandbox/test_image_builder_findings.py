"""A scan goes beside the build; what it finds is listed, filtered and counted alike."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden_ami.sandbox.imagebuilder.findings import findings_of, list_aggregations, list_findings
from golden_ami.sandbox.imagebuilder.images import Image
from golden_ami.sandbox.imagebuilder.kinds import IMAGE
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability, next_build
from tests.sandbox.refusals import refused
from tests.sandbox.test_image_builder_builds import Builds, instant  # noqa: F401 - a fixture

SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]
SCANNING = {"imageScanningConfiguration": {"imageScanningEnabled": True}}
FOUND = (
    Vulnerability(severity="CRITICAL", id="CVE-2026-0001", package="openssl"),
    Vulnerability(severity="LOW", id="CVE-2026-0002", package="bash", title="Bash again"),
)


@pytest.fixture
def builds(local, factory, name):
    local.client("inspector2").enable(accountIds=["222222222222"], resourceTypes=["EC2"])
    return Builds(local, factory, name)


def _findings(builds, **filters):
    given_filters = [{"name": name, "values": [value]} for name, value in filters.items()]
    return builds.builder.list_image_scan_findings(filters=given_filters)["findings"]


def _counts(builds, name=None, *values):
    filters = {"filter": {"name": name, "values": list(values)}} if name else {}
    return builds.builder.list_image_scan_finding_aggregations(**filters)


def test_a_scan_passes_through_its_states_beside_the_build(builds):
    arn = builds.start(builds.pipeline(**SCANNING))
    assert builds.get(arn)["imageScanningConfiguration"] == {"imageScanningEnabled": True}
    seen = [scan for _, scan in builds.states(arn)]
    assert list(dict.fromkeys(seen)) == ["PENDING", "SCANNING", "COLLECTING", "COMPLETED"]


def test_a_scan_can_end_after_the_build(builds):
    next_build(BuildScenario(scan_minutes=35, findings=FOUND))
    arn = builds.start(builds.pipeline(**SCANNING))
    assert ("AVAILABLE", "COLLECTING") in builds.states(arn, minutes=34)
    assert _findings(builds, imageBuildVersionArn=arn) == []
    builds.local.clock.advance(120)
    assert builds.get(arn)["scanState"] == {"status": "COMPLETED"}
    assert len(_findings(builds, imageBuildVersionArn=arn)) == 2


@pytest.mark.parametrize("ends", ["ABANDONED", "FAILED", "TIMED_OUT"])
def test_a_scan_that_does_not_complete_finds_nothing(builds, ends):
    arn = builds.built(scenario=BuildScenario(scan_ends=ends, findings=FOUND), **SCANNING)
    assert builds.get(arn)["scanState"]["status"] == ends
    assert "was told" in builds.get(arn)["scanState"]["reason"]
    assert _findings(builds, imageBuildVersionArn=arn) == []


def test_a_scan_state_can_be_missing_and_is_without_scanning(builds):
    assert "scanState" not in builds.get(builds.built(scenario=BuildScenario(scan_ends=None), **SCANNING))
    assert "scanState" not in builds.get(builds.built())


def test_a_scan_is_abandoned_with_its_build(builds):
    arn = builds.built(scenario=BuildScenario(ends="FAILED", findings=FOUND), **SCANNING)
    assert builds.get(arn)["scanState"] == {"status": "ABANDONED", "reason": "The image is FAILED."}
    assert _findings(builds, imageBuildVersionArn=arn) == []


def test_findings_are_shown_and_filtered(builds):
    pipeline = builds.pipeline(**SCANNING)
    next_build(BuildScenario(findings=FOUND))
    arn, clean = builds.start(pipeline), builds.start(pipeline)
    builds.local.clock.advance(3600)
    critical, low = _findings(builds, imageBuildVersionArn=arn)
    assert (critical["severity"], critical["title"]) == ("CRITICAL", "CVE-2026-0001 - openssl")
    assert (critical["awsAccountId"], critical["imagePipelineArn"]) == ("222222222222", pipeline)
    details = critical["packageVulnerabilityDetails"]
    assert details["vulnerabilityId"] == "CVE-2026-0001"
    assert details["vulnerablePackages"][0]["name"] == "openssl"
    assert low["title"] == "Bash again"
    assert _findings(builds, imagePipelineArn=pipeline) == [critical, low]
    assert low in _findings(builds, severity="LOW")
    assert critical in _findings(builds, vulnerabilityId="CVE-2026-0001")
    assert _findings(builds, imageBuildVersionArn=clean) == []
    first = builds.builder.list_image_scan_findings(
        filters=[{"name": "imagePipelineArn", "values": [pipeline]}], maxResults=1
    )
    assert first["findings"] == [critical]
    counted = _counts(builds, "imageBuildVersionArn", arn, clean)
    assert (counted["aggregationType"], counted["responses"]) == (
        "imageBuildVersionArn",
        [
            {
                "imageAggregation": {
                    "imageBuildVersionArn": arn,
                    "severityCounts": {"all": 2, "critical": 1, "high": 0, "medium": 0},
                }
            }
        ],
    )
    assert _counts(builds, "imageBuildVersionArn", clean)["responses"] == []
    (of_pipeline,) = _counts(builds, "imagePipelineArn", pipeline)["responses"]
    assert of_pipeline["imagePipelineAggregation"]["severityCounts"]["all"] == 2
    assert _counts(builds)["aggregationType"] == "accountId"
    builds.builder.delete_image(imageBuildVersionArn=arn)
    assert _findings(builds, imagePipelineArn=pipeline) == []


def test_unknown_filters_are_refused(builds):
    with refused("InvalidRequestException", "'colour' is not one of imageBuildVersionArn, imagePipelineArn, severity"):
        _findings(builds, colour="blue")
    with refused("InvalidParameterValueException", "filters must be at most 1 long"):
        _findings(builds, severity="LOW", vulnerabilityId="CVE-2026-0001")
    with refused("InvalidRequestException", "'severity' is not one of"):
        _counts(builds, "severity", "HIGH")


vulnerabilities = st.builds(
    Vulnerability,
    severity=st.sampled_from(SEVERITIES),
    id=st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]),
    package=st.sampled_from(["bash", "curl"]),
)


def _all_pages(handler, backend, items, parameters):
    found, token = [], {}
    while True:
        answer = handler(backend, parameters | token)
        found += answer[items]
        if "nextToken" not in answer:
            return found
        token = {"nextToken": answer["nextToken"]}


@given(st.lists(st.lists(vulnerabilities, max_size=12), max_size=5), st.integers(1, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_counts_equal_the_findings_whatever_was_found(images, size):
    backend = ImageBuilderBackend("eu-west-1", "222222222222")
    numbers = count(1)
    for found in images:
        version = backend.arn(IMAGE, "image", version=f"1.0.{next(numbers) % 2}")
        image = Image(kind=IMAGE, arn=backend.number(version), attributes={}, scenario=BuildScenario())
        image.findings = findings_of(image, found)
        backend.add(image)
    findings = _all_pages(list_findings, backend, "findings", {"maxResults": size})
    assert len(findings) == sum(map(len, images))
    keys = {
        "imageBuildVersionArn": ("imageAggregation", lambda finding: finding["imageBuildVersionArn"]),
        "vulnerabilityId": (
            "vulnerabilityIdAggregation",
            lambda finding: finding["packageVulnerabilityDetails"]["vulnerabilityId"],
        ),
    }
    for name, (member, key) in keys.items():
        counted = _all_pages(list_aggregations, backend, "responses", {"filter": {"name": name}})
        by_value = {one[member][name]: one[member]["severityCounts"] for one in counted}
        assert {value: counts["all"] for value, counts in by_value.items()} == Counter(map(key, findings))
        for value, counts in by_value.items():
            severities = Counter(finding["severity"].lower() for finding in findings if key(finding) == value)
            assert all(counts[severity] == severities[severity] for severity in ("critical", "high", "medium"))
    whole = _all_pages(list_aggregations, backend, "responses", {})
    assert sum(one["accountAggregation"]["severityCounts"]["all"] for one in whole) == len(findings)
