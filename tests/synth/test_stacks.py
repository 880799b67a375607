"""What the stacks promise about the Terraform that they make."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.synth.conftest import Synthesised

Variant = Callable[..., Synthesised]


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def test_no_distribution_configuration_shares_before_the_approval(example: dict[str, Synthesised]) -> None:
    sharing = {"launch_permission", "target_account_ids", "launch_template_configuration", "s3_export_configuration"}
    for stack in example.values():
        for distribution in stack.resources("aws_imagebuilder_distribution_configuration").values():
            assert not sharing & {key for key, _ in _walk(distribution)}


def test_no_resource_share_admits_external_principals(example: dict[str, Synthesised]) -> None:
    shares = [each for stack in example.values() for each in stack.resources("aws_ram_resource_share").values()]
    assert shares
    assert all(each["allow_external_principals"] is False for each in shares)


def test_an_edited_component_is_a_new_version_of_component_and_recipe(sandbox: Synthesised, variant: Variant) -> None:
    edited = variant(component=("ServerTokens Prod", "ServerTokens Full"))

    def versions(stack: Synthesised) -> dict[str, str]:
        kinds = ("aws_imagebuilder_component", "aws_imagebuilder_image_recipe")
        return {path: each["version"] for kind in kinds for path, each in stack.resources(kind).items()}

    before, after = versions(sandbox), versions(edited)
    assert {path for path in before if before[path] != after[path]} == {
        "web-server/pipeline/recipe/component-web-server",
        "web-server/pipeline/recipe/recipe",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("golden.example.com", "other.example.com"),
        ("aws: update-linux", "aws: update-linux/1.0.2"),
        ("description: Web server on Amazon Linux 2023", "description: Another"),
        ("al2023-ami-kernel-default-x86_64", "al2023-ami-minimal-kernel-default-x86_64"),
    ],
    ids=["parameter", "component version", "description", "parent"],
)
def test_whatever_replaces_a_recipe_changes_its_version(
    sandbox: Synthesised, variant: Variant, old: str, new: str
) -> None:
    kind = "aws_imagebuilder_image_recipe"
    assert variant((old, new)).only(kind)["version"] != sandbox.only(kind)["version"]


def test_what_does_not_replace_a_recipe_keeps_its_version(sandbox: Synthesised, variant: Variant) -> None:
    kind = "aws_imagebuilder_image_recipe"
    other = variant(("required: 2", "required: 1"), ('launch: [workloads, "444444444444"]', "launch: [organization]"))
    assert other.only(kind)["version"] == sandbox.only(kind)["version"]


def test_an_exact_version_is_kept(variant: Variant) -> None:
    assert variant(('version: "1.0"', 'version: "2.3.4"')).only("aws_imagebuilder_image_recipe")["version"] == "2.3.4"


def test_components_and_recipes_are_created_before_they_are_destroyed(example: dict[str, Synthesised]) -> None:
    for stack in example.values():
        for kind in ("aws_imagebuilder_component", "aws_imagebuilder_image_recipe"):
            for each in stack.resources(kind).values():
                assert each["lifecycle"] == {"create_before_destroy": True}


def test_build_instances_take_tokens_only_and_end_when_they_fail(example: dict[str, Synthesised]) -> None:
    for stack in example.values():
        for each in stack.resources("aws_imagebuilder_infrastructure_configuration").values():
            assert each["instance_metadata_options"] == {"http_tokens": "required", "http_put_response_hop_limit": 1}
            assert each["terminate_instance_on_failure"] is True


def test_key_and_evidence_survive_a_destroy_by_default(sandbox: Synthesised, variant: Variant) -> None:
    retained = variant(("retain_on_destroy: false", "retain_on_destroy: true"))
    assert retained.only("aws_kms_key")["lifecycle"] == {"prevent_destroy": True}
    assert retained.resources("aws_s3_bucket")["evidence/bucket"]["lifecycle"] == {"prevent_destroy": True}
    assert sandbox.only("aws_kms_key")["lifecycle"] == {"prevent_destroy": False}


def test_evidence_and_decisions_have_their_writers_and_nobody_writes_elsewhere(
    example: dict[str, Synthesised],
) -> None:
    for stack in example.values():
        for path, each in stack.resources("aws_s3_bucket_policy").items():
            if path.startswith("evidence/"):
                statements = {each["Sid"]: each for each in json.loads(each["policy"])["Statement"]}
                for number, (folder, role) in enumerate({"evidence": "evidence", "decisions": "outcome"}.items()):
                    only = statements[f"OnlyItsRunbooksWrite{number}"]
                    assert only["Resource"].endswith(f"/{folder}/*")
                    writers = only["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
                    assert all(re.search(rf":role/golden-ami-.*-{role}$", writer) for writer in writers)
                assert len(statements["NobodyWritesElsewhere"]["NotResource"]) == 2
                assert statements["NobodyDeletes"]["Effect"] == "Deny"


def test_a_lock_is_there_only_where_it_is_wanted(sandbox: Synthesised, variant: Variant) -> None:
    assert not sandbox.resources("aws_s3_bucket_object_lock_configuration")
    assert "object_lock_enabled" not in sandbox.resources("aws_s3_bucket")["evidence/bucket"]
    locked = variant(
        ("retain_on_destroy: false", "retain_on_destroy: true\n    evidence: {lock_days: 400, lock_mode: COMPLIANCE}")
    )
    assert locked.resources("aws_s3_bucket")["evidence/bucket"]["object_lock_enabled"] is True
    (lock,) = locked.resources("aws_s3_bucket_object_lock_configuration").values()
    assert lock["rule"] == {"default_retention": {"mode": "COMPLIANCE", "days": 400}}
    assert "object_lock_enabled" not in locked.resources("aws_s3_bucket")["logs/bucket"]


def test_what_was_never_approved_is_deleted_only_where_that_is_wanted(
    example: dict[str, Synthesised], variant: Variant
) -> None:
    kind = "aws_imagebuilder_lifecycle_policy"
    assert not variant(("quarantine: { delete_after_days: 90 }", "quarantine: {}")).resources(kind)
    policy = example["prod-eu"].only(kind)
    assert policy["resource_selection"] == [{"tag_map": {"golden-ami:retirable": "prod-eu"}}]
    (detail,) = policy["policy_detail"]
    assert detail["filter"] == [{"type": "AGE", "unit": "DAYS", "value": 90}]
    role = example["prod-eu"].resources("aws_iam_role_policy")["clean-up/role/policy"]
    statements = {each["Sid"]: each for each in json.loads(role["policy"])["Statement"]}
    deregister = statements["DeregisterAmisThatWereNeverApproved"]["Condition"]
    assert deregister["StringNotEquals"] == {"aws:ResourceTag/golden-ami:outcome": ["approved", "revoked"]}
    assert deregister["Null"] == {"aws:ResourceTag/golden-ami:outcome": "false"}


def test_key_admits_accounts_only_when_only_accounts_receive(sandbox: Synthesised, variant: Variant) -> None:
    def condition(stack: Synthesised) -> dict[str, Any]:
        statements = json.loads(stack.only("aws_kms_key")["policy"])["Statement"]
        (launch,) = [each for each in statements if each["Sid"] == "OrganizationLaunches"]
        return launch["Condition"]["StringEquals"]

    assert condition(sandbox) == {"aws:PrincipalOrgID": "o-sandbox00001"}
    accounts = variant(
        ('launch: [workloads, "444444444444"]', 'launch: ["444444444444"]'), ("image_builder: [workloads]", "")
    )
    assert condition(accounts) == {
        "aws:PrincipalOrgID": "o-sandbox00001",
        "aws:PrincipalAccount": ["444444444444"],
    }


def test_without_receivers_neither_share_nor_organization_statement_exists(variant: Variant) -> None:
    stack = variant(('launch: [workloads, "444444444444"]', "launch: []"), ("image_builder: [workloads]", ""))
    assert not stack.resources("aws_ram_resource_share")
    assert "PrincipalOrgID" not in stack.only("aws_kms_key")["policy"]


def test_everything_taggable_carries_the_owner(example: dict[str, Synthesised]) -> None:
    for stack in example.values():
        for provider in stack.content["provider"]["aws"]:
            assert provider["default_tags"][0]["tags"]["owner"] == "golden-ami-automation"


def test_every_provider_refuses_other_accounts(example: dict[str, Synthesised]) -> None:
    for stack in example.values():
        assert all(len(each["allowed_account_ids"]) == 1 for each in stack.content["provider"]["aws"])


def test_public_images_are_blocked_in_every_region_of_a_deployment(example: dict[str, Synthesised]) -> None:
    blocks = example["prod-eu"].resources("aws_ec2_image_block_public_access")
    assert {path: each.get("provider") for path, each in blocks.items()} == {
        "block-public-images": None,
        "block-public-images-eu-north-1": "aws.eu-north-1",
    }
    assert all(each["state"] == "block-new-sharing" for each in blocks.values())


def test_public_images_are_left_alone_only_where_the_configuration_says_so(example: dict[str, Synthesised]) -> None:
    assert not example["prod-us"].resources("aws_ec2_image_block_public_access")


def test_terraform_expands_nothing_in_documents_and_components(variant: Variant) -> None:
    stack = variant(component=("ServerTokens Prod", "Define HOST ${HOSTNAME} %{x}"))
    data = stack.resources("aws_imagebuilder_component")["web-server/pipeline/recipe/component-web-server"]["data"]
    assert "$${HOSTNAME} %%{x}" in data


def test_the_output_names_no_path_of_this_machine(sandbox: Synthesised) -> None:
    assert str(__file__).rsplit("/tests/", 1)[0] not in json.dumps(sandbox.content)


def test_brought_resources_are_not_created(example: dict[str, Synthesised]) -> None:
    """The example's second deployment brings its topic, key and log bucket, and one pipeline and share."""
    brought = [stack for stack in example.values() if not stack.resources("aws_kms_key")]
    assert len(brought) == 1
    (stack,) = brought
    assert not stack.resources("aws_sns_topic")
    assert set(stack.resources("aws_s3_bucket")) == {"evidence/bucket"}


