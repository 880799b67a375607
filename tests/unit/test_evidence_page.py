"""The page says all that the evidence says, the deciding things first, and never more than is known."""

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.errors import InputError
from golden_ami.evidence import Decision, Evidence, render
from golden_ami.evidence.findings import Findings
from golden_ami.evidence.picture import Picture
from golden_ami.evidence.receiver import Receiver
from tests import evidence as stories
from tests.reading import Reading
from tests.runbooks.conftest import ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.conftest import EXECUTION

ROOT = Path(__file__).parent.parent.parent
WARNING = "THE EVIDENCE IS NOT WHAT WAS DECIDED UPON."


def _text(page: str) -> str:
    return Reading(page).words


def _values(value: Any) -> Iterator[str]:
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(each)
    if isinstance(value, str):
        yield value


def test_every_value_of_the_evidence_is_on_the_page() -> None:
    body = stories.many(60)
    evidence = json.loads(body)
    for finding in evidence["findings"]:
        finding["title"] = finding["title"].removeprefix(f"{finding['id']} - ")
        finding["url"], finding["fix"] = "", finding["fix"].lower().replace("yes", "")
        for package in finding["packages"]:
            package["fixed_in"] = package["fixed_in"].replace("NotAvailable", "no fix")
    evidence["execution"]["started"], evidence["image"]["created"] = "2026-03-01 12:00 UTC", "2026-03-01 11:42 UTC"
    evidence["tests"] = [{**each, "type": each["type"].capitalize()} for each in evidence["tests"]]
    for kind in ("new", "remaining"):
        del evidence["difference"]["findings"][kind]
    packages = evidence["difference"]["packages"]
    names = [*evidence["amis"], *(name for kind in packages.values() for name in kind)]
    text = _text(stories.page(body))
    assert [each for each in [*_values(evidence), *names] if each not in text] == []


def test_what_decides_comes_first_in_the_order_in_which_it_decides() -> None:
    body = stories.many(30)
    text = _text(stories.page(body))
    order = [
        "web-server 1.0.1/1",
        "If it is approved",
        f"Every account of the organization {ORGANIZATION.rpartition('/')[2]}",
        f"Every account in the unit and below it {UNIT.rpartition('/')[2]}",
        "One account 333333333333",
        SHARE,
        "/golden-ami/prod-eu/web-server/ami",
        "What was found",
        "are new",
        "How to decide",
        f"Document {stories.LOCATION} SHA-256 {hashlib.sha256(body).hexdigest()}",
        f"golden-ami approve {EXECUTION} --deployment prod-eu",
        f"golden-ami deny {EXECUTION} --deployment prod-eu --comment REASON",
        "Approvals needed 2 of 2: role/Approver",
        "Started by assumed-role/Starter/carol",
        "Findings Show",
    ]
    places = [text.index(each, text.index("If it is approved") if at else 0) for at, each in enumerate(order)]
    assert places[1:] == sorted(places[1:])


def test_an_image_that_was_not_scanned_is_called_so_in_capitals_and_nothing_is_called_fixed() -> None:
    body = stories.unscanned()
    assert json.loads(body)["difference"]["findings"]["fixed"]
    text = _text(stories.page(body))
    assert "NOT SCANNED NOBODY KNOWS WHAT THIS IMAGE CONTAINS. Reason: Inspector does not know this platform" in text
    assert text.index("NOT SCANNED") < text.index("If it is approved")
    assert "are fixed" not in text
    assert "Fixed" not in text
    assert "0 critical" not in text


def test_a_lost_comparison_is_said_in_capitals_and_nothing_is_called_new() -> None:
    page = stories.page(stories.lost())
    assert "WHAT IS NEW IS UNKNOWN." in _text(page)
    assert 'class="tag new"' not in page
    assert "UNKNOWN: the evidence of the image that was approved last" in _text(page)


def test_a_first_image_is_compared_with_nothing_and_nobody_is_said_too() -> None:
    text = _text(stories.page(stories.first()))
    assert "No image was approved before, so there is nothing to compare with." in text
    assert "May launch the AMI Nobody. Resource share None." in text
    assert "The scan found nothing." in text


