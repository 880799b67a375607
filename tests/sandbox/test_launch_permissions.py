"""An AMI is launched by its owner and by those it is shared with, and by nobody else."""

from functools import cache
from itertools import count

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden_ami.sandbox.endpoint import Endpoint
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, MANAGEMENT_ACCOUNT, SANDBOX_ACCOUNT, WORKLOAD_ACCOUNT
from tests.sandbox.refusals import refused

ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-sandbox00001"
UNIT = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1"
OTHER_UNIT = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-sandboxes1"
STRANGER = "999999999999"
SHARED = [
    {"UserId": WORKLOAD_ACCOUNT},
    {"UserId": SANDBOX_ACCOUNT},
    {"OrganizationArn": ORGANIZATION},
    {"OrganizationalUnitArn": UNIT},
    {"OrganizationalUnitArn": OTHER_UNIT},
    {"Group": "all"},
]
LISTS = {
    "UserId": "UserIds",
    "Group": "UserGroups",
    "OrganizationArn": "OrganizationArns",
    "OrganizationalUnitArn": "OrganizationalUnitArns",
}
_names = count(1)


@pytest.fixture(scope="module")
def ec2(local, organization):
    client = local.client("ec2")
    client.disable_image_block_public_access()
    return client


@cache
def _client(url, account):
    """Return a client once for all tests: making one takes longer than using it."""
    return Endpoint(url).client("ec2", account=account)


def _register(ec2):
    return ec2.register_image(Name=f"ami-{next(_names)}")["ImageId"]


@pytest.fixture
def ami(ec2):
    return _register(ec2)


def _permissions(ec2, ami):
    answer = ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")
    return {tuple(*permission.items()) for permission in answer["LaunchPermissions"]}


def _set(permissions):
    return {tuple(*permission.items()) for permission in permissions}


def _modify(ec2, ami, **permissions):
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission=permissions)


def _sees(local, account, ami, **query):
    found = _client(local.url, account).describe_images(**query)["Images"]
    return ami in [image["ImageId"] for image in found]


def _finds(local, account, ami):
    """Tell whether an account finds an AMI by its id; not finding it is an error."""
    try:
        return _sees(local, account, ami, ImageIds=[ami])
    except ClientError as error:
        return error.response["Error"]["Code"] != "InvalidAMIID.NotFound"


