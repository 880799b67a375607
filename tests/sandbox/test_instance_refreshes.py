"""An Auto Scaling group is refreshed with a version of its launch template, on the sandbox's clock, and may fail."""

import pytest

from golden_ami.sandbox.autoscaling import RefreshScenario, next_refresh
from tests.sandbox.refusals import refused

MINUTE = 60


class Group:
    """A group of two instances on version 1 of a launch template, whose version 2 has another AMI."""

    def __init__(self, local, name, version="1"):
        self.local = local
        self.name = name
        self.ec2 = local.client("ec2")
        self.scaling = local.client("autoscaling")
        self.amis = [self.ec2.register_image(Name=f"{name}-{number}")["ImageId"] for number in (1, 2)]
        data = {"ImageId": self.amis[0], "InstanceType": "t3.micro"}
        made = self.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        self.template = made["LaunchTemplate"]["LaunchTemplateId"]
        self.scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=1,
            MaxSize=4,
            DesiredCapacity=2,
            AvailabilityZones=["eu-west-1a"],
            LaunchTemplate={"LaunchTemplateId": self.template, "Version": version},
        )
        self.ec2.create_launch_template_version(
            LaunchTemplateId=self.template, SourceVersion="1", LaunchTemplateData={"ImageId": self.amis[1]}
        )

    def refresh(self, version="2", **preferences):
        started = self.scaling.start_instance_refresh(
            AutoScalingGroupName=self.name,
            DesiredConfiguration={"LaunchTemplate": {"LaunchTemplateId": self.template, "Version": version}},
            Preferences={"SkipMatching": True, **preferences},
        )
        return started["InstanceRefreshId"]

    def status(self, refresh):
        found = self.scaling.describe_instance_refreshes(AutoScalingGroupName=self.name, InstanceRefreshIds=[refresh])[
            "InstanceRefreshes"
        ]
        return found[0]["Status"]

    def described(self):
        return self.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])["AutoScalingGroups"][0]

    def running_amis(self):
        filters = [
            {"Name": "tag:aws:autoscaling:groupName", "Values": [self.name]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        reservations = self.ec2.describe_instances(Filters=filters)["Reservations"]
        return [instance["ImageId"] for each in reservations for instance in each["Instances"]]


@pytest.fixture
def group(local, name):
    return Group(local, name)


def test_a_refresh_replaces_instances_and_the_group_uses_the_version_from_then_on(local, group):
    refresh = group.refresh()
    assert group.status(refresh) == "Pending"
    local.clock.advance(2 * MINUTE)
    assert group.status(refresh) == "InProgress"
    assert group.running_amis() == [group.amis[0]] * 2
    local.clock.advance(10 * MINUTE)
    assert group.status(refresh) == "Successful"
    assert group.running_amis() == [group.amis[1]] * 2
    assert group.described()["LaunchTemplate"]["Version"] == "2"
    assert {each["LaunchTemplate"]["Version"] for each in group.described()["Instances"]} == {"2"}


def test_where_nothing_is_to_be_replaced_it_succeeds_at_once(local, group):
    group.refresh()
    local.clock.advance(11 * MINUTE)
    before = {each["InstanceId"] for each in group.described()["Instances"]}
    assert group.status(group.refresh()) == "Successful"
    assert {each["InstanceId"] for each in group.described()["Instances"]} == before


def test_without_a_wanted_version_every_instance_is_replaced_by_the_group_s_own(local, group):
    before = {each["InstanceId"] for each in group.described()["Instances"]}
    started = group.scaling.start_instance_refresh(AutoScalingGroupName=group.name)
    local.clock.advance(11 * MINUTE)
    assert group.status(started["InstanceRefreshId"]) == "Successful"
    assert group.running_amis() == [group.amis[0]] * 2
    assert not before & {each["InstanceId"] for each in group.described()["Instances"]}
    assert group.described()["LaunchTemplate"]["Version"] == "1"


def test_a_group_whose_parameter_names_no_ami_that_it_sees_cannot_be_refreshed(local, group):
    template = {"LaunchTemplateId": group.template, "SourceVersion": "1"}
    group.ec2.create_launch_template_version(**template, LaunchTemplateData={"ImageId": "resolve:ssm:/nothing"})
    refresh = group.refresh("3")
    local.clock.advance(11 * MINUTE)
    assert group.status(refresh) == "Failed"


def test_a_refresh_that_fails_leaves_the_group_as_it_was(local, group):
    next_refresh(RefreshScenario(ends="Failed", reason="unhealthy"))
    refresh = group.refresh()
    local.clock.advance(11 * MINUTE)
    (found,) = group.scaling.describe_instance_refreshes(AutoScalingGroupName=group.name)["InstanceRefreshes"]
    assert (found["InstanceRefreshId"], found["Status"], found["StatusReason"]) == (refresh, "Failed", "unhealthy")
    assert group.described()["LaunchTemplate"]["Version"] == "1"


def test_where_that_was_asked_for_a_failed_one_is_rolled_back(local, group):
    next_refresh(RefreshScenario(ends="Failed"))
    refresh = group.refresh(AutoRollback=True)
    local.clock.advance(11 * MINUTE)
    assert group.status(refresh) == "RollbackInProgress"
    local.clock.advance(2 * MINUTE)
    assert group.status(refresh) == "RollbackSuccessful"


def test_an_ami_that_is_gone_cannot_be_launched(local, group):
    group.ec2.deregister_image(ImageId=group.amis[1])
    refresh = group.refresh()
    local.clock.advance(11 * MINUTE)
    assert group.status(refresh) == "Failed"


def test_a_group_has_one_refresh_at_a_time_until_it_is_cancelled(local, group):
    next_refresh(RefreshScenario(never_ends=True))
    refresh = group.refresh()
    local.clock.advance(60 * MINUTE)
    with refused("InstanceRefreshInProgress"):
        group.refresh()
    assert group.scaling.cancel_instance_refresh(AutoScalingGroupName=group.name)["InstanceRefreshId"] == refresh
    assert group.status(refresh) == "Cancelled"
    with refused("ActiveInstanceRefreshNotFound"):
        group.scaling.cancel_instance_refresh(AutoScalingGroupName=group.name)
    assert group.refresh() != refresh


def test_what_is_not_there_or_cannot_be_rolled_back_is_refused(local, group, name):
    with refused("ValidationError", "nobody"):
        group.scaling.describe_instance_refreshes(AutoScalingGroupName="nobody")
    with refused("ValidationError", "no version 9"):
        group.refresh("9")
    with refused("ValidationError"):
        group.refresh(MinHealthyPercentage=101)
    following = Group(local, f"{name}-following", version="$Default")
    with refused("ValidationError", "rollback is not supported"):
        following.refresh(AutoRollback=True)


def test_a_version_inherits_from_its_source_and_a_token_makes_one_only(group):
    def create(ami):
        return group.ec2.create_launch_template_version(
            LaunchTemplateId=group.template,
            SourceVersion="1",
            VersionDescription="golden",
            LaunchTemplateData={"ImageId": ami},
            ClientToken=f"token-{group.name}",
        )["LaunchTemplateVersion"]

    made = create(group.amis[1])
    assert made["LaunchTemplateData"] == {"ImageId": group.amis[1], "InstanceType": "t3.micro"}
    assert create(group.amis[1])["VersionNumber"] == made["VersionNumber"] == 3
    with refused("IdempotentParameterMismatch"):
        create(group.amis[0])
    with refused("InvalidLaunchTemplateId.NotFound"):
        group.ec2.create_launch_template_version(
            LaunchTemplateId="lt-0123456789abcdef0", LaunchTemplateData={"ImageId": group.amis[0]}
        )
    group.ec2.modify_launch_template(LaunchTemplateId=group.template, DefaultVersion="3")
    versions = group.ec2.describe_launch_template_versions(
        LaunchTemplateId=group.template, Versions=["$Default", "$Latest"]
    )["LaunchTemplateVersions"]
    assert {(each["VersionNumber"], each["DefaultVersion"]) for each in versions} == {(3, True)}
