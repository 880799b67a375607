"""The role covers the calls of its document, and nothing else."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from golden_ami.cli.runbook import app
from golden_ami.permissions import Confinement, automation_statements, to_policy
from golden_ami.runbook import BoundRunbook, Runbook, bind, load
from golden_ami.runbooks import APPROVAL
from tests.runbooks.conftest import (
    BINDINGS,
    EVIDENCE,
    MINIMAL,
    OUTCOME,
    REFRESH,
    RETIREMENT,
    REVOCATION,
    RICH,
    ROLLBACK,
    ROLLOUT,
)
from tests.runbooks.judging import Policy, allow, judged
from tests.unit.test_permissions import (
    EVIDENCE_CONFINEMENT,
    OUTCOME_CONFINEMENT,
    REVOCATION_CONFINEMENT,
    ROLLBACK_CONFINEMENT,
    confinement,
    rollout_within,
)

ROOT = Path(__file__).parent.parent.parent
NINE_STEPS = ROOT / "tests" / "scenarios" / "nine_steps.yaml"

# What nobody can read in a document: whether a topic is encrypted, a parameter an AMI, what a launch template asks for,
# and what RAM asks besides.
HIDDEN = {
    "ec2:CreateTags",
    "ec2:DescribeImages",
    "iam:PassRole",
    "ec2:RunInstances",
    "imagebuilder:GetImagePolicy",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "s3:ListBucket",
}
OTHERS = [
    ("minimal", bind(load(APPROVAL), MINIMAL), confinement(MINIMAL)),
    ("evidence", EVIDENCE, EVIDENCE_CONFINEMENT),
    ("retirement", RETIREMENT, confinement(RICH, publishes=False)),
    ("revocation", REVOCATION, REVOCATION_CONFINEMENT),
    ("rollback", ROLLBACK, ROLLBACK_CONFINEMENT),
    ("rollout", ROLLOUT, rollout_within(REFRESH)),
    ("outcome", OUTCOME, OUTCOME_CONFINEMENT),
]
CASES = [(name, bound, confinement(bound.binding)) for name, bound in BINDINGS] + OTHERS
FEW = [case for case in CASES if case[0] in {"share+launch+scan+quorum+copies+pin", "share+pin", "nothing"}] + OTHERS


def each(cases: list[tuple[str, BoundRunbook, Confinement]]) -> Any:
    return pytest.mark.parametrize(("bound", "within"), [case[1:] for case in cases], ids=[name for name, *_ in cases])


def derived(bound: BoundRunbook, within: Confinement) -> Policy:
    return to_policy(automation_statements(bound, within))


def actions(policy: Policy) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def without(policy: Policy, action: str) -> Policy:
    statements = copy.deepcopy(policy["Statement"])
    for statement in statements:
        statement["Action"] = [each for each in statement["Action"] if each != action]
    return {"Version": "2012-10-17", "Statement": [statement for statement in statements if statement["Action"]]}


def as_runbook(bound: BoundRunbook) -> Runbook:
    return Runbook(APPROVAL, bound.content)


@each(CASES)
def test_our_roles_cover_what_our_documents_call_and_nothing_else(
    bound: BoundRunbook, within: Confinement, tmp_path: Path
) -> None:
    assert judged(as_runbook(bound), tmp_path, derived(bound, within)) == ([], [])


@each(FEW)
def test_a_missing_action_is_named_and_nothing_else_is(
    bound: BoundRunbook, within: Confinement, tmp_path: Path
) -> None:
    policy = derived(bound, within)
    for action in sorted(actions(policy) - HIDDEN):
        if action == "imagebuilder:PutImagePolicy" and bound in (RETIREMENT, REVOCATION, ROLLBACK):
            continue  # its script is given the image when it runs
        findings, left_out = judged(as_runbook(bound), tmp_path, without(policy, action))
        assert findings, action
        assert all(f"{action}, and no policy of the role allows that" in each for each in findings), findings
        assert not left_out


@each(FEW)
@pytest.mark.parametrize(
    "action", ["ec2:TerminateInstances", "iam:CreateUser", "imagebuilder:CreateImage", "sqs:SendMessage"]
)
def test_an_action_that_no_step_calls_is_named(
    bound: BoundRunbook, within: Confinement, action: str, tmp_path: Path
) -> None:
    findings, _ = judged(as_runbook(bound), tmp_path, derived(bound, within), allow(action))
    assert findings == [f"role [1] Statement[0]: allows {action}, which no step calls; remove it"]


def test_an_image_without_a_share_may_do_nothing_with_shares(tmp_path: Path) -> None:
    bound = bind(load(APPROVAL), replace(RICH, share_arn=None, shares_parameter=False))
    within = confinement(bound.binding)
    shared = {each for each in actions(derived(*next(case[1:] for case in CASES))) if each.startswith("ram:")}
    findings, _ = judged(as_runbook(bound), tmp_path, derived(bound, within), allow(*shared, Condition={"Null": {}}))
    assert len(findings) == len(shared) == 4
    assert all("which no step calls" in each for each in findings)


# The policy of the published role, as facts, in an account and a Region (aws-samples,
# aws-blog-integrate-administrator-approval-ec2imagebuilder-awssystemmanager, system_manager_automation_document.yml).
PUBLISHED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["ram:AssociateResourceShare", "sns:Publish"],
            "Resource": ["arn:aws:ram:eu-west-1:222222222222:resource-share/*", "arn:aws:sns:eu-west-1:222222222222:*"],
            "Condition": {"StringEquals": {"aws:ResourceTag/owner": "golden-ami-automation"}},
        },
        {"Effect": "Allow", "Action": ["ec2:ModifyImageAttribute"], "Resource": "arn:aws:ec2:eu-west-1::image/*"},
        {
            "Effect": "Allow",
            "Action": ["imagebuilder:GetImage"],
            "Resource": "arn:aws:imagebuilder:eu-west-1:222222222222:image/*",
        },
        {
            "Effect": "Allow",
            "Action": ["imagebuilder:StartImagePipelineExecution"],
            "Resource": "arn:aws:imagebuilder:eu-west-1:222222222222:image-pipeline/*",
        },
    ],
}


def test_the_role_of_the_nine_steps_cannot_do_what_they_do_and_can_do_it_to_everything(tmp_path: Path) -> None:
    findings, left_out = judged(load(NINE_STEPS), tmp_path, PUBLISHED)
    confine = "whatever the request; name the resource, or write a Condition"
    assert findings == [
        "step executeImageCreation: calls imagebuilder:StartImagePipelineExecution, which depends on "
        "imagebuilder:GetImagePipeline, and no policy of the role allows that; allow it on what the step is about",
        "step shareEC2BuilderImage: calls ram:AssociateResourceShare, which depends on imagebuilder:PutImagePolicy, "
        "and no policy of the role allows that; allow it on what the step is about",
        f"role [0] Statement[1]: allows ec2:ModifyImageAttribute on every image, {confine}",
        f"role [0] Statement[3]: allows imagebuilder:StartImagePipelineExecution on every image-pipeline, {confine}",
    ]
    assert not left_out


def test_the_command_prints_faults_of_the_role_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text(json.dumps(PUBLISHED))
    plain = CliRunner().invoke(app, ["lint", str(NINE_STEPS)])
    done = CliRunner().invoke(app, ["lint", str(NINE_STEPS), "--policy", str(path)])
    more = [line for line in done.stdout.splitlines() if line not in plain.stdout.splitlines()]
    assert (done.exit_code, len(more)) == (1, 4)
    found = json.loads(CliRunner().invoke(app, ["lint", str(NINE_STEPS), "--policy", str(path), "-f", "json"]).stdout)
    assert found["findings"][-1]["where"] == f"{path} Statement[3]"


@pytest.mark.parametrize(
    ("runbook", "image"),
    [
        ("approval", "web-server"),
        ("retirement", "web-server"),
        ("revocation", "web-server"),
        ("rollback", "arm-base"),
        ("outcome", "web-server"),
        ("rollout", "arm-base"),
    ],
)
def test_the_role_that_is_printed_is_the_one_that_the_document_needs(runbook: str, image: str, tmp_path: Path) -> None:
    chosen = [image, "-d", "prod-eu", "-r", runbook, "-c", str(ROOT / "config" / "example.yaml")]
    path = tmp_path / "runbook.yaml"
    path.write_text(CliRunner().invoke(app, ["render", *chosen]).stdout)
    printed = CliRunner().invoke(app, ["role", *chosen]).stdout
    done = CliRunner().invoke(app, ["lint", str(path), "--policy", "-"], input=printed)
    assert (done.exit_code, done.stdout) == (0, f"{path}: no faults\n")


def test_several_policies_count_together(tmp_path: Path) -> None:
    runbook = tmp_path / "runbook.yaml"
    runbook.write_text(OUTCOME.render())
    policy = derived(OUTCOME, OTHERS[-1][2])
    options = []
    for index, statement in enumerate(policy["Statement"]):
        part = tmp_path / f"{index}.json"
        part.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
        options += ["--policy", str(part)]
    assert CliRunner().invoke(app, ["lint", str(runbook), *options]).exit_code == 0
    assert CliRunner().invoke(app, ["lint", str(runbook), *options[:-2]]).exit_code == 1
