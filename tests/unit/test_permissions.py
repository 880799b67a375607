"""Roles may do what their document calls, on exactly what it is about, and nothing else."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from golden_ami.config.evidence import Quarantine
from golden_ami.config.rollout import Rollout
from golden_ami.confinements import outcome_confinement
from golden_ami.errors import RunbookError
from golden_ami.permissions import (
    Confinement,
    Statement,
    approver_statements,
    automation_statements,
    automation_trust,
    build_instance_statements,
    build_trust,
    event_statements,
    event_trust,
    retirer_statements,
    revoker_statements,
    rollout_event_statements,
    rollout_starter_statements,
    scheduler_statements,
    scheduler_trust,
    starter_statements,
    to_policy,
)
from golden_ami.runbook import BoundRunbook, bind, load
from golden_ami.runbooks import APPROVAL as PATH
from tests.runbooks.conftest import (
    BINDINGS,
    EVIDENCE,
    KEY,
    NAMES,
    OUTCOME,
    REFRESH,
    RETIREMENT,
    REVOCATION,
    RICH,
    ROLLBACK,
    ROLLOUT,
    SHARE,
    TEMPLATE_ONLY,
)

SESSION = botocore.session.Session()
# These know no resource type, or none of ours (Service Authorization Reference).
WITHOUT_RESOURCE = {
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeInstanceRefreshes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeImages",
    "ec2:DescribeSnapshots",
    "inspector2:ListFindings",
    "ram:GetResourceShareAssociations",
    "ram:GetResourceShares",
    "ssm:DescribeAutomationExecutions",
}
every_binding = pytest.mark.parametrize("bound", [each for _, each in BINDINGS], ids=[name for name, _ in BINDINGS])


def _automation(bound: BoundRunbook) -> tuple[Statement, ...]:
    return automation_statements(bound, confinement(bound.binding))


def confinement(binding: Any, *, publishes: bool = True) -> Confinement:
    return Confinement(
        names=NAMES.scope,
        topic_arn=NAMES.scope.topic_arn,
        key_arn=KEY,
        share_arn=binding.share_arn,
        shares_parameter=binding.shares_parameter,
        pipeline_arn=NAMES.pipeline_arn,
        distribution_arn=NAMES.distribution_arn,
        images_arns=(NAMES.images_arn(),),
        parameter=NAMES.parameter,
        regions=binding.regions,
        launches=bool(binding.launch_principals) or not publishes,
        publishes=publishes,
        evidence_bucket=NAMES.scope.evidence_bucket,
        reads=(f"{NAMES.evidence_folder}/*",),
        collects_for=NAMES,
    )


def _retirement() -> tuple[Statement, ...]:
    return automation_statements(RETIREMENT, confinement(RICH, publishes=False))


REVOCATION_CONFINEMENT = replace(confinement(RICH, publishes=False), deprecates=True, disables=True, outcome="revoked")
ROLLBACK_CONFINEMENT = replace(
    confinement(RICH), reads=(f"{NAMES.evidence_folder}/*", f"{NAMES.decision_folder}/*"), collects_for=None
)


def revocation_statements() -> tuple[Statement, ...]:
    return automation_statements(REVOCATION, REVOCATION_CONFINEMENT)


def rollback_statements() -> tuple[Statement, ...]:
    return automation_statements(ROLLBACK, ROLLBACK_CONFINEMENT)


OUTCOME_CONFINEMENT = replace(
    outcome_confinement(
        NAMES.scope,
        [],
        topic_arn=NAMES.scope.topic_arn,
        key_arn=KEY,
        evidence_bucket=NAMES.scope.evidence_bucket,
        quarantine=Quarantine(disable=True),
    ),
    regions=RICH.regions,
)
EVIDENCE_CONFINEMENT = Confinement(
    names=NAMES.scope,
    topic_arn="",
    key_arn=KEY,
    images_arns=(NAMES.images_arn(),),
    parameter=NAMES.parameter,
    regions=("eu-west-1",),
    launches=True,
    lists_findings=True,
    evidence_bucket=NAMES.scope.evidence_bucket,
    reads=(f"{NAMES.evidence_folder}/*",),
    writes=(f"{NAMES.evidence_folder}/*",),
    ami_key_arns=(KEY,),
)


def outcome_statements() -> tuple[Statement, ...]:
    return automation_statements(OUTCOME, OUTCOME_CONFINEMENT)


def evidence_statements() -> tuple[Statement, ...]:
    return automation_statements(EVIDENCE, EVIDENCE_CONFINEMENT)


def rollout_within(rollout: Rollout) -> Confinement:
    return Confinement(
        names=NAMES.scope,
        topic_arn="",
        key_arn=None,
        images_arns=(NAMES.images_arn(),),
        parameter=NAMES.parameter,
        regions=("eu-west-1",),
        launch_template=rollout.launch_template,
        auto_scaling_group=rollout.auto_scaling_group or "",
        instance_role_arn=NAMES.scope.iam(rollout.instance_role) if rollout.instance_role else "",
    )


def rollout_statements(bound: BoundRunbook = ROLLOUT, rollout: Rollout = REFRESH) -> tuple[Statement, ...]:
    return automation_statements(bound, rollout_within(rollout))


def _actions(statements: Iterable[Statement]) -> set[str]:
    return {action for statement in statements for action in statement.actions}


def _everybody() -> tuple[Statement, ...]:
    return (
        *_automation(bind(load(PATH), RICH)),
        *_retirement(),
        *revocation_statements(),
        *rollback_statements(),
        *revoker_statements(NAMES),
        *outcome_statements(),
        *evidence_statements(),
        *retirer_statements(NAMES),
        *rollout_statements(),
        *rollout_starter_statements(NAMES),
        *rollout_event_statements(NAMES),
        *event_statements(NAMES.scope),
        *starter_statements(NAMES),
        *approver_statements(NAMES),
        *scheduler_statements(NAMES),
    )


@every_binding
def test_a_document_that_does_not_share_gets_no_permission_to_share(bound: BoundRunbook) -> None:
    actions = _actions(_automation(bound))
    assert ("ec2:ModifyImageAttribute" in actions) == bool(bound.binding.launch_principals)
    assert ("ram:AssociateResourceShare" in actions) == (bound.binding.share_arn is not None)
    assert ("imagebuilder:PutImagePolicy" in actions) == (bound.binding.share_arn is not None)
    assert not {"s3:PutObject", "imagebuilder:ListImageScanFindings"} & actions


@every_binding
def test_every_call_of_a_document_is_allowed(bound: BoundRunbook) -> None:
    # What a script could do with a share or receivers, it cannot where there are none.
    never = set() if bound.binding.share_arn else {"ram"}
    never |= set() if bound.binding.launch_principals else {"ec2:ModifyImageAttribute"}
    called = {f"{service}:{api}" for _, service, api in bound.calls() if service not in never}
    assert called - never <= _actions(_automation(bound))


@every_binding
def test_every_action_is_used_or_is_what_another_one_needs(bound: BoundRunbook) -> None:
    called = {f"{service}:{api}" for _, service, api in bound.calls()}
    needed = {
        "ec2:DescribeImages",
        "inspector2:ListFindings",
        "iam:PassRole",
        "imagebuilder:TagResource",
        "imagebuilder:GetImagePolicy",
        "imagebuilder:PutImagePolicy",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "s3:ListBucket",
    }
    assert _actions(_automation(bound)) - called <= needed


def test_no_action_and_no_effect_is_a_wildcard() -> None:
    assert not [action for action in _actions(_everybody()) if "*" in action]


def test_a_statement_on_everything_holds_only_actions_without_a_resource() -> None:
    for statement in _everybody():
        if "*" in statement.resources:
            assert set(statement.actions) <= WITHOUT_RESOURCE, statement.sid


def test_every_action_exists() -> None:
    """botocore knows the API behind each action, but for those that IAM has of its own."""
    own = {"iam:PassRole", "s3:ListBucket"}
    names = {"imagebuilder": "imagebuilder", "inspector2": "inspector2"}
    for action in _actions(_everybody()) - own:
        service, api = action.split(":")
        assert api in SESSION.get_service_model(names.get(service, service)).operation_names, action


def test_sharing_is_confined_to_images_of_the_recipe() -> None:
    statements = {statement.sid: statement for statement in _automation(bind(load(PATH), RICH))}
    amis = statements["ShareAmisOfThisRecipe"]
    assert amis.conditions["ArnLike"] == {"ec2:ResourceTag/Ec2ImageBuilderArn": NAMES.images_arn()}
    assert amis.conditions["StringEquals"] == {"ec2:Owner": "222222222222"}
    assert amis.resources == tuple(f"arn:aws:ec2:{region}::image/*" for region in RICH.regions)
    share = statements["AddToThisShare"]
    assert share.resources == (SHARE,)
    assert share.conditions["Null"] == {"ram:Principal": "true"}
    assert share.conditions["Bool"] == {"ram:AllowsExternalPrincipals": "false"}


def test_a_starter_cannot_approve_and_an_approver_cannot_start() -> None:
    assert "ssm:SendAutomationSignal" not in _actions(starter_statements(NAMES))
    assert "ssm:StartAutomationExecution" not in _actions(approver_statements(NAMES))
    assert "iam:PassRole" not in _actions(approver_statements(NAMES))


def test_a_retirer_can_neither_share_nor_approve() -> None:
    actions = _actions(retirer_statements(NAMES))
    assert "ssm:SendAutomationSignal" not in actions
    assert retirer_statements(NAMES)[0].resources == (
        NAMES.retirement.definition_arn,
        NAMES.retirement.document_arn,
    )


def test_retirement_can_give_nothing_to_a_share_and_build_nothing() -> None:
    actions = _actions(_retirement())
    assert not {"ram:AssociateResourceShare", "imagebuilder:StartImagePipelineExecution"} & actions


def test_revocation_can_give_nothing_delete_nothing_and_say_nothing_but_revoked() -> None:
    statements = revocation_statements()
    deleting = {"ec2:DeregisterImage", "ec2:DeleteSnapshot", "imagebuilder:DeleteImage"}
    giving = {"ram:AssociateResourceShare", "ec2:EnableImage", "imagebuilder:StartImagePipelineExecution"}
    assert not (deleting | giving) & _actions(statements)
    tagging = [each for each in statements if {"ec2:CreateTags", "imagebuilder:TagResource"} & set(each.actions)]
    assert len(tagging) == 2
    for each in tagging:
        assert each.conditions["StringEquals"]["aws:RequestTag/golden-ami:outcome"] == "revoked"
        assert each.conditions["ForAllValues:StringEquals"] == {"aws:TagKeys": ["golden-ami:outcome"]}


def test_what_is_not_disabled_cannot_be() -> None:
    statements = automation_statements(REVOCATION, replace(REVOCATION_CONFINEMENT, disables=False))
    assert "ec2:DisableImage" not in _actions(statements)


def test_a_rollback_can_build_delete_and_mark_nothing_and_enables_only_amis_of_the_recipe() -> None:
    statements = {each.sid: each for each in rollback_statements()}
    never = {
        "ec2:CreateTags",
        "ec2:DeregisterImage",
        "ec2:DisableImage",
        "imagebuilder:DeleteImage",
        "imagebuilder:StartImagePipelineExecution",
        "imagebuilder:TagResource",
        "s3:PutObject",
    }
    assert not never & _actions(statements.values())
    for sid in ("EnableAmisOfThisRecipe", "UndeprecateAmisOfThisRecipe"):
        assert statements[sid].conditions["ArnLike"] == {"ec2:ResourceTag/Ec2ImageBuilderArn": NAMES.images_arn()}
        assert statements[sid].conditions["StringEquals"] == {"ec2:Owner": "222222222222"}


def test_a_revoker_starts_two_runbooks_of_the_image_and_decides_nothing() -> None:
    statements = revoker_statements(NAMES)
    assert "ssm:SendAutomationSignal" not in _actions(statements)
    assert len({each.sid for each in statements}) == len(statements)
    passed = {arn for each in statements if "iam:PassRole" in each.actions for arn in each.resources}
    assert passed == {NAMES.revocation.role_arn, NAMES.rollback.role_arn}


def test_who_collects_evidence_can_share_nothing_and_start_nothing() -> None:
    writing = {"s3:PutObject", "kms:GenerateDataKey", "kms:Decrypt"}
    reading = ("Get", "List", "Describe")
    assert not [
        action
        for action in _actions(evidence_statements()) - writing
        if not action.partition(":")[2].startswith(reading)
    ]


def test_evidence_and_decisions_are_written_by_one_role_each() -> None:
    for statements, folder in ((evidence_statements(), "evidence/web-server"), (outcome_statements(), "decisions")):
        (write,) = [each for each in statements if "s3:PutObject" in each.actions]
        assert write.resources == (f"arn:aws:s3:::{NAMES.scope.evidence_bucket}/{folder}/*",)
    readers = (_automation(bind(load(PATH), RICH)), _retirement(), revocation_statements(), rollback_statements())
    for others in (*readers, approver_statements(NAMES)):
        assert "s3:PutObject" not in _actions(others)


def test_the_role_that_tells_can_put_away_and_share_nothing() -> None:
    actions = _actions(outcome_statements())
    assert not {"ec2:ModifyImageAttribute", "ram:AssociateResourceShare", "ssm:PutParameter"} & actions
    for statement in outcome_statements():
        if {"ec2:CreateTags", "imagebuilder:TagResource", "ssm:AddTagsToResource"} & set(statement.actions):
            assert statement.conditions["ForAllValues:StringEquals"] == {"aws:TagKeys": ["golden-ami:outcome"]}


def test_a_rollout_changes_one_template_and_one_group_and_launches_only_amis_of_its_image() -> None:
    template = "arn:aws:ec2:eu-west-1:222222222222:launch-template/lt-0123456789abcdef0"
    statements = {each.sid: each for each in rollout_statements()}
    for sid in ("AddVersionsToThisTemplate", "SetItsDefaultVersion"):
        assert statements[sid].resources == (template,)
    (group,) = statements["RefreshThisGroup"].resources
    assert group.endswith(":autoScalingGroup:*:autoScalingGroupName/web-servers")
    launches = [each for each in statements.values() if "ec2:RunInstances" in each.actions]
    assert all(each.conditions["ArnEquals"] == {"ec2:LaunchTemplate": template} for each in launches)
    assert statements["LaunchAmisOfThisRecipe"].conditions["StringEquals"] == {"ec2:Owner": "222222222222"}
    writing = {action for action in _actions(statements.values()) if not action.partition(":")[2].startswith("Desc")}
    assert writing == {
        "autoscaling:StartInstanceRefresh",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:CreateTags",
        "ec2:ModifyLaunchTemplate",
        "ec2:RunInstances",
        "iam:PassRole",
        "ssm:GetParameter",
    }


def test_a_rollout_without_a_group_can_launch_nothing() -> None:
    statements = rollout_statements(TEMPLATE_ONLY, Rollout(launch_template="lt-0123456789abcdef0"))
    assert _actions(statements) == {
        "ec2:CreateLaunchTemplateVersion",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:ModifyLaunchTemplate",
        "ssm:GetParameter",
    }


def test_no_role_is_passed_to_instances_unless_the_configuration_names_one() -> None:
    statements = rollout_statements(ROLLOUT, REFRESH.model_copy(update={"instance_role": None}))
    assert "iam:PassRole" not in _actions(statements)


def test_only_the_outcome_can_be_written_onto_executions() -> None:
    for statements in (outcome_statements(), _retirement(), _automation(bind(load(PATH), RICH))):
        (tagging,) = [each for each in statements if each.sid == "TagExecutionsWithTheirOutcome"]
        assert tagging.conditions["ForAllValues:StringEquals"] == {"aws:TagKeys": ["golden-ami:outcome"]}


def test_only_the_image_s_own_role_can_be_passed_and_only_to_systems_manager() -> None:
    for statements in (starter_statements(NAMES), scheduler_statements(NAMES)):
        (passing,) = [statement for statement in statements if "iam:PassRole" in statement.actions]
        assert passing.resources == (NAMES.approval.role_arn,)
        assert passing.conditions == {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}


def test_an_approver_signals_only_executions_of_the_image() -> None:
    (signal,) = [each for each in approver_statements(NAMES) if "ssm:SendAutomationSignal" in each.actions]
    assert signal.conditions == {"StringEquals": {"aws:ResourceTag/golden-ami:image": "web-server"}}


def test_a_call_that_is_not_in_the_table_is_an_error_not_a_grant() -> None:
    bound = bind(load(PATH), RICH)
    content = json.loads(json.dumps(bound.content))
    content["mainSteps"][2]["inputs"].update(Service="ec2", Api="TerminateInstances")
    with pytest.raises(RunbookError, match="calls ec2:TerminateInstances"):
        _automation(BoundRunbook(content, bound.binding))


@pytest.mark.parametrize(
    "trust",
    [automation_trust(NAMES.scope), scheduler_trust(NAMES.scope), event_trust(NAMES.scope, NAMES.approved_rule)],
    ids=["Systems Manager", "Scheduler", "EventBridge"],
)
def test_trust_is_confined_to_the_account(trust: dict[str, Any]) -> None:
    (statement,) = trust["Statement"]
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "222222222222"
    assert "aws:SourceArn" in json.dumps(statement["Condition"])


def test_instances_cannot_read_the_accounts_parameters() -> None:
    statements = build_instance_statements(NAMES.scope, log_bucket="logs", key_arn=KEY)
    assert not {action for action in _actions(statements) if action.startswith("ssm:GetParameter")}
    assert build_trust(NAMES.scope)["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_policies_fit_what_iam_takes() -> None:
    for statements in (
        _automation(bind(load(PATH), RICH)),
        evidence_statements(),
        outcome_statements(),
        _retirement(),
        approver_statements(NAMES),
    ):
        text = json.dumps(to_policy(statements), separators=(",", ":"))
        assert len(text) < 10_240
        sids = [statement.sid for statement in statements]
        assert len(set(sids)) == len(sids)
