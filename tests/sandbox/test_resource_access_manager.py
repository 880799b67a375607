"""Shares reach whom they should and nobody else; association takes time; what RAM refuses is refused."""

import pytest

from tests.sandbox.refusals import refused

ORGANIZATION = "arn:aws:organizations::111111111111:organization/o-sandbox00001"
WORKLOADS = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1"
OUTSIDE = "999999999999"
ONLY_WITHIN = "can only be shared within your AWS Organization"


@pytest.fixture(scope="module")
def ram(local, organization):
    return local.client("ram")


@pytest.fixture
def share(ram, name):
    return ram.create_resource_share(name=name, allowExternalPrincipals=False)["resourceShare"]["resourceShareArn"]


def _statuses(ram, share, kind="PRINCIPAL"):
    found = ram.get_resource_share_associations(associationType=kind, resourceShareArns=[share])
    return {item["associatedEntity"]: item["status"] for item in found["resourceShareAssociations"]}


def test_association_takes_time_and_a_later_read_finds_it_done(ram, share):
    added = ram.associate_resource_share(resourceShareArn=share, principals=[WORKLOADS, "444444444444"])
    assert [item["status"] for item in added["resourceShareAssociations"]] == ["ASSOCIATING", "ASSOCIATING"]
    assert _statuses(ram, share) == {WORKLOADS: "ASSOCIATED", "444444444444": "ASSOCIATED"}
    removed = ram.disassociate_resource_share(resourceShareArn=share, principals=[WORKLOADS])
    assert removed["resourceShareAssociations"][0]["status"] == "DISASSOCIATING"
    assert _statuses(ram, share) == {WORKLOADS: "DISASSOCIATED", "444444444444": "ASSOCIATED"}
    ram.associate_resource_share(resourceShareArn=share, principals=[WORKLOADS])
    assert _statuses(ram, share) == {"444444444444": "ASSOCIATED", WORKLOADS: "ASSOCIATED"}


@pytest.mark.parametrize(
    "principal",
    [
        ORGANIZATION,
        WORKLOADS,
        "333333333333",
        "arn:aws:iam::333333333333:role/reader",
        "arn:aws:iam::222222222222:user/me",
        "imagebuilder.amazonaws.com",
    ],
)
def test_a_closed_share_takes_principals_of_the_organization(ram, share, principal):
    added = ram.associate_resource_share(resourceShareArn=share, principals=[principal])
    assert added["resourceShareAssociations"][0]["external"] is False


@pytest.mark.parametrize(
    "principal",
    [
        OUTSIDE,
        f"arn:aws:iam::{OUTSIDE}:role/reader",
        "arn:aws:organizations::999999999999:organization/o-someoneelse",
        "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-notthere1",
    ],
)
def test_a_closed_share_takes_nobody_outside(ram, share, principal):
    with refused("OperationNotPermittedException", ONLY_WITHIN):
        ram.associate_resource_share(resourceShareArn=share, principals=["333333333333", principal])
    assert _statuses(ram, share) == {}
    with refused("OperationNotPermittedException", ONLY_WITHIN):
        ram.create_resource_share(name="other", allowExternalPrincipals=False, principals=[principal])


def test_an_open_share_waits_for_an_account_outside_to_accept_and_cannot_be_closed_over_it(ram, name):
    share = ram.create_resource_share(name=name, principals=[OUTSIDE])["resourceShare"]["resourceShareArn"]
    found = ram.get_resource_share_associations(associationType="PRINCIPAL", resourceShareArns=[share])
    assert [(i["status"], i["external"]) for i in found["resourceShareAssociations"]] == [("ASSOCIATING", True)]
    with refused("OperationNotPermittedException", ONLY_WITHIN):
        ram.update_resource_share(resourceShareArn=share, allowExternalPrincipals=False)
    ram.disassociate_resource_share(resourceShareArn=share, principals=[OUTSIDE])
    closed = ram.update_resource_share(resourceShareArn=share, allowExternalPrincipals=False, name="renamed")
    assert closed["resourceShare"]["allowExternalPrincipals"] is False
    assert closed["resourceShare"]["name"] == "renamed"


