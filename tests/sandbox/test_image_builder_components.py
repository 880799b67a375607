"""Components and workflows are immutable, versioned and documents that Image Builder can read."""

import pytest

from tests.sandbox.conftest import COMPONENT
from tests.sandbox.refusals import refused

TEST_ONLY = COMPONENT.replace("name: build", "name: test")
WORKFLOW = "schemaVersion: 1.0\nname: own\nsteps:\n  - name: Launch\n    action: LaunchInstance\n"


def test_a_component_is_found_by_build_version_and_wildcard(factory, name):
    arn = factory.component(f"{name} Of_Mine", description="d", tags={"a": "b"}, supportedOsVersions=["Amazon Linux"])
    assert arn == f"arn:aws:imagebuilder:eu-west-1:222222222222:component/{name}-of-mine/1.0.0/1"
    base = arn.rsplit("/", 2)[0]
    for reference in (arn, f"{base}/1.0.0", f"{base}/1.0.x", f"{base}/x.x.x"):
        found = factory.builder.get_component(componentBuildVersionArn=reference)["component"]
        assert found["arn"] == arn
    assert found["name"] == f"{name} Of_Mine"
    assert (found["type"], found["owner"], found["encrypted"]) == ("BUILD", "222222222222", True)
    assert (found["data"], found["tags"]) == (COMPONENT, {"a": "b"})
    assert found["dateCreated"].endswith("Z")


def test_the_document_decides_about_type_and_parameters(factory, name):
    data = (
        "parameters:\n  - Who:\n      type: string\n      default: me\n      description: whom to greet\n" + TEST_ONLY
    )
    arn = factory.component(name, data=data)
    found = factory.builder.get_component(componentBuildVersionArn=arn)["component"]
    assert found["type"] == "TEST"
    assert found["parameters"] == [
        {"name": "Who", "type": "String", "defaultValue": ["me"], "description": "whom to greet"}
    ]


def test_the_same_content_again_is_refused_and_changed_content_makes_a_new_build(factory, name):
    arn = factory.component(name)
    with refused("ResourceAlreadyExistsException", f"The following resource 'Component' already exists: '{arn}'"):
        factory.component(name)
    with refused("ResourceAlreadyExistsException"):
        factory.component(name.upper().replace("-", "_"), description="other words only")
    assert factory.component(name, data=TEST_ONLY) == arn[:-1] + "2"
    version = factory.builder.get_component(componentBuildVersionArn=arn.rsplit("/", 1)[0])["component"]
    assert version["arn"].endswith("/2")


def test_a_repeated_request_gets_the_first_answer(factory, name, token):
    parameters = {"name": name, "semanticVersion": "1.0.0", "platform": "Linux", "data": COMPONENT}
    first = factory.builder.create_component(**parameters, clientToken=token)
    again = factory.builder.create_component(**parameters, clientToken=token)
    assert again["componentBuildVersionArn"] == first["componentBuildVersionArn"]
    with refused("IdempotentParameterMismatchException", token):
        factory.builder.create_component(**parameters | {"semanticVersion": "1.0.1"}, clientToken=token)


def test_a_dry_run_checks_everything_and_makes_nothing(factory, name):
    with refused("DryRunOperationException"):
        factory.component(name, dryRun=True)
    with refused("InvalidParameterValueException"):
        factory.component(name, data="no", dryRun=True)
    assert factory.builder.list_components(filters=[{"name": "name", "values": [name]}])["componentVersionList"] == []


BAD_DOCUMENTS = {
    "a: [": "not YAML",
    "just words": "not a mapping",
    COMPONENT.replace("1.0", "2.0", 1): "schemaVersion must be 1.0, not 2.0",
    "schemaVersion: 1.0\n": "'phases' must be a list",
    "schemaVersion: 1.0\nphases: []\n": "'phases' must be a list",
    COMPONENT.replace("name: build", "name: deploy"): "Phases must be some of build, test, validate",
    COMPONENT + COMPONENT.split("phases:\n")[1]: "each at most once",
    COMPONENT.replace("action: ExecuteBash", "act: ExecuteBash"): "needs a name and an action",
    "schemaVersion: 1.0\nphases:\n  - {name: build, steps: []}\n": "'steps' must be a list",
    COMPONENT + "      - {name: Say, action: ExecuteBash}\n": "must be unique",
    "parameters: [Who]\n" + COMPONENT: "must be a mapping of its name",
    "parameters:\n  - Who: {default: me}\n" + COMPONENT: "'Who' needs a type",
    "parameters:\n  - Who: {type: text}\n" + COMPONENT: "not 'text'",
}


