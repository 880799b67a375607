"""Principal Mapper, which knows nothing of this project, says that roles may do what they need and nothing beside it.

To add a role, add a row to ``ROLES``: its policy, the requests that it needs, and for each of them what a single
difference must make impossible. The tests say what a new row has forgotten.
"""

import copy
import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from golden_ami.permissions import (
    Confinement,
    approver_statements,
    automation_statements,
    event_statements,
    retirer_statements,
    revoker_statements,
    rollout_event_statements,
    rollout_starter_statements,
    scheduler_statements,
    starter_statements,
    to_policy,
)
from golden_ami.runbook import bind, load
from golden_ami.runbooks import APPROVAL as PATH
from golden_ami.sandbox.access import Need, Verdict, judge
from tests.roles import evidence_cases, reader_cases, revocation_cases, rollout_cases
from tests.roles.conftest import AnotherJudge, Case, Policy, Request, Role, at, says, without
from tests.runbooks.conftest import (
    EVIDENCE,
    KEY,
    NAMES,
    OUTCOME,
    RETIREMENT,
    REVOCATION,
    RICH,
    ROLLBACK,
    ROLLOUT,
    SHARE,
)

ROOT = Path(__file__).parent.parent.parent
SCOPE = NAMES.scope

IMAGE = SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.2.3/4")
# Its name begins like ours.
OTHER_IMAGE = SCOPE.arn("imagebuilder", "image/golden-ami-web-server-beta/1.2.3/4")
FOREIGN_IMAGE = SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.2.3/4", account="444444444444")
EXECUTION = SCOPE.arn("ssm", "automation-execution/0aa1bb22-3c3c-4d4d-5e5e-666666666666")
FOREIGN_EXECUTION = EXECUTION.replace(SCOPE.account, "444444444444")
OF_ANOTHER_IMAGE = {"another image": at(OTHER_IMAGE), "an image of another account": at(FOREIGN_IMAGE)}
OF_ANOTHER_ACCOUNT = {
    "an execution of another account": at(FOREIGN_EXECUTION),
    "an execution of another Region": at(EXECUTION.replace(SCOPE.region, "us-west-2")),
}
REQUESTED_OWNER = "aws:RequestTag/owner"
REQUESTED_IMAGE = "aws:RequestTag/golden-ami:image"
TAGGED_IMAGE = "aws:ResourceTag/golden-ami:image"
BUILT_AS = "ec2:ResourceTag/Ec2ImageBuilderArn"


def _ami(region: str) -> str:
    return f"arn:aws:ec2:{region}::image/ami-0123456789abcdef0"


def _snapshot(region: str) -> str:
    return f"arn:aws:ec2:{region}::snapshot/snap-0123456789abcdef0"


def _parameter(name: str, region: str = SCOPE.region) -> str:
    return SCOPE.arn("ssm", f"parameter/golden-ami/prod-eu/web-server/{name}", region=region)


PARAMETERS = (_parameter("approved"), *(_parameter("ami", region) for region in RICH.regions))
ANOTHER_PARAMETER = {
    "another image's parameter": at(_parameter("ami").replace("web-server", "database")),
    "another parameter": at(_parameter("approved/by")),
}


def _pipeline_cases() -> Iterator[Case]:
    for action in ("GetImagePipeline", "StartImagePipelineExecution"):
        yield Case(
            f"{action} of its pipeline",
            Request(f"imagebuilder:{action}", NAMES.pipeline_arn),
            {"another pipeline": at(f"{NAMES.pipeline_arn}-beta")},
        )
    yield Case(
        "read its distribution",
        Request("imagebuilder:GetDistributionConfiguration", NAMES.distribution_arn),
        {"another distribution": at(f"{NAMES.distribution_arn}-beta")},
    )
    yield Case(
        "tag its image",
        Request("imagebuilder:TagResource", IMAGE, {REQUESTED_OWNER: "golden-ami-automation"}),
        OF_ANOTHER_IMAGE
        | {"no owner tag in the request": without(REQUESTED_OWNER), "another owner": says(REQUESTED_OWNER, "somebody")},
    )


def _image_cases(*actions: str) -> Iterator[Case]:
    for action in actions:
        yield Case(f"{action} of its image", Request(f"imagebuilder:{action}", IMAGE), OF_ANOTHER_IMAGE)


def _share_case(action: str, what: str, kind: str, others: dict[str, str]) -> Case:
    # Taking out matters most when somebody has opened the share.
    closed = {
        "external principals allowed": says("ram:AllowsExternalPrincipals", "true"),
        "silence about external principals": without("ram:AllowsExternalPrincipals"),
    }
    return Case(
        f"{action} for its share and {what.rpartition(':')[2]}",
        Request(
            f"ram:{action}",
            SHARE,
            {"ram:ResourceArn": what, "ram:RequestedResourceType": kind, "ram:AllowsExternalPrincipals": "false"},
        ),
        {name: says("ram:ResourceArn", arn) for name, arn in others.items()}
        | {
            "another share": at(SHARE.replace("12345678", "87654321")),
            "nothing to share": without("ram:ResourceArn"),
            **(closed if action == "AssociateResourceShare" else {}),
            "a principal named": says("ram:Principal", "333333333333"),
            "another resource type": says("ram:RequestedResourceType", "ec2:Subnet"),
            "no resource type": without("ram:RequestedResourceType"),
        },
    )


