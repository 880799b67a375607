"""Lists are filtered and paged, tags are kept, and what breaks the model is refused in the service's words."""

import boto3
import pytest
from botocore.config import Config

from tests.sandbox.conftest import COMPONENT, Factory
from tests.sandbox.refusals import refused


@pytest.fixture(scope="module")
def listed(local, organization):
    factory = Factory(local, region="eu-central-1")
    factory.component("web server", description="one")
    factory.component("web server", semanticVersion="1.1.0")
    factory.component("web server", data=COMPONENT.replace("build", "test"))
    factory.component("database web", platform="Windows", supportedOsVersions=["Microsoft Windows Server 2022"])
    recipes = [factory.recipe(f"recipe {number:02}") for number in range(30)]
    factory.pipeline("pipeline", recipes[0], factory.infrastructure("infrastructure"))
    return factory


def _names(listed, *filters):
    given = [{"name": name, "values": list(values)} for name, *values in filters]
    found = listed.builder.list_components(filters=given)["componentVersionList"]
    return [(item["name"], item["version"]) for item in found]


def test_a_version_is_listed_once_with_its_latest_build(listed):
    found = listed.builder.list_components()["componentVersionList"]
    assert [(item["name"], item["version"], item["type"]) for item in found] == [
        ("web server", "1.0.0", "TEST"),
        ("web server", "1.1.0", "BUILD"),
        ("database web", "1.0.0", "BUILD"),
    ]
    assert found[0]["arn"] == "arn:aws:imagebuilder:eu-central-1:222222222222:component/web-server/1.0.0"
    assert found[0]["status"] == "ACTIVE"
    assert "data" not in found[0]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([("name", "web server")], 2),
        ([("name", "web-server")], 0),
        ([("name", "web*")], 2),
        ([("name", "*web")], 0),
        ([("name", "*web*")], 3),
        ([("name", "Web*")], 0),
        ([("platform", "Windows")], 1),
        ([("platform", "Windows", "Linux")], 3),
        ([("name", "web*"), ("version", "1.1.0")], 1),
        ([("type", "TEST")], 1),
        ([("status", "ACTIVE")], 3),
        ([("supportedOsVersion", "Microsoft Windows Server 2022")], 1),
    ],
)
def test_filters_choose(listed, filters, count):
    assert len(_names(listed, *filters)) == count


def test_a_filter_that_the_operation_does_not_know_is_refused(listed):
    with refused("InvalidParameterValueException", "'colour' is not one of description, name, platform"):
        _names(listed, ("colour", "blue"))


def test_a_page_has_25_items_unless_told_and_pages_make_the_whole(listed):
    first = listed.builder.list_image_recipes()
    assert len(first["imageRecipeSummaryList"]) == 25
    second = listed.builder.list_image_recipes(nextToken=first["nextToken"])
    assert "nextToken" not in second
    assert len(first["imageRecipeSummaryList"] + second["imageRecipeSummaryList"]) == 30
    small = listed.builder.list_image_recipes(maxResults=7)
    assert len(small["imageRecipeSummaryList"]) == 7


@pytest.mark.parametrize("token", ["never given", "b2Zmc2V0OjE=", "b2Zmc2V0Ojk5OTk=", "b2Zmc2V0Oi0x"])
def test_a_token_that_was_never_given_is_refused(listed, token):
    if token == "b2Zmc2V0OjE=":
        assert listed.builder.list_image_recipes(nextToken=token)["imageRecipeSummaryList"]
        return
    with refused("InvalidPaginationTokenException"):
        listed.builder.list_image_recipes(nextToken=token)


def test_too_large_a_page_is_refused(listed):
    with refused("InvalidParameterValueException", "maxResults must be at most 100"):
        listed.builder.list_image_recipes(maxResults=101)


@pytest.mark.parametrize("request_for", [{"owner": "Amazon"}, {"byName": True}])
def test_lists_of_what_others_own_are_not_modelled(listed, request_for):
    with refused("NotImplemented"):
        listed.builder.list_components(**request_for)


def test_pipelines_are_found_by_what_they_use(listed):
    recipe = "arn:aws:imagebuilder:eu-central-1:222222222222:image-recipe/recipe-00/1.0.0"
    for name, value, count in (
        ("imageRecipeArn", recipe, 1),
        ("imageRecipeArn", recipe + "1", 0),
        ("status", "ENABLED", 1),
    ):
        found = listed.builder.list_image_pipelines(filters=[{"name": name, "values": [value]}])["imagePipelineList"]
        assert len(found) == count


def test_tags_are_added_replaced_and_removed(factory, name):
    arn = factory.recipe(name, tags={"a": "1"})
    builder = factory.builder
    builder.tag_resource(resourceArn=arn, tags={"a": "2", "b": "3"})
    assert builder.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "2", "b": "3"}
    builder.untag_resource(resourceArn=arn, tagKeys=["a", "missing"])
    assert builder.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "3"}
    builder.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert builder.list_tags_for_resource(resourceArn=arn)["tags"] == {}


def test_tags_have_their_limits(factory, name):
    arn = factory.recipe(name, tags={str(number): "x" for number in range(50)})
    with refused("InvalidParameterException", "at most 50 tags"):
        factory.builder.tag_resource(resourceArn=arn, tags={"one more": "x"})
    with refused("InvalidParameterException", "must match pattern"):
        factory.builder.tag_resource(resourceArn=arn, tags={"aws:reserved": "x"})
    with refused("ResourceNotFoundException"):
        factory.builder.tag_resource(resourceArn=arn.replace("1.0.0", "9.9.9"), tags={"a": "b"})


def test_a_request_without_what_it_needs_is_refused_by_the_service_too(local):
    unchecked = boto3.client(
        "imagebuilder",
        region_name="eu-west-1",
        endpoint_url=local.url,
        aws_access_key_id="AKIA222222222222SBOX",
        aws_secret_access_key="x",
        config=Config(parameter_validation=False),
    )
    with refused("InvalidRequestException", "lacks the required parameter 'semanticVersion'"):
        unchecked.create_component(name="name")
    with refused("InvalidRequestException", "'distributions[0].region'"):
        unchecked.create_distribution_configuration(name="name", distributions=[{}], clientToken="t")
