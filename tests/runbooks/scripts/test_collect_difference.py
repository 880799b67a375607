"""Approvers see what is new since the image that was approved last, or that nobody knows."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.bucket import KEY, NO_EVIDENCE
from tests.runbooks.scripts.conftest import OLDER, error
from tests.runbooks.scripts.evidence import OLD_KEY, Built, finding, package

vulnerabilities = st.sets(st.tuples(st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]), st.sampled_from(["openssl", "zlib"])))
versions = st.dictionaries(
    st.sampled_from(["kernel", "openssl", "zlib", "curl"]),
    st.lists(st.sampled_from(["1.0", "1.1", "2.0"]), min_size=1, max_size=2, unique=True),
)


@pytest.fixture
def aws() -> Built:
    return Built()


def _has(aws: Built, found: set[tuple[str, str]], installed: dict[str, list[str]]) -> None:
    aws.findings = [finding(identifier, "HIGH", name) for identifier, name in sorted(found)]
    aws.packages = [package(name, version) for name, each in installed.items() for version in each]


def _compared(then: Any, now: Any) -> Any:
    aws = Built()
    _has(aws, *then)
    aws.approve_as_before()
    _has(aws, *now)
    return aws.evidence()["difference"]


@given(vulnerabilities, vulnerabilities)
def test_each_vulnerability_of_either_image_is_new_fixed_or_remaining(
    then: set[tuple[str, str]], now: set[tuple[str, str]]
) -> None:
    found = _compared((then, {}), (now, {}))["findings"]
    expected = {"new": now - then, "fixed": then - now, "remaining": now & then}
    assert found == {kind: sorted(" ".join(pair) for pair in pairs) for kind, pairs in expected.items()}
    listed = [each for kind in found.values() for each in kind]
    assert len(listed) == len(set(listed)) == len(now | then)


@given(versions, versions)
def test_each_package_of_either_image_is_added_removed_changed_or_the_same(
    then: dict[str, list[str]], now: dict[str, list[str]]
) -> None:
    found = _compared((set(), then), (set(), now))["packages"]
    then, now = ({name: sorted(each) for name, each in of.items()} for of in (then, now))
    assert found["added"] == {name: now[name] for name in now if name not in then}
    assert found["removed"] == {name: then[name] for name in then if name not in now}
    changed = {name: {"from": then[name], "to": now[name]} for name in now if then.get(name, now[name]) != now[name]}
    assert found["changed"] == changed
    same = {name for name in now if then.get(name) == now[name]}
    kinds = [set(found["added"]), set(found["removed"]), set(found["changed"]), same]
    assert sum(map(len, kinds)) == len(set().union(*kinds)) == len(now | then)


@given(vulnerabilities, versions)
def test_an_image_does_not_differ_from_one_like_it(found: set[tuple[str, str]], installed: Any) -> None:
    difference = _compared((found, installed), (found, installed))
    assert not difference["findings"]["new"] + difference["findings"]["fixed"]
    assert difference["packages"] == {"added": {}, "removed": {}, "changed": {}}


@given(vulnerabilities, vulnerabilities, versions, versions)
def test_what_is_new_in_one_direction_is_fixed_in_the_other(then: Any, now: Any, had: Any, has: Any) -> None:
    one, other = _compared((then, had), (now, has)), _compared((now, has), (then, had))
    assert one["findings"]["new"] == other["findings"]["fixed"]
    assert one["packages"]["added"] == other["packages"]["removed"]
    assert one["packages"]["changed"].keys() == other["packages"]["changed"].keys()


def test_the_image_and_evidence_that_it_is_compared_with_are_named(aws: Built) -> None:
    aws.approve_as_before()
    assert aws.approved
    difference = aws.evidence()["difference"]
    assert difference["since"] == {"image": OLDER, "evidence": aws.approved["evidence"]}
    assert difference["known"] is True


def test_a_waived_finding_is_no_fixed_one(aws: Built) -> None:
    aws.findings = [finding("CVE-2026-0001")]
    aws.approve_as_before()
    waiver = {"id": "CVE-2026-0001", "reason": "r", "owner": "o", "expires": "2026-12-31"}
    found = aws.evidence(waivers=[waiver])["difference"]["findings"]
    assert found == {"new": [], "fixed": [], "remaining": ["CVE-2026-0001 openssl"]}


def test_the_first_image_differs_from_nothing(aws: Built) -> None:
    assert aws.evidence()["difference"] is None


def test_the_bucket_is_not_asked_for_what_was_never_approved(aws: Built) -> None:
    aws.collect()
    assert [asked["Key"] for asked in aws.requested("GetObject")] == [KEY]


@pytest.mark.parametrize("now", [*NO_EVIDENCE.values(), None], ids=[*NO_EVIDENCE, "lost"])
def test_evidence_that_was_lost_or_changed_is_not_compared_with(aws: Built, now: bytes | None) -> None:
    aws.approve_as_before()
    assert aws.approved
    del aws.bucket.objects[OLD_KEY]
    if now:
        aws.bucket.objects[OLD_KEY] = now
    difference = aws.evidence()["difference"]
    assert difference == {"since": {"image": OLDER, "evidence": aws.approved["evidence"]}, "known": False}


@pytest.mark.parametrize("digest", [None, "", "0" * 64])
def test_evidence_that_the_record_does_not_have_the_digest_of_is_not_trusted(aws: Built, digest: str | None) -> None:
    aws.approve_as_before()
    aws.approved = {"image": OLDER, "execution": "before"} | ({"evidence": digest} if digest is not None else {})
    difference = aws.evidence()["difference"]
    assert difference == {"since": {"image": OLDER, "evidence": digest}, "known": False}


def test_evidence_of_another_schema_is_not_compared_with(aws: Built) -> None:
    digest = aws.bucket.keep(OLD_KEY, json.dumps({"schema": "golden-ami-evidence/2"}).encode())
    aws.approved = {"image": OLDER, "execution": "before", "evidence": digest}
    assert aws.evidence()["difference"]["known"] is False


@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "InvalidObjectState"])
def test_evidence_that_cannot_be_read_is_not_lost(aws: Built, code: str) -> None:
    aws.approve_as_before()
    aws.answers["s3", "GetObject"] = error(code)
    with pytest.raises(ClientError, match=code):
        aws.collect()
    assert KEY not in aws.bucket.objects


@pytest.mark.parametrize("now", [b"", b"not JSON", b"\xff\xfe"])
def test_evidence_that_is_no_json_any_more_is_not_compared_with(now: bytes) -> None:
    aws = Built()
    aws.approve_as_before()
    aws.bucket.objects[OLD_KEY] = now
    assert aws.evidence()["difference"]["known"] is False
