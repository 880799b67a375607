"""An image that people approve is shared with exactly those it is for, and one that they do not approve with nobody."""

import json

import pytest

from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Package, Vulnerability
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
    assert "1 critical findings" in factory.steps(execution)["readEvidence"]["FailureMessage"]
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


def test_what_was_asked_and_who_decided_can_be_read_years_later(factory: Factory) -> None:
    factory.approve(factory.start())
    packages = (Package(name="curl-minimal", version="8.12"), Package(name="jq", version="1.7"))
    waived = Vulnerability(severity="CRITICAL", id="CVE-2026-0009", package="httpd")
    execution = factory.start(build=BuildScenario(findings=(waived,), packages=packages))
    factory.mail()
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"), comment="httpd is not ours")
    evidence, decision = (factory.stored(folder, execution) for folder in ("evidence", "decisions"))
    (finding,) = evidence["findings"]
    assert (finding["id"], finding["waiver"]["owner"]) == ("CVE-2026-0009", "security@example.com")
    assert evidence["difference"]["findings"]["new"] == ["CVE-2026-0009 httpd"]
    assert set(evidence["difference"]["packages"]["added"]) == {"jq"}
    assert "curl-minimal" in evidence["difference"]["packages"]["changed"]
    assert "bash" in evidence["difference"]["packages"]["removed"]
    (said,) = decision["decisions"]
    assert said["approver"].endswith("/ann")
    assert (said["decision"], said["comment"]) == ("Reject", "httpd is not ours")
    assert decision["outcome"] == "denied"
    assert decision["evidence"]["sha256"] == decision["evidence"]["sha256_now"]


def test_an_image_that_was_not_approved_is_put_away_and_an_approved_one_says_so_to_its_receivers(
    factory: Factory,
) -> None:
    denied, approved = factory.start(), factory.start()
    factory.decide(denied, "Reject", ("GoldenAmiApprover", "ann"))
    factory.approve(approved)
    for execution, outcome, state in ((denied, "denied", "disabled"), (approved, "approved", "available")):
        image = factory.image_of(execution)
        found = factory.client("imagebuilder").get_image(imageBuildVersionArn=image)["image"]
        assert found["tags"]["golden-ami:outcome"] == outcome
        for region, ami in factory.amis(image).items():
            (shown,) = factory.client("ec2", region=region).describe_images(ImageIds=[ami])["Images"]
            tags = {tag["Key"]: tag["Value"] for tag in shown["Tags"]}
            assert (tags["golden-ami:outcome"], shown["State"]) == (outcome, state)
            assert ("DeprecationTime" in shown) == (outcome == "denied")
            assert ("approved" in shown["Description"]) == (outcome == "approved")


def test_a_key_that_would_not_let_receivers_launch_ends_it_before_anybody_is_asked(factory: Factory) -> None:
    kms = factory.client("kms", region=COPY)
    (key,) = [each["KeyArn"] for each in kms.list_keys()["Keys"]]
    known = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    closed = json.loads(known)
    closed["Statement"] = closed["Statement"][:1]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(closed))
    try:
        execution = factory.start()
    finally:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=known)
    assert factory.status(execution) == "Failed"
    assert factory.outcome(execution) == "evidence-failed"
    (notice,) = factory.mail()
    assert f"The policy of {key} in {COPY} does not allow kms:Decrypt" in notice["Message"]


def test_three_thousand_findings_are_asked_about_in_one_message(factory: Factory) -> None:
    many = tuple(
        Vulnerability(severity="MEDIUM", id=f"CVE-2026-{number:05}", package=f"package-{number % 400}")
        for number in range(3000)
    )
    execution = factory.start(build=BuildScenario(findings=many))
    assert factory.status(execution) == "Waiting", factory.execution(execution)
    message = factory.steps(execution)["waitForAdministratorApproval"]["Inputs"]["Message"]
    assert len(message) <= 4096
    assert "3000 medium" in message
    assert len(factory.stored("evidence", execution)["findings"]) == 3000
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))
