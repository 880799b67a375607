"""The request is worded from the evidence as it is stored, and says first what decides most, as far as it fits."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.conftest import ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import BUCKET, KEY, NO_EVIDENCE, Bucket
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, IMAGE, OLDER, Aws, error, load
from tests.runbooks.scripts.evidence import APPROVERS, RECIPE, STARTER, WAIVER, Built, finding, package

EVENTS = {"bucket": BUCKET, "key": KEY, "execution": EXECUTION, "home": "eu-west-1", "partition": "aws"}
NEVER = "NOT SCANNED. NOBODY KNOWS WHAT THIS IMAGE CONTAINS."
UNUSED = {**WAIVER, "id": "CVE-2026-0009"}
FOUND = [
    finding("CVE-2026-0001", "CRITICAL"),
    finding("CVE-2026-0002", "CRITICAL"),
    finding("CVE-2026-0003", "HIGH", "zlib"),
    {**finding("CVE-2026-0004", "LOW"), "fixAvailable": "NO"},
    {**finding("CVE-2026-0005", "UNTRIAGED"), "fixAvailable": "PARTIAL"},
]


def _stored(aws: Built, **events: Any) -> str:
    """Collect, and word what was collected."""
    digest = aws.collect(**events)["digest"]
    return str(load("word_request", aws).handler({**EVENTS, "digest": digest}, {})["request"])


def _worded(evidence: Any, longest: int = 4096, **events: Any) -> tuple[str, str]:
    """Word any evidence; return its digest, too."""
    aws = Aws()
    digest = Bucket(aws).keep(KEY, json.dumps(evidence).encode())
    module = load("word_request", aws)
    module.LONGEST = longest  # type: ignore[attr-defined]
    return module.handler({**EVENTS, "digest": digest, **events}, {})["request"], digest


def _last(digest: str, console: str = "aws.amazon.com") -> list[str]:
    return [
        f"Evidence: s3://{BUCKET}/{KEY}",
        f"SHA-256: {digest}",
        f"https://eu-west-1.console.{console}/systems-manager/automation/execution/{EXECUTION}?region=eu-west-1",
        f"aws ssm send-automation-signal --region eu-west-1 --automation-execution-id {EXECUTION} "
        "--signal-type Approve --payload Comment=REASON    (or --signal-type Reject)",
    ]


@pytest.fixture
def aws() -> Built:
    return Built()


def test_who_receives_it_and_who_decides_is_named(aws: Built) -> None:
    lines = _stored(aws).splitlines()
    assert lines[0] == f"Please approve or deny image {IMAGE}"
    assert f"May launch after approval: {ORGANIZATION}, 333333333333" in lines
    assert f"Resource share after approval: {SHARE}" in lines
    assert f"It reaches: {UNIT}" in lines
    (quorum,) = [each for each in lines if each.startswith("Approvals needed, 2 of")]
    assert quorum.endswith(f" {', '.join(APPROVERS)}")
    assert f"Started by: {STARTER}" in lines


def test_what_it_consists_of_is_named(aws: Built) -> None:
    aws.packages = [package("zlib", "1"), package("kernel", "2")]
    lines = _stored(aws).splitlines()
    assert f"Recipe: {RECIPE['arn']}" in lines
    assert f"Parent: {RECIPE['parentImage']}" in lines
    assert "Components: nginx/1.0.0/1" in lines
    assert "Packages: 2" in lines
    assert "Test workflow: COMPLETED" in lines
    assert "AMIs: " + ", ".join(f"{ami} in {region}" for region, ami in AMIS.items()) in lines


@pytest.mark.parametrize(
    ("without", "line"),
    [("launch", "May launch after approval: nobody"), ("share", "Resource share after approval: none")],
)
def test_what_an_image_does_not_have_is_said(aws: Built, without: str, line: str) -> None:
    request = _stored(aws, **{without: None})
    assert line in request.splitlines()
    assert ("It reaches" in request) == (without != "share")


@pytest.mark.parametrize(
    ("partition", "console"),
    [("aws", "aws.amazon.com"), ("aws-cn", "amazonaws.cn"), ("aws-us-gov", "amazonaws-us-gov.com")],
)
def test_the_link_leads_to_the_console_of_the_partition(aws: Built, partition: str, console: str) -> None:
    request, digest = _worded(aws.evidence(), partition=partition)
    assert request.splitlines()[-4:] == _last(digest, console)


def test_findings_are_counted_without_those_that_are_waived_which_are_named(aws: Built) -> None:
    aws.findings = FOUND
    lines = _stored(aws, waivers=[WAIVER, UNUSED]).splitlines()
    counts = "Findings: 1 critical, 1 high, 0 medium, 1 low, 4 in all, of which 3 can be fixed; 1 more are waived"
    assert counts in lines
    worst = "CVE-2026-0002 (critical), CVE-2026-0003 (high), CVE-2026-0004 (low), CVE-2026-0005 (untriaged)"
    assert f"The worst ones: {worst}" in lines
    assert "Waived until 2026-12-31 by sec@example.com: CVE-2026-0001 (not reachable)" in lines
    assert "A waiver matches nothing, and can go: CVE-2026-0009 of sec@example.com" in lines


def test_a_scan_that_found_nothing_says_so(aws: Built) -> None:
    request = _stored(aws)
    assert "Findings: 0 critical, 0 high, 0 medium, 0 low, 0 in all, of which 0 can be fixed\n" in request
    assert "NOT SCANNED" not in request


def test_what_changed_since_the_image_that_was_approved_last_is_counted_and_what_is_new_is_named(aws: Built) -> None:
    aws.findings, aws.packages = FOUND[:2], [package("kernel", "1"), package("curl", "8")]
    aws.approve_as_before()
    aws.findings, aws.packages = FOUND[1:4], [package("kernel", "2"), package("zlib", "1"), package("nginx", "1")]
    lines = _stored(aws).splitlines()
    counts = "findings: 2 new, 1 fixed, 1 remaining; packages: 2 added, 1 removed, 1 changed"
    assert f"Since {OLDER}, which was approved last: {counts}" in lines
    assert "The new ones: CVE-2026-0003 zlib, CVE-2026-0004 openssl" in lines


def test_not_knowing_what_changed_is_said_in_capitals(aws: Built) -> None:
    aws.approve_as_before()
    aws.bucket.objects.clear()
    words = f"Since {OLDER}, which was approved last: UNKNOWN, BECAUSE ITS EVIDENCE IS LOST OR WAS CHANGED"
    assert words in _stored(aws).splitlines()


def test_the_first_image_says_that_none_was_approved_before(aws: Built) -> None:
    assert "No image was approved before." in _stored(aws).splitlines()


@pytest.mark.parametrize("now", [*NO_EVIDENCE.values(), None], ids=[*NO_EVIDENCE, "lost"])
def test_nothing_is_asked_upon_evidence_that_is_not_what_was_written(aws: Built, now: bytes | None) -> None:
    digest = aws.collect()["digest"]
    aws.bucket.objects = {} if now is None else {KEY: now}
    wrong = "is not there" if now is None else f"and {digest} was written"
    with pytest.raises((FileNotFoundError, ValueError), match=wrong):
        load("word_request", aws).handler({**EVENTS, "digest": digest}, {})


def test_nothing_is_asked_upon_evidence_that_cannot_be_read(aws: Built) -> None:
    digest = aws.collect()["digest"]
    aws.answers["s3", "GetObject"] = error("AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        load("word_request", aws).handler({**EVENTS, "digest": digest}, {})


line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=600)
lines = st.builds(lambda values, times: values * times, st.lists(line, max_size=6), st.integers(1, 60))
found = st.fixed_dictionaries(
    {
        "id": line,
        "severity": st.sampled_from(["CRITICAL", "HIGH", "UNTRIAGED"]),
        "fix": st.sampled_from(["YES", "NO", "PARTIAL"]),
        "waiver": st.sampled_from([None, WAIVER]),
    }
)
kinds = st.fixed_dictionaries({"new": lines, "fixed": lines, "remaining": lines})
packages = st.fixed_dictionaries({"added": lines, "removed": lines, "changed": lines})
differences = st.none() | st.fixed_dictionaries(
    {"since": st.just({"image": OLDER}), "known": st.booleans(), "findings": kinds, "packages": packages}
)
waivers = st.lists(st.builds(lambda reason, identifier: {**WAIVER, "reason": reason, "id": identifier}, line, line))
scans = st.builds(lambda reason: {"scanned": False, "because": reason}, line) | st.builds(
    lambda given, times: {"scanned": True, "waivers": given * times}, waivers, st.integers(1, 60)
)


def _evidence(data: st.DataObject) -> Any:
    """Draw evidence that is as long as it likes."""
    return BASE | {
        "scan": data.draw(scans),
        "findings": data.draw(st.lists(found, max_size=5)) * data.draw(st.integers(1, 100)),
        "difference": data.draw(differences),
        "access": {"launch": data.draw(lines), "share": data.draw(st.none() | line), "image_builder": data.draw(lines)},
        "approval": {"approvers": data.draw(lines), "required": 1},
    }


BASE = Built().evidence()


@given(st.data())
def test_whatever_there_is_it_fits_and_what_was_left_out_is_counted(data: st.DataObject) -> None:
    evidence = _evidence(data)
    request, digest = _worded(evidence)
    whole, _ = _worded(evidence, longest=10**7)
    assert len(request) <= 4096
    shown, facts = request.split("\n"), whole.split("\n")
    assert shown[0] == f"Please approve or deny image {IMAGE}"
    assert shown[-4:] == facts[-4:] == _last(digest)
    count = [each for each in shown if each.endswith("lines had no room; the evidence has them.")]
    assert "had no room" not in whole
    missing = len(list(filter(None, facts))) - len([each for each in shown if each and each not in count])
    assert [int(each.split()[0]) for each in count] == ([missing] if missing else [])
    left = iter(facts)
    assert all(each in left for each in shown if each not in count), "in the order of the facts"


@given(st.data(), st.text(st.characters(exclude_categories=["Cs"]), max_size=1024))
def test_that_nobody_has_looked_is_always_said_in_capitals(data: st.DataObject, reason: str) -> None:
    evidence = _evidence(data) | {"scan": {"scanned": False, "because": reason}}
    evidence["access"]["share"] = data.draw(st.sampled_from([None, SHARE]))
    request, _ = _worded(evidence)
    assert f"\n{NEVER} Reason: {reason}\n" in request


@given(st.integers(min_value=0, max_value=400), st.sampled_from(["launch", "approvers"]))
def test_a_long_list_is_shown_as_far_as_there_is_room_and_the_rest_is_counted(number: int, which: str) -> None:
    values = [f"{each:012}" for each in range(number)]
    evidence = json.loads(json.dumps(BASE))
    evidence["access" if which == "launch" else "approval"][which] = values
    name = "May launch after approval" if which == "launch" else "Approvals needed"
    (found,) = [each for each in _worded(evidence)[0].splitlines() if each.startswith(name)]
    listed, _, rest = found.partition(" and ")
    shown = [each for each in listed.rpartition(": ")[2].removeprefix("2 of ").split(", ") if each != "nobody"]
    assert shown == values[: len(shown)]
    assert len(shown) + int(rest.split()[0] if rest else 0) == number
    assert len(found) <= 470


def test_one_more_character_than_there_is_room_for_leaves_a_line_out() -> None:
    def of(length: int) -> str:
        return _worded({**BASE, "scan": {"scanned": False, "because": "x" * length}})[0]

    room = 4096 - len(of(0))
    longest = max(length for length in range(room - 80, room) if "had no room" not in of(length))
    assert len(of(longest)) <= 4096
    assert "1 lines had no room" in of(longest + 1)
