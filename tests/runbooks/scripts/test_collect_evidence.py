"""What is decided upon is written down completely, once, and only when all of it could be read."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import KEY
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, IMAGE, SESSION, error
from tests.runbooks.scripts.evidence import APPROVERS, RECIPE, STARTER, WAIVER, Built, finding, package

IMAGES = SESSION.get_service_model("imagebuilder")
SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]
found_findings = st.lists(
    st.builds(
        finding,
        st.from_regex(r"CVE-[0-9]{1,3}", fullmatch=True),
        st.sampled_from([*SEVERITIES, "NEVER SEEN"]),
        st.sampled_from(["openssl", "zlib"]),
        score=st.sampled_from([0.0, 4.5, 9.8]),
    ),
    unique_by=lambda each: each["packageVulnerabilityDetails"]["vulnerabilityId"],
    max_size=8,
)


@pytest.fixture
def aws() -> Built:
    return Built()


def test_the_evidence_is_where_it_is_said_to_be_and_has_the_digest_that_is_said(aws: Built) -> None:
    found = aws.collect()
    digest = hashlib.sha256(aws.bucket.objects[KEY]).hexdigest()
    assert found == {"key": KEY, "digest": digest, "configuration": "0123456789abcdef"}
    assert list(aws.bucket.objects) == [KEY]


def test_all_that_a_decision_needs_is_in_it(aws: Built) -> None:
    evidence = aws.evidence()
    assert evidence["schema"] == "golden-ami-evidence/1"
    assert evidence["execution"] == {
        "id": EXECUTION,
        "document": NAMES.approval.document,
        "document_version": "3",
        "started_by": STARTER,
        "started": "2026-03-01T12:00:00+00:00",
    }
    assert (evidence["image"]["arn"], evidence["amis"]) == (IMAGE, AMIS)
    assert (evidence["image"]["recipe"], evidence["image"]["parent"]) == (RECIPE["arn"], RECIPE["parentImage"])
    assert evidence["image"]["components"] == [NAMES.scope.arn("imagebuilder", "component/nginx/1.0.0/1")]
    parameter = NAMES.parameter + "/ami"
    access = {"launch": [ORGANIZATION, "333333333333"], "share": SHARE, "image_builder": [UNIT], "parameter": parameter}
    assert evidence["access"] == access
    assert evidence["approval"] == {"approvers": APPROVERS, "required": 2}
    assert evidence["scan"] == {"scanned": True, "limits": {"critical": "0"}, "waivers": []}
    assert [(each["type"], each["status"], each["succeeded"]) for each in evidence["tests"]] == [
        ("TEST", "COMPLETED", 5)
    ]


@pytest.mark.parametrize("left_out", ["launch", "share", "receivers"])
def test_nobody_and_nothing_is_said_too(aws: Built, left_out: str) -> None:
    access = aws.evidence(**{left_out: None})["access"]
    assert access[{"receivers": "image_builder"}.get(left_out, left_out)] == (None if left_out == "share" else [])


@pytest.mark.parametrize("tags", [{}, {"golden-ami:execution": "another"}, {"golden-ami:execution": ""}, None])
def test_an_image_of_another_execution_is_refused(aws: Built, tags: dict[str, str] | None) -> None:
    aws.image |= {"tags": tags}
    if tags is None:
        del aws.image["tags"]
    with pytest.raises(ValueError, match=f"was built by execution .*, not by {EXECUTION}"):
        aws.collect()
    assert aws.bucket.objects == {}


@pytest.mark.parametrize("status", [each for each in IMAGES.shape_for("ImageStatus").enum if each != "AVAILABLE"])
def test_an_image_that_is_not_available_is_refused(aws: Built, status: str) -> None:
    aws.image |= {"state": {"status": status}}
    with pytest.raises(ValueError, match=f"is {status} and COMPLETED"):
        aws.collect()
    with pytest.raises(ValueError, match=f"is {status}"):
        aws.collect(limits=None, unscanned="for tests")


@pytest.mark.parametrize("status", [each for each in IMAGES.shape_for("ImageScanStatus").enum if each != "COMPLETED"])
def test_an_image_whose_scan_is_not_complete_is_refused(aws: Built, status: str) -> None:
    aws.image |= {"scanState": {"status": status}}
    with pytest.raises(ValueError, match=f"is AVAILABLE and {status}"):
        aws.collect()
    assert aws.bucket.objects == {}


def test_an_image_without_a_scan_is_refused_when_it_has_to_be_scanned(aws: Built) -> None:
    del aws.image["scanState"]
    with pytest.raises(KeyError):
        aws.collect()
    assert aws.evidence(limits=None, unscanned="it is a test")["scan"] == {"scanned": False, "because": "it is a test"}


def test_an_image_that_is_not_scanned_has_no_findings_that_count(aws: Built) -> None:
    aws.findings = [finding("CVE-1")]
    assert aws.evidence(limits=None, unscanned="it is a test")["findings"] == []
    assert not aws.requested("ListImageScanFindings")
    with pytest.raises(KeyError, match="unscanned"):
        aws.collect(limits=None)


@given(found_findings, st.sets(st.sampled_from(["CVE-0", "CVE-1", "CVE-2"])))
def test_every_finding_is_listed_the_worst_first_and_exactly_the_waived_ones_are_marked(
    found: list[dict[str, Any]], waived: set[str]
) -> None:
    aws = Built()
    aws.findings = found
    waivers = [{**WAIVER, "id": identifier} for identifier in sorted(waived)]
    listed = aws.evidence(waivers=waivers)["findings"]
    identifiers = [each["packageVulnerabilityDetails"]["vulnerabilityId"] for each in found]
    assert sorted(each["id"] for each in listed) == sorted(identifiers)
    order = [*SEVERITIES, "NEVER SEEN"]
    ranks = [(order.index(each["severity"]), -each["score"], each["id"]) for each in listed]
    assert ranks == sorted(ranks)
    assert {each["id"] for each in listed if each["waiver"]} == waived & set(identifiers)
    assert all(each["waiver"] == {**WAIVER, "id": each["id"]} for each in listed if each["waiver"])
    assert len(aws.requested("ListImageScanFindings")) == max(1, len(found))
    assert aws.requested("ListImageScanFindings")[0]["filters"] == [{"name": "imageBuildVersionArn", "values": [IMAGE]}]


def test_a_finding_has_its_score_link_fix_and_packages(aws: Built) -> None:
    aws.findings = [finding("CVE-1", "LOW", "openssl", "openssl-libs", score=3.1)]
    (listed,) = aws.evidence()["findings"]
    packages = [{"name": name, "version": "1.0", "fixed_in": "1.1"} for name in ("openssl", "openssl-libs")]
    assert listed == {
        "id": "CVE-1",
        "severity": "LOW",
        "score": 3.1,
        "title": "CVE-1 - title",
        "url": "https://nvd/CVE-1",
        "fix": "YES",
        "packages": packages,
        "waiver": None,
    }


@pytest.mark.parametrize(
    ("bare", "identifier"),
    [
        ({"severity": "HIGH", "title": "Port 22 is open"}, "Port 22 is open"),
        ({"severity": "HIGH"}, "unknown"),
        ({"severity": "HIGH", "title": "t", "packageVulnerabilityDetails": {}}, "t"),
        ({"severity": "HIGH", "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-7"}}, "CVE-7"),
    ],
)
def test_a_finding_without_a_vulnerable_package_is_listed_too(
    aws: Built, bare: dict[str, Any], identifier: str
) -> None:
    aws.findings = [finding("CVE-1"), bare]
    listed = aws.evidence()["findings"][-1]
    assert (listed["id"], listed["packages"], listed["fix"]) == (identifier, [], "NO")


@given(st.lists(st.tuples(st.sampled_from(["kernel", "zlib", "ünï"]), st.text("0123456789.", min_size=1)), max_size=6))
def test_every_package_of_every_page_is_listed_in_order(pairs: list[tuple[str, str]]) -> None:
    aws = Built()
    aws.packages = [package(*pair) for pair in pairs]
    assert [(each["name"], each["version"]) for each in aws.evidence()["packages"]] == sorted(pairs)


@given(st.integers(min_value=1, max_value=11), st.booleans())
def test_nothing_is_written_before_everything_was_read(number: int, done_all_the_same: bool) -> None:
    aws = Built()
    aws.findings, aws.packages = [finding("CVE-1"), finding("CVE-2")], [package("zlib", "1"), package("kernel", "2")]
    aws.approve_as_before()
    aws.requests.clear()
    aws.broken = {number: done_all_the_same}
    with pytest.raises(ClientError, match="InternalError"):
        aws.collect()
    assert (KEY in aws.bucket.objects) == (number == 11 or (number == 10 and done_all_the_same))
    aws.broken = {}
    assert aws.collect()["digest"] == hashlib.sha256(aws.bucket.objects[KEY]).hexdigest()


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalServerError"])
def test_not_knowing_what_was_approved_last_is_not_the_same_as_nothing(aws: Built, code: str) -> None:
    aws.answers["ssm", "GetParameter"] = error(code)
    with pytest.raises(ClientError, match=code):
        aws.collect()
    assert aws.bucket.objects == {}


@given(
    found_findings, st.lists(st.builds(package, st.sampled_from(["kernel", "zlib"]), st.sampled_from("12"))), st.data()
)
def test_the_same_state_gives_the_same_bytes_in_whatever_order_it_is_listed(
    found: list[dict[str, Any]], packages: list[dict[str, str]], data: st.DataObject
) -> None:
    first, second = Built(), Built()
    first.findings, first.packages = found, packages
    second.findings, second.packages = data.draw(st.permutations(found)), data.draw(st.permutations(packages))
    assert first.collect() == second.collect()
    assert first.bucket.objects == second.bucket.objects


def test_evidence_that_was_written_stays_and_its_digest_is_the_one_that_is_returned(aws: Built) -> None:
    first = aws.collect()
    aws.findings = [finding("CVE-1")]
    assert aws.collect() == first
    assert json.loads(aws.bucket.objects[KEY])["findings"] == []