def _share_image(action: str) -> Case:
    others = {"another image": OTHER_IMAGE, "an image of another account": FOREIGN_IMAGE}
    return _share_case(action, IMAGE, "imagebuilder:Image", others)


def _share_parameter(action: str) -> Case:
    others = {"what says who approved": _parameter("approved"), "a parameter elsewhere": _parameter("ami", "us-east-1")}
    return _share_case(action, _parameter("ami"), "ssm:Parameter", others)


def _regional_cases(arn: Callable[[str], str], *actions: str) -> Iterator[Case]:
    """AMIs and snapshots, which only conditions confine."""
    for action in actions:
        for region in RICH.regions:
            yield Case(
                f"{action} of its own in {region}",
                Request(f"ec2:{action}", arn(region), {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE}),
                {
                    "built from another recipe": says(BUILT_AS, OTHER_IMAGE),
                    "not built by Image Builder": without(BUILT_AS),
                    "of another owner": says("ec2:Owner", "444444444444"),
                    "of nobody": without("ec2:Owner"),
                    "in another Region": at(arn("ap-southeast-2")),
                },
            )


def _topic_cases() -> Iterator[Case]:
    yield Case(
        "publish to its topic",
        Request("sns:Publish", SCOPE.topic_arn),
        {"another topic": at(f"{SCOPE.topic_arn}-beta")},
    )
    for action in ("Decrypt", "GenerateDataKey"):
        yield Case(
            f"{action} for its topic",
            Request(f"kms:{action}", KEY, {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}),
            {
                "another key": at(KEY.replace("11111111", "99999999")),
                "another service": says("kms:ViaService", "ec2.eu-west-1.amazonaws.com"),
                "no service": without("kms:ViaService"),
            },
        )


def _execution_cases(*actions: str) -> Iterator[Case]:
    for action in actions:
        yield Case(f"{action} of an execution", Request(f"ssm:{action}", EXECUTION), OF_ANOTHER_ACCOUNT)


def _outcome_cases() -> Iterator[Case]:
    yield from _execution_cases("DescribeAutomationStepExecutions", "GetAutomationExecution", "ListTagsForResource")
    yield Case(
        "tag an execution with its outcome",
        Request("ssm:AddTagsToResource", EXECUTION, {"aws:TagKeys": ("golden-ami:outcome",)}),
        OF_ANOTHER_ACCOUNT
        | {
            "the tag that decides who approves": says("aws:TagKeys", "golden-ami:image"),
            "that tag, too": says("aws:TagKeys", "golden-ami:outcome", "golden-ami:image"),
            "no tag": without("aws:TagKeys"),
        },
    )
    yield from _topic_cases()


def _account_cases(*actions: str) -> Iterator[Case]:
    """Actions that know no resource."""
    for action in actions:
        yield Case(action, Request(action))


def _automation_cases() -> Iterator[Case]:
    yield from _pipeline_cases()
    yield from _image_cases("GetImage", "GetImagePolicy", "PutImagePolicy")
    yield from _start_cases(NAMES.evidence.document, NAMES.evidence.role_arn)
    yield from evidence_cases.reading()
    yield from evidence_cases.encryption("s3", "Decrypt")
    yield _share_image("AssociateResourceShare")
    yield _share_parameter("AssociateResourceShare")
    yield _share_image("DisassociateResourceShare")
    yield from _regional_cases(_ami, "DescribeImageAttribute", "ModifyImageAttribute")
    yield from _account_cases("ec2:DescribeImages", "ram:GetResourceShareAssociations", "ram:GetResourceShares")
    yield from _parameter_cases()
    yield from _parameter_tagging_cases()
    yield from _outcome_cases()


def _parameter_tagging_cases() -> Iterator[Case]:
    for number, arn in enumerate(PARAMETERS):
        yield Case(
            f"tag parameter {number}",
            Request("ssm:AddTagsToResource", arn, {REQUESTED_OWNER: "golden-ami-automation"}),
            ANOTHER_PARAMETER | {"no owner": without(REQUESTED_OWNER), "another": says(REQUESTED_OWNER, "somebody")},
        )


def _parameter_cases(*actions: str) -> Iterator[Case]:
    for number, arn in enumerate(PARAMETERS):
        for action in actions or ("DeleteParameter", "GetParameter", "PutParameter"):
            yield Case(f"{action} {number}", Request(f"ssm:{action}", arn), ANOTHER_PARAMETER)


