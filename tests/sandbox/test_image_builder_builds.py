"""A build passes through its states on the sandbox's clock, and leaves AMIs where its distribution says."""

import json
import re
import time
import urllib.error
import urllib.request
from itertools import count

import pytest
from pydantic import ValidationError

from golden_ami.sandbox.imagebuilder.control import set_image_state
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, next_build
from tests.sandbox.conftest import Factory
from tests.sandbox.refusals import refused

KEY = "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = KEY.replace("eu-west-1", "eu-central-1")
TWO_REGIONS = [
    {
        "region": "eu-west-1",
        "amiDistributionConfiguration": {
            "name": "golden {{ imagebuilder:buildDate }}",
            "description": "ours",
            "amiTags": {"team": "platform"},
            "kmsKeyId": KEY,
        },
    },
    {"region": "eu-central-1", "amiDistributionConfiguration": {"kmsKeyId": OTHER_KEY}},
]

_tokens = count(1)


@pytest.fixture(autouse=True)
def instant(local):
    local.clock.instant = True


class Builds:
    """Starts builds with as few words as possible, and looks at them."""

    def __init__(self, local, factory, name):
        self.local = local
        self.factory = factory
        self.builder = factory.builder
        self._name = name
        self._number = count(1)

    def pipeline(self, distributions=None, *, recipe=None, **changes):
        name = f"{self._name}-{next(self._number)}"
        if distributions is not None:
            changes["distributionConfigurationArn"] = self.factory.distribution(name, distributions=distributions)
        recipe = recipe or self.factory.recipe(name, description="a recipe")
        return self.factory.pipeline(name, recipe, self.factory.infrastructure(name), **changes)

    def start(self, pipeline, **parameters):
        parameters = {"clientToken": f"build-{next(_tokens)}"} | parameters
        answer = self.builder.start_image_pipeline_execution(imagePipelineArn=pipeline, **parameters)
        return answer["imageBuildVersionArn"]

    def built(self, *arguments, scenario=None, minutes=60, **changes):
        if scenario is not None:
            next_build(scenario)
        arn = self.start(self.pipeline(*arguments, **changes))
        self.local.clock.advance(minutes * 60)
        return arn

    def get(self, arn):
        return self.builder.get_image(imageBuildVersionArn=arn)["image"]

    def status(self, arn):
        return self.get(arn)["state"]["status"]

    def states(self, arn, minutes=40):
        """Return the states of an image and of its scan, each once, as minutes pass."""
        seen = []
        for _ in range(minutes):
            image = self.get(arn)
            state = (image["state"]["status"], image.get("scanState", {}).get("status"))
            if state not in seen:
                seen.append(state)
            self.local.clock.advance(60)
        return seen

    def amis(self, region, arn):
        ec2 = self.local.client("ec2", region=region)
        return ec2.describe_images(Owners=["self"], Filters=[{"Name": "tag:Ec2ImageBuilderArn", "Values": [arn]}])[
            "Images"
        ]

    def permissions(self, region, ami):
        ec2 = self.local.client("ec2", region=region)
        return ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"]


@pytest.fixture
def builds(local, factory, name):
    return Builds(local, factory, name)


def _tags(described):
    return {tag["Key"]: tag["Value"] for tag in described["Tags"]}


@pytest.mark.parametrize("tests", [True, False])
def test_a_build_passes_through_its_states_in_their_order(builds, tests):
    arn = builds.start(builds.pipeline(imageTestsConfiguration={"imageTestsEnabled": tests}))
    expected = ["PENDING", "CREATING", "BUILDING", *["TESTING"] * tests, "DISTRIBUTING", "INTEGRATING", "AVAILABLE"]
    assert [status for status, _ in builds.states(arn)] == expected


def test_a_build_takes_as_long_as_it_was_told(builds):
    next_build(BuildScenario(minutes=100))
    arn = builds.start(builds.pipeline())
    builds.local.clock.advance(99 * 60)
    assert builds.status(arn) == "INTEGRATING"
    builds.local.clock.advance(60)
    assert builds.status(arn) == "AVAILABLE"


