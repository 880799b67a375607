"""A parameter of an AMI names one that can be launched, keeps its tier and its history, and is shared when advanced."""

import json

import pytest

from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, WORKLOAD_ACCOUNT
from tests.sandbox.refusals import refused

ABSENT = "ami-00000000000000000"


@pytest.fixture
def ssm(local):
    return local.client("ssm")


@pytest.fixture
def ec2(local):
    return local.client("ec2")


@pytest.fixture
def ami(ec2, name):
    return ec2.register_image(Name=name)["ImageId"]


@pytest.fixture
def path(name):
    return f"/golden/{name}"


@pytest.fixture
def events(local, name):
    """Return a function that takes the events that have come since it was last called."""
    sqs, rules = local.client("sqs"), local.client("events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:{FACTORY_ACCOUNT}:{name}"
    rules.put_rule(Name=name, EventPattern=json.dumps({"detail-type": ["Parameter Store Change"]}))
    rules.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

    def take():
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["detail"] for message in messages]

    yield take
    rules.remove_targets(Rule=name, Ids=["queue"])
    rules.delete_rule(Name=name)


def _put(ssm, path, value, **more):
    return ssm.put_parameter(Name=path, Value=value, **{"Type": "String", "DataType": "aws:ec2:image"} | more)


def _answer(put):
    return put["Version"], put["Tier"]


def _value(ssm, path):
    return ssm.get_parameter(Name=path)["Parameter"]["Value"]


def test_the_id_of_an_available_ami_is_kept(ssm, ami, path, events):
    assert _answer(_put(ssm, path, ami)) == (1, "Standard")
    found = ssm.get_parameter(Name=path)["Parameter"]
    assert (found["Value"], found["DataType"], found["Version"]) == (ami, "aws:ec2:image", 1)
    assert events() == [{"operation": "Create", "name": path, "type": "String", "dataType": "aws:ec2:image"}]


def test_another_value_is_answered_with_a_version_but_no_parameter_appears_and_an_event_says_why(ssm, path, events):
    for value in (ABSENT, "no AMI at all"):
        answer = _put(ssm, path, value, Tags=[{"Key": "k", "Value": "v"}])
        assert answer["Version"] == 1
        with refused("ParameterNotFound"):
            ssm.get_parameter(Name=path)
        with refused("InvalidResourceId"):
            ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=path)
        assert [event["exception"] for event in events()] == ["Unable to Describe Resource"]


def test_an_update_to_another_value_leaves_the_parameter_as_it_was(ssm, ec2, ami, path, name, events):
    _put(ssm, path, ami)
    assert _put(ssm, path, ABSENT, Overwrite=True)["Version"] == 2
    assert _value(ssm, path) == ami
    assert len(ssm.get_parameter_history(Name=path)["Parameters"]) == 1
    assert [event["operation"] for event in events() if "exception" in event] == ["Update"]
    newer = ec2.register_image(Name=f"{name}-newer")["ImageId"]
    assert _put(ssm, path, newer, Overwrite=True)["Version"] == 2
    assert _value(ssm, path) == newer


def test_an_ami_of_another_region_or_account_or_a_disabled_one_is_none(local, ssm, ec2, ami, path):
    far, other = local.client("ssm", region="us-east-1"), local.client("ssm", account=WORKLOAD_ACCOUNT)
    for client in (far, other):
        _put(client, path, ami)
        with refused("ParameterNotFound"):
            client.get_parameter(Name=path)
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": [{"UserId": WORKLOAD_ACCOUNT}]})
    _put(other, path, ami)
    assert _value(other, path) == ami
    ec2.disable_image(ImageId=ami)
    _put(ssm, path, ami)
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name=path)


def test_text_is_not_looked_up(ssm, path, events):
    _put(ssm, path, ABSENT, DataType="text")
    assert _value(ssm, path) == ABSENT
    assert events() == [{"operation": "Create", "name": path, "type": "String"}]


