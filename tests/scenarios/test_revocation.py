"""What was approved is taken back by one start, and what was approved before is given again by another one."""

import json
from typing import Any

import pytest

from tests.scenarios.conftest import COPY, HOME, Factory

pytestmark = pytest.mark.terraform


def _approved(factory: Factory, image: str = "web-server") -> str:
    execution = factory.start(image)
    people = (("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "bob"))
    factory.decide(execution, "Approve", *people[: factory.images[image].approval.required])
    assert factory.status(execution) == "Success", factory.execution(execution)
    factory.mail()
    return factory.image_of(execution)


def _record(factory: Factory, image: str = "web-server") -> dict[str, Any]:
    path = f"{factory.images[image].names.parameter}/approved"
    return dict(json.loads(factory.client("ssm").get_parameter(Name=path)["Parameter"]["Value"]))


def _ami(factory: Factory, image_arn: str, region: str = HOME) -> dict[str, Any]:
    found = factory.client("ec2", region=region).describe_images(
        ImageIds=[factory.amis(image_arn)[region]], IncludeDisabled=True
    )
    return dict(found["Images"][0])


def test_a_revoked_image_is_nobody_elses_and_says_so(factory: Factory) -> None:
    before, current = _approved(factory), _approved(factory)
    had = factory.permissions(current)
    assert all(had.values())
    execution = factory.revoke(current)
    assert factory.status(execution) == "Success", factory.execution(execution)
    assert factory.outcome(execution) == "revoked"
    assert not any(factory.permissions(current).values())
    assert factory.shared(current) == []
    assert _record(factory)["image"] == before
    for region in (HOME, COPY):
        ami = _ami(factory, current, region)
        assert "REVOKED" in ami["Description"]
        assert ami["DeprecationTime"]
        assert {"Key": "golden-ami:outcome", "Value": "revoked"} in ami["Tags"]
    (notice,) = factory.mail()
    assert notice["Subject"] == "Golden AMI: revoked"
    assert all(who in notice["Message"] for each in had.values() for given in each for who in given.values())
    record = factory.stored("decisions", execution)
    assert record["because"] == "It holds a key"
    assert record["started_by"].endswith("/GoldenAmiRevoker/rae")
    # The last one is whom the resource share reaches.
    assert len(record["access_until_now"]) == sum(map(len, had.values())) + 1


def test_revoking_twice_changes_nothing_and_succeeds(factory: Factory) -> None:
    image = _approved(factory)
    assert factory.status(factory.revoke(image)) == "Success"
    again = factory.revoke(image)
    assert factory.status(again) == "Success", factory.execution(again)
    assert factory.stored("decisions", again)["access_until_now"] == ["nobody"]


@pytest.mark.parametrize("because", ["none", "  "])
def test_nobody_revokes_without_a_reason(factory: Factory, because: str) -> None:
    image = _approved(factory)
    execution = factory.revoke(image, because=because)
    assert factory.outcome(execution) == "revocation-refused"
    assert all(factory.permissions(image).values())


def test_where_people_are_asked_nothing_is_taken_before_enough_of_them_say_so(factory: Factory) -> None:
    image = _approved(factory, "fleet")
    execution = factory.revoke(image, "fleet")
    assert factory.status(execution) == "Waiting"
    assert all(factory.permissions(image).values())
    factory.decide(execution, "Approve", ("GoldenAmiSecondApprover", "bob"))
    assert factory.status(execution) == "Success", factory.execution(execution)
    assert not any(factory.permissions(image).values())
    assert factory.shared(image) == []
    assert {_ami(factory, image, region)["State"] for region in (HOME, COPY)} == {"disabled"}
    assert len(factory.stored("decisions", execution, "fleet")["decisions"]) == 1


def test_where_people_are_asked_a_denial_leaves_everything_as_it_is(factory: Factory) -> None:
    image = _approved(factory, "fleet")
    execution = factory.revoke(image, "fleet")
    factory.decide(execution, "Reject", ("GoldenAmiApprover", "ann"))
    assert factory.status(execution) == "Failed"
    assert factory.outcome(execution) == "revocation-refused"
    assert all(factory.permissions(image).values())


def test_what_was_revoked_while_people_were_asked_is_not_shared(factory: Factory) -> None:
    asking = factory.start()
    image = factory.image_of(asking)
    assert factory.status(factory.revoke(image)) == "Success"
    factory.approve(asking)
    assert factory.outcome(asking) == "approval-invalid"
    assert not any(factory.permissions(image).values())


def test_a_rollback_gives_the_image_before_again_and_another_one_undoes_it(factory: Factory) -> None:
    before, current = _approved(factory), _approved(factory)
    first = factory.roll_back()
    assert factory.status(first) == "Success", factory.execution(first)
    assert factory.outcome(first) == "rolled-back"
    assert (_record(factory)["image"], _record(factory)["previous"]["image"]) == (before, current)
    path = f"{factory.images['web-server'].names.parameter}/ami"
    for region, ami in factory.amis(before).items():
        assert factory.client("ssm", region=region).get_parameter(Name=path)["Parameter"]["Value"] == ami
    assert factory.status(factory.roll_back()) == "Success"
    assert _record(factory)["image"] == current
    assert factory.stored("decisions", first)["instead_of"] == current


def test_a_rollback_enables_and_shares_what_disabling_took(factory: Factory) -> None:
    before, _ = _approved(factory), _approved(factory)
    had = factory.permissions(before)
    for region, ami in factory.amis(before).items():
        factory.client("ec2", region=region).disable_image(ImageId=ami)
    shares = factory.shared(before)
    assert not any(factory.permissions(before).values())
    execution = factory.roll_back()
    assert factory.status(execution) == "Success", factory.execution(execution)
    now = factory.permissions(before)
    assert {region: sorted(map(str, each)) for region, each in now.items()} == {
        region: sorted(map(str, each)) for region, each in had.items()
    }
    assert factory.shared(before) == shares != []


def test_nothing_is_rolled_back_to_what_was_revoked(factory: Factory) -> None:
    before, current = _approved(factory), _approved(factory)
    assert factory.status(factory.revoke(before)) == "Success"
    execution = factory.roll_back()
    assert factory.outcome(execution) == "rollback-refused"
    assert _record(factory)["image"] == current
    assert not any(factory.permissions(before).values())


def test_a_record_that_somebody_made_up_is_not_rolled_back_to(factory: Factory) -> None:
    asked = factory.start()
    factory.decide(asked, "Reject", ("GoldenAmiApprover", "ann"))
    denied = factory.image_of(asked)
    _approved(factory)
    record = _record(factory)
    forged = record["previous"] | {"image": denied, "amis": factory.amis(denied), "execution": asked}
    path = f"{factory.images['web-server'].names.parameter}/approved"
    text = json.dumps(record | {"previous": forged})
    factory.client("ssm").put_parameter(Name=path, Value=text, Type="String", Overwrite=True)
    execution = factory.roll_back()
    assert factory.outcome(execution) == "rollback-refused", factory.execution(execution)
    assert not any(factory.permissions(denied).values())