@pytest.mark.parametrize(("data", "why"), BAD_DOCUMENTS.items(), ids=BAD_DOCUMENTS.values())
def test_a_document_that_image_builder_cannot_read_is_refused(factory, name, data, why):
    with refused("InvalidParameterValueException", "The value supplied for parameter 'data' is not valid.", why):
        factory.component(name, data=data)


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"semanticVersion": "1.0"}, "InvalidParameterValueException", "semanticVersion must match pattern"),
        ({"semanticVersion": "1.0.x"}, "InvalidParameterValueException", "semanticVersion must match pattern"),
        ({"semanticVersion": "1.0.1073741824"}, "InvalidVersionNumberException", "1073741823"),
        ({"platform": "BeOS"}, "InvalidParameterValueException", "must be one of Windows, Linux, macOS"),
        ({"data": "#" * 16_001}, "InvalidParameterValueException", "must be at most 16000 long"),
        ({"tags": {"aws:mine": "x"}}, "InvalidParameterValueException", "tags must match pattern"),
        ({"tags": {str(n): "x" for n in range(51)}}, "InvalidParameterValueException", "at most 50"),
        ({"uri": "s3://bucket/key"}, "InvalidParameterValueException", "exactly one of data and uri"),
    ],
)
def test_a_request_against_the_model_is_refused(factory, name, changes, code, why):
    with refused(code, why):
        factory.component(name, **changes)


@pytest.mark.parametrize("bad", ["x", "-" * 129, "a/b", "a.b"])
def test_a_name_that_is_not_allowed_is_refused(factory, bad):
    with refused("InvalidParameterValueException", "name must match pattern"):
        factory.component(bad)


def test_documents_in_s3_are_not_read(factory, name, token):
    with refused("NotImplemented", "Documents in S3 are not read"):
        factory.builder.create_component(
            name=name, semanticVersion="1.0.0", platform="Linux", uri="s3://a/b", clientToken=token
        )


def test_a_component_is_gone_after_its_deletion_and_its_version_can_be_used_again(factory, name):
    arn = factory.component(name)
    assert factory.builder.delete_component(componentBuildVersionArn=arn)["componentBuildVersionArn"] == arn
    with refused("ResourceNotFoundException", f"The resource ARN '{arn}' does not exist") as refusal:
        factory.builder.get_component(componentBuildVersionArn=arn)
    assert refusal.status == 404
    with refused("ResourceNotFoundException"):
        factory.builder.delete_component(componentBuildVersionArn=arn)
    assert factory.component(name) == arn


def test_an_arn_of_another_region_is_refused(factory):
    with refused("InvalidParameterValueException", "not in Region eu-west-1"):
        factory.builder.get_component(
            componentBuildVersionArn="arn:aws:imagebuilder:us-east-1:222222222222:component/a/1.0.0/1"
        )


def test_a_number_behind_a_wildcard_is_refused(factory):
    with refused("InvalidParameterValueException", "to the right of a wildcard"):
        factory.builder.get_component(
            componentBuildVersionArn="arn:aws:imagebuilder:eu-west-1:222222222222:component/a/1.x.1"
        )


def test_what_an_aws_managed_component_contains_is_not_known(factory):
    with refused("NotImplemented", "is not known here"):
        factory.builder.get_component(
            componentBuildVersionArn="arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x"
        )


def test_accounts_and_regions_do_not_see_each_others_components(local, factory, name):
    arn = factory.component(name)
    for client in (
        local.client("imagebuilder", account="333333333333"),
        local.client("imagebuilder", region="us-east-1"),
    ):
        assert client.list_components()["componentVersionList"] == []
    with refused("ResourceNotFoundException"):
        local.client("imagebuilder", account="333333333333").get_component(componentBuildVersionArn=arn)


def _workflow(factory, name, token, **changes):
    parameters = {"semanticVersion": "1.0.0", "type": "BUILD", "data": WORKFLOW} | changes
    return factory.builder.create_workflow(name=name, clientToken=token, **parameters)["workflowBuildVersionArn"]


def test_workflows_follow_the_same_rules(factory, name, token):
    data = WORKFLOW + "parameters:\n  - {name: wait, type: boolean}\n"
    arn = _workflow(factory, name, token, data=data, tags={"a": "b"})
    assert arn == f"arn:aws:imagebuilder:eu-west-1:222222222222:workflow/build/{name}/1.0.0/1"
    found = factory.builder.get_workflow(workflowBuildVersionArn=arn)["workflow"]
    assert (found["type"], found["parameters"]) == ("BUILD", [{"name": "wait", "type": "boolean"}])
    with refused("ResourceAlreadyExistsException", "'Workflow' already exists"):
        _workflow(factory, name, token + "-2", data=data)
    assert _workflow(factory, name, token + "-3", type="TEST") == arn.replace("/build/", "/test/")
    with refused("InvalidParameterValueException", "'steps' must be a list"):
        _workflow(factory, name, token + "-4", data="schemaVersion: 1.0\n")
    filters = [{"name": "name", "values": [name]}]
    listed = factory.builder.list_workflows(filters=filters)["workflowVersionList"]
    assert [item["type"] for item in listed] == ["BUILD", "TEST"]
    factory.builder.delete_workflow(workflowBuildVersionArn=arn)
    with refused("ResourceNotFoundException"):
        factory.builder.get_workflow(workflowBuildVersionArn=arn)