def test_a_data_type_stays_unless_another_is_named_which_is_refused(ssm, ami, path):
    _put(ssm, path, ami)
    ssm.put_parameter(Name=path, Value=ami, Overwrite=True)
    assert ssm.get_parameter(Name=path)["Parameter"]["DataType"] == "aws:ec2:image"
    with refused("ValidationException", "data type"):
        _put(ssm, path, ami, DataType="text", Overwrite=True)
    _put(ssm, f"{path}-text", ami, DataType="text")
    with refused("ValidationException", "data type"):
        _put(ssm, f"{path}-text", ami, Overwrite=True)


def _described(ssm, path):
    filters = [{"Key": "Name", "Option": "Equals", "Values": [path]}]
    return ssm.describe_parameters(ParameterFilters=filters)["Parameters"][0]


def test_the_advanced_tier_is_kept_and_shown_and_never_left(ssm, ami, path):
    assert _answer(_put(ssm, path, ami, Tier="Advanced")) == (1, "Advanced")
    assert _answer(_put(ssm, path, ami, Overwrite=True)) == (2, "Advanced")
    assert _described(ssm, path)["Tier"] == "Advanced"
    with refused("ValidationException", "downgrade"):
        _put(ssm, path, ami, Tier="Standard", Overwrite=True)
    assert _described(ssm, path)["Version"] == 2


def test_a_standard_parameter_becomes_an_advanced_one(ssm, ami, path):
    assert _answer(_put(ssm, path, ami)) == (1, "Standard")
    assert _answer(_put(ssm, path, ami, Tier="Advanced", Overwrite=True)) == (2, "Advanced")


def test_an_existing_one_is_overwritten_only_on_demand_and_without_tags(ssm, ami, path):
    _put(ssm, path, ami, Tags=[{"Key": "k", "Value": "v"}])
    with refused("ParameterAlreadyExists"):
        _put(ssm, path, ami)
    with refused("ValidationException", "tags and overwrite can't be used together"):
        _put(ssm, path, ami, Overwrite=True, Tags=[{"Key": "k", "Value": "w"}])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=path)["TagList"] == [
        {"Key": "k", "Value": "v"}
    ]


def test_history_and_labels_tell_which_ami_it_named(ssm, ec2, ami, path, name):
    newer = ec2.register_image(Name=f"{name}-newer")["ImageId"]
    _put(ssm, path, ami)
    _put(ssm, path, newer, Overwrite=True)
    ssm.label_parameter_version(Name=path, ParameterVersion=1, Labels=["previous"])
    history = ssm.get_parameter_history(Name=path)["Parameters"]
    assert [(item["Version"], item["Value"], item["Labels"]) for item in history] == [
        (1, ami, ["previous"]),
        (2, newer, []),
    ]
    assert _value(ssm, f"{path}:previous") == _value(ssm, f"{path}:1") == ami
    ssm.label_parameter_version(Name=path, ParameterVersion=2, Labels=["previous"])
    assert _value(ssm, f"{path}:previous") == newer


def _share(local, organization, name, path):
    arn = f"arn:aws:ssm:eu-west-1:{FACTORY_ACCOUNT}:parameter/{path.removeprefix('/')}"
    ram = local.client("ram")
    answer = ram.create_resource_share(name=name, resourceArns=[arn], principals=[organization.organization_arn])
    return ram.list_resources(resourceOwner="SELF", resourceShareArns=[answer["resourceShare"]["resourceShareArn"]])


@pytest.mark.parametrize("prefix", ["/golden/", "/", ""])
def test_an_advanced_parameter_is_shared(local, organization, ssm, ami, name, prefix):
    _put(ssm, prefix + name, ami, Tier="Advanced")
    resources = _share(local, organization, name, prefix + name)["resources"]
    assert [item["type"] for item in resources] == ["ssm:Parameter"]


def test_a_standard_or_unknown_parameter_is_not_shared(local, organization, ssm, ami, name, path):
    with refused("UnknownResourceException"):
        _share(local, organization, name, path)
    _put(ssm, path, ami)
    with refused("OperationNotPermittedException", "advanced"):
        _share(local, organization, name, path)
