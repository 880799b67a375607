"""A parameter of another account is read by its ARN where it is shared, and names the AMI of what is launched."""

import pytest

from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, SANDBOX_ACCOUNT, WORKLOAD_ACCOUNT
from tests.sandbox.refusals import refused

UNIT = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1"
SAYS = "because no resource-based policy allows the ssm:GetParameter action"


class Shared:
    """A parameter with the id of an AMI, both shared with the unit of the workloads."""

    def __init__(self, local, name):
        self.local = local
        ec2 = local.client("ec2")
        self.ami = ec2.register_image(Name=name)["ImageId"]
        permission = {"Add": [{"OrganizationalUnitArn": UNIT}]}
        ec2.modify_image_attribute(ImageId=self.ami, LaunchPermission=permission)
        local.client("ssm").put_parameter(
            Name=f"/{name}/ami", Type="String", DataType="aws:ec2:image", Value=self.ami, Tier="Advanced"
        )
        self.arn = f"arn:aws:ssm:eu-west-1:{FACTORY_ACCOUNT}:parameter/{name}/ami"
        self.ram = local.client("ram")
        share = self.ram.create_resource_share(
            name=name, allowExternalPrincipals=False, principals=[UNIT], resourceArns=[self.arn]
        )
        self.share = share["resourceShare"]["resourceShareArn"]
        self.ram.get_resource_share_associations(associationType="RESOURCE")

    def read(self, account, region="eu-west-1", name=None):
        ssm = self.local.client("ssm", account=account, region=region)
        return ssm.get_parameter(Name=name or self.arn)["Parameter"]["Value"]

    def launch(self, account, image):
        ec2 = self.local.client("ec2", account=account)
        (instance,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
        return instance["ImageId"]


@pytest.fixture
def shared(local, organization, name):
    return Shared(local, name)


def test_who_it_is_shared_with_reads_it_by_its_arn(shared):
    assert shared.read(WORKLOAD_ACCOUNT) == shared.ami
    assert shared.read(FACTORY_ACCOUNT) == shared.ami
    assert shared.read(WORKLOAD_ACCOUNT, name=f"{shared.arn}:1") == shared.ami


def test_nobody_else_does_and_nowhere_else(shared):
    with refused("AccessDeniedException", SAYS):
        shared.read(SANDBOX_ACCOUNT)
    with refused("AccessDeniedException", SAYS):
        shared.read(WORKLOAD_ACCOUNT, region="eu-north-1")
    with refused("ParameterNotFound"):
        shared.read(WORKLOAD_ACCOUNT, name=shared.arn.split(":parameter")[1])


def test_what_was_shared_is_denied_when_it_is_not_any_more(shared):
    shared.ram.disassociate_resource_share(resourceShareArn=shared.share, resourceArns=[shared.arn])
    with refused("AccessDeniedException", SAYS):
        shared.read(WORKLOAD_ACCOUNT)


def test_several_are_read_at_once_and_those_that_are_not_shared_are_invalid(local, shared):
    ssm = local.client("ssm", account=WORKLOAD_ACCOUNT)
    ssm.put_parameter(Name="own", Type="String", Value="x", Overwrite=True)
    other = shared.arn.replace("/ami", "/other")
    found = ssm.get_parameters(Names=["own", shared.arn, other, "nothing"])
    assert sorted(each["Value"] for each in found["Parameters"]) == sorted(["x", shared.ami])
    assert sorted(found["InvalidParameters"]) == sorted([other, "nothing"])


def test_a_launch_looks_the_ami_up(local, shared):
    assert shared.launch(WORKLOAD_ACCOUNT, f"resolve:ssm:{shared.arn}") == shared.ami
    assert shared.launch(FACTORY_ACCOUNT, f"resolve:ssm:{shared.arn.split(':parameter')[1]}") == shared.ami
    with refused("InvalidParameterValue", SAYS):
        shared.launch(SANDBOX_ACCOUNT, f"resolve:ssm:{shared.arn}")


def test_an_ami_that_the_launching_account_does_not_see_is_unknown(local, shared):
    permission = {"Remove": [{"OrganizationalUnitArn": UNIT}]}
    local.client("ec2").modify_image_attribute(ImageId=shared.ami, LaunchPermission=permission)
    with refused("InvalidAMIID.NotFound", shared.ami):
        shared.launch(WORKLOAD_ACCOUNT, f"resolve:ssm:{shared.arn}")


def test_a_template_that_says_where_the_ami_is_written_is_followed_by_each_launch(local, shared, name):
    ec2, ssm = local.client("ec2"), local.client("ssm")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "web"}]}]
    data = {"ImageId": f"resolve:ssm:/{name}/ami", "InstanceType": "t3.micro", "TagSpecifications": tags}
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)

    def launch():
        template = {"LaunchTemplateName": name}
        return ec2.run_instances(LaunchTemplate=template, MinCount=1, MaxCount=1)["Instances"][0]

    first = launch()
    assert first["ImageId"] == shared.ami
    assert {"Key": "team", "Value": "web"} in first["Tags"]
    other = ec2.register_image(Name=f"{name}-other")["ImageId"]
    ssm.put_parameter(Name=f"/{name}/ami", Value=other, Overwrite=True)
    assert launch()["ImageId"] == other