def test_several_are_added_and_removed_at_once_and_twice_is_once(ec2, ami):
    for _ in range(2):
        _modify(ec2, ami, Add=SHARED)
        assert _permissions(ec2, ami) == _set(SHARED)
    assert len(ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"]) == 6
    for _ in range(2):
        _modify(ec2, ami, Remove=SHARED[:4])
        assert _permissions(ec2, ami) == _set(SHARED[4:])


def test_the_older_parameters_take_all_of_each_list_too(ec2, ami):
    older = {"ImageId": ami, "Attribute": "launchPermission"}
    for permission in SHARED:
        for kind in permission:
            older.setdefault(LISTS[kind], []).append(permission[kind])
    ec2.modify_image_attribute(**older, OperationType="add")
    assert _permissions(ec2, ami) == _set(SHARED)
    ec2.modify_image_attribute(**older, OperationType="remove")
    assert _permissions(ec2, ami) == set()


some = st.lists(st.sampled_from(SHARED), max_size=6)
law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@law
@given(first=some, second=some)
def test_removing_what_was_added_gives_back_the_first_set(ec2, first, second):
    ami = _register(ec2)
    if first:
        _modify(ec2, ami, Add=first)
    new = [permission for permission in second if permission not in first]
    if new:
        _modify(ec2, ami, Add=new)
        _modify(ec2, ami, Remove=new)
    assert _permissions(ec2, ami) == _set(first)


@law
@given(data=st.data(), added=st.lists(st.sampled_from(SHARED), min_size=1, unique_by=str))
def test_the_order_does_not_matter(ec2, data, added):
    one, other = _register(ec2), _register(ec2)
    _modify(ec2, one, Add=added)
    for permission in data.draw(st.permutations(added)):
        _modify(ec2, other, Add=[permission])
    assert _permissions(ec2, one) == _permissions(ec2, other) == _set(added)


MALFORMED = [
    {"UserId": "12345678901"},
    {"UserId": "1234567890123"},
    {"UserId": "12345678901x"},
    {"UserId": "٣٣٣٣٣٣٣٣٣٣٣٣"},
    {"Group": "everybody"},
    {"OrganizationArn": "o-sandbox00001"},
    {"OrganizationArn": UNIT},
    {"OrganizationArn": "arn:aws:organizations::111111111111:account/o-sandbox00001"},
    {"OrganizationalUnitArn": ORGANIZATION},
    {"OrganizationalUnitArn": "ou-sbox-workloads1"},
]


@pytest.mark.parametrize("operation", ["Add", "Remove"])
@pytest.mark.parametrize("permission", MALFORMED)
def test_what_is_malformed_is_refused_and_nothing_of_the_request_is_done(ec2, ami, permission, operation):
    _modify(ec2, ami, Add=SHARED[:1])
    with refused("InvalidAMIAttributeItemValue", *permission.values()):
        _modify(ec2, ami, **{"Add": [SHARED[1]], operation: [SHARED[0], permission]})
    assert _permissions(ec2, ami) == _set(SHARED[:1])


def test_a_request_that_changes_nothing_is_refused(ec2, ami):
    with refused("InvalidParameterCombination"):
        ec2.modify_image_attribute(ImageId=ami)


def test_a_dry_run_changes_nothing(ec2, ami):
    with refused("DryRunOperation"):
        ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": SHARED[:1]}, DryRun=True)
    assert _permissions(ec2, ami) == set()


def test_a_reset_removes_all(ec2, ami):
    _modify(ec2, ami, Add=SHARED)
    ec2.reset_image_attribute(ImageId=ami, Attribute="launchPermission")
    assert _permissions(ec2, ami) == set()


def test_a_description_is_changed_without_touching_permissions(ec2, ami):
    _modify(ec2, ami, Add=SHARED[:1])
    ec2.modify_image_attribute(ImageId=ami, Description={"Value": "new"})
    assert ec2.describe_images(ImageIds=[ami])["Images"][0]["Description"] == "new"
    ec2.modify_image_attribute(ImageId=ami, Attribute="description", Value="newer")
    assert ec2.describe_images(ImageIds=[ami])["Images"][0]["Description"] == "newer"
    assert _permissions(ec2, ami) == _set(SHARED[:1])


@pytest.mark.parametrize("shared", [[], SHARED[:1]])
def test_only_the_owner_sees_and_changes_attributes(local, ec2, ami, shared):
    if shared:
        _modify(ec2, ami, Add=shared)
    foreign = local.client("ec2", account=WORKLOAD_ACCOUNT)
    for call in (
        lambda: foreign.describe_image_attribute(ImageId=ami, Attribute="launchPermission"),
        lambda: foreign.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": SHARED[:1]}),
        lambda: foreign.reset_image_attribute(ImageId=ami, Attribute="launchPermission"),
        lambda: foreign.disable_image(ImageId=ami),
    ):
        with refused("AuthFailure", f"Not authorized for image:{ami}"):
            call()
    assert _permissions(ec2, ami) == _set(shared)


def test_amazons_amis_are_not_the_callers(ec2):
    amazons = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    with refused("AuthFailure"):
        ec2.describe_image_attribute(ImageId=amazons, Attribute="launchPermission")


def test_an_unknown_a_malformed_and_another_regions_ami_are_refused(local, ec2, ami):
    elsewhere = local.client("ec2", region="us-east-1")
    for client, named, code in (
        (ec2, "ami-00000000000000000", "InvalidAMIID.NotFound"),
        (ec2, "image-1", "InvalidAMIID.Malformed"),
        (elsewhere, ami, "InvalidAMIID.NotFound"),
    ):
        with refused(code, named):
            client.describe_image_attribute(ImageId=named, Attribute="launchPermission")


WHO = [
    ({"UserId": WORKLOAD_ACCOUNT}, {WORKLOAD_ACCOUNT}),
    ({"OrganizationalUnitArn": UNIT}, {WORKLOAD_ACCOUNT}),
    ({"OrganizationArn": ORGANIZATION}, {WORKLOAD_ACCOUNT, SANDBOX_ACCOUNT, MANAGEMENT_ACCOUNT}),
    ({"OrganizationArn": ORGANIZATION.replace("00001", "00002")}, set()),
]


@pytest.mark.parametrize(("permission", "accounts"), WHO)
def test_whom_it_is_shared_with_finds_it_and_nobody_else(local, ec2, ami, permission, accounts):
    _modify(ec2, ami, Add=[permission])
    for account in (WORKLOAD_ACCOUNT, SANDBOX_ACCOUNT, MANAGEMENT_ACCOUNT, STRANGER):
        assert _finds(local, account, ami) == (account in accounts)
        for query in ({"ExecutableUsers": ["self"]}, {"ExecutableUsers": [account]}, {"Owners": [FACTORY_ACCOUNT]}):
            assert _sees(local, account, ami, **query) == (account in accounts)
        assert not _sees(local, account, ami, Owners=["self"])
    assert _sees(local, FACTORY_ACCOUNT, ami, Owners=["self"])
    _modify(ec2, ami, Remove=[permission])
    assert not any(_finds(local, account, ami) for account in accounts)


def test_a_unit_below_a_shared_one_is_shared_with_too(local, ec2, ami):
    organizations = local.client("organizations", account=MANAGEMENT_ACCOUNT)
    unit = organizations.create_organizational_unit(ParentId="ou-sbox-workloads1", Name="Below")["OrganizationalUnit"]
    account = organizations.create_account(AccountName="Below", Email="below@example.com")["CreateAccountStatus"]
    organizations.move_account(AccountId=account["AccountId"], SourceParentId="r-sbox", DestinationParentId=unit["Id"])
    _modify(ec2, ami, Add=[{"OrganizationalUnitArn": UNIT}])
    assert _finds(local, account["AccountId"], ami)


def test_the_owner_sees_by_another_accounts_id_only_what_names_that_account(local, ec2, ami):
    _modify(ec2, ami, Add=[{"OrganizationArn": ORGANIZATION}])
    assert not _sees(local, FACTORY_ACCOUNT, ami, ExecutableUsers=[WORKLOAD_ACCOUNT])
    _modify(ec2, ami, Add=[{"UserId": WORKLOAD_ACCOUNT}])
    assert _sees(local, FACTORY_ACCOUNT, ami, ExecutableUsers=[WORKLOAD_ACCOUNT])


def test_a_public_ami_is_everybodys(local, ec2, ami):
    _modify(ec2, ami, Add=[{"OrganizationArn": ORGANIZATION}])
    assert not _sees(local, WORKLOAD_ACCOUNT, ami, ExecutableUsers=["all"])
    _modify(ec2, ami, Add=[{"Group": "all"}])
    assert _finds(local, STRANGER, ami)
    assert _sees(local, STRANGER, ami, ExecutableUsers=["all"])
    assert local.client("ec2", account=STRANGER).describe_images(ImageIds=[ami])["Images"][0]["Public"] is True
    assert not _sees(local, STRANGER, ami, ExecutableUsers=["self"])


def test_tags_are_not_shared(local, ec2, ami):
    ec2.create_tags(Resources=[ami], Tags=[{"Key": "Channel", "Value": "stable"}])
    _modify(ec2, ami, Add=SHARED[:1])
    consumer = local.client("ec2", account=WORKLOAD_ACCOUNT)
    filters = {"Filters": [{"Name": "tag:Channel", "Values": ["stable"]}]}
    assert not consumer.describe_images(ImageIds=[ami])["Images"][0].get("Tags")
    assert not _sees(local, WORKLOAD_ACCOUNT, ami, **filters)
    assert _sees(local, FACTORY_ACCOUNT, ami, **filters)
    consumer.create_tags(Resources=[ami], Tags=[{"Key": "Mine", "Value": "yes"}])
    assert [tag["Key"] for tag in consumer.describe_images(ImageIds=[ami])["Images"][0]["Tags"]] == ["Mine"]
    assert [tag["Key"] for tag in ec2.describe_images(ImageIds=[ami])["Images"][0]["Tags"]] == ["Channel"]


def test_ids_owners_and_filters_all_count(local, ec2, ami):
    assert not _sees(local, FACTORY_ACCOUNT, ami, ImageIds=[ami], Owners=["amazon"])
    assert not _sees(local, FACTORY_ACCOUNT, ami, ImageIds=[ami], Filters=[{"Name": "name", "Values": ["other"]}])
    with refused("InvalidAMIID.NotFound", "ami-00000000000000000"):
        ec2.describe_images(ImageIds=[ami, "ami-00000000000000000"])
