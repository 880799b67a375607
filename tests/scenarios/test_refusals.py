"""Whatever goes wrong, nothing is shared, the status is true, and exactly one notice says why."""

from collections.abc import Callable

import pytest

from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, Vulnerability
from tests.scenarios.conftest import COPY, Factory

pytestmark = pytest.mark.terraform

WEEK = 7 * 86_400
DAY = 86_400
CRITICAL = Vulnerability(severity="CRITICAL", id="CVE-2026-0001", package="openssl")
both_ways = pytest.mark.parametrize("jumps", [True, False], ids=["with the jump", "without the jump"])


def _check(factory: Factory, execution: str, *, status: str, outcome: str, says: str) -> None:
    """Assert the end of an execution that must not have shared anything."""
    automation.settle()
    assert factory.status(execution) == status, factory.execution(execution)
    assert factory.outcome(execution) == outcome
    told = [each for each in factory.mail() if each["Subject"] != "Automation approval requested"]
    assert [each["Subject"] for each in told] == [f"Golden AMI: {outcome}"]
    assert says in told[0]["Message"]
    assert "Next: " in told[0]["Message"]
    started = factory.steps(execution)["executeImageCreation"]
    if started["StepStatus"] == "Success":
        assert factory.is_private(factory.image_of(execution))


@both_ways
def test_a_denied_image_is_shared_with_nobody(factory: Factory, jumps: bool) -> None:
    automation.SETTINGS.behaviour.jumps_after_denial = jumps
    execution = factory.start()
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"), comment="too old a kernel")
    assert (factory.steps(execution)["tellOutcome"]["StepStatus"] == "Success") is jumps
    _check(factory, execution, status="Failed", outcome="denied", says="ann denied it: too old a kernel")


@both_ways
def test_an_image_that_nobody_decides_on_is_shared_with_nobody(factory: Factory, jumps: bool) -> None:
    automation.SETTINGS.behaviour.jumps_after_denial = jumps
    execution = factory.start()
    factory.pass_time(2 * WEEK - 60)
    assert factory.status(execution) == "Waiting"
    factory.pass_time(120)
    assert (factory.steps(execution)["tellOutcome"]["StepStatus"] == "Success") is jumps
    _check(factory, execution, status="TimedOut", outcome="expired", says="Nobody decided in time")