@pytest.mark.parametrize(
    ("principal", "code", "why"),
    [
        ("o-sandbox00001", "InvalidParameterException", "Principal ID o-sandbox00001 is malformed."),
        ("12345", "InvalidParameterException", "is malformed"),
        ("arn:aws:organizations::999999999999:organization/o-someoneelse", "UnknownResourceException", "o-someoneelse"),
        (
            "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-notthere1",
            "UnknownResourceException",
            "OrganizationalUnit ou-sbox-notthere1 could not be found",
        ),
    ],
)
def test_an_unknown_or_malformed_principal_is_refused_by_an_open_share(ram, name, principal, code, why):
    with refused(code, why):
        ram.create_resource_share(name=name, principals=[principal])


def test_without_sharing_in_the_organization_nobody_of_it_is_found(local, organization):
    lonely = "555555555555"
    ram = local.client("ram", account=lonely)
    with refused("OperationNotPermittedException", "Unable to enable sharing with AWS Organizations"):
        ram.enable_sharing_with_aws_organization()
    theirs = local.client("organizations", account=lonely).create_organization(FeatureSet="ALL")["Organization"]
    member = local.client("organizations", account=lonely).create_account(AccountName="a", Email="a@example.com")
    member = member["CreateAccountStatus"]["AccountId"]
    with refused("OperationNotPermittedException", ONLY_WITHIN):
        ram.create_resource_share(name="closed", allowExternalPrincipals=False, principals=[theirs["Arn"]])
    with refused("UnknownResourceException", f"Organization {theirs['Id']} could not be found"):
        ram.create_resource_share(name="open", principals=[theirs["Arn"]])
    with refused("OperationNotPermittedException", "Unable to enable sharing"):
        local.client("ram", account=member).enable_sharing_with_aws_organization()
    share = ram.create_resource_share(name="open")["resourceShare"]["resourceShareArn"]
    with refused("OperationNotPermittedException", ONLY_WITHIN):
        ram.update_resource_share(resourceShareArn=share, allowExternalPrincipals=False)
    ram.enable_sharing_with_aws_organization()
    ram.update_resource_share(resourceShareArn=share, allowExternalPrincipals=False)
    ram.associate_resource_share(resourceShareArn=share, principals=[theirs["Arn"], member])


def test_a_receiver_sees_what_reaches_it_and_nobody_else_does(local, ram, factory, name):
    component = factory.component(name)
    share = ram.create_resource_share(
        name=name, allowExternalPrincipals=False, principals=[WORKLOADS], resourceArns=[component]
    )["resourceShare"]["resourceShareArn"]
    received = {
        account: [
            item["resourceShareArn"]
            for item in local.client("ram", account=account).get_resource_shares(
                resourceOwner="OTHER-ACCOUNTS", name=name
            )["resourceShares"]
        ]
        for account in ("333333333333", "444444444444", OUTSIDE)
    }
    assert received == {"333333333333": [share], "444444444444": [], OUTSIDE: []}
    theirs = local.client("ram", account="333333333333")
    found = theirs.list_resources(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[share])["resources"]
    assert [(item["arn"], item["status"]) for item in found] == [(component, "AVAILABLE")]
    owners = theirs.list_principals(resourceOwner="OTHER-ACCOUNTS", resourceShareArns=[share])["principals"]
    assert [item["id"] for item in owners] == ["222222222222"]
    ram.disassociate_resource_share(resourceShareArn=share, principals=[WORKLOADS])
    assert theirs.get_resource_shares(resourceOwner="OTHER-ACCOUNTS", name=name)["resourceShares"] == []


def test_an_identity_of_an_account_makes_the_share_visible_there(local, ram, name):
    ram.create_resource_share(name=name, principals=["arn:aws:iam::444444444444:role/reader"])
    found = local.client("ram", account="444444444444").get_resource_shares(resourceOwner="OTHER-ACCOUNTS", name=name)
    assert len(found["resourceShares"]) == 1


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ("component", "MalformedArnException"),
        ("arn:aws:s3:eu-west-1:222222222222:bucket/a", "MalformedArnException"),
        ("arn:aws:imagebuilder:eu-west-1:333333333333:component/a/1.0.0/1", "OperationNotPermittedException"),
        ("arn:aws:imagebuilder:us-east-1:222222222222:component/a/1.0.0/1", "OperationNotPermittedException"),
        ("arn:aws:imagebuilder:eu-west-1:222222222222:component/a/1.0.0/1", "UnknownResourceException"),
        ("arn:aws:imagebuilder:eu-west-1:222222222222:image/a/1.0.0/1", "UnknownResourceException"),
    ],
)
def test_what_cannot_be_shared_is_refused(ram, share, resource, code):
    with refused(code):
        ram.associate_resource_share(resourceShareArn=share, resourceArns=[resource])


