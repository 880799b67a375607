"""The factory as the real Terraform and the real AWS provider make it; the tests run in this order on one apply."""

import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from golden_ami.config import load, resolve
from golden_ami.sandbox.inventory import Inventory
from tests.plan.conftest import Workspace

pytestmark = pytest.mark.terraform


def _outputs(factory: Workspace) -> dict[str, Any]:
    raw = json.loads(factory.terraform("output", "-json").stdout)
    return {name: each["value"] for name, each in raw.items()}


def test_a_second_plan_is_empty(factory: Workspace) -> None:
    assert factory.changes() == {}


def test_names_are_what_the_command_line_derives(factory: Workspace) -> None:
    (image,) = resolve(load(factory.config), "sandbox")
    outputs = _outputs(factory)
    made = outputs["image-web-server"]
    assert outputs["topic_arn"] == image.names.scope.topic_arn
    assert made["image_pipeline_arn"] == image.names.pipeline_arn
    assert made["approval_document"] == image.names.approval.document
    assert made["approval_document_arn"] == image.names.approval.document_arn
    assert made["automation_role_arn"] == image.names.approval.role_arn
    role = factory.local.client("iam").get_role(RoleName=image.names.approval.role)["Role"]
    assert role["Arn"] == image.names.approval.role_arn


def test_the_deployed_document_names_the_share_and_no_parameter(factory: Workspace) -> None:
    made = _outputs(factory)["image-web-server"]
    answer = factory.local.client("ssm").get_document(Name=made["approval_document"])
    assert made["resource_share_arn"] in answer["Content"]
    assert "TfToken" not in answer["Content"]
    assert "$${" not in answer["Content"]
    document = YAML(typ="safe").load(answer["Content"])
    deciding = {"PipelineApproverArn", "AMIPrincipals", "ResourceShareArn", "SnsNotificationArn"}
    assert not deciding & set(document.get("parameters") or {})


def test_the_share_is_for_the_organization_only(factory: Workspace) -> None:
    (share,) = [
        each
        for each in factory.local.client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"]
        if each["status"] == "ACTIVE"
    ]
    assert share["allowExternalPrincipals"] is False


def test_nothing_is_shared_by_a_deployment(factory: Workspace) -> None:
    client = factory.local.client("imagebuilder")
    for each in client.list_distribution_configurations()["distributionConfigurationSummaryList"]:
        arn = each["arn"]
        found = client.get_distribution_configuration(distributionConfigurationArn=arn)["distributionConfiguration"]
        assert all("launchPermission" not in d["amiDistributionConfiguration"] for d in found["distributions"])
    ram = factory.local.client("ram")
    assert ram.get_resource_share_associations(associationType="RESOURCE")["resourceShareAssociations"] == []


def test_the_topic_is_encrypted_with_the_deployments_key(factory: Workspace) -> None:
    outputs = _outputs(factory)
    topic = factory.local.client("sns").get_topic_attributes(TopicArn=outputs["topic_arn"])["Attributes"]
    assert topic["KmsMasterKeyId"] == outputs["key_arn"]


def test_public_images_are_blocked(factory: Workspace) -> None:
    state = factory.local.client("ec2").get_image_block_public_access_state()
    assert state["ImageBlockPublicAccessState"] == "block-new-sharing"


def test_everything_that_takes_tags_has_the_owner(factory: Workspace) -> None:
    state = json.loads(factory.terraform("show", "-json").stdout)
    untagged = [
        each["address"]
        for each in state["values"]["root_module"]["resources"]
        if "tags_all" in each["values"] and (each["values"]["tags_all"] or {}).get("owner") != "golden-ami-automation"
    ]
    assert untagged == []


def test_an_edited_component_replaces_component_and_recipe_and_updates_the_pipeline(factory: Workspace) -> None:
    client = factory.local.client("imagebuilder")
    recipes = client.list_image_recipes(owner="Self")["imageRecipeSummaryList"]
    factory.edit(factory.folder / "config" / "components" / "web-server.yaml", "ServerTokens Prod", "ServerTokens Min")
    changes = factory.changes()
    kinds = {address.split(".")[0]: actions for address, actions in changes.items()}
    assert kinds == {
        "aws_imagebuilder_component": ["create", "delete"],
        "aws_imagebuilder_image_recipe": ["create", "delete"],
        "aws_imagebuilder_image_pipeline": ["update"],
    }
    factory.apply()
    after = client.list_image_recipes(owner="Self")["imageRecipeSummaryList"]
    assert len(after) == len(recipes) == 1
    assert after[0]["arn"] != recipes[0]["arn"]
    assert factory.changes() == {}


def test_a_changed_approver_is_a_new_version_of_two_documents_only(factory: Workspace) -> None:
    name = _outputs(factory)["image-web-server"]["approval_document"]
    ssm = factory.local.client("ssm")
    before = ssm.describe_document(Name=name)["Document"]
    factory.edit(factory.config, "required: 2", "required: 1")
    changes = factory.changes()
    assert {address.split(".")[0] for address in changes} == {"aws_ssm_document"}
    assert list(changes.values()) == [["update"], ["update"]]
    factory.apply()
    after = ssm.describe_document(Name=name)["Document"]
    assert after["DefaultVersion"] == after["LatestVersion"] != before["LatestVersion"]
    assert after["VersionName"] != before["VersionName"]
    assert factory.changes() == {}


def test_the_wrong_account_stops_at_the_plan(factory: Workspace) -> None:
    wrong = Workspace(
        folder=factory.folder,
        environment=factory.local.isolated_environment(factory.environment, account="333333333333"),
        local=factory.local,
    )
    done = wrong.terraform("plan", "-input=false", "-no-color", check=False)
    assert done.returncode == 1
    assert "AWS account ID not allowed: 333333333333" in done.stderr


def test_a_retained_key_refuses_to_be_destroyed(factory: Workspace) -> None:
    factory.edit(factory.config, "retain_on_destroy: false", "retain_on_destroy: true")
    factory.apply()
    done = factory.terraform("plan", "-destroy", "-input=false", "-no-color", check=False)
    assert done.returncode == 1
    assert "Instance cannot be destroyed" in done.stderr
    factory.edit(factory.config, "retain_on_destroy: true", "retain_on_destroy: false")
    factory.apply()


def test_destroy_leaves_nothing_but_keys_pending_deletion(factory: Workspace) -> None:
    inventory = Inventory(factory.local.client)
    made = inventory.resources()
    factory.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    left = inventory.resources()
    assert {each.split(" ")[0] for each in made - left} >= {"component", "recipe", "pipeline", "bucket", "document"}
    assert not [each for each in left if "olden-ami" in each or "GoldenAmiApproval" in each]
    assert inventory.keys_pending_deletion() == 1