@pytest.mark.parametrize("count", [1, 2, 30, 300])
def test_each_finding_is_counted_once_as_new_remaining_or_waived(count: int) -> None:
    evidence = Evidence.parse(stories.many(max(count, 3)))
    findings = Findings.of(evidence)
    picture = Picture.of(findings)
    assert sum(sum(bar.counts.values()) for bar in picture.bars) == len(evidence.findings) == findings.count()
    waived = sum(finding.waiver is not None for finding in evidence.findings)
    assert findings.count("waived") == waived
    assert evidence.difference
    assert evidence.difference.known
    assert findings.new == len([row for group in findings.groups for row in group.rows if row.since == "new"])
    assert {row.finding.name for group in findings.groups for row in group.rows if row.since == "new"} == {
        *evidence.difference.findings.new
    }
    assert picture.fixed
    assert picture.fixed.counts["fixed"] == len(evidence.difference.findings.fixed)
    page = stories.page(stories.many(max(count, 3)))
    assert len(re.findall(r'<tr class="(new|remaining|waived)">', page)) == len(evidence.findings)


def test_no_bar_is_longer_than_its_place_and_no_finding_is_too_few_to_be_seen() -> None:
    drawn = [bar.drawn for bar in Picture.of(Findings.of(Evidence.parse(stories.many(3000)))).bars]
    for bar in drawn:
        ends = [float(x) + float(width) for x, width in re.findall(r'x="([0-9.]+)%" width="([0-9.]+)%"', bar)]
        assert max(ends) <= 100.01
        assert all(float(width) >= 0.6 for width in re.findall(r'width="([0-9.]+)%"', bar))


@given(st.text())
def test_a_receiver_that_this_project_shares_with_nowhere_is_told_loudly(principal: str) -> None:
    assert Receiver.of(principal).kind in {"unrecognized", "account"}


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        (ORGANIZATION, "organization"),
        (UNIT, "unit"),
        ("333333333333", "account"),
        ("all", "unrecognized"),
        ("*", "unrecognized"),
        ("33333333333", "unrecognized"),
        ("333333333333\n", "unrecognized"),
        (ORGANIZATION + "x" * 40, "unrecognized"),
        ("arn:aws:iam::333333333333:root", "unrecognized"),
    ],
)
def test_receivers_are_told_apart(principal: str, kind: str) -> None:
    assert Receiver.of(principal).kind == kind


def test_what_is_copied_into_a_shell_is_quoted_for_it() -> None:
    body = stories.first()
    page = render(
        Evidence.parse(body), digest="0" * 64, location="s3://b/a; rm -rf ~", region="$(reboot)", deployment="x `id`"
    )
    text = _text(page)
    assert "aws s3 cp 's3://b/a; rm -rf ~' - | sha256sum" in text
    assert "--region '$(reboot)' " in text
    assert "--deployment 'x `id`'" in text


@pytest.mark.parametrize("outcome", ["approved", "denied", "expired", "never seen"])
def test_a_decision_is_told_with_who_said_what(outcome: str) -> None:
    body = stories.many(30)
    text = _text(stories.page(body, stories.decision(body, outcome)))
    assert f"Outcome: {outcome}" in text
    assert "assumed-role/Approver/ann arn:aws:sts::222222222222:assumed-role/Approver/ann Approve Read, fine" in text
    assert "Decided 2026-03-02 09:30 UTC" in text
    assert WARNING not in text
    assert "golden-ami approve" not in text


def test_evidence_that_was_changed_after_people_were_asked_is_told_loudly() -> None:
    body = stories.many(30)
    text = _text(stories.page(body, stories.decision(body, changed=True)))
    assert text.index(WARNING) < text.index("Findings by severity")
    assert hashlib.sha256(body + b" ").hexdigest() in text


def test_a_page_of_other_evidence_than_was_decided_upon_tells_it_loudly() -> None:
    record = stories.decision(stories.many(30))
    assert WARNING in _text(stories.page(stories.many(31), record))


def test_a_decision_of_another_execution_is_refused() -> None:
    body = stories.many(30)
    record = stories.decision(body).replace(EXECUTION.encode(), EXECUTION.replace("1", "2").encode())
    with pytest.raises(InputError, match="read both of the same execution"):
        render(Evidence.parse(body), decision=Decision.parse(record), digest="0" * 64, location="s3://b/k")


def test_the_same_evidence_gives_the_same_page_in_every_process() -> None:
    code = "from tests import evidence as s; import sys; sys.stdout.write(s.page(s.many(30)))"
    pages = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert pages == {stories.page(stories.many(30)).encode()}


def test_headings_are_in_order_and_every_link_within_the_page_leads_somewhere() -> None:
    page = Reading(stories.page(stories.many(30)))
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for _, name, value in page.attributes if name == "href" and value.startswith("#")} <= set(ids)
