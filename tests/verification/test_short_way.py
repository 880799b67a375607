"""The short way to a service answers as the long one does, refusals included."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox.automation import automation_backends
from verification.configurations import ACCOUNT, HOME, RICH
from verification.pool import in_forks
from verification.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World([(RICH, 1)], small=False)


def _asked(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """Everything that scripts and steps read, with what there is to read."""
    (factory,) = world.factories.values()
    executions = list(automation_backends[ACCOUNT][HOME].executions.values())
    execution = next(each for each in executions if each.document.name.startswith("GoldenAmiApproval"))
    steps = {run.step.name: run for run in execution.steps()}
    image = steps["executeImageCreation"].outputs["imageBuildVersionArn"]
    amis = steps["inspectBuiltImage"].outputs["Amis"]
    ami = amis[HOME].split(",")[0]
    by_image = {"name": "imageBuildVersionArn", "values": [image]}
    share = [factory.share_arn]
    return {
        ("imagebuilder", "GetImage"): {"imageBuildVersionArn": image},
        ("imagebuilder", "GetImagePipeline"): {"imagePipelineArn": factory.image.pipeline_arn},
        ("imagebuilder", "GetDistributionConfiguration"): {
            "distributionConfigurationArn": factory.image.distribution_arn
        },
        ("imagebuilder", "ListImagePackages"): {"imageBuildVersionArn": image},
        ("imagebuilder", "ListWorkflowExecutions"): {"imageBuildVersionArn": image},
        ("imagebuilder", "ListImageScanFindings"): {"filters": [by_image]},
        ("imagebuilder", "ListImageScanFindingAggregations"): {"filter": by_image},
        ("ram", "GetResourceShares"): {"resourceOwner": "SELF", "resourceShareArns": share},
        ("ram", "GetResourceShareAssociations"): {"associationType": "PRINCIPAL", "resourceShareArns": share},
        ("ec2", "DescribeImages"): {"Owners": ["self"], "IncludeDisabled": True, "IncludeDeprecated": True},
        ("ec2", "DescribeImageAttribute"): {"ImageId": ami, "Attribute": "launchPermission"},
        ("ec2", "DescribeSnapshots"): {"OwnerIds": ["self"], "Filters": [{"Name": "tag:CreatedBy", "Values": ["*"]}]},
        ("ssm", "GetParameter"): {"Name": f"{factory.image.names.parameter}/ami"},
        ("ssm", "ListTagsForResource"): {"ResourceType": "Automation", "ResourceId": execution.identifier},
        ("ssm", "GetAutomationExecution"): {"AutomationExecutionId": execution.identifier},
        ("ssm", "DescribeAutomationStepExecutions"): {"AutomationExecutionId": execution.identifier},
    }


def _short(world: World, service: str, api: str, parameters: dict[str, Any]) -> Any:
    model = world.local.plain(service).meta.service_model.operation_model(api)
    return next(way for way in world.local.ways if way.leads_to(service, api)).call(service, HOME, model, parameters)


def _long(world: World, service: str, api: str, parameters: dict[str, Any]) -> Any:
    return world.local.plain(service)._make_api_call(api, parameters)


def _without_ids(answer: Any) -> Any:
    """Leave out what is another one each time: a step that has not begun has no id of its own."""
    if isinstance(answer, list):
        return [_without_ids(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    left_out = {
        "ResponseMetadata",
        "requestId",
        *(["StepExecutionId"] if answer.get("StepStatus") == "Pending" else []),
    }
    return {key: _without_ids(value) for key, value in answer.items() if key not in left_out}


def test_every_answer_is_the_same(world: World) -> None:
    for (service, api), parameters in _asked(world).items():
        short, long = (_without_ids(ask(world, service, api, parameters)) for ask in (_short, _long))
        assert short == long, f"{service}:{api}"


def test_every_refusal_is_the_same(world: World) -> None:
    nothing = {"imageBuildVersionArn": _asked(world)["imagebuilder", "GetImage"]["imageBuildVersionArn"][:-1] + "99"}
    for service, api, parameters in (
        ("ec2", "DescribeImageAttribute", {"ImageId": "ami-00000000000000000", "Attribute": "launchPermission"}),
        ("ec2", "DescribeImages", {"ImageIds": ["nothing"]}),
        ("ec2", "EnableImage", {"ImageId": "ami-00000000000000000"}),
        ("sns", "Publish", {"TopicArn": "arn:aws:sns:eu-west-1:222222222222:nothing", "Message": "?"}),
        ("ssm", "GetParameter", {"Name": "/nothing"}),
        ("ssm", "ListTagsForResource", {"ResourceType": "Automation", "ResourceId": "0" * 36}),
        ("imagebuilder", "GetImage", nothing),
        ("imagebuilder", "DeleteImage", nothing),
        ("ssm", "GetAutomationExecution", {"AutomationExecutionId": "0" * 36}),
        ("ram", "DisassociateResourceShare", {"resourceShareArn": "arn:aws:ram:eu-west-1:222222222222:nothing"}),
    ):
        refusals = []
        for ask in (_short, _long):
            with pytest.raises(ClientError) as refused:
                ask(world, service, api, parameters)
            error = refused.value.response["Error"]
            refusals.append((error["Code"], error["Message"]))
        assert refusals[0] == refusals[1], f"{service}:{api}"


def test_every_change_is_the_same(world: World) -> None:
    read = _asked(world)
    image, permissions = read["ec2", "DescribeImages"], read["ec2", "DescribeImageAttribute"]
    ami, name = {"ImageId": permissions["ImageId"]}, read["ssm", "GetParameter"]
    for api, parameters, reads, shown in (
        ("EnableImageDeprecation", ami | {"DeprecateAt": "2031-02-03T04:05:00Z"}, "DescribeImages", image),
        ("DisableImageDeprecation", ami, "DescribeImages", image),
        ("CreateTags", {"Resources": [*ami.values()], "Tags": [{"Key": "a", "Value": "b"}]}, "DescribeImages", image),
        (
            "ModifyImageAttribute",
            ami | {"LaunchPermission": {"Add": [{"UserId": "333333333333"}]}},
            "DescribeImageAttribute",
            permissions,
        ),
        ("ModifyImageAttribute", ami | {"Description": {"Value": "changed"}}, "DescribeImages", image),
        ("DisableImage", ami, "DescribeImages", image),
        ("EnableImage", ami, "DescribeImages", image),
        ("PutParameter", name | {"Value": "1", "Type": "String", "Overwrite": True}, "GetParameter", name),
        ("DeleteParameter", name, "GetParameter", name),
    ):
        service = "ssm" if "Parameter" in api else "ec2"
        _same_after(world, service, (api, parameters), (reads, shown))


def _same_after(world: World, service: str, change: tuple[str, Any], shown: tuple[str, Any]) -> None:
    """Change the same thing in both ways, each in a process of its own, and compare what was answered and is there."""

    def changed(ask: Callable[..., Any]) -> Any:
        answer = _without_ids(ask(world, service, *change))
        try:
            there = _without_ids(_long(world, service, *shown))
        except ClientError as refusal:
            there = refusal.response["Error"]
        return answer, _without_moments(there)

    short, long = in_forks(changed, (_short, _long), processes=1)
    assert short == long, f"{service}:{change[0]}"


def _without_moments(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {key: _without_moments(value) for key, value in answer.items() if key != "LastModifiedDate"}
    return answer


def test_an_answer_is_nobodys_state(world: World) -> None:
    parameters = _asked(world)["imagebuilder", "GetImage"]
    first = _short(world, "imagebuilder", "GetImage", parameters)
    first["image"]["outputResources"]["amis"].clear()
    first["image"]["tags"]["owner"] = "somebody"
    assert _short(world, "imagebuilder", "GetImage", parameters) != first
