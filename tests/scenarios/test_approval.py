"""An image that people approve is shared with exactly those it is for, and one that they do not approve with nobody."""

import json

import pytest

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.scenarios.conftest import COPY, HOME, Factory

pytestmark = pytest.mark.terraform


def test_a_waived_finding_lets_an_image_pass_and_is_named_in_the_request(factory: Factory) -> None:
    waived = Vulnerability(severity="CRITICAL", id="CVE-2026-0009", package="httpd")
    execution = factory.start(build=BuildScenario(findings=(waived,)))
    assert factory.status(execution) == "Waiting", factory.execution(execution)
    (request,) = factory.mail()
    assert "Waived until 2099-12-31 by security@example.com: CVE-2026-0009" in request["Message"]
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))


def test_a_waiver_for_one_finding_is_none_for_another(factory: Factory) -> None:
    waived = Vulnerability(severity="CRITICAL", id="CVE-2026-0009", package="httpd")
    other = Vulnerability(severity="CRITICAL", id="CVE-2026-0010", package="httpd")
    execution = factory.start(build=BuildScenario(findings=(waived, other)))
    assert factory.status(execution) == "Failed"
    assert "1 critical findings" in factory.steps(execution)["checkFindings"]["FailureMessage"]
    assert factory.outcome(execution) == "scan-failed"


def test_an_approved_image_is_shared_everywhere_with_exactly_the_configured_receivers(factory: Factory) -> None:
    execution = factory.start()
    image = factory.image_of(execution)
    assert factory.status(execution) == "Waiting"
    assert factory.is_private(image)
    (request,) = factory.mail()
    assert image in request["Message"]
    assert all(ami in request["Message"] for ami in factory.amis(image).values())
    factory.approve(execution)
    assert factory.status(execution) == "Success", factory.execution(execution)
    root = "arn:aws:organizations::111111111111"
    receivers = [
        {"OrganizationArn": f"{root}:organization/o-sandbox00001"},
        {"OrganizationalUnitArn": f"{root}:ou/o-sandbox00001/ou-sbox-workloads1"},
        {"UserId": "444444444444"},
    ]
    permissions = factory.permissions(image)
    assert set(permissions) == {HOME, COPY}
    for found in permissions.values():
        assert sorted(map(str, found)) == sorted(map(str, receivers))
    assert len(factory.shared(image)) == 1
    assert {region: factory.published(region) for region in (HOME, COPY)} == factory.amis(image)
    assert json.loads(factory.published(leaf="approved") or "")["image"] == image
    assert factory.outcome(execution) == "approved"
    (summary,) = factory.mail()
    assert summary["Subject"] == f"Golden Image Automation Runbook Ended in {HOME}"
    assert "ann" in summary["Message"]
    assert "bob" in summary["Message"]