def _retirement_cases() -> Iterator[Case]:
    yield from _image_cases("DeleteImage", "GetImage", "GetImagePolicy", "PutImagePolicy")
    yield _share_image("DisassociateResourceShare")
    yield from _regional_cases(
        _ami,
        "DeregisterImage",
        "DescribeImageAttribute",
        "DisableImageDeregistrationProtection",
        "ModifyImageAttribute",
    )
    yield from _regional_cases(_snapshot, "DeleteSnapshot")
    yield from _account_cases("ec2:DescribeImages", "ec2:DescribeSnapshots", "ram:GetResourceShareAssociations")
    yield from _parameter_cases()
    yield from _outcome_cases()


def _revocation_cases() -> Iterator[Case]:
    yield from _image_cases("GetImage", "GetImagePolicy", "PutImagePolicy")
    yield _share_image("DisassociateResourceShare")
    yield from _regional_cases(_ami, "DescribeImageAttribute", "ModifyImageAttribute")
    yield from _account_cases("ec2:DescribeImages", "ram:GetResourceShareAssociations")
    yield from _parameter_cases()
    yield from _outcome_cases()
    yield from revocation_cases.saying_so(RICH.regions)


def _rollback_cases() -> Iterator[Case]:
    yield from _image_cases("GetImage", "GetImagePolicy", "PutImagePolicy")
    yield _share_image("AssociateResourceShare")
    yield _share_parameter("AssociateResourceShare")
    yield _share_image("DisassociateResourceShare")
    yield from _regional_cases(_ami, "DescribeImageAttribute", "ModifyImageAttribute")
    yield from _account_cases("ec2:DescribeImages", "ram:GetResourceShareAssociations", "ram:GetResourceShares")
    yield from _parameter_cases()
    yield from _parameter_tagging_cases()
    yield from _outcome_cases()
    yield from revocation_cases.enabling(RICH.regions)
    yield from evidence_cases.encryption("s3", "Decrypt")


def _start_cases(document: str, role: str) -> Iterator[Case]:
    definition = SCOPE.arn("ssm", f"automation-definition/{document}:$DEFAULT")
    yield Case(
        "start its runbook",
        Request("ssm:StartAutomationExecution", definition),
        {"another document": at(SCOPE.arn("ssm", "automation-definition/AWS-StopEC2Instance:$DEFAULT"))},
    )
    yield Case(
        "start its document",
        Request("ssm:StartAutomationExecution", SCOPE.arn("ssm", f"document/{document}")),
        {"another document": at(SCOPE.arn("ssm", f"document/{document}-beta"))},
    )
    yield Case(
        "pass its role to Systems Manager",
        Request("iam:PassRole", role, {"iam:PassedToService": "ssm.amazonaws.com"}),
        {
            "another role": at(SCOPE.iam("role/Admin")),
            "another service": says("iam:PassedToService", "ec2.amazonaws.com"),
            "no service": without("iam:PassedToService"),
        },
    )


def _approval_start_cases() -> Iterator[Case]:
    yield from _start_cases(NAMES.approval.document, NAMES.approval.role_arn)
    yield from _tagged_start_cases()


def _tagged_start_cases() -> Iterator[Case]:
    for action in ("AddTagsToResource", "StartAutomationExecution"):
        yield Case(
            f"{action} with the image's tag",
            Request(f"ssm:{action}", EXECUTION, {REQUESTED_IMAGE: NAMES.image}),
            OF_ANOTHER_ACCOUNT
            | {"another image's tag": says(REQUESTED_IMAGE, "database"), "no tag": without(REQUESTED_IMAGE)},
        )


def _own_execution(action: str) -> Case:
    return Case(
        f"{action} on an execution of the image",
        Request(f"ssm:{action}", EXECUTION, {TAGGED_IMAGE: NAMES.image}),
        OF_ANOTHER_ACCOUNT
        | {"one tagged for another image": says(TAGGED_IMAGE, "database"), "an untagged one": without(TAGGED_IMAGE)},
    )


def _reading_cases(*documents: str) -> Iterator[Case]:
    yield from _execution_cases("DescribeAutomationStepExecutions", "GetAutomationExecution", "ListTagsForResource")
    for action in ("DescribeDocument", "GetDocument"):
        for arn in documents or (NAMES.approval.document_arn, NAMES.retirement.document_arn):
            yield Case(
                f"{action} of {arn.rpartition('/')[2]}",
                Request(f"ssm:{action}", arn),
                {"another document": at(f"{arn}-beta")},
            )
    yield from _account_cases("ssm:DescribeAutomationExecutions")
    yield Case("read what is approved", Request("ssm:GetParameter", _parameter("approved")), ANOTHER_PARAMETER)


