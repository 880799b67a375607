"""What was approved can be taken back everywhere, and only what nobody is given any more goes without a reason."""

import json
from typing import Any

import pytest

from tests.scenarios.conftest import COPY, HOME, Factory

pytestmark = pytest.mark.terraform

DAY = 86_400


def _left(factory: Factory, image: str) -> dict[str, Any]:
    """List everything of an image that is still there."""
    left: dict[str, Any] = {"amis": factory.amis(image), "shares": factory.shared(image)}
    for region in (HOME, COPY):
        filters = [{"Name": "tag:Ec2ImageBuilderArn", "Values": [image]}]
        found = factory.client("ec2", region=region).describe_snapshots(OwnerIds=["self"], Filters=filters)
        left[region] = [each["SnapshotId"] for each in found["Snapshots"]]
    builder = factory.client("imagebuilder")
    pages = builder.get_paginator("list_image_build_versions").paginate(imageVersionArn=image.rpartition("/")[0])
    left["image"] = [each["arn"] for page in pages for each in page["imageSummaryList"] if each["arn"] == image]
    return {kind: found for kind, found in left.items() if found}


def _approved(factory: Factory) -> str:
    execution = factory.start()
    factory.approve(execution)
    assert factory.status(execution) == "Success", factory.execution(execution)
    return factory.image_of(execution)


def _three(factory: Factory) -> tuple[str, str, str]:
    """Approve three images; the first one is then neither the current nor the previous one."""
    images = (_approved(factory), _approved(factory), _approved(factory))
    factory.mail()
    return images


def test_an_old_image_is_retired_in_every_region(factory: Factory) -> None:
    old, _, _ = _three(factory)
    assert set(_left(factory, old)) == {"amis", "shares", HOME, COPY, "image"}
    execution = factory.retire(old)
    assert factory.status(execution) == "Success", factory.execution(execution)
    assert _left(factory, old) == {}
    assert factory.outcome(execution) == "retired"
    assert factory.notices() == ["Golden AMI: retired"]


@pytest.mark.parametrize("which", [1, 2], ids=["the previous one", "the current one"])
def test_an_image_that_consumers_are_given_is_retired_only_with_a_reason(factory: Factory, which: int) -> None:
    image = _three(factory)[which]
    refused = factory.retire(image)
    assert factory.status(refused) == "Failed"
    assert factory.notices() == ["Golden AMI: retirement-refused"]
    assert set(_left(factory, image)) == {"amis", "shares", HOME, COPY, "image"}
    told = factory.retire(image, RetireApprovedBecause="CVE-2026-0001 is in it")
    assert factory.status(told) == "Success", factory.execution(told)
    assert _left(factory, image) == {}
    factory.mail()


def test_consumers_of_a_retired_image_get_the_one_before(factory: Factory) -> None:
    _, previous, current = _three(factory)
    before = factory.amis(previous)
    assert factory.published() == factory.amis(current)[HOME]
    assert factory.status(factory.retire(current, RetireApprovedBecause="a regression")) == "Success"
    assert {region: factory.published(region) for region in (HOME, COPY)} == before
    assert json.loads(factory.published(leaf="approved") or "")["image"] == previous
    assert factory.status(factory.retire(previous, RetireApprovedBecause="the factory closes")) == "Success"
    assert [factory.published(region) for region in (HOME, COPY)] == [None, None]
    assert factory.published(leaf="approved") is None


def test_an_image_that_was_never_approved_can_be_retired(factory: Factory) -> None:
    execution = factory.start()
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))
    image = factory.image_of(execution)
    assert factory.status(factory.retire(image)) == "Success"
    assert _left(factory, image) == {}


def test_retiring_again_changes_nothing_and_succeeds(factory: Factory) -> None:
    old, _, _ = _three(factory)
    assert factory.status(factory.retire(old)) == "Success"
    again = factory.retire(old)
    assert factory.status(again) == "Success", factory.execution(again)
    assert _left(factory, old) == {}


def test_a_protected_ami_is_pending_until_its_cooldown_is_over(factory: Factory) -> None:
    old, _, _ = _three(factory)
    ec2 = factory.client("ec2", region=COPY)
    ec2.enable_image_deregistration_protection(ImageId=factory.amis(old)[COPY], WithCooldown=True)
    pending = factory.retire(old)
    assert factory.status(pending) == "Failed"
    assert factory.outcome(pending) == "retirement-pending"
    (notice,) = factory.mail()
    assert COPY in notice["Message"]
    assert not any(factory.permissions(old).values())
    assert not factory.shared(old)
    factory.pass_time(DAY + 60)
    done = factory.retire(old)
    assert factory.status(done) == "Success", factory.execution(done)
    assert _left(factory, old) == {}


def test_a_permission_that_somebody_else_gave_is_ended_too(factory: Factory) -> None:
    old, _, _ = _three(factory)
    for region, ami in factory.amis(old).items():
        permission = {"Add": [{"UserId": "999999999999"}]}
        factory.client("ec2", region=region).modify_image_attribute(ImageId=ami, LaunchPermission=permission)
    assert factory.status(factory.retire(old)) == "Success"
    assert _left(factory, old) == {}


def test_another_images_runbook_cannot_retire_it(factory: Factory) -> None:
    image = _approved(factory)
    execution = factory.retire(image, image="plain", RetireApprovedBecause="mistake")
    assert factory.status(execution) == "Failed"
    assert "not an image of this runbook" in json.dumps(factory.steps(execution)["inspectImage"], default=str)
    assert set(_left(factory, image)) == {"amis", "shares", HOME, COPY, "image"}