def test_permissions_follow_the_types_of_the_resources(ram, share, factory, name):
    assert ram.list_resource_share_permissions(resourceShareArn=share)["permissions"] == []
    ram.associate_resource_share(resourceShareArn=share, resourceArns=[factory.component(name)])
    assert _statuses(ram, share, "RESOURCE").popitem()[1] == "ASSOCIATED"
    found = ram.list_resource_share_permissions(resourceShareArn=share)["permissions"]
    assert [item["resourceType"] for item in found] == ["imagebuilder:Component"]


def test_a_chosen_permission_replaces_the_default(ram, factory, name):
    all_of_type = ram.list_permissions(resourceType="imagebuilder:Component")["permissions"]
    share = ram.create_resource_share(
        name=name, resourceArns=[factory.component(name)], permissionArns=[all_of_type[0]["arn"]]
    )["resourceShare"]["resourceShareArn"]
    found = ram.list_resource_share_permissions(resourceShareArn=share)["permissions"]
    assert [item["arn"] for item in found] == [all_of_type[0]["arn"]]
    assert (
        len(ram.get_resource_shares(resourceOwner="SELF", permissionArn=all_of_type[0]["arn"])["resourceShares"]) == 1
    )
    with refused("InvalidParameterException", "not an AWS managed permission"):
        ram.create_resource_share(name=name, permissionArns=["arn:aws:ram::aws:permission/None"])
    with refused("InvalidParameterException", "Invalid resource type"):
        ram.list_permissions(resourceType="imagebuilder:Nothing")


def test_types_that_can_be_shared_are_listed_by_scope(ram):
    every = ram.list_resource_types(resourceRegionScope="ALL")["resourceTypes"]
    regional = ram.list_resource_types(resourceRegionScope="REGIONAL")["resourceTypes"]
    assert {item["resourceRegionScope"] for item in regional} == {"REGIONAL"}
    assert len(every) > len(regional)
    assert "imagebuilder:Image" in {item["resourceType"] for item in every}


def test_shares_are_found_by_arn_name_status_and_tags_and_come_in_pages(ram, name):
    arns = [
        ram.create_resource_share(name=f"{name}-{n}", tags=[{"key": "page", "value": name}, {"key": "n", "value": n}])[
            "resourceShare"
        ]["resourceShareArn"]
        for n in "012"
    ]

    def find(**filters):
        found = ram.get_resource_shares(resourceOwner="SELF", **filters)["resourceShares"]
        return [item["resourceShareArn"] for item in found if item["name"].startswith(name)]

    assert find(resourceShareArns=arns[:2]) == arns[:2]
    assert find(name=f"{name}-1") == [arns[1]]
    assert find(tagFilters=[{"tagKey": "page", "tagValues": [name]}]) == arns
    assert find(tagFilters=[{"tagKey": "page", "tagValues": [name]}, {"tagKey": "n", "tagValues": ["2"]}]) == [arns[2]]
    assert find(tagFilters=[{"tagKey": "n"}]) == arns
    ram.delete_resource_share(resourceShareArn=arns[0])
    assert find(resourceShareStatus="DELETED") == [arns[0]]
    pages = ram.get_paginator("get_resource_shares").paginate(
        resourceOwner="SELF", resourceShareArns=arns, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["resourceShares"]) for page in pages] == [2, 1]
    with refused("UnknownResourceException", "could not be found"):
        find(resourceShareArns=[arns[1] + "0"])
    with refused("InvalidNextTokenException"):
        find(nextToken="never given")


def test_a_deleted_share_shares_nothing_and_cannot_be_used(local, ram, name):
    share = ram.create_resource_share(name=name, principals=["333333333333"])["resourceShare"]["resourceShareArn"]
    assert ram.delete_resource_share(resourceShareArn=share)["returnValue"] is True
    assert _statuses(ram, share) == {"333333333333": "DISASSOCIATED"}
    theirs = local.client("ram", account="333333333333")
    assert theirs.get_resource_shares(resourceOwner="OTHER-ACCOUNTS", name=name)["resourceShares"] == []
    assert ram.list_principals(resourceOwner="SELF", resourceShareArns=[share])["principals"] == []
    for operation, parameters in (
        (ram.delete_resource_share, {}),
        (ram.update_resource_share, {"name": "x"}),
        (ram.associate_resource_share, {"principals": ["333333333333"]}),
        (ram.tag_resource, {"tags": [{"key": "a", "value": "b"}]}),
    ):
        with refused("UnknownResourceException", share):
            operation(resourceShareArn=share, **parameters)


