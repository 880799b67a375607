"""What a request needs before it happens: actions, resources and condition keys."""

from typing import Any

import pytest

from golden_ami.sandbox.access import Need
from golden_ami.sandbox.access.requirements import Request, needs
from golden_ami.sandbox.server import LocalAws
from tests.automation.conftest import ACCOUNT

HERE = f"eu-west-1:{ACCOUNT}"
IMAGE = f"arn:aws:imagebuilder:{HERE}:image/web/1.0.0/1"
PIPELINE = f"arn:aws:imagebuilder:{HERE}:image-pipeline/web"
SHARE = f"arn:aws:ram:{HERE}:resource-share/none"
TAGS = [{"Key": "a", "Value": "b"}]
TAGGED = {"aws:RequestTag/a": ["b"], "aws:TagKeys": ["a"]}


def asked(service: str, operation: str, parameters: dict[str, Any], tags: dict[str, str] | None = None) -> list[Need]:
    request = Request(
        service=service,
        operation=operation,
        parameters=parameters,
        account=ACCOUNT,
        region="eu-west-1",
        tags=tags or {},
    )
    return needs(request)


TABLE: list[tuple[str, str, dict[str, Any], list[tuple[str, str, Any]]]] = [
    ("imagebuilder", "GetImage", {"imageBuildVersionArn": IMAGE}, [("imagebuilder:GetImage", IMAGE, {})]),
    (
        "imagebuilder",
        "StartImagePipelineExecution",
        {"imagePipelineArn": PIPELINE, "tags": {"a": "b"}},
        [
            ("imagebuilder:StartImagePipelineExecution", PIPELINE, TAGGED),
            ("imagebuilder:GetImagePipeline", PIPELINE, {}),
            ("imagebuilder:TagResource", "web", TAGGED),
        ],
    ),
    (
        "imagebuilder",
        "ListImageScanFindingAggregations",
        {"filter": {"name": "imageBuildVersionArn", "values": [IMAGE]}},
        [("imagebuilder:ListImageScanFindingAggregations", IMAGE, {})],
    ),
    ("ec2", "DescribeImages", {}, [("ec2:DescribeImages", "*", {})]),
    (
        "ec2",
        "ModifyImageAttribute",
        {"ImageId": "ami-none", "LaunchPermission": {}},
        [
            (
                "ec2:ModifyImageAttribute",
                "arn:aws:ec2:eu-west-1::image/ami-none",
                {"ec2:Attribute": ["launchPermission"]},
            )
        ],
    ),
    (
        "ec2",
        "DeleteSnapshot",
        {"SnapshotId": "snap-none"},
        [("ec2:DeleteSnapshot", "arn:aws:ec2:eu-west-1::snapshot/snap-none", {})],
    ),
    (
        "ssm",
        "StartAutomationExecution",
        {"DocumentName": "Doc", "DocumentVersion": "3", "Tags": TAGS},
        [
            ("ssm:StartAutomationExecution", f"arn:aws:ssm:{HERE}:automation-definition/Doc:3", TAGGED),
            ("ssm:StartAutomationExecution", f"arn:aws:ssm:{HERE}:automation-execution/new", TAGGED),
            ("ssm:AddTagsToResource", f"arn:aws:ssm:{HERE}:automation-execution/new", TAGGED),
        ],
    ),
    (
        "ssm",
        "PutParameter",
        {"Name": "/golden/web", "Tags": TAGS, "DataType": "aws:ec2:image"},
        [
            ("ssm:PutParameter", f"arn:aws:ssm:{HERE}:parameter/golden/web", {}),
            ("ssm:AddTagsToResource", f"arn:aws:ssm:{HERE}:parameter/golden/web", TAGGED),
            ("ec2:DescribeImages", "*", {}),
        ],
    ),
    (
        "ssm",
        "GetParameters",
        {"Names": ["/a", "b:3", f"arn:aws:ssm:{HERE}:parameter/c"]},
        [("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/{name}", {}) for name in "abc"],
    ),
    (
        "ssm",
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/golden/web", "Tags": TAGS},
        [("ssm:AddTagsToResource", f"arn:aws:ssm:{HERE}:parameter/golden/web", TAGGED)],
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), TABLE, ids=[each[1] for each in TABLE])
def test_a_request_needs_what_the_authorization_reference_lists(
    local: LocalAws, service: str, operation: str, parameters: dict[str, Any], expected: list[Any]
) -> None:
    """Source: the tables "Actions defined by" of the Service Authorization Reference, dependent actions included."""
    found = [(each.action, each.resource, dict(each.context)) for each in asked(service, operation, parameters)]
    assert found == expected


