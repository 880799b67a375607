"""Recipes take what exists and fits: base image, components, parameters, platform."""

import pytest

from golden_ami.sandbox.imagebuilder.managed import COMPONENTS
from tests.sandbox.conftest import COMPONENT
from tests.sandbox.refusals import refused

AWS = "arn:aws:imagebuilder:eu-west-1:aws"
WITH_PARAMETERS = "parameters:\n  - Needed: {type: string}\n  - Optional: {type: string, default: x}\n" + COMPONENT
VALUE = {"name": "Needed", "value": ["v"]}


def test_a_recipe_shows_what_it_was_given(factory, name):
    mine = factory.component(name)
    devices = [{"deviceName": "/dev/xvda", "ebs": {"encrypted": True, "volumeSize": 20, "volumeType": "gp3"}}]
    arn = factory.recipe(
        f"{name} A",
        f"{AWS}:component/update-linux/x.x.x",
        mine,
        blockDeviceMappings=devices,
        tags={"a": "b"},
        workingDirectory="/tmp",
    )
    assert arn == f"arn:aws:imagebuilder:eu-west-1:222222222222:image-recipe/{name}-a/1.0.0"
    found = factory.builder.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]
    assert [c["componentArn"] for c in found["components"]] == [f"{AWS}:component/update-linux/x.x.x", mine]
    assert (found["platform"], found["type"], found["version"]) == ("Linux", "AMI", "1.0.0")
    assert (found["blockDeviceMappings"], found["tags"]) == (devices, {"a": "b"})
    assert factory.builder.get_image_recipe(imageRecipeArn=arn.replace("1.0.0", "x.x.x"))["imageRecipe"]["arn"] == arn


def test_a_name_and_version_is_used_once(factory, name):
    arn = factory.recipe(name)
    with refused("ResourceAlreadyExistsException", f"The following resource 'ImageRecipe' already exists: '{arn}'."):
        factory.recipe(name.upper(), parentImage=f"{AWS}:image/amazon-linux-2023-x86/x.x.x")
    assert factory.recipe(name, semanticVersion="1.0.1").endswith("/1.0.1")


def test_automatic_versions_are_not_modelled(factory, name):
    with refused("NotImplemented", "give the whole version"):
        factory.recipe(name, semanticVersion="1.0.x")


@pytest.mark.parametrize(
    ("component", "code", "why"),
    [
        (f"{AWS}:component/update-lnux/x.x.x", "ResourceNotFoundException", "does not exist"),
        (f"{AWS}:component/inspector-test-linux/x.x.x", "ResourceNotFoundException", "does not exist"),
        (
            "arn:aws:imagebuilder:us-east-1:aws:component/update-linux/x.x.x",
            "ResourceNotFoundException",
            "does not exist",
        ),
        (
            "arn:aws:imagebuilder:eu-west-1:222222222222:component/none/1.0.0/1",
            "ResourceNotFoundException",
            "does not exist",
        ),
        ("arn:aws:imagebuilder:eu-west-1:333333333333:component/a/1.0.0/1", "NotImplemented", "others share"),
        ("component/a", "InvalidParameterValueException", "must match pattern"),
    ],
)
def test_a_component_that_cannot_be_used_is_refused(factory, name, component, code, why):
    with refused(code, why):
        factory.recipe(name, component)


def test_a_component_is_used_once(factory, name):
    with refused("InvalidParameterValueException", "components[1].componentArn", "only once"):
        factory.recipe(name, f"{AWS}:component/reboot-linux/x.x.x", f"{AWS}:component/reboot-linux/1.0.0")


def test_twenty_components_are_the_most(factory, name):
    linux = [f"{AWS}:component/{known}/x.x.x" for known, platform in COMPONENTS.items() if platform == "Linux"]
    factory.recipe(name, *linux[:20])
    with refused("ServiceQuotaExceededException", "at most 20"):
        factory.recipe(name, *linux[:21], semanticVersion="1.0.1")


@pytest.mark.parametrize("parent", ["amazon-linux-2023-x86", None])
def test_components_are_for_the_platform_of_the_image_and_of_each_other(factory, name, parent):
    changes = {"parentImage": f"{AWS}:image/{parent}/x.x.x"} if parent else {}
    with refused("InvalidParameterValueException", "Its platform is Windows, the recipe's is Linux."):
        factory.recipe(name, f"{AWS}:component/reboot-linux/x.x.x", f"{AWS}:component/reboot-windows/x.x.x", **changes)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "required by the provided component: Needed"),
        ([{"name": "Optional", "value": ["v"]}], "required by the provided component: Needed"),
        ([VALUE, {"name": "Bucket", "value": ["v"]}], "not defined in the provided component: Bucket"),
    ],
)
def test_parameters_are_those_that_the_component_defines(factory, name, given, why):
    component = {"componentArn": factory.component(name, data=WITH_PARAMETERS)}
    if given:
        component["parameters"] = given
    with refused("InvalidParameterCombinationException", "'components[0].parameters' is not valid", why):
        factory.recipe(name, component)
    factory.recipe(name, component | {"parameters": [VALUE]})


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        ("ssm:/no/such/parameter", "InvalidParameterValueException"),
        ("ami-00000000000000000", "InvalidParameterValueException"),
        (f"{AWS}:image/no-such-image/x.x.x", "ResourceNotFoundException"),
        ("arn:aws:imagebuilder:eu-west-1:222222222222:image/none/1.0.0/1", "ResourceNotFoundException"),
        ("prod-0123456789abc", "NotImplemented"),
    ],
)
def test_the_base_image_must_exist(factory, name, parent, code):
    with refused(code):
        factory.recipe(name, parentImage=parent)


def test_every_kind_of_base_image_can_be_used(local, factory, name):
    ami = local.client("ec2").describe_images()["Images"][0]["ImageId"]
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    for number, parent in enumerate(
        [
            ami,
            f"ssm:arn:aws:ssm:eu-west-1::parameter{parameter}",
            f"ssm:{parameter}",
            f"{AWS}:image/windows-server-2022-english-full-base-x86/x.x.x",
        ]
    ):
        arn = factory.recipe(name, parentImage=parent, semanticVersion=f"1.0.{number}")
    assert factory.builder.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]["platform"] == "Windows"