def test_an_approval_that_ended_well_starts_the_rollout_and_its_end_is_told(example: dict[str, Synthesised]) -> None:
    stack = example["prod-eu"]
    rules = stack.resources("aws_cloudwatch_event_rule")
    approved = json.loads(rules["arm-base/rollout/approved"]["event_pattern"])["detail"]
    assert approved == {"Definition": ["GoldenAmiApproval-arm-base"], "Status": ["Success"]}
    told = json.loads(rules["outcome/ended"]["event_pattern"])["detail"]["Definition"]
    assert "GoldenAmiRollout-arm-base" in told
    target = stack.resources("aws_cloudwatch_event_target")["arm-base/rollout/roll-out"]
    # With document/, Terraform would make it a Run Command.
    assert target["arn"].endswith(":automation-definition/GoldenAmiRollout-arm-base:$DEFAULT")
    assert target["input_transformer"]["input_template"] == '{"ExecutionId":["<execution>"]}'
    assert "dead_letter_config" in target
    trust = json.loads(stack.resources("aws_iam_role")["arm-base/rollout/starter/role"]["assume_role_policy"])
    assert "rule/golden-ami-prod-eu-arm-base-approved" in json.dumps(trust)


def test_the_ends_of_many_images_are_noticed_by_several_rules_of_which_the_first_stays_where_it_is(
    sandbox: Synthesised, variant: Variant
) -> None:
    image = "{description: One of many, version: '1.0', parent: 'ssm:/aws/x', components: [{aws: update-linux}]}"
    many = "".join(f"  one-of-many-{number}: {image}\n" for number in range(18))
    stack = variant(("\ndeployments:\n", f"\n{many}\ndeployments:\n"))
    rules, before = (each.resources("aws_cloudwatch_event_rule") for each in (stack, sandbox))
    ended = {path: each for path, each in rules.items() if path.startswith("outcome/ended")}
    assert set(ended) == {"outcome/ended", "outcome/ended-2"}
    assert ended["outcome/ended"]["name"] == before["outcome/ended"]["name"]
    assert max(len(each["event_pattern"]) for each in ended.values()) <= 2048
    told = [each for rule in ended.values() for each in json.loads(rule["event_pattern"])["detail"]["Definition"]]
    assert len(told) == len(set(told)) == 4 * 19
    targets = stack.resources("aws_cloudwatch_event_target")
    assert {path for path in targets if path.startswith("outcome/tell")} == {
        path.replace("ended", "tell") for path in ended
    }