def _approver_cases() -> Iterator[Case]:
    yield _own_execution("SendAutomationSignal")
    yield from _reading_cases()
    yield from _image_cases(
        "GetImage", "ListImagePackages", "ListImageScanFindingAggregations", "ListImageScanFindings"
    )
    yield from _account_cases("inspector2:ListFindings")
    yield from evidence_cases.deciding()


def _evidence_cases() -> Iterator[Case]:
    yield from _image_cases(
        "GetImage",
        "ListImagePackages",
        "ListImageScanFindingAggregations",
        "ListImageScanFindings",
        "ListWorkflowExecutions",
    )
    yield from _account_cases("inspector2:ListFindings", "ec2:DescribeImages", "ec2:DescribeSnapshots")
    for number, arn in enumerate(PARAMETERS):
        yield Case(f"GetParameter {number}", Request("ssm:GetParameter", arn), ANOTHER_PARAMETER)
    yield from _execution_cases("GetAutomationExecution")
    yield from evidence_cases.collecting()


WRITING = tuple(Request("s3:PutObject", arn) for arn in (evidence_cases.EVIDENCE, evidence_cases.DECISION))
SHARING = (
    Request("ec2:ModifyImageAttribute", _ami(SCOPE.region), {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE}),
    Request("ram:AssociateResourceShare", SHARE, {"ram:ResourceArn": IMAGE, "ram:AllowsExternalPrincipals": "false"}),
    Request("ram:AssociateResourceShare", SHARE, {"ram:Principal": "333333333333"}),
)
SIGNAL = Request("ssm:SendAutomationSignal", EXECUTION, {TAGGED_IMAGE: NAMES.image})
STOP = Request("ssm:StopAutomationExecution", EXECUTION, {TAGGED_IMAGE: NAMES.image})

PASS = tuple(
    Request("iam:PassRole", arn, {"iam:PassedToService": "ssm.amazonaws.com"})
    for arn in (NAMES.approval.role_arn, NAMES.retirement.role_arn, SCOPE.outcome.role_arn, NAMES.evidence.role_arn)
)
START, RETIRE = (
    Request("ssm:StartAutomationExecution", arn) for arn in (NAMES.approval.document_arn, NAMES.retirement.document_arn)
)
ROLL_OUT = Request("ssm:StartAutomationExecution", NAMES.rollout.document_arn)
TAKE_OVER = (
    *PASS,
    SIGNAL,
    STOP,
    START,
    RETIRE,
    Request("ram:CreateResourceShare"),
    Request("ram:UpdateResourceShare", SHARE, {"ram:AllowsExternalPrincipals": "true"}),
    Request("sns:Subscribe", SCOPE.topic_arn),
    Request("ssm:UpdateDocument", NAMES.approval.document_arn),
)
DELETE = (
    Request("ec2:DeregisterImage", _ami(SCOPE.region), {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE}),
    Request("ec2:DeleteSnapshot", _snapshot(SCOPE.region), {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE}),
    Request("imagebuilder:DeleteImage", IMAGE),
)
APPROVE = (Request("ssm:PutParameter", _parameter("ami")), Request("ssm:PutParameter", _parameter("approved")))
BUILD = Request("imagebuilder:StartImagePipelineExecution", NAMES.pipeline_arn)

RETIREMENTS = Confinement(
    names=SCOPE,
    topic_arn=SCOPE.topic_arn,
    key_arn=KEY,
    share_arn=SHARE,
    images_arns=(NAMES.images_arn(),),
    parameter=NAMES.parameter,
    regions=RICH.regions,
    launches=True,
)
APPROVALS = replace(
    RETIREMENTS,
    shares_parameter=True,
    pipeline_arn=NAMES.pipeline_arn,
    distribution_arn=NAMES.distribution_arn,
    publishes=True,
    evidence_bucket=SCOPE.evidence_bucket,
    reads=(f"{NAMES.evidence_folder}/*",),
    collects_for=NAMES,
)
REVOCATIONS = replace(RETIREMENTS, deprecates=True, disables=True, outcome="revoked")
ROLLBACKS = replace(
    RETIREMENTS,
    shares_parameter=True,
    publishes=True,
    evidence_bucket=SCOPE.evidence_bucket,
    reads=(f"{NAMES.evidence_folder}/*", f"{NAMES.decision_folder}/*"),
)
COLLECTIONS = replace(
    RETIREMENTS,
    lists_findings=True,
    evidence_bucket=SCOPE.evidence_bucket,
    reads=(f"{NAMES.evidence_folder}/*",),
    writes=(f"{NAMES.evidence_folder}/*",),
    ami_key_arns=(KEY,),
)
ROLLOUTS = Confinement(
    names=SCOPE,
    topic_arn="",
    key_arn=None,
    images_arns=(NAMES.images_arn(),),
    parameter=NAMES.parameter,
    regions=RICH.regions[:1],
    launch_template="lt-0123456789abcdef0",
    auto_scaling_group="web-servers",
    instance_role_arn=SCOPE.iam("role/web-server"),
)
OUTCOMES = Confinement(
    names=SCOPE,
    topic_arn=SCOPE.topic_arn,
    key_arn=KEY,
    images_arns=(SCOPE.images_arn,),
    regions=RICH.regions,
    evidence_bucket=SCOPE.evidence_bucket,
    reads=("evidence/*",),
    writes=("decisions/*",),
    deprecates=True,
    disables=True,
)

