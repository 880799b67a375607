"""An AMI ends in steps: deprecated, disabled, no longer protected, deregistered, its snapshot deleted."""

from datetime import UTC, datetime, timedelta

import pytest

from golden_ami.sandbox.identifiers import WORKLOAD_ACCOUNT
from tests.sandbox.refusals import refused

HOUR = 3600


@pytest.fixture
def ec2(local):
    return local.client("ec2")


@pytest.fixture
def ami(ec2, name):
    return ec2.register_image(Name=name)["ImageId"]


def _image(ec2, ami):
    return ec2.describe_images(ImageIds=[ami])["Images"][0]


def _snapshot(ec2, ami):
    return _image(ec2, ami)["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def _protection(ec2, ami):
    found = _image(ec2, ami)["DeregistrationProtection"]
    answer = ec2.describe_image_attribute(ImageId=ami, Attribute="deregistrationProtection")
    assert answer["DeregistrationProtection"] == {"Value": found}
    return found


def _listed(ec2, ami, **query):
    return ami in [image["ImageId"] for image in ec2.describe_images(**query)["Images"]]


def _share(ec2, ami):
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": [{"UserId": WORKLOAD_ACCOUNT}]})


def test_a_protected_ami_is_deregistered_only_after_protection_is_disabled(ec2, ami):
    assert _protection(ec2, ami) == "disabled"
    assert ec2.enable_image_deregistration_protection(ImageId=ami)["Return"] == "enabled-without-cooldown"
    assert _protection(ec2, ami) == "enabled-without-cooldown"
    with refused("OperationNotPermitted", ami):
        ec2.deregister_image(ImageId=ami)
    assert ec2.disable_image_deregistration_protection(ImageId=ami)["Return"] == "disabled"
    assert _protection(ec2, ami) == "disabled"
    assert ec2.deregister_image(ImageId=ami)["Return"] is True


def test_with_a_cooldown_protection_lasts_a_day_longer(local, ec2, ami):
    answer = ec2.enable_image_deregistration_protection(ImageId=ami, WithCooldown=True)
    assert answer["Return"] == _protection(ec2, ami) == "enabled-with-cooldown"
    end = local.clock.now() + timedelta(hours=24)
    ec2.disable_image_deregistration_protection(ImageId=ami)
    until = datetime.fromisoformat(_protection(ec2, ami).removeprefix("disabled-until-"))
    assert timedelta() <= until - end < timedelta(minutes=1)
    for hours in (0, 23.9):
        local.clock.advance(hours * HOUR)
        with refused("OperationNotPermitted", "disabled-until-"):
            ec2.deregister_image(ImageId=ami)
    local.clock.advance(0.2 * HOUR)
    assert _protection(ec2, ami) == "disabled"
    ec2.deregister_image(ImageId=ami)


def test_a_cooldown_ends_neither_sooner_nor_later_by_protecting_again(local, ec2, ami):
    ec2.enable_image_deregistration_protection(ImageId=ami, WithCooldown=True)
    ec2.disable_image_deregistration_protection(ImageId=ami)
    until = _protection(ec2, ami)
    local.clock.advance(HOUR)
    ec2.disable_image_deregistration_protection(ImageId=ami)
    assert _protection(ec2, ami) == until
    ec2.enable_image_deregistration_protection(ImageId=ami)
    assert _protection(ec2, ami) == "enabled-without-cooldown"
    ec2.disable_image_deregistration_protection(ImageId=ami)
    assert _protection(ec2, ami) == until


def test_what_is_deregistered_or_foreign_or_unknown_is_refused(local, ec2, ami, name):
    other = local.client("ec2", account=WORKLOAD_ACCOUNT)
    with refused("InvalidAMIID.NotFound", ami):
        other.deregister_image(ImageId=ami)
    _share(ec2, ami)
    with refused("AuthFailure", ami):
        other.deregister_image(ImageId=ami)
    with refused("InvalidAMIID.NotFound"):
        ec2.deregister_image(ImageId="ami-00000000000000000")
    with refused("InvalidAMIID.Malformed"):
        ec2.deregister_image(ImageId="snap-00000000000000000")
    ec2.deregister_image(ImageId=ami)
    for call in (ec2.deregister_image, ec2.disable_image, ec2.enable_image_deregistration_protection):
        with refused("InvalidAMIID.Unavailable", ami):
            call(ImageId=ami)
    with refused("InvalidAMIID.NotFound"):
        other.describe_images(ImageIds=[ami])


def test_amazons_amis_are_not_deregistered(ec2):
    amazons = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    with refused("AuthFailure", amazons):
        ec2.deregister_image(ImageId=amazons)


@pytest.mark.parametrize("disabled", [False, True])
def test_a_snapshot_is_deleted_only_after_its_ami(ec2, ami, disabled):
    snapshot = _snapshot(ec2, ami)
    if disabled:
        ec2.disable_image(ImageId=ami)
    with refused("InvalidSnapshot.InUse", snapshot, ami):
        ec2.delete_snapshot(SnapshotId=snapshot)
    assert "DeleteSnapshotResults" not in ec2.deregister_image(ImageId=ami)
    assert ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"]
    ec2.delete_snapshot(SnapshotId=snapshot)
    with refused("InvalidSnapshot.NotFound"):
        ec2.describe_snapshots(SnapshotIds=[snapshot])


def test_snapshots_are_deleted_with_the_ami_when_asked_to(ec2, ami):
    snapshot = _snapshot(ec2, ami)
    answer = ec2.deregister_image(ImageId=ami, DeleteAssociatedSnapshots=True)
    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": snapshot, "ReturnCode": "success"}]
    with refused("InvalidSnapshot.NotFound"):
        ec2.describe_snapshots(SnapshotIds=[snapshot])


def test_a_copy_keeps_its_own_snapshot(ec2, ami, name):
    copy = ec2.copy_image(SourceImageId=ami, SourceRegion="eu-west-1", Name=f"{name}-copy")["ImageId"]
    ec2.deregister_image(ImageId=ami, DeleteAssociatedSnapshots=True)
    with refused("InvalidSnapshot.InUse", copy):
        ec2.delete_snapshot(SnapshotId=_snapshot(ec2, copy))


def test_a_disabled_ami_is_its_owners_alone_and_enabling_shares_it_with_nobody(local, ec2, ami):
    other = local.client("ec2", account=WORKLOAD_ACCOUNT)
    _share(ec2, ami)
    for _ in range(2):
        assert ec2.disable_image(ImageId=ami)["Return"] is True
    assert _image(ec2, ami)["State"] == "disabled"
    assert not _listed(ec2, ami, Owners=["self"])
    assert _listed(ec2, ami, Owners=["self"], IncludeDisabled=True)
    with refused("InvalidAMIID.NotFound"):
        other.describe_images(ImageIds=[ami], IncludeDisabled=True)
    with refused("InvalidAMIID.Unavailable"):
        _share(ec2, ami)
    for _ in range(2):
        assert ec2.enable_image(ImageId=ami)["Return"] is True
    assert _image(ec2, ami)["State"] == "available"
    assert _listed(ec2, ami, Owners=["self"])
    assert ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"] == []


def test_only_the_owner_retires_an_ami(local, ec2, ami):
    other = local.client("ec2", account=WORKLOAD_ACCOUNT)
    _share(ec2, ami)
    for call in (
        other.disable_image,
        other.enable_image,
        other.disable_image_deprecation,
        other.enable_image_deregistration_protection,
        other.disable_image_deregistration_protection,
    ):
        with refused("AuthFailure", ami):
            call(ImageId=ami)
    with refused("AuthFailure", ami):
        other.enable_image_deprecation(ImageId=ami, DeprecateAt=datetime(2030, 1, 1, tzinfo=UTC))


def test_a_deprecated_ami_is_found_by_its_owner_by_its_id_and_on_demand(local, ec2, ami):
    other = local.client("ec2", account=WORKLOAD_ACCOUNT)
    _share(ec2, ami)
    assert "DeprecationTime" not in _image(ec2, ami)
    at = (local.clock.now() + timedelta(hours=2)).replace(second=29, microsecond=0)
    ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=at)
    assert _image(ec2, ami)["DeprecationTime"] == f"{at:%Y-%m-%dT%H:%M}:00.000Z"
    assert _listed(other, ami)
    local.clock.advance(3 * HOUR)
    assert not _listed(other, ami)
    assert _listed(other, ami, IncludeDeprecated=True)
    assert _listed(other, ami, ImageIds=[ami])
    assert _listed(ec2, ami)
    ec2.disable_image_deprecation(ImageId=ami)
    assert "DeprecationTime" not in _image(ec2, ami)
    assert _listed(other, ami)