def test_only_what_is_rolled_out_has_a_rollout(example: dict[str, Synthesised]) -> None:
    for name, stack in example.items():
        found = {path.split("/")[0] for path in stack.resources("aws_ssm_document") if "/rollout/" in path}
        assert found == ({"arm-base"} if name == "prod-eu" else set())


def test_auto_scaling_may_use_the_key_only_where_something_is_rolled_out(
    example: dict[str, Synthesised], sandbox: Synthesised
) -> None:
    role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    assert example["prod-eu"].only("aws_kms_key")["policy"].count(role) == 2
    assert role not in sandbox.only("aws_kms_key")["policy"]


def test_no_policy_allows_every_action_or_names_every_service(example: dict[str, Synthesised]) -> None:
    for stack in example.values():
        for kind in ("aws_iam_role_policy", "aws_iam_policy"):
            for path, each in stack.resources(kind).items():
                if not each["policy"].startswith("${"):
                    for statement in json.loads(each["policy"])["Statement"]:
                        actions = statement["Action"]
                        assert not any(
                            "*" in action for action in ([actions] if isinstance(actions, str) else actions)
                        ), path


def test_readers_have_one_policy_of_a_deployment_that_fits_and_changes_nothing(example: dict[str, Synthesised]) -> None:
    reading = re.compile(r"(\w|-)+:(BatchGet|Describe|Get|List|Simulate)[A-Z]\w+|kms:Decrypt")
    for name, stack in example.items():
        policies = {each["name"]: each["policy"] for each in stack.resources("aws_iam_policy").values()}
        text = policies[f"golden-ami-{name}-reader"].replace('\\"', '"')
        # IAM counts without white space, and a key's ARN is longer than the reference to it ("IAM and AWS STS quotas").
        assert len(re.sub(r"\s", "", text)) < 6144 - 4 * 80
        actions = re.findall(r'"([a-z0-9-]+:[A-Z][A-Za-z]+)"', text)
        assert len(actions) > 30
        assert [each for each in actions if not reading.fullmatch(each)] == ["ec2:Owner", "kms:ViaService"]
        assert stack.content["output"]["reader_policy_arn"]


def test_roles_are_assumed_in_their_order_by_every_provider(example: dict[str, Synthesised]) -> None:
    for provider in example["prod-eu"].content["provider"]["aws"]:
        assert [(each["role_arn"], each["external_id"]) for each in provider["assume_role"]] == [
            ("arn:aws:iam::999999999999:role/GoldenAmiHub", "golden-ami"),
            ("arn:aws:iam::222222222222:role/GoldenAmiDeployer", "golden-ami"),
        ]
        assert provider["default_tags"][0]["tags"]["environment"] == "production"
    assert all("assume_role" not in each for each in example["prod-us"].content["provider"]["aws"])