ROLES = (
    Role(
        "automation",
        to_policy(automation_statements(bind(load(PATH), RICH), APPROVALS)),
        tuple(_automation_cases()),
        never=(*(each for each in TAKE_OVER if each != PASS[3]), *DELETE, *WRITING),
    ),
    Role(
        "evidence",
        to_policy(automation_statements(EVIDENCE, COLLECTIONS)),
        tuple(_evidence_cases()),
        never=(*TAKE_OVER, *APPROVE, *DELETE, *SHARING, BUILD, WRITING[1]),
    ),
    Role(
        "retirement",
        to_policy(automation_statements(RETIREMENT, RETIREMENTS)),
        tuple(_retirement_cases()),
        never=(*TAKE_OVER, BUILD, SHARING[1], SHARING[2], *WRITING),
    ),
    Role(
        "revocation",
        to_policy(automation_statements(REVOCATION, REVOCATIONS)),
        tuple(_revocation_cases()),
        never=(*TAKE_OVER, ROLL_OUT, BUILD, *DELETE, SHARING[1], SHARING[2], *WRITING),
    ),
    Role(
        "rollback",
        to_policy(automation_statements(ROLLBACK, ROLLBACKS)),
        tuple(_rollback_cases()),
        never=(*TAKE_OVER, ROLL_OUT, BUILD, *DELETE, SHARING[2], *WRITING),
    ),
    Role(
        "revoker",
        to_policy(revoker_statements(NAMES)),
        (
            *_start_cases(NAMES.revocation.document, NAMES.revocation.role_arn),
            *(
                replace(each, name=f"{each.name}, to roll back")
                for each in _start_cases(NAMES.rollback.document, NAMES.rollback.role_arn)
            ),
            *_tagged_start_cases(),
            *_reading_cases(NAMES.revocation.document_arn, NAMES.rollback.document_arn),
        ),
        never=(*PASS, SIGNAL, STOP, START, RETIRE, ROLL_OUT, *APPROVE, *DELETE, *SHARING, BUILD, *WRITING),
    ),
    Role(
        "outcome",
        to_policy(automation_statements(OUTCOME, OUTCOMES)),
        (*_outcome_cases(), *evidence_cases.recording(), *evidence_cases.putting_away(RICH.regions)),
        never=(*TAKE_OVER, *APPROVE, *DELETE, *SHARING, BUILD, WRITING[0]),
    ),
    Role(
        "rollout",
        to_policy(automation_statements(ROLLOUT, ROLLOUTS)),
        (
            *rollout_cases.rolling_out(),
            *(
                Case(f"GetParameter {number}", Request("ssm:GetParameter", arn), ANOTHER_PARAMETER)
                for number, arn in enumerate(PARAMETERS[:2])
            ),
        ),
        never=(*TAKE_OVER, ROLL_OUT, *APPROVE, *DELETE, *SHARING, BUILD, *WRITING),
    ),
    Role(
        "rollout starter",
        to_policy(rollout_starter_statements(NAMES)),
        (
            *_start_cases(NAMES.rollout.document, NAMES.rollout.role_arn),
            *_reading_cases(NAMES.rollout.document_arn),
        ),
        never=(*TAKE_OVER, *APPROVE, *DELETE, *SHARING, BUILD),
    ),
    Role(
        "rollout event",
        to_policy(rollout_event_statements(NAMES)),
        tuple(_start_cases(NAMES.rollout.document, NAMES.rollout.role_arn)),
        never=(*TAKE_OVER, *APPROVE, *DELETE, *SHARING, BUILD),
    ),
    Role(
        "starter",
        to_policy(starter_statements(NAMES)),
        (*_approval_start_cases(), _own_execution("StopAutomationExecution"), *_reading_cases()),
        never=(*PASS[1:], SIGNAL, RETIRE, ROLL_OUT, *APPROVE, *DELETE, *SHARING),
    ),
    Role(
        "approver",
        to_policy(approver_statements(NAMES, key_arn=KEY)),
        tuple(_approver_cases()),
        never=(
            *PASS,
            STOP,
            START,
            RETIRE,
            Request("ssm:AddTagsToResource", EXECUTION, {REQUESTED_IMAGE: NAMES.image}),
            *APPROVE,
            *DELETE,
            *SHARING,
            *WRITING,
        ),
    ),
    Role(
        "retirer",
        to_policy(retirer_statements(NAMES)),
        (*_start_cases(NAMES.retirement.document, NAMES.retirement.role_arn), *_reading_cases()),
        never=(PASS[0], *PASS[2:], SIGNAL, STOP, START, *APPROVE, *DELETE, *SHARING),
    ),
    Role(
        "reader",
        reader_cases.policy(),
        tuple(reader_cases.reading()),
        never=(*TAKE_OVER, SIGNAL, STOP, START, RETIRE, ROLL_OUT, *APPROVE, *DELETE, *SHARING, BUILD, *WRITING),
    ),
    Role(
        "scheduler",
        to_policy(scheduler_statements(NAMES)),
        (
            *_approval_start_cases(),
            Case(
                "keep a failed start",
                Request("sqs:SendMessage", SCOPE.arn("sqs", NAMES.dead_letter_queue)),
                {"another queue": at(SCOPE.arn("sqs", "another-queue"))},
            ),
        ),
        never=(*PASS[1:], SIGNAL, STOP, RETIRE, *APPROVE, *DELETE, *SHARING),
    ),
    Role(
        "event",
        to_policy(event_statements(SCOPE)),
        tuple(_start_cases(SCOPE.outcome.document, SCOPE.outcome.role_arn)),
        never=(*PASS[:2], PASS[3], SIGNAL, STOP, START, RETIRE, *APPROVE, *DELETE, *SHARING),
    ),
)