def test_own_principals_and_resources_are_listed(ram, share, factory, name):
    component = factory.component(name)
    ram.associate_resource_share(resourceShareArn=share, principals=[WORKLOADS, ORGANIZATION], resourceArns=[component])
    mine = {"resourceOwner": "SELF", "resourceShareArns": [share]}
    assert {item["id"] for item in ram.list_principals(**mine)["principals"]} == {WORKLOADS, ORGANIZATION}
    assert [i["id"] for i in ram.list_principals(**mine, principals=[WORKLOADS])["principals"]] == [WORKLOADS]
    assert len(ram.list_resources(**mine, resourceType="imagebuilder:Component")["resources"]) == 1
    assert ram.list_resources(**mine, resourceType="imagebuilder:Image")["resources"] == []


def test_tags_are_added_replaced_removed_and_limited(ram, name):
    share = ram.create_resource_share(name=name, tags=[{"key": "a", "value": "1"}])["resourceShare"]
    arn = share["resourceShareArn"]
    ram.tag_resource(resourceShareArn=arn, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": "3"}])
    ram.untag_resource(resourceShareArn=arn, tagKeys=["b"])
    found = ram.get_resource_shares(resourceOwner="SELF", resourceShareArns=[arn])["resourceShares"][0]
    assert found["tags"] == [{"key": "a", "value": "2"}]
    with refused("InvalidParameterException", "begins with aws:"):
        ram.tag_resource(resourceShareArn=arn, tags=[{"key": "aws:a", "value": "2"}])
    with refused("TagLimitExceededException"):
        ram.tag_resource(resourceShareArn=arn, tags=[{"key": str(n), "value": "x"} for n in range(50)])
    with refused("MissingRequiredParameterException"):
        ram.tag_resource(tags=[{"key": "a", "value": "2"}])


def test_a_request_that_comes_again_with_its_token_makes_no_second_share(ram, name):
    first = ram.create_resource_share(name=name, clientToken="once")["resourceShare"]["resourceShareArn"]
    assert ram.create_resource_share(name=name, clientToken="once")["resourceShare"]["resourceShareArn"] == first
    with refused("IdempotentParameterMismatchException"):
        ram.create_resource_share(name=name + "-other", clientToken="once")


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("get_resource_shares", {"resourceOwner": "ALL"}, "InvalidParameterException"),
        ("get_resource_share_associations", {"associationType": "SOURCE"}, "NotImplemented"),
        ("get_resource_share_associations", {"associationType": "ANY"}, "InvalidParameterException"),
        (
            "get_resource_share_associations",
            {"associationType": "PRINCIPAL", "resourceArn": "arn"},
            "InvalidParameterException",
        ),
        (
            "get_resource_share_associations",
            {"associationType": "PRINCIPAL", "resourceShareArns": ["arn:none"]},
            "UnknownResourceException",
        ),
        ("create_resource_share", {"name": "a", "sources": ["1"]}, "NotImplemented"),
        ("tag_resource", {"resourceArn": "arn", "tags": []}, "NotImplemented"),
    ],
)
def test_what_ram_would_not_take_is_refused(ram, operation, parameters, code):
    with refused(code):
        getattr(ram, operation)(**parameters)


@pytest.mark.parametrize("operation", ["associate_resource_share", "disassociate_resource_share"])
def test_associations_need_something_to_associate(ram, share, operation):
    with refused("InvalidParameterException"):
        getattr(ram, operation)(resourceShareArn=share)


def test_associating_again_changes_nothing(ram, share):
    ram.associate_resource_share(resourceShareArn=share, principals=[WORKLOADS])
    assert _statuses(ram, share) == {WORKLOADS: "ASSOCIATED"}
    again = ram.associate_resource_share(resourceShareArn=share, principals=[WORKLOADS])["resourceShareAssociations"]
    assert [item["status"] for item in again] == ["ASSOCIATED"]


def test_what_is_not_associated_cannot_be_disassociated(ram, share):
    with refused("UnknownResourceException", WORKLOADS):
        ram.disassociate_resource_share(resourceShareArn=share, principals=[WORKLOADS])