def test_a_deprecation_is_rounded_to_the_minute_and_the_last_one_counts(local, ec2, ami):
    at = (local.clock.now() + timedelta(days=30)).replace(second=0, microsecond=0)
    for seconds, minutes in ((29, 0), (31, 1)):
        ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=at + timedelta(seconds=seconds))
        expected = at + timedelta(minutes=minutes)
        assert _image(ec2, ami)["DeprecationTime"] == f"{expected:%Y-%m-%dT%H:%M}:00.000Z"


@pytest.mark.parametrize("days", [-1, 3660])
def test_a_deprecation_in_the_past_or_more_than_ten_years_ahead_is_refused(local, ec2, ami, days):
    with refused("InvalidParameterValue", "DeprecateAt"):
        ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=local.clock.now() + timedelta(days=days))
    assert "DeprecationTime" not in _image(ec2, ami)


def test_a_public_ami_is_deprecated_within_two_years_of_its_creation(local, ec2, ami):
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": [{"Group": "all"}]})
    with refused("InvalidParameterValue", "DeprecateAt"):
        ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=local.clock.now() + timedelta(days=740))
    ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=local.clock.now() + timedelta(days=700))


def test_a_dry_run_changes_nothing(ec2, ami):
    for call in (ec2.disable_image, ec2.enable_image_deregistration_protection, ec2.deregister_image):
        with refused("DryRunOperation"):
            call(ImageId=ami, DryRun=True)
    assert _image(ec2, ami)["State"] == "available"
    assert _protection(ec2, ami) == "disabled"