def test_what_an_ami_is_and_carries_decides_too(local: LocalAws) -> None:
    """Source: "Condition keys for Amazon EC2" (Service Authorization Reference): ec2:Owner, ec2:ResourceTag."""
    ec2 = local.client("ec2")
    ami = ec2.register_image(Name="tagged", RootDeviceName="/dev/sda1")["ImageId"]
    ec2.create_tags(Resources=[ami], Tags=[{"Key": "made-by", "Value": "us"}])
    (need,) = asked("ec2", "DeregisterImage", {"ImageId": ami})
    assert need.context["ec2:Owner"] == [ACCOUNT]
    assert need.context["ec2:ResourceTag/made-by"] == need.context["aws:ResourceTag/made-by"] == ["us"]
    assert "ec2:Attribute" not in need.context


def test_a_share_is_confined_by_what_it_holds_and_by_its_resources(local: LocalAws) -> None:
    """Source: "Condition keys for AWS Resource Access Manager" (Service Authorization Reference)."""
    ram = local.client("ram")
    share = ram.create_resource_share(name="images", allowExternalPrincipals=False)["resourceShare"]["resourceShareArn"]
    need, *more = asked("ram", "AssociateResourceShare", {"resourceShareArn": share, "resourceArns": [IMAGE]})
    assert (need.action, need.resource) == ("ram:AssociateResourceShare", share)
    assert need.context["ram:AllowsExternalPrincipals"] == ["false"]
    assert need.context["ram:ResourceShareName"] == ["images"]
    assert need.context["ram:RequestedResourceType"] == ["imagebuilder:Image"]
    assert need.context["ram:ResourceArn"] == [IMAGE]
    assert {each.action for each in more} >= {"imagebuilder:GetImagePolicy"}
    assert {each.resource for each in more} == {IMAGE}
    (need,) = asked("ram", "DisassociateResourceShare", {"resourceShareArn": SHARE, "principals": ["o-1"]})
    assert dict(need.context) == {"ram:Principal": ["o-1"]}


@pytest.mark.parametrize("key", [None, "1234", "arn"])
def test_publishing_to_an_encrypted_topic_needs_its_key(local: LocalAws, key: str | None) -> None:
    """Source: "Key management" (Amazon SNS Developer Guide): kms:Decrypt and kms:GenerateDataKey."""
    arn = f"arn:aws:kms:{HERE}:key/1234"
    attributes = {"KmsMasterKeyId": arn if key == "arn" else key} if key else {}
    topic = local.client("sns").create_topic(Name=f"topic-{key}", Attributes=attributes)["TopicArn"]
    first, *more = asked("sns", "Publish", {"TopicArn": topic})
    assert (first.action, first.resource) == ("sns:Publish", topic)
    assert [(each.action, each.resource) for each in more] == (
        [("kms:Decrypt", arn), ("kms:GenerateDataKey", arn)] if key else []
    )
    assert all(each.context == {"kms:ViaService": ["sns.eu-west-1.amazonaws.com"]} for each in more)


def test_a_request_that_is_not_known_is_refused(local: LocalAws) -> None:
    with pytest.raises(NotImplementedError, match="sqs:ListQueues"):
        asked("sqs", "ListQueues", {})