def test_a_build_that_nobody_watched_is_done_when_somebody_looks(builds):
    clock = builds.local.clock
    arn = builds.start(builds.pipeline())
    clock.speed = 20_000
    time.sleep(0.2)
    clock.speed = 1
    assert builds.status(arn) == "AVAILABLE"


def test_a_reset_forgets_builds_and_scenarios(local, factory, name, organization):
    there = Builds(local, Factory(local, account="444444444444"), name)
    arn = there.start(there.pipeline())
    next_build(BuildScenario(ends="FAILED"), account="444444444444")
    imagebuilder_backends["444444444444"]["eu-west-1"].reset()
    local.clock.advance(3600)
    with refused("ResourceNotFoundException"):
        there.get(arn)
    assert local.client("ec2", account="444444444444").describe_images(Owners=["self"])["Images"] == []
    assert there.status(there.built()) == "AVAILABLE"


def test_an_image_shows_what_it_was_made_with(builds):
    recipe = builds.factory.recipe("Shown Recipe", semanticVersion="2.3.4")
    pipeline = builds.pipeline(TWO_REGIONS, recipe=recipe)
    arn = builds.start(pipeline, tags={"a": "b"})
    assert arn == "arn:aws:imagebuilder:eu-west-1:222222222222:image/shown-recipe/2.3.4/1"
    image = builds.get(arn)
    assert (image["name"], image["version"], image["type"]) == ("Shown Recipe", "2.3.4/1", "AMI")
    assert (image["platform"], image["buildType"]) == ("Linux", "USER_INITIATED")
    assert (image["imageRecipe"]["arn"], image["sourcePipelineArn"]) == (recipe, pipeline)
    assert image["distributionConfiguration"]["distributions"] == TWO_REGIONS
    assert image["infrastructureConfiguration"]["instanceProfileName"] == builds.factory.profile
    assert image["imageTestsConfiguration"]["imageTestsEnabled"] is True
    assert image["tags"] == {"a": "b"}
    assert not {"outputResources", "osVersion", "scanState", "sourcePipelineName"} & set(image)
    builds.local.clock.advance(3600)
    assert builds.get(arn)["osVersion"] == "Amazon Linux 2023"
    assert builds.start(pipeline) == arn[:-1] + "2"


def test_amis_are_in_every_region_with_their_tags_and_encryption(builds):
    arn = builds.built(TWO_REGIONS)
    shown = builds.get(arn)["outputResources"]["amis"]
    assert [(ami["region"], ami["accountId"], ami.get("description")) for ami in shown] == [
        ("eu-west-1", "222222222222", "ours"),
        ("eu-central-1", "222222222222", None),
    ]
    assert re.fullmatch(r"golden \d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}Z", shown[0]["name"])
    assert re.fullmatch(rf"{builds.get(arn)['name']} \d{{4}}-.*Z", shown[1]["name"])
    own = {"Ec2ImageBuilderArn": arn, "CreatedBy": "EC2 Image Builder"}
    for ami, tags, key in zip(shown, [own | {"team": "platform"}, own], [KEY, OTHER_KEY], strict=True):
        (image,) = builds.amis(ami["region"], arn)
        assert (image["ImageId"], image["Name"], image["Public"]) == (ami["image"], ami["name"], False)
        assert _tags(image) == tags
        (mapping,) = image["BlockDeviceMappings"]
        assert mapping["Ebs"]["Encrypted"] is True
        ec2 = builds.local.client("ec2", region=ami["region"])
        (snapshot,) = ec2.describe_snapshots(SnapshotIds=[mapping["Ebs"]["SnapshotId"]])["Snapshots"]
        assert (snapshot["Encrypted"], snapshot["KmsKeyId"]) == (True, key)
        assert _tags(snapshot) == tags
        assert builds.permissions(ami["region"], ami["image"]) == []


