"""No image with more findings than the limits allow gets as far as a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import IMAGE, Aws, Script, load

SEVERITIES = ("critical", "high", "medium", "all")
API = ("imagebuilder", "ListImageScanFindingAggregations")
counts = st.integers(min_value=0, max_value=5)


def _of(image: str, counts: dict[str, int]) -> dict[str, Any]:
    return {"imageAggregation": {"imageBuildVersionArn": image, "severityCounts": counts}}


@given(st.fixed_dictionaries(dict.fromkeys(SEVERITIES, counts)), st.dictionaries(st.sampled_from(SEVERITIES), counts))
def test_an_image_passes_exactly_when_no_count_is_over_its_limit(found: dict[str, int], limits: dict[str, int]) -> None:
    aws = Aws()
    aws.answers[API] = {"responses": [_of(IMAGE, found)]}
    events = {"image": IMAGE, "limits": {severity: str(limit) for severity, limit in limits.items()}}
    over = {severity for severity, limit in limits.items() if found[severity] > limit}
    if over:
        with pytest.raises(ValueError, match="Too many findings") as refused:
            load("check_findings", aws).handler(events, {})
        for severity in SEVERITIES:
            assert (f"{severity} findings" in str(refused.value)) == (severity in over)
    else:
        summary = load("check_findings", aws).handler(events, {})["summary"]
        assert summary == ", ".join(f"{found[severity]} {severity}" for severity in SEVERITIES)


def test_only_the_findings_of_this_image_are_asked_for(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    script("check_findings").handler({"image": IMAGE, "limits": {"critical": "0"}}, {})
    assert aws.requests == [(API[1], None, {"filter": {"name": "imageBuildVersionArn", "values": [IMAGE]}})]


def test_a_completed_scan_without_findings_has_none_of_any_severity(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    found = script("check_findings").handler({"image": IMAGE, "limits": {"critical": "0"}}, {})
    assert found == {"summary": "0 critical, 0 high, 0 medium, 0 all"}


def test_findings_on_a_later_page_count(aws: Aws, script: Script) -> None:
    later = {"responses": [_of(IMAGE, {"critical": 1, "high": 0, "medium": 0, "all": 1})]}
    aws.answers[API] = lambda _, asked: later if "nextToken" in asked else {"responses": [], "nextToken": "more"}
    with pytest.raises(ValueError, match="1 critical findings, at most 0 allowed"):
        script("check_findings").handler({"image": IMAGE, "limits": {"critical": "0"}}, {})


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
        script("check_findings").handler({"image": IMAGE, "limits": {"critical": "0"}}, {})


def test_a_limit_of_an_unknown_severity_is_no_clean_scan(aws: Aws, script: Script) -> None:
    aws.answers[API] = {"responses": []}
    with pytest.raises(KeyError):
        script("check_findings").handler({"image": IMAGE, "limits": {"low": "0"}}, {})
