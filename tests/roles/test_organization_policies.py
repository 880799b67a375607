"""The service control policies close what IAM cannot, and lock out none of our roles; two evaluators say so."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from golden_ami.config import load
from golden_ami.config.organization_policies import Guardrails
from golden_ami.errors import ConfigError
from golden_ami.organization_policies import PASSING_ROLES, SHARING_ROLES, service_control_policies
from golden_ami.sandbox.access import Need, judge
from tests.roles.conftest import AnotherJudge, Policy, Request
from tests.roles.test_roles_judged_by_another import NAMES, OUR_WORDS, ROLES, SCOPE

CONFIG = load(Path(__file__).parent.parent.parent / "config" / "organization.yaml")
DEPLOYER = SCOPE.iam("role/GoldenAmiDeployer")
STARTER = SCOPE.iam("role/GoldenAmiStarter")
ADMINISTRATOR = SCOPE.iam("role/Administrator")
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
GUARDRAILS = Guardrails(targets=("222222222222",), deployers=(DEPLOYER,), starters=(STARTER,))
POLICIES: list[Policy] = [json.loads(text) for text in service_control_policies(CONFIG, GUARDRAILS, "aws").values()]

PRINCIPALS = {
    "automation": NAMES.approval.role_arn,
    "evidence": NAMES.evidence.role_arn,
    "retirement": NAMES.retirement.role_arn,
    "revocation": NAMES.revocation.role_arn,
    "rollback": NAMES.rollback.role_arn,
    "outcome": SCOPE.outcome.role_arn,
    "rollout": NAMES.rollout.role_arn,
    "rollout event": SCOPE.iam(f"role/{NAMES.approved_rule}"),
    "scheduler": SCOPE.iam(f"role/{NAMES.scheduler_role}"),
    "event": SCOPE.iam(f"role/{SCOPE.outcome_starter_role}"),
    "approver": SCOPE.iam("role/GoldenAmiApprover"),
    "reader": SCOPE.iam("role/GoldenAmiReader"),
    **dict.fromkeys(("starter", "revoker", "rollout starter", "retirer"), STARTER),
}
AMI = "arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0"
BUILT_AS = {"ec2:ResourceTag/Ec2ImageBuilderArn": SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.0.0/1")}
DOCUMENT = SCOPE.arn("ssm", "document/GoldenAmiApproval-web-server")
OWN_DOCUMENT = SCOPE.arn("ssm", "document/Evil")
ROLE = NAMES.approval.role_arn
PASS = Request("iam:PassRole", ROLE, {"iam:PassedToService": "ssm.amazonaws.com"})

HOLES: list[tuple[str, str, Request]] = [
    ("an administrator shares an image", ADMINISTRATOR, Request("ec2:ModifyImageAttribute", AMI, BUILT_AS)),
    ("a deployer shares an image", DEPLOYER, Request("ec2:ModifyImageAttribute", AMI, BUILT_AS)),
    ("the evidence role shares an image", NAMES.evidence.role_arn, Request("ec2:ModifyImageAttribute", AMI, BUILT_AS)),
    (
        "a role of another account with such a name shares an image",
        ROLE.replace(SCOPE.account, "333333333333"),
        Request("ec2:ModifyImageAttribute", AMI, BUILT_AS),
    ),
    ("an administrator passes a runbook's role", ADMINISTRATOR, PASS),
    *(
        (f"an administrator calls {action} on a runbook", ADMINISTRATOR, Request(f"ssm:{action}", DOCUMENT))
        for action in (
            "CreateDocument",
            "UpdateDocument",
            "UpdateDocumentDefaultVersion",
            "DeleteDocument",
            "ModifyDocumentPermission",
        )
    ),
    ("a starter writes a runbook", STARTER, Request("ssm:UpdateDocument", DOCUMENT)),
    ("a starter starts a document of his own", STARTER, Request("ssm:StartAutomationExecution", OWN_DOCUMENT)),
    ("a starter associates a document of his own", STARTER, Request("ssm:CreateAssociation", OWN_DOCUMENT)),
    *(
        (f"an administrator calls {action} on a runbook's role", ADMINISTRATOR, Request(f"iam:{action}", ROLE))
        for action in ("CreateRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "AttachRolePolicy", "DeleteRole")
    ),
    *(
        (
            f"{who} calls {action} with the tag that says which image it is",
            principal,
            Request(f"ec2:{action}", AMI, {**BUILT_AS, "aws:TagKeys": ("Name", "Ec2ImageBuilderArn")}),
        )
        for who, principal in (("an administrator", ADMINISTRATOR), ("a deployer", DEPLOYER), ("our role", ROLE))
        for action in ("CreateTags", "DeleteTags")
    ),
    ("an administrator deletes all tags", ADMINISTRATOR, Request("ec2:DeleteTags", AMI, BUILT_AS)),
]
HARMLESS: list[tuple[str, str, Request]] = [
    ("a deployer writes a runbook", DEPLOYER, Request("ssm:UpdateDocument", DOCUMENT)),
    ("a deployer makes a role", DEPLOYER, Request("iam:CreateRole", ROLE)),
    ("a deployer passes a role", DEPLOYER, PASS),
    ("an administrator writes a document", ADMINISTRATOR, Request("ssm:CreateDocument", OWN_DOCUMENT)),
    ("an administrator starts it", ADMINISTRATOR, Request("ssm:StartAutomationExecution", OWN_DOCUMENT)),
    ("an administrator makes another role", ADMINISTRATOR, Request("iam:CreateRole", SCOPE.iam("role/another"))),
    ("an administrator tags an image", ADMINISTRATOR, Request("ec2:CreateTags", AMI, {"aws:TagKeys": ("Name",)})),
    ("an administrator deletes another tag", ADMINISTRATOR, Request("ec2:DeleteTags", AMI, {"aws:TagKeys": ("Name",)})),
    ("an administrator deletes the tags of another image", ADMINISTRATOR, Request("ec2:DeleteTags", AMI)),
    (
        "an administrator of a consumer makes a role of that name",
        ADMINISTRATOR,
        Request("iam:CreateRole", ROLE.replace(SCOPE.account, "333333333333")),
    ),
]


def _needs() -> Iterator[tuple[str, str, Request]]:
    for role in ROLES:
        yield from ((f"{role.name}: {name}", PRINCIPALS[role.name], request) for name, request in role.allowed())


def _by(principal: str, request: Request) -> Request:
    return replace(request, context={**request.context, "aws:PrincipalArn": principal})


def _verdict(policies: list[Policy], principal: str, request: Request) -> str:
    asked = _by(principal, request)
    context = {key: [value] if isinstance(value, str) else value for key, value in asked.context.items()}
    need = Need(action=asked.action, resource=asked.resource, context=context)
    return OUR_WORDS[judge([EVERYTHING, *policies], need)]


@pytest.fixture(scope="session")
def theirs(another_judge: AnotherJudge) -> dict[str, set[str]]:
    """What Principal Mapper says of every request of this file, by each policy alone."""
    asked = [*_needs(), *HOLES, *HARMLESS]
    questions = [(policy, _by(principal, request)) for _, principal, request in asked for policy in POLICIES]
    found = iter(another_judge(questions))
    verdicts: dict[str, set[str]] = {}
    for name, _, _ in asked:
        verdicts.setdefault(name, set()).update(next(found) for _ in POLICIES)
    return verdicts


def test_every_role_of_the_table_is_somebody() -> None:
    assert set(PRINCIPALS) == {role.name for role in ROLES}


@pytest.mark.parametrize(("name", "principal", "request_"), [*_needs(), *HARMLESS], ids=lambda each: str(each)[:80])
def test_what_our_roles_need_and_what_is_harmless_stays_possible(
    name: str, principal: str, request_: Request, theirs: dict[str, set[str]]
) -> None:
    assert _verdict(POLICIES, principal, request_) == "allowed"
    assert "denied" not in theirs[name]


@pytest.mark.parametrize(("name", "principal", "request_"), HOLES, ids=lambda each: str(each)[:80])
def test_a_hole_is_closed_for_who_may_do_everything(
    name: str, principal: str, request_: Request, theirs: dict[str, set[str]]
) -> None:
    assert _verdict([], principal, request_) == "allowed"
    assert _verdict(POLICIES, principal, request_) == "denied"
    assert "denied" in theirs[name]


def test_every_statement_closes_a_hole_of_its_own() -> None:
    for number, policy in enumerate(POLICIES):
        for index, statement in enumerate(policy["Statement"]):
            looser: list[Any] = copy.deepcopy(POLICIES)
            del looser[number]["Statement"][index]
            opened = [name for name, who, what in HOLES if _verdict(looser, who, what) == "allowed"]
            assert opened, statement["Sid"]


def test_exactly_the_roles_that_share_and_pass_are_left_alone() -> None:
    for action, ends in (("ec2:ModifyImageAttribute", SHARING_ROLES), ("iam:PassRole", PASSING_ROLES)):
        need = {
            PRINCIPALS[role.name].rpartition("-")[2]
            for role in ROLES
            for _, request in role.allowed()
            if request.action == action and "role/golden-ami-" in PRINCIPALS[role.name]
            # The rollout passes the role of instances, which is none of ours.
            if action != "iam:PassRole" or "role/golden-ami-" in request.resource
        }
        assert need == set(ends)


def test_partitions_are_the_organizations() -> None:
    config = CONFIG.model_copy(
        update={"deployments": {"c": CONFIG.deployments["prod-eu"].model_copy(update={"region": "cn-north-1"})}}
    )
    deployer = DEPLOYER.replace("arn:aws:", "arn:aws-cn:")
    texts = service_control_policies(
        config, GUARDRAILS.model_copy(update={"deployers": (deployer,), "starters": ()}), "aws-cn"
    )
    assert all("arn:aws:" not in text and "arn:aws-cn:" in text for text in texts.values())


def test_a_policy_that_aws_would_not_take_is_refused() -> None:
    many = tuple(SCOPE.iam(f"role/starter-{number:03}") for number in range(200))
    with pytest.raises(ConfigError) as raised:
        service_control_policies(CONFIG, GUARDRAILS.model_copy(update={"starters": many}), "aws")
    assert "golden-ami-runbooks has" in raised.value.problems[0]
    assert "AWS takes 5120" in raised.value.problems[0]