every_role = pytest.mark.parametrize("role", ROLES, ids=[role.name for role in ROLES])
OUR_WORDS = {Verdict.ALLOWED: "allowed", Verdict.DENIED: "denied", Verdict.SILENT: "silent"}


def _ours(policy: Policy, request: Request) -> str:
    context = {key: [value] if isinstance(value, str) else value for key, value in request.context.items()}
    return OUR_WORDS[judge([policy], Need(action=request.action, resource=request.resource, context=context))]


@pytest.fixture(scope="session")
def verdicts(another_judge: AnotherJudge) -> dict[tuple[str, str], str]:
    """Everything in the table, judged at once: role and name of the request to verdict."""
    rows = [
        (role, name, request) for role in ROLES for name, request in (*role.allowed(), *_named_apart(role.refused()))
    ]
    found = another_judge([(role.policy, request) for role, _, request in rows])
    return {(role.name, name): verdict for (role, name, _), verdict in zip(rows, found, strict=True)}


def _named_apart(requests: Iterable[tuple[str, Request]]) -> list[tuple[str, Request]]:
    """Number requests of the same name."""
    seen: dict[str, int] = {}
    named = []
    for name, request in requests:
        seen[name] = seen.get(name, 0) + 1
        named.append((f"{name} ({seen[name]})" if seen[name] > 1 else name, request))
    return named


@pytest.mark.parametrize(("role", "name"), [(role.name, name) for role in ROLES for name, _ in role.allowed()])
def test_a_role_may_do_what_it_is_for(verdicts: dict[tuple[str, str], str], role: str, name: str) -> None:
    assert verdicts[role, name] == "allowed"


@pytest.mark.parametrize(
    ("role", "name"), [(role.name, name) for role in ROLES for name, _ in _named_apart(role.refused())]
)
def test_a_single_difference_makes_it_impossible(verdicts: dict[tuple[str, str], str], role: str, name: str) -> None:
    assert verdicts[role, name] in {"denied", "silent"}


@every_role
def test_names_in_the_table_are_distinct_and_deviations_deviate(role: Role) -> None:
    names = [name for name, _ in (*role.allowed(), *_named_apart(role.refused()))]
    assert len(names) == len(set(names))
    for case in role.cases:
        assert case.request not in [change(case.request) for change in case.deviations.values()], case.name


@every_role
def test_the_sandbox_says_the_same_of_the_table(role: Role) -> None:
    assert {_ours(role.policy, request) for _, request in role.allowed()} == {"allowed"}
    assert "allowed" not in {_ours(role.policy, request) for _, request in role.refused()}


@every_role
def test_every_restriction_is_what_makes_a_request_of_the_table_impossible(
    role: Role, another_judge: AnotherJudge
) -> None:
    """A restriction that could be dropped without a test noticing is one that the table has forgotten."""
    loosened = list(_loosened(role.policy))
    answers = another_judge([(policy, request) for _, policy in loosened for _, request in role.refused()])
    count = len(role.refused())
    unnoticed = [
        what
        for index, (what, _) in enumerate(loosened)
        if "allowed" not in answers[index * count : (index + 1) * count]
    ]
    assert unnoticed == []


@every_role
def test_every_permission_is_what_makes_a_request_of_the_table_possible(
    role: Role, another_judge: AnotherJudge
) -> None:
    """A permission that could be dropped without a test noticing is one too many, or a case too few."""
    tightened = list(_tightened(role.policy))
    answers = another_judge([(policy, request) for _, policy in tightened for _, request in role.allowed()])
    count = len(role.allowed())
    unnoticed = [
        what
        for index, (what, _) in enumerate(tightened)
        if set(answers[index * count : (index + 1) * count]) == {"allowed"}
    ]
    assert unnoticed == []