def test_without_distribution_the_ami_is_at_home_with_the_recipes_description(builds):
    arn = builds.built()
    (ami,) = builds.get(arn)["outputResources"]["amis"]
    assert (ami["region"], ami["description"]) == ("eu-west-1", "a recipe")
    (image,) = builds.amis("eu-west-1", arn)
    assert image["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is False


def test_a_recipe_can_encrypt_tag_and_choose_the_architecture(builds, name):
    disk = {"deviceName": "/dev/xvda", "ebs": {"encrypted": True, "kmsKeyId": KEY}}
    recipe = builds.factory.recipe(
        name,
        parentImage="arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-arm64/x.x.x",
        blockDeviceMappings=[disk],
        amiTags={"from": "recipe"},
    )
    arn = builds.built(recipe=recipe)
    (image,) = builds.amis("eu-west-1", arn)
    assert (image["Architecture"], _tags(image)["from"]) == ("arm64", "recipe")
    snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    (found,) = builds.local.client("ec2").describe_snapshots(SnapshotIds=[snapshot])["Snapshots"]
    assert found["KmsKeyId"] == KEY


def test_launch_permissions_of_the_distribution_are_given_at_once_and_accounts_get_their_copies(builds):
    unit = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1"
    ami = {
        "launchPermission": {"userIds": ["333333333333"], "organizationalUnitArns": [unit]},
        "targetAccountIds": ["444444444444"],
    }
    arn = builds.built([{"region": "eu-west-1", "amiDistributionConfiguration": ami}])
    own, copy = builds.get(arn)["outputResources"]["amis"]
    assert builds.permissions("eu-west-1", own["image"]) == [
        {"UserId": "333333333333"},
        {"OrganizationalUnitArn": unit},
    ]
    assert copy["accountId"] == "444444444444"
    there = builds.local.client("ec2", account="444444444444").describe_images(ImageIds=[copy["image"]])["Images"]
    assert there[0]["OwnerId"] == "444444444444"


@pytest.mark.parametrize("fails_in", ["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING"])
def test_a_failed_build_has_no_ami_and_a_reason(builds, fails_in):
    arn = builds.built(TWO_REGIONS, scenario=BuildScenario(ends="FAILED", fails_in=fails_in, reason="disk full"))
    image = builds.get(arn)
    assert image["state"] == {"status": "FAILED", "reason": "disk full", "failureContext": {"imageStatus": fails_in}}
    assert "outputResources" not in image
    assert builds.amis("eu-west-1", arn) == builds.amis("eu-central-1", arn) == []


def test_a_build_that_fails_late_leaves_its_amis(builds):
    arn = builds.built(scenario=BuildScenario(ends="FAILED", fails_in="INTEGRATING"))
    assert "was told that this build ends FAILED in INTEGRATING" in builds.get(arn)["state"]["reason"]
    assert len(builds.amis("eu-west-1", arn)) == 1


def test_a_scenario_applies_once(builds):
    pipeline = builds.pipeline()
    next_build(BuildScenario(ends="CANCELLED"))
    first, second = builds.start(pipeline), builds.start(pipeline)
    builds.local.clock.advance(3600)
    assert [builds.status(arn) for arn in (first, second)] == ["CANCELLED", "AVAILABLE"]
    assert "failureContext" not in builds.get(first)["state"]


def test_a_lost_region_and_interference_can_be_staged(builds):
    scenario = BuildScenario(missing_regions=("eu-central-1",), shares_with=("333333333333",))
    arn = builds.built(TWO_REGIONS, scenario=scenario)
    (ami,) = builds.get(arn)["outputResources"]["amis"]
    assert (builds.status(arn), ami["region"]) == ("AVAILABLE", "eu-west-1")
    assert builds.permissions("eu-west-1", ami["image"]) == [{"UserId": "333333333333"}]


def test_a_build_that_never_ends_is_cancelled(builds, token):
    arn = builds.built(scenario=BuildScenario(never_ends=True), minutes=10_000)
    assert builds.status(arn) == "BUILDING"
    with refused("ResourceDependencyException", "is being built"):
        builds.builder.delete_image(imageBuildVersionArn=arn)
    answer = builds.builder.cancel_image_creation(imageBuildVersionArn=arn, clientToken=token)
    assert answer["imageBuildVersionArn"] == arn
    assert builds.status(arn) == "BUILDING"
    builds.local.clock.advance(60)
    assert builds.status(arn) == "CANCELLED"
    with refused("InvalidRequestException", "is CANCELLED"):
        builds.builder.cancel_image_creation(imageBuildVersionArn=arn, clientToken=token + "-2")
    builds.builder.delete_image(imageBuildVersionArn=arn)


def test_what_is_cancelled_goes_no_further(builds, token):
    arn = builds.start(builds.pipeline())
    builds.local.clock.advance(300)
    builds.builder.cancel_image_creation(imageBuildVersionArn=arn, clientToken=token)
    assert [status for status, _ in builds.states(arn)] == ["BUILDING", "CANCELLED"]
    assert builds.amis("eu-west-1", arn) == []


def test_one_client_token_starts_one_build(builds, token):
    pipeline = builds.pipeline()
    first = builds.start(pipeline, clientToken=token)
    assert builds.start(pipeline, clientToken=token) == first
    with refused("IdempotentParameterMismatchException", token):
        builds.start(pipeline, clientToken=token, tags={"a": "b"})
    images = builds.builder.list_image_pipeline_images(imagePipelineArn=pipeline)["imageSummaryList"]
    assert [image["arn"] for image in images] == [first]


def test_a_disabled_pipeline_can_be_started_and_an_unknown_one_not(builds):
    assert builds.start(builds.pipeline(status="DISABLED")).endswith("/1.0.0/1")
    missing = "arn:aws:imagebuilder:eu-west-1:222222222222:image-pipeline/missing"
    with refused("ResourceNotFoundException", missing):
        builds.start(missing)
    with refused("InvalidParameterValueException", "at most 50"):
        builds.start(missing, tags={str(number): "x" for number in range(51)})


@pytest.mark.parametrize(
    ("distribution", "changes", "what"),
    [
        ({"ssmParameterConfigurations": [{"parameterName": "/a"}]}, {}, "ssmParameterConfigurations"),
        ({}, {"scanResultCondition": {"maximumSeverityLabel": "LOW"}}, "scan's result"),
    ],
)
def test_a_build_whose_effects_are_not_modelled_is_not_started(builds, distribution, changes, what):
    more = {"imageScanningConfiguration": changes} if changes else {}
    pipeline = builds.pipeline([{"region": "eu-west-1"} | distribution], **more)
    with refused("NotImplemented", what):
        builds.start(pipeline)


def test_a_version_means_its_latest_available_build(builds):
    pipeline = builds.pipeline()
    first = builds.start(pipeline)
    version = first.rsplit("/", 1)[0]
    with refused("ResourceNotFoundException", version):
        builds.get(version)
    builds.local.clock.advance(3600)
    second = builds.start(pipeline)
    assert builds.get(version)["arn"] == first
    builds.local.clock.advance(3600)
    assert builds.get(version)["arn"] == second
    assert builds.get(version.replace("1.0.0", "x.x.x"))["arn"] == second
    with refused("ResourceNotFoundException"):
        builds.get(version + "/99")
    with refused("NotImplemented", "is not known here"):
        builds.get("arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x")


def test_an_image_is_not_deleted_while_it_is_shared_and_its_amis_stay(builds, name):
    arn = builds.built()
    ram = builds.local.client("ram")
    share = ram.create_resource_share(name=name, resourceArns=[arn])["resourceShare"]["resourceShareArn"]
    with refused("ResourceDependencyException", f"'{arn}' has other resources depended on it"):
        builds.builder.delete_image(imageBuildVersionArn=arn)
    ram.disassociate_resource_share(resourceShareArn=share, resourceArns=[arn])
    assert builds.builder.delete_image(imageBuildVersionArn=arn)["imageBuildVersionArn"] == arn
    with refused("ResourceNotFoundException"):
        builds.get(arn)
    assert len(builds.amis("eu-west-1", arn)) == 1


def test_a_build_number_does_not_come_again(builds):
    pipeline = builds.pipeline()
    first = builds.start(pipeline)
    builds.local.clock.advance(3600)
    builds.builder.delete_image(imageBuildVersionArn=first)
    assert builds.start(pipeline) == first[:-1] + "2"


def test_what_an_image_was_made_with_can_be_deleted(builds, name):
    recipe, infrastructure = builds.factory.recipe(name), builds.factory.infrastructure(name)
    pipeline = builds.factory.pipeline(name, recipe, infrastructure)
    arn = builds.start(pipeline)
    builds.builder.delete_image_pipeline(imagePipelineArn=pipeline)
    builds.builder.delete_image_recipe(imageRecipeArn=recipe)
    builds.builder.delete_infrastructure_configuration(infrastructureConfigurationArn=infrastructure)
    builds.local.clock.advance(3600)
    image = builds.get(arn)
    assert (image["state"]["status"], image["imageRecipe"]["arn"]) == ("AVAILABLE", recipe)
    images = builds.builder.list_image_pipeline_images(imagePipelineArn=pipeline)["imageSummaryList"]
    assert [found["arn"] for found in images] == [arn]


def test_images_are_tagged_as_other_resources(builds):
    arn = builds.start(builds.pipeline(), tags={"a": "1"})
    builds.builder.tag_resource(resourceArn=arn, tags={"b": "2"})
    builds.builder.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert builds.builder.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    assert builds.get(arn)["tags"] == {"b": "2"}


def test_versions_are_listed_once_and_builds_each(builds):
    pipeline = builds.pipeline()
    arns = [builds.start(pipeline) for _ in range(30)]
    image = builds.get(arns[0])
    by_name = [{"name": "name", "values": [image["name"]]}]
    (version,) = builds.builder.list_images(filters=by_name)["imageVersionList"]
    assert (version["arn"], version["version"]) == (arns[0].rsplit("/", 1)[0], "1.0.0")
    assert version["owner"] == "222222222222"
    first = builds.builder.list_image_build_versions(imageVersionArn=version["arn"])
    assert len(first["imageSummaryList"]) == 25
    second = builds.builder.list_image_build_versions(imageVersionArn=version["arn"], nextToken=first["nextToken"])
    assert "nextToken" not in second
    listed = first["imageSummaryList"] + second["imageSummaryList"]
    assert [summary["arn"] for summary in listed] == arns
    assert (listed[0]["version"], listed[0]["state"]["status"]) == ("1.0.0/1", "PENDING")
    last = [{"name": "version", "values": ["1.0.0/30"]}]
    found = builds.builder.list_image_pipeline_images(imagePipelineArn=pipeline, filters=last)["imageSummaryList"]
    assert [summary["arn"] for summary in found] == arns[-1:]
    assert len(builds.builder.list_image_build_versions(filters=by_name, maxResults=100)["imageSummaryList"]) == 30


def test_lists_refuse_what_they_do_not_have(builds):
    missing = "arn:aws:imagebuilder:eu-west-1:222222222222:image/missing/1.0.0"
    assert builds.builder.list_image_build_versions(imageVersionArn=missing)["imageSummaryList"] == []
    with refused("InvalidParameterValueException", "'platform' is not one of name, version"):
        builds.builder.list_image_pipeline_images(
            imagePipelineArn=missing.replace(":image/missing/1.0.0", ":image-pipeline/missing"),
            filters=[{"name": "platform", "values": ["Linux"]}],
        )
    with refused("NotImplemented"):
        builds.builder.list_images(owner="Amazon")


def test_packages_are_known_once_an_image_with_metadata_is_built(builds):
    pipeline = builds.pipeline()
    arn = builds.start(pipeline)
    assert builds.builder.list_image_packages(imageBuildVersionArn=arn)["imagePackageList"] == []
    builds.local.clock.advance(3600)
    packages = builds.builder.list_image_packages(imageBuildVersionArn=arn, maxResults=4)
    assert len(packages["imagePackageList"]) == 4
    rest = builds.builder.list_image_packages(imageBuildVersionArn=arn, nextToken=packages["nextToken"])
    names = [package["packageName"] for package in packages["imagePackageList"] + rest["imagePackageList"]]
    assert {"bash", "openssl", "amazon-ssm-agent"} < set(names)
    bare = builds.built(enhancedImageMetadataEnabled=False)
    assert builds.builder.list_image_packages(imageBuildVersionArn=bare)["imagePackageList"] == []
    assert "osVersion" not in builds.get(bare)
    with refused("ResourceNotFoundException"):
        builds.builder.list_image_packages(imageBuildVersionArn=arn + "9")


def test_an_image_keeps_the_policy_it_is_given(builds):
    arn = builds.start(builds.pipeline())
    with refused("ResourceNotFoundException"):
        builds.builder.get_image_policy(imageArn=arn)
    for bad in ("{", "[]", "{}"):
        with refused("InvalidParameterValueException", "policy"):
            builds.builder.put_image_policy(imageArn=arn, policy=bad)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
    assert builds.builder.put_image_policy(imageArn=arn, policy=policy)["imageArn"] == arn
    assert builds.builder.get_image_policy(imageArn=arn)["policy"] == policy


def _role(local, name):
    local.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    return f"arn:aws:iam::222222222222:role/{name}"


def test_an_available_image_is_distributed_again(builds, name, token):
    role = _role(builds.local, name)
    source = builds.built()
    distribution = builds.factory.distribution(name, distributions=TWO_REGIONS)
    arguments = {"distributionConfigurationArn": distribution, "executionRole": role, "clientToken": token}
    arn = builds.builder.distribute_image(sourceImage=source, **arguments)["imageBuildVersionArn"]
    assert arn == source[:-1] + "2"
    assert builds.builder.distribute_image(sourceImage=source, **arguments)["imageBuildVersionArn"] == arn
    assert [status for status, _ in builds.states(arn)] == ["PENDING", "DISTRIBUTING", "INTEGRATING", "AVAILABLE"]
    image = builds.get(arn)
    assert "sourcePipelineArn" not in image
    assert [ami["region"] for ami in image["outputResources"]["amis"]] == ["eu-west-1", "eu-central-1"]
    assert len(builds.amis("eu-central-1", arn)) == 1
    assert len(builds.amis("eu-west-1", source)) == 1


def test_only_what_is_available_at_home_is_distributed(builds, name):
    role = _role(builds.local, name)
    distribution = builds.factory.distribution(name)

    def distribute(source, **changes):
        parameters = {
            "distributionConfigurationArn": distribution,
            "executionRole": role,
            "clientToken": f"distribute-{next(_tokens)}",
        }
        builds.builder.distribute_image(sourceImage=source, **parameters | changes)

    source = builds.built()
    with refused("InvalidRequestException", "is PENDING, not AVAILABLE"):
        distribute(builds.start(builds.pipeline()))
    with refused("InvalidRequestException", "has no AMI in Region eu-west-1"):
        distribute(builds.built([{"region": "eu-central-1"}]))
    with refused("InvalidRequestException", "missing"):
        distribute(source, executionRole="missing")
    with refused("ResourceNotFoundException"):
        distribute(source, distributionConfigurationArn=distribution + "-missing")
    with refused("ResourceNotFoundException"):
        distribute(source + "9")
    with refused("NotImplemented", "give the ARN"):
        distribute("ami-12345678")


def _post(local, action, body, method="POST"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{local.url}/_sandbox/imagebuilder/{action}", data=data, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_scenarios_and_states_can_be_given_over_http(builds):
    body = {"ends": "FAILED", "fails_in": "TESTING", "findings": [], "missing_regions": ["eu-west-1"], "minutes": 5}
    assert _post(builds.local, "next-build", body) == (200, "ok\n")
    arn = builds.built(minutes=5)
    assert builds.get(arn)["state"]["failureContext"] == {"imageStatus": "TESTING"}
    for state in ("DEPRECATED", "DISABLED", "DELETED", "AVAILABLE"):
        assert _post(builds.local, "image", {"arn": arn, "state": state}) == (200, "ok\n")
        assert builds.status(arn) == state


def test_a_state_that_was_given_is_kept(builds):
    arn = builds.start(builds.pipeline())
    set_image_state(arn, "AVAILABLE")
    builds.local.clock.advance(3600)
    assert builds.status(arn) == "AVAILABLE"
    assert "outputResources" not in builds.get(arn)


def test_a_scenario_waits_for_its_account_and_region(builds, organization):
    other = {"account": "333333333333", "region": "eu-central-1", "ends": "FAILED"}
    assert _post(builds.local, "next-build", other)[0] == 200
    assert builds.status(builds.built()) == "AVAILABLE"
    there = Builds(builds.local, Factory(builds.local, account="333333333333", region="eu-central-1"), builds._name)
    assert there.status(there.built()) == "FAILED"


ARN = "arn:aws:imagebuilder:eu-west-1:222222222222:image/missing/1.0.0/1"


@pytest.mark.parametrize(
    ("action", "body", "why"),
    [
        ("next-build", b"{", "Expecting property name"),
        ("next-build", b"[]", "it is not an object"),
        ("next-build", {"colour": "blue"}, "colour: Unexpected keyword argument"),
        ("next-build", {"ends": "BROKEN"}, "ends: Input should be 'AVAILABLE', 'FAILED' or 'CANCELLED'"),
        ("next-build", {"minutes": 0}, "minutes: Input should be greater than 0"),
        ("next-build", {"never_ends": "yes"}, "never_ends: Input should be a valid boolean"),
        ("next-build", {"shares_with": ["me"]}, "shares_with.0: String should match"),
        ("next-build", {"findings": [{"severity": "HIGH"}]}, "findings.0.id: "),
        ("next-build", {"account": "mine"}, "account: String should match"),
        ("next-build", {"region": "mars-1"}, "'mars-1' is not a Region"),
        ("image", {"arn": ARN}, "state: "),
        ("image", {"arn": ARN, "state": "LOST"}, "'LOST' is not one of AVAILABLE, BUILDING"),
        ("image", {"arn": ARN, "state": "DISABLED"}, f"there is no image '{ARN}'"),
        ("image", {"arn": "x", "state": "DISABLED"}, "there is no image 'x'"),
        ("other", {}, "knows only POST /_sandbox/imagebuilder/next-build or POST /_sandbox/imagebuilder/image"),
    ],
)
def test_a_request_of_the_sandbox_that_is_wrong_is_refused_in_one_sentence(local, action, body, why):
    status, sentence = _post(local, action, body)
    assert (status, sentence.count("\n")) == (400, 1)
    assert why in sentence


def test_only_a_post_changes_the_next_build(local):
    assert _post(local, "next-build", {}, method="PUT")[0] == 400


def test_a_scenario_with_a_mistake_is_refused_in_python_too():
    with pytest.raises(ValidationError):
        BuildScenario(ends="BROKEN")
    with pytest.raises(ValueError, match="'mars-1' is not a Region"):
        next_build(BuildScenario(), region="mars-1")