@pytest.mark.parametrize(
    ("build", "status", "outcome", "says"),
    [
        (BuildScenario(ends="FAILED", fails_in="BUILDING", reason="step failed"), "Failed", "build-failed", "FAILED"),
        (BuildScenario(ends="FAILED", fails_in="DISTRIBUTING"), "Failed", "build-failed", "FAILED"),
        (BuildScenario(ends="CANCELLED"), "Failed", "build-failed", "CANCELLED"),
        (BuildScenario(never_ends=True), "TimedOut", "build-failed", "waitImageBuildingComplete ended TimedOut"),
        (BuildScenario(scan_ends="FAILED"), "Failed", "scan-failed", "FAILED"),
        (BuildScenario(scan_ends="ABANDONED"), "Failed", "scan-failed", "ABANDONED"),
        (BuildScenario(scan_ends="TIMED_OUT"), "Failed", "scan-failed", "TIMED_OUT"),
        (BuildScenario(scan_ends=None), "TimedOut", "scan-failed", "waitImageScanComplete ended TimedOut"),
        (BuildScenario(findings=(CRITICAL,)), "Failed", "scan-failed", "1 critical findings, at most 0 allowed"),
        (BuildScenario(missing_regions=(COPY,)), "Failed", "not-private", "must be in exactly"),
        (BuildScenario(shares_with=("999999999999",)), "Failed", "not-private", "shared already, before any approval"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_build_that_is_not_clean_is_not_even_asked_about(
    factory: Factory, build: BuildScenario, status: str, outcome: str, says: str
) -> None:
    execution = factory.start(build=build)
    assert factory.steps(execution)["waitForAdministratorApproval"]["StepStatus"] == "Pending"
    if build.shares_with:
        # That permission is not this execution's, so it is not this execution's to take.
        assert factory.outcome(execution) == outcome
        assert factory.notices() == [f"Golden AMI: {outcome}"]
        return
    _check(factory, execution, status=status, outcome=outcome, says=says)


@pytest.mark.parametrize(
    "people",
    [
        [("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "ann")],
        [("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "sam")],
    ],
    ids=["one person in two roles", "the starter is one of them"],
)
def test_a_quorum_of_too_few_people_is_no_approval(factory: Factory, people: list[tuple[str, str]]) -> None:
    execution = factory.start(who="sam")
    factory.decide(execution, "Approve", *people)
    assert factory.steps(execution)["waitForAdministratorApproval"]["StepStatus"] == "Success"
    _check(factory, execution, status="Failed", outcome="approval-invalid", says="are needed")


@pytest.mark.parametrize("state", ["DEPRECATED", "DISABLED", "DELETED"])
def test_an_image_that_changed_while_people_decided_is_not_shared(factory: Factory, state: str) -> None:
    execution = factory.start()
    from golden_ami.sandbox.imagebuilder.control import set_image_state  # noqa: PLC0415

    set_image_state(factory.image_of(execution), state)
    factory.approve(execution)
    _check(factory, execution, status="Failed", outcome="approval-invalid", says=f"is {state} since it was approved")


def test_an_older_image_cannot_replace_a_newer_one_that_was_approved_meanwhile(factory: Factory) -> None:
    older = factory.start()
    newer = factory.start()
    factory.approve(newer)
    assert factory.status(newer) == "Success"
    published = factory.published()
    factory.mail()
    factory.approve(older)
    assert factory.published() == published
    _check(factory, older, status="Failed", outcome="approval-invalid", says="is newer, and was approved meanwhile")


def test_a_decision_comes_too_late_for_an_old_scan(factory: Factory) -> None:
    execution = factory.start()
    factory.pass_time(10 * DAY)
    factory.approve(execution)
    _check(factory, execution, status="Failed", outcome="approval-invalid", says="was scanned 10 days ago")


def _open_share(factory: Factory) -> Callable[[], None]:
    ram, arn = factory.client("ram"), _share(factory)
    ram.update_resource_share(resourceShareArn=arn, allowExternalPrincipals=True)
    return lambda: ram.update_resource_share(resourceShareArn=arn, allowExternalPrincipals=False)


def _another_receiver(factory: Factory) -> Callable[[], None]:
    ram, arn = factory.client("ram"), _share(factory)
    ram.associate_resource_share(resourceShareArn=arn, principals=["333333333333"])
    return lambda: ram.disassociate_resource_share(resourceShareArn=arn, principals=["333333333333"])


def _sharing_distribution(factory: Factory) -> Callable[[], None]:
    builder, arn = factory.client("imagebuilder"), factory.images["web-server"].distribution_arn
    known = builder.get_distribution_configuration(distributionConfigurationArn=arn)["distributionConfiguration"]
    changed = [dict(each) for each in known["distributions"]]
    ami = dict(changed[0]["amiDistributionConfiguration"], launchPermission={"userIds": ["999999999999"]})
    changed[0]["amiDistributionConfiguration"] = ami
    token = "change"

    def put(distributions: list[dict[str, object]], token: str) -> None:
        builder.update_distribution_configuration(
            distributionConfigurationArn=arn, distributions=distributions, clientToken=token
        )

    put(changed, token)
    return lambda: put(known["distributions"], "back")


def _share(factory: Factory) -> str:
    shares = factory.client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]
    return str(next(each["resourceShareArn"] for each in shares if each["name"] == "golden-ami-web-server"))


@pytest.mark.parametrize(
    ("interfere", "says"),
    [
        (_open_share, "closed to external principals"),
        (_another_receiver, "which the configuration does not name"),
        (_sharing_distribution, "Image Builder does so before any approval"),
    ],
)
def test_what_would_share_with_others_stops_before_the_build(
    factory: Factory, interfere: Callable[[Factory], Callable[[], None]], says: str
) -> None:
    undo = interfere(factory)
    try:
        execution = factory.start()
        assert factory.steps(execution)["executeImageCreation"]["StepStatus"] == "Pending"
        _check(factory, execution, status="Failed", outcome="not-private", says=says)
    finally:
        undo()


def test_a_share_that_was_opened_while_people_decided_gets_nothing(factory: Factory) -> None:
    execution = factory.start()
    undo = _open_share(factory)
    try:
        factory.approve(execution)
    finally:
        undo()
    _check(factory, execution, status="Failed", outcome="approval-invalid", says="closed to external principals")
