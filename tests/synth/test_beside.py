"""The Terraform JSON of the stacks beside the deployments: the organization, consumers, the bucket of states."""

import json
from pathlib import Path

import pytest
from cdktf import App

from golden_ami.config import Config, load
from stacks.composition import compose
from tests.synth.conftest import CONFIG, Synthesised


def _synthesise(config: Config, folder: Path) -> dict[str, Synthesised]:
    app = App(outdir=str(folder))
    names = compose(app, config)
    app.synth()
    return {name: Synthesised(json.loads((folder / "stacks" / name / "cdk.tf.json").read_text())) for name in names}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesised]:
    return _synthesise(load(CONFIG / "organization.yaml"), tmp_path_factory.mktemp("organization"))


def test_there_is_a_stack_for_each_thing_that_is_asked_for(made: dict[str, Synthesised], tmp_path: Path) -> None:
    assert set(made) == {"prod-eu", "organization", "web-frontend", "state-bootstrap"}
    assert set(_synthesise(load(CONFIG / "minimal.yaml"), tmp_path)) == set(load(CONFIG / "minimal.yaml").deployments)


def test_each_has_a_state_and_credentials_of_its_own(made: dict[str, Synthesised]) -> None:
    accounts = {name: each.content["provider"]["aws"][0]["allowed_account_ids"] for name, each in made.items()}
    assert accounts == {
        "prod-eu": ["222222222222"],
        "organization": ["111111111111"],
        "web-frontend": ["333333333333"],
        "state-bootstrap": ["222222222222"],
    }
    keys = {name: each.content["terraform"]["backend"].get("s3", {}).get("key") for name, each in made.items()}
    assert keys.pop("state-bootstrap") is None
    assert keys == {name: f"golden-ami/{name}.tfstate" for name in keys}
    assert made["organization"].content["terraform"]["backend"]["s3"]["use_lockfile"] is True


def test_the_bucket_of_states_is_the_one_that_they_are_kept_in(made: dict[str, Synthesised]) -> None:
    bucket = made["state-bootstrap"].only("aws_s3_bucket")
    assert bucket["bucket"] == made["prod-eu"].content["terraform"]["backend"]["s3"]["bucket"]
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    assert bucket["force_destroy"] is False


def test_the_declarative_policy_only_audits_at_first(made: dict[str, Synthesised]) -> None:
    policy = made["organization"].resources("aws_organizations_policy")["golden-ami-ec2"]
    assert policy["type"] == "DECLARATIVE_POLICY_EC2"
    attributes = json.loads(policy["content"])["ec2_attributes"]
    images = attributes["allowed_images_settings"]
    assert images["state"] == {"@@assign": "audit_mode"}
    assert images["image_criteria"] == {
        "criteria_1": {"allowed_image_providers": {"@@assign": ["amazon", "222222222222"]}}
    }
    assert attributes["image_block_public_access"]["state"] == {"@@assign": "block_new_sharing"}


def test_policies_are_attached_to_what_is_named(made: dict[str, Synthesised]) -> None:
    attached = made["organization"].resources("aws_organizations_policy_attachment")
    assert {path: each["target_id"] for path, each in attached.items()} == {
        "golden-ami-ec2-ou-ab12-c3d4e5f6": "ou-ab12-c3d4e5f6",
        "golden-ami-images-ou-ab12-g7h8i9j0": "ou-ab12-g7h8i9j0",
        "golden-ami-runbooks-ou-ab12-g7h8i9j0": "ou-ab12-g7h8i9j0",
    }


def test_sharing_inside_the_organization_is_not_switched_off_by_accident(made: dict[str, Synthesised]) -> None:
    sharing = made["organization"].only("aws_ram_sharing_with_organization")
    assert sharing["lifecycle"] == {"prevent_destroy": True}


def test_a_consumer_names_no_ami_and_watches_silence(made: dict[str, Synthesised]) -> None:
    consumer = made["web-frontend"]
    template = consumer.only("aws_launch_template")
    assert template["image_id"] == (
        "resolve:ssm:arn:aws:ssm:eu-west-1:222222222222:parameter/golden-ami/prod-eu/web-server/ami"
    )
    assert template["metadata_options"]["http_tokens"] == "required"
    assert consumer.only("aws_autoscaling_group")["launch_template"]["version"] == "$Default"
    alarm = consumer.only("aws_cloudwatch_metric_alarm")
    assert (alarm["treat_missing_data"], alarm["period"]) == ("breaching", 1800)
    assert alarm["alarm_actions"] == ["arn:aws:sns:eu-west-1:333333333333:operations"]
    content = consumer.only("aws_ssm_document")["content"]
    assert "consumer: web-frontend" in content
