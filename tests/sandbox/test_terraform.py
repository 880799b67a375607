"""The real Terraform with the real provider creates, plans empty, changes and destroys against the sandbox."""

import json
import os
import shutil
import subprocess

import pytest

from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH"),
]

IMAGE_BUILDER = "arn:aws:imagebuilder:eu-west-1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
COMPONENT = """\
schemaVersion: 1.0
parameters:
  - Who: {type: string}
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: ["echo ${var.release}"]}}
"""
WORKFLOW = "schemaVersion: 1.0\nname: own\nsteps:\n  - {name: Launch, action: LaunchInstance}\n"
NEWER_FIRST = {"create_before_destroy": True}

RESOURCES = {
    "aws_iam_role": {"build": {"name": "build", "assume_role_policy": json.dumps(TRUST)}},
    "aws_iam_role_policy_attachment": {
        "build": {
            "role": "${aws_iam_role.build.name}",
            "policy_arn": "arn:aws:iam::aws:policy/EC2InstanceProfileForImageBuilder",
        }
    },
    "aws_iam_instance_profile": {"build": {"name": "build", "role": "${aws_iam_role.build.name}"}},
    "aws_sns_topic": {"it": {"name": "AutomationGolden"}},
    "aws_imagebuilder_component": {
        "it": {
            "name": "Hardening Step",
            "platform": "Linux",
            "version": "${var.release}",
            "data": COMPONENT,
            "lifecycle": NEWER_FIRST,
        }
    },
    "aws_imagebuilder_image_recipe": {
        "it": {
            "name": "Web Server",
            "version": "${var.release}",
            "parent_image": "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "component": [
                {"component_arn": f"{IMAGE_BUILDER}:aws:component/update-linux/x.x.x"},
                {
                    "component_arn": "${aws_imagebuilder_component.it.arn}",
                    "parameter": [{"name": "Who", "value": "me"}],
                },
            ],
            "block_device_mapping": [
                {"device_name": "/dev/xvda", "ebs": {"encrypted": True, "volume_size": 20, "volume_type": "gp3"}}
            ],
            "lifecycle": NEWER_FIRST,
        }
    },
    "aws_imagebuilder_infrastructure_configuration": {
        "it": {
            "name": "Web Server",
            "instance_profile_name": "${aws_iam_instance_profile.build.name}",
            "instance_types": ["t3.large"],
            "sns_topic_arn": "${aws_sns_topic.it.arn}",
            "instance_metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1},
            "resource_tags": {"team": "platform", "release": "${var.release}"},
        }
    },
    "aws_imagebuilder_distribution_configuration": {
        "it": {
            "name": "Web Server",
            "distribution": [
                {
                    "region": "eu-west-1",
                    "ami_distribution_configuration": {
                        "name": "web-{{ imagebuilder:buildDate }}",
                        "ami_tags": {"release": "${var.release}"},
                    },
                }
            ],
        }
    },
    "aws_imagebuilder_image_pipeline": {
        "it": {
            "name": "Web Server",
            "image_recipe_arn": "${aws_imagebuilder_image_recipe.it.arn}",
            "infrastructure_configuration_arn": "${aws_imagebuilder_infrastructure_configuration.it.arn}",
            "distribution_configuration_arn": "${aws_imagebuilder_distribution_configuration.it.arn}",
            "image_scanning_configuration": {"image_scanning_enabled": True},
            "schedule": {"schedule_expression": "cron(0 6 ? * MON *)"},
        }
    },
    "aws_imagebuilder_workflow": {"it": {"name": "Own Build", "version": "1.0.0", "type": "BUILD", "data": WORKFLOW}},
    "aws_imagebuilder_lifecycle_policy": {
        "it": {
            "name": "Old Images",
            "execution_role": "${aws_iam_role.build.arn}",
            "resource_type": "AMI_IMAGE",
            "policy_detail": [
                {"action": [{"type": "DELETE"}], "filter": [{"type": "AGE", "value": 6, "unit": "YEARS"}]}
            ],
            "resource_selection": [{"tag_map": {"owner": "golden-ami-automation"}}],
        }
    },
    "aws_ram_resource_share": {"it": {"name": "web-${var.release}", "allow_external_principals": False}},
    "aws_ram_principal_association": {
        "unit": {
            "resource_share_arn": "${aws_ram_resource_share.it.arn}",
            "principal": "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1",
        },
        "account": {"resource_share_arn": "${aws_ram_resource_share.it.arn}", "principal": "444444444444"},
    },
    "aws_ram_resource_association": {
        "component": {
            "resource_share_arn": "${aws_ram_resource_share.it.arn}",
            "resource_arn": "${aws_imagebuilder_component.it.arn}",
            "lifecycle": NEWER_FIRST,
        }
    },
    "aws_ec2_image_block_public_access": {"it": {"state": "block-new-sharing"}},
}
CONFIGURATION = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
    "provider": {"aws": {"default_tags": {"tags": {"owner": "golden-ami-automation"}}}},
    "variable": {"release": {}},
    "resource": RESOURCES,
}


@pytest.fixture
def terraform(tmp_path):
    (tmp_path / "main.tf.json").write_text(json.dumps(CONFIGURATION))
    with LocalAws() as local:
        prepare_organization(local)
        environment = provider_environment(local.isolated_environment(os.environ), workdir=tmp_path)

        def run(*arguments, release=None):
            variables = {} if release is None else {"TF_VAR_release": release}
            done = subprocess.run(
                ["terraform", *arguments, "-no-color"],
                cwd=tmp_path,
                env=environment | variables,
                check=False,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr

        run("init")
        run.local = local
        yield run


def test_a_factory_is_made_planned_empty_changed_and_leaves_nothing(terraform):
    builder, ram = terraform.local.client("imagebuilder"), terraform.local.client("ram")

    terraform("apply", "-auto-approve", release="1.0.0")
    terraform("plan", "-detailed-exitcode", release="1.0.0")
    pipeline = builder.list_image_pipelines()["imagePipelineList"][0]
    assert pipeline["imageRecipeArn"] == f"{IMAGE_BUILDER}:222222222222:image-recipe/web-server/1.0.0"
    assert pipeline["tags"] == {"owner": "golden-ami-automation"}

    terraform("apply", "-auto-approve", release="1.0.1")
    terraform("plan", "-detailed-exitcode", release="1.0.1")
    versions = [item["version"] for item in builder.list_components()["componentVersionList"]]
    assert versions == ["1.0.1"]
    changed = builder.list_image_pipelines()["imagePipelineList"][0]
    assert changed["arn"] == pipeline["arn"]
    assert changed["dateCreated"] == pipeline["dateCreated"]
    assert changed["imageRecipeArn"].endswith("/1.0.1")

    terraform("destroy", "-auto-approve", release="1.0.1")
    assert builder.list_components()["componentVersionList"] == []
    assert builder.list_image_recipes()["imageRecipeSummaryList"] == []
    assert builder.list_image_pipelines()["imagePipelineList"] == []
    assert builder.list_infrastructure_configurations()["infrastructureConfigurationSummaryList"] == []
    assert builder.list_distribution_configurations()["distributionConfigurationSummaryList"] == []
    assert builder.list_workflows()["workflowVersionList"] == []
    assert builder.list_lifecycle_policies()["lifecyclePolicySummaryList"] == []
    shares = ram.get_resource_shares(resourceOwner="SELF")["resourceShares"]
    assert {share["status"] for share in shares} == {"DELETED"}