def _loosened(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Drop one restriction at a time: the resources of a statement, or one line of its condition."""
    for index, statement in enumerate(policy["Statement"]):
        if statement["Resource"] != ["*"]:
            looser = copy.deepcopy(dict(policy))
            looser["Statement"][index]["Resource"] = ["*"]
            yield f"{statement['Sid']}: its resources", looser
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                looser = copy.deepcopy(dict(policy))
                del looser["Statement"][index]["Condition"][operator][key]
                yield f"{statement['Sid']}: {operator} {key}", looser


def _tightened(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Drop one permission at a time: an action or a resource of a statement."""
    for index, statement in enumerate(policy["Statement"]):
        for element in ("Action", "Resource"):
            for value in statement[element]:
                tighter = copy.deepcopy(dict(policy))
                tighter["Statement"][index][element].remove(value)
                yield f"{statement['Sid']}: {value}", tighter


def test_the_judge_is_no_part_of_the_project() -> None:
    assert importlib.util.find_spec("principalmapper") is None
    for name in ("Pipfile", "Pipfile.lock", "pyproject.toml"):
        assert "principalmapper" not in (ROOT / name).read_text()


ACCOUNTS = ("222222222222", "444444444444")
ACTIONS = ("ec2:ModifyImageAttribute", "ec2:DescribeImageAttribute", "ram:AssociateResourceShare", "sns:Publish")
ARNS = tuple(
    f"arn:aws:{service}:eu-west-1:{account}:{resource}"
    for service in ("imagebuilder", "sns")
    for account in ACCOUNTS
    for resource in ("image/web/1.0.0/1", "image/web-beta/1.0.0/1", "topic")
)
ARN_PATTERNS = (
    *ARNS,
    "arn:aws:imagebuilder:eu-west-1:222222222222:image/web/*",
    "arn:aws:imagebuilder:*:*:image/web*/1.0.?/1",
    "arn:aws:*:eu-west-?:2222*:*",
    "arn:aws:sns:us-east-1:222222222222:topic",
    "arn:*:*:*:*:*",
)
WORDS = ("web", "web-beta", "WEB", "imagebuilder:Image")
WORD_PATTERNS = (*WORDS, "web*", "*:Image", "we?", "*")
SINGLE_KEYS = ("aws:RequestTag/owner", "ram:RequestedResourceType")
ARN_KEYS = ("ram:ResourceArn", "aws:PrincipalArn")
BOOL_KEYS = ("ram:AllowsExternalPrincipals", "aws:SecureTransport")
SEVERAL_KEYS = ("aws:TagKeys",)
ALL_KEYS = (*SEVERAL_KEYS, *SINGLE_KEYS, *ARN_KEYS, *BOOL_KEYS)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """One value, or a list of alternatives."""
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def _lines(operators: tuple[str, ...], keys: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Write one operator of a condition, with one or two keys, in any case but each only once."""
    # Null with both of its values would say nothing.
    wanted = st.sampled_from(values) if operators == ("Null",) else _some(values)
    lines = st.lists(
        st.tuples(st.sampled_from((*keys, *map(str.lower, keys))), wanted),
        min_size=1,
        max_size=2,
        unique_by=lambda line: line[0].lower(),
    )
    return st.tuples(st.sampled_from(operators), lines.map(dict))


OPERATORS = {
    ("StringEquals", "StringEqualsIfExists", "StringNotEquals", "StringEqualsIgnoreCase"): (SINGLE_KEYS, WORDS),
    ("StringLike", "StringLikeIfExists"): (SINGLE_KEYS, WORD_PATTERNS),
    ("ArnEquals", "ArnLike", "ArnLikeIfExists", "ArnNotEquals", "ArnNotLike"): (ARN_KEYS, ARN_PATTERNS),
    ("Bool", "BoolIfExists"): (BOOL_KEYS, ("true", "false")),
    ("ForAllValues:StringEquals", "ForAllValues:StringLike", "ForAnyValue:StringEquals"): (SEVERAL_KEYS, WORD_PATTERNS),
    ("Null",): (ALL_KEYS, ("true", "false")),
}
CONDITIONS = st.lists(
    st.one_of([_lines(operators, keys, values) for operators, (keys, values) in OPERATORS.items()]), max_size=3
).map(dict)
STATEMENTS = st.fixed_dictionaries(
    {
        # Allowing has to be frequent, or silence would be the answer to nearly everything.
        "Effect": st.sampled_from(("Allow", "Allow", "Allow", "Deny")),
        "Action": _some((*ACTIONS, "ec2:*ImageAttribute", "*", "SNS:publish", "ram:?ssociate*")),
        "Resource": st.just("*") | _some(ARN_PATTERNS),
        "Condition": CONDITIONS,
    }
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3).map(
    lambda statements: {"Version": "2012-10-17", "Statement": statements}
)


def _context(keys: tuple[str, ...], values: tuple[str, ...], *, most: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    """Give keys a value each, or several."""
    one = st.sampled_from(values)
    several = st.lists(one, min_size=1, max_size=most, unique=True).map(tuple)
    return st.dictionaries(st.sampled_from(keys), one if most == 1 else several)


REQUESTS = st.builds(
    Request,
    st.sampled_from(ACTIONS),
    st.sampled_from(ARNS),
    st.builds(
        lambda *parts: {key: value for part in parts for key, value in part.items()},
        _context(SINGLE_KEYS, WORDS),
        _context(ARN_KEYS, ARNS),
        _context(BOOL_KEYS, ("true", "false")),
        _context(SEVERAL_KEYS, WORDS, most=3),
    ),
)


def test_what_is_compared_holds_every_operator_that_the_roles_use() -> None:
    used = {
        operator
        for role in ROLES
        for statement in role.policy["Statement"]
        for operator in statement.get("Condition", {})
    }
    assert used <= {operator for operators in OPERATORS for operator in operators}


# Shrinking would start a process for each attempt, and what disagreed is small already.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(questions=st.lists(st.tuples(POLICIES, REQUESTS), min_size=20, max_size=40))
def test_both_evaluators_agree(another_judge: AnotherJudge, questions: list[tuple[Policy, Request]]) -> None:
    theirs = another_judge(questions)
    disagreed = [
        {"policy": policy, "request": vars(request), "ours": _ours(policy, request), "theirs": verdict}
        for (policy, request), verdict in zip(questions, theirs, strict=True)
        if _ours(policy, request) != verdict
    ]
    assert not disagreed, json.dumps(disagreed[0], indent=1)


def test_what_is_compared_is_not_only_silence(another_judge: AnotherJudge) -> None:
    found: set[str] = set()

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(questions=st.lists(st.tuples(POLICIES, REQUESTS), min_size=20, max_size=40))
    def collect(questions: list[tuple[Policy, Request]]) -> None:
        found.update(another_judge(questions))

    collect()
    assert found == {"allowed", "denied", "silent"}


@dataclass(frozen=True)
class Departure:
    """Where Principal Mapper does not do what AWS documents (IAM User Guide), and we do."""

    sentence: str
    statement: dict[str, Any]
    request: Request
    ours: str
    theirs: str


def _if(condition: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": condition}


CASE_OF_ARNS = "Case-sensitive matching of the ARN."
DEPARTURES = {
    "the case of a resource": Departure(
        "In the Resource element, the IAM user name is case sensitive.",
        {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::222222222222:user/Bob"},
        Request("iam:GetUser", "arn:aws:iam::222222222222:user/bob"),
        ours="silent",
        theirs="allowed",
    ),
    "the case of an ARN in a condition": Departure(
        CASE_OF_ARNS,
        _if({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/Admin"}}),
        Request("sns:Publish", context={"aws:PrincipalArn": "arn:aws:iam::222222222222:role/admin"}),
        ours="silent",
        theirs="allowed",
    ),
    "the parts of an ARN in a condition": Departure(
        "Each of the six colon-delimited components of the ARN is checked separately and each can include "
        "multi-character match wildcards (*) or single-character match wildcards (?).",
        _if({"ArnLike": {"aws:SourceArn": "arn:aws:someservice:*:111122223333:finance/*"}}),
        Request(
            "sns:Publish",
            context={
                "aws:SourceArn": "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/a.txt"
            },
        ),
        ours="silent",
        theirs="allowed",
    ),
    "a negated pattern for a key that is not there": Departure(
        "If the policy condition requires that the key is not matched, such as StringNotLike or ArnNotLike, and the "
        "right key is not present, the condition is true.",
        _if({"StringNotLike": {"aws:RequestTag/owner": "web*"}}),
        Request("sns:Publish"),
        ours="allowed",
        theirs="silent",
    ),
    "truth without quotation marks": Departure(
        "Quotation marks are optional for numeric and Boolean values.",
        _if({"Null": {"ram:Principal": True}}),
        Request("sns:Publish"),
        ours="allowed",
        theirs="silent",
    ),
}


@pytest.mark.parametrize("departure", DEPARTURES.values(), ids=list(DEPARTURES))
def test_where_they_differ_ours_does_what_aws_documents(another_judge: AnotherJudge, departure: Departure) -> None:
    """These are what the alphabet above leaves out; all else is compared."""
    policy = {"Version": "2012-10-17", "Statement": [departure.statement]}
    assert _ours(policy, departure.request) == departure.ours, departure.sentence
    assert another_judge([(policy, departure.request)]) == [departure.theirs], departure.sentence
