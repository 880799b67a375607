"""No image with more findings than the limits allow gets as far as a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import IMAGE, Aws, Script, built, load

SEVERITIES = ("critical", "high", "medium", "all")
API = ("imagebuilder", "ListImageScanFindingAggregations")
EVENTS = {"image": IMAGE, "today": "2026-11-24", "oldest": 30}
WAIVER = {"id": "CVE-2026-0001", "reason": "not reachable", "owner": "sec@example.com", "expires": "2026-11-24"}
counts = st.integers(min_value=0, max_value=5)


@pytest.fixture(autouse=True)
def _new_image(aws: Aws) -> None:
    aws.answers["imagebuilder", "GetImage"] = built(created="2026-11-01T00:00:00Z")


def _of(image: str, counts: dict[str, int]) -> dict[str, Any]:
    return {"imageAggregation": {"imageBuildVersionArn": image, "severityCounts": counts}}


@given(st.fixed_dictionaries(dict.fromkeys(SEVERITIES, counts)), st.dictionaries(st.sampled_from(SEVERITIES), counts))
def test_an_image_passes_exactly_when_no_count_is_over_its_limit(found: dict[str, int], limits: dict[str, int]) -> None:
    aws = Aws()
    aws.answers["imagebuilder", "GetImage"] = built(created="2026-11-01T00:00:00Z")
    aws.answers[API] = {"responses": [_of(IMAGE, found)]}
    events = {**EVENTS, "limits": {severity: str(limit) for severity, limit in limits.items()}}
    over = {severity for severity, limit in limits.items() if found[severity] > limit}
    if over:
        with pytest.raises(ValueError, match="Too many findings") as refused:
            load("check_findings", aws).handler(events, {})
        for severity in SEVERITIES:
            assert (f"{severity} findings" in str(refused.value)) == (severity in over)
    else:
        assert load("check_findings", aws).handler(events, {}) == {"counts": found}


def test_only_the_findings_of_this_image_are_asked_for(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    script("check_findings").handler({**EVENTS, "limits": {"critical": "0"}}, {})
    assert aws.requests[1:] == [(API[1], None, {"filter": {"name": "imageBuildVersionArn", "values": [IMAGE]}})]


def test_a_completed_scan_without_findings_has_none_of_any_severity(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    found = script("check_findings").handler({**EVENTS, "limits": {"critical": "0"}}, {})
    assert found == {"counts": dict.fromkeys(SEVERITIES, 0)}


def test_findings_on_a_later_page_count(aws: Aws, script: Script) -> None:
    later = {"responses": [_of(IMAGE, {"critical": 1, "high": 0, "medium": 0, "all": 1})]}
    aws.answers[API] = lambda _, asked: later if "nextToken" in asked else {"responses": [], "nextToken": "more"}
    with pytest.raises(ValueError, match="1 critical findings, at most 0 allowed"):
        script("check_findings").handler({**EVENTS, "limits": {"critical": "0"}}, {})


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"responses": [{"accountAggregation": {}}]},
        {"responses": [{"imageAggregation": None}]},
        {"responses": [_of(IMAGE + "0", dict.fromkeys(SEVERITIES, 0))]},
        {"responses": [_of(IMAGE, {"critical": 0})]},
    ],
    ids=["nothing", "another kind", "no aggregation", "another image", "a severity is missing"],
)
def test_a_malformed_answer_is_no_clean_scan(aws: Aws, script: Script, answer: dict[str, Any]) -> None:
    aws.answers[API] = answer
    with pytest.raises((KeyError, ValueError)):
        script("check_findings").handler({**EVENTS, "limits": {"critical": "0"}}, {})


def test_a_limit_of_an_unknown_severity_is_no_clean_scan(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    with pytest.raises(KeyError):
        script("check_findings").handler({**EVENTS, "limits": {"low": "0"}}, {})


@pytest.mark.parametrize(("today", "fresh"), [("2026-12-24", True), ("2026-12-25", False)])
def test_an_old_scan_is_no_scan(aws: Aws, script: Script, today: str, fresh: bool) -> None:
    aws.answers["imagebuilder", "GetImage"] = built(created="2026-11-24T23:59:59.000Z")
    aws.answers[API] = {"responses": []}
    if fresh:
        script("check_findings").handler({**EVENTS, "today": today, "limits": {}}, {})
        return
    with pytest.raises(ValueError, match="was scanned 31 days ago, more than the 30"):
        script("check_findings").handler({**EVENTS, "today": today, "limits": {}}, {})


def _finding(identifier: str, severity: str) -> dict[str, Any]:
    return {"severity": severity, "packageVulnerabilityDetails": {"vulnerabilityId": identifier}}


def _scan(aws: Aws, *findings: dict[str, Any]) -> None:
    """Let the aggregation be of the findings, which come one a page."""
    by_severity = [finding["severity"].lower() for finding in findings]
    total = {severity: by_severity.count(severity) for severity in SEVERITIES} | {"all": len(findings)}
    aws.answers[API] = {"responses": [_of(IMAGE, total)]}

    def page(_: str | None, asked: dict[str, Any]) -> dict[str, Any]:
        number = int(asked.get("nextToken", 0))
        more = {"nextToken": str(number + 1)} if number + 1 < len(findings) else {}
        return {"findings": list(findings[number : number + 1])} | more

    aws.answers["imagebuilder", "ListImageScanFindings"] = page


@given(
    st.lists(st.tuples(st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]), st.sampled_from(["CRITICAL", "HIGH", "LOW"]))),
    st.sets(st.sampled_from(["CVE-1", "CVE-2", "CVE-9"])),
)
def test_exactly_the_waived_findings_do_not_count(found: list[tuple[str, str]], waived: set[str]) -> None:
    aws = Aws()
    aws.answers["imagebuilder", "GetImage"] = built(created="2026-11-01T00:00:00Z")
    _scan(aws, *(_finding(*pair) for pair in found))
    waivers = [{**WAIVER, "id": identifier} for identifier in sorted(waived)]
    events = {**EVENTS, "waivers": waivers, "limits": {"critical": "0", "all": "1"}}
    left = [severity for identifier, severity in found if identifier not in waived]
    if "CRITICAL" in left or len(left) > 1:
        with pytest.raises(ValueError, match="Too many findings"):
            load("check_findings", aws).handler(events, {})
        return
    counts = {"critical": 0, "high": left.count("HIGH"), "medium": 0, "all": len(left)}
    assert load("check_findings", aws).handler(events, {}) == {"counts": counts}


def test_an_expired_waiver_fails_whatever_was_found(aws: Aws, script: Script) -> None:
    _scan(aws)
    events = {**EVENTS, "limits": {}, "waivers": [{**WAIVER, "expires": "2026-11-23"}]}
    with pytest.raises(ValueError, match=r"expired; renew or remove them: CVE-2026-0001 of sec@example\.com"):
        script("check_findings").handler(events, {})


def test_a_finding_of_the_network_cannot_be_waived(aws: Aws, script: Script) -> None:
    _scan(aws, _finding(WAIVER["id"], "CRITICAL"), {"severity": "CRITICAL", "title": WAIVER["id"]})
    with pytest.raises(ValueError, match="1 critical findings, at most 0 allowed"):
        script("check_findings").handler({**EVENTS, "limits": {"critical": "0"}, "waivers": [WAIVER]}, {})


def test_findings_are_not_read_one_by_one_without_a_waiver(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    script("check_findings").handler({**EVENTS, "limits": {}}, {})
    assert "ListImageScanFindings" not in [api for api, _, _ in aws.requests]
