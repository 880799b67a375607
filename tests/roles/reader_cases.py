"""What whoever looks after a deployment reads, and what a single difference puts out of reach."""

from collections.abc import Iterator, Mapping

from golden_ami.permissions import reader_statements, to_policy
from tests.roles.conftest import Case, Change, Policy, Request, at, says, without
from tests.roles.evidence_cases import BUCKET, DECISION, EVIDENCE, encryption
from tests.runbooks.conftest import KEY, NAMES, RICH

SCOPE = NAMES.scope
KEYS = {region: KEY.replace(SCOPE.region, region) for region in RICH.regions}
EXECUTION = SCOPE.arn("ssm", "automation-execution/0aa1bb22-3c3c-4d4d-5e5e-666666666666")
EVERYWHERE = (
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeSnapshots",
    "ec2:GetImageBlockPublicAccessState",
    "imagebuilder:ListImages",
    "inspector2:BatchGetAccountStatus",
    "inspector2:ListFindingAggregations",
    "kms:ListAliases",
    "organizations:DescribeOrganization",
    "ram:GetResourceShareAssociations",
    "ram:GetResourceShares",
    "servicequotas:GetServiceQuota",
    "ssm:DescribeAutomationExecutions",
)


def policy() -> Policy:
    """The reader's policy of a deployment with its own resources."""
    statements = reader_statements(
        SCOPE, (), topic_arn=SCOPE.topic_arn, keys=KEYS, evidence_bucket=SCOPE.evidence_bucket
    )
    return to_policy(statements)


def reading() -> Iterator[Case]:
    """Everything that the commands which look after images ask for."""
    for action in EVERYWHERE:
        yield Case(action, Request(action))
    for service, actions, arn, deviations in _confined():
        for action in actions:
            yield Case(f"{action} of {arn}", Request(f"{service}:{action}", arn), deviations)
    for region in RICH.regions:
        ami = f"arn:aws:ec2:{region}::image/ami-0123456789abcdef0"
        yield Case(
            f"DescribeImageAttribute in {region}",
            Request("ec2:DescribeImageAttribute", ami, {"ec2:Owner": SCOPE.account}),
            {
                "another owner": says("ec2:Owner", "444444444444"),
                "of nobody": without("ec2:Owner"),
                "another Region": at(ami.replace(region, "ap-southeast-2")),
            },
        )
        parameter = SCOPE.arn("ssm", f"parameter{NAMES.parameter}/approved", region=region)
        yield Case(
            f"GetParameter in {region}",
            Request("ssm:GetParameter", parameter),
            {"another deployment's": at(parameter.replace(SCOPE.deployment, "another"))},
        )
    for region, key in KEYS.items():
        for action in ("DescribeKey", "GetKeyPolicy"):
            yield Case(
                f"{action} in {region}",
                Request(f"kms:{action}", key),
                {"another key": at(key.replace("11111111", "99999999"))},
            )
    yield from encryption("s3", "Decrypt")


def _confined() -> Iterator[tuple[str, tuple[str, ...], str, Mapping[str, Change]]]:
    image = SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.2.3/4")
    yield (
        "imagebuilder",
        ("GetImage", "ListImageBuildVersions"),
        image,
        {"an image of somebody else": at(image.replace("golden-ami-", "their-"))},
    )
    document = NAMES.approval.document_arn
    yield "ssm", ("DescribeDocument", "GetDocument"), document, {"another": at(document.replace("GoldenAmi", "Their"))}
    yield (
        "ssm",
        ("DescribeAutomationStepExecutions", "GetAutomationExecution", "ListTagsForResource"),
        EXECUTION,
        {"another account's": at(EXECUTION.replace(SCOPE.account, "444444444444"))},
    )
    role = NAMES.approval.role_arn
    yield "iam", ("GetRole", "SimulatePrincipalPolicy"), role, {"another role": at(SCOPE.iam("role/Admin"))}
    service_role = SCOPE.image_builder_service_role_arn
    yield "iam", ("GetRole",), service_role, {"another role, too": at(SCOPE.iam("role/service-role/Other"))}
    rule = SCOPE.rule_arn(SCOPE.outcome_rule)
    yield "events", ("DescribeRule", "ListTargetsByRule"), rule, {"another rule": at(SCOPE.rule_arn("another"))}
    schedule = NAMES.schedule_arn
    another = SCOPE.arn("scheduler", "schedule/default/another")
    yield "scheduler", ("GetSchedule",), schedule, {"another schedule": at(another)}
    queue = SCOPE.arn("sqs", SCOPE.outcome_dead_letter_queue)
    yield "sqs", ("GetQueueAttributes", "GetQueueUrl"), queue, {"another queue": at(SCOPE.arn("sqs", "another"))}
    topic = SCOPE.topic_arn
    yield "sns", ("GetTopicAttributes", "ListSubscriptionsByTopic"), topic, {"another topic": at(f"{topic}-beta")}
    of_bucket = (
        "GetBucketObjectLockConfiguration",
        "GetBucketPolicy",
        "GetBucketPublicAccessBlock",
        "GetBucketVersioning",
        "GetEncryptionConfiguration",
        "ListBucket",
    )
    yield "s3", of_bucket, BUCKET, {"another bucket": at(f"{BUCKET}-beta")}
    for stored in (EVIDENCE, DECISION):
        yield "s3", ("GetObject",), stored, {"another bucket": at(stored.replace("golden-ami-evidence", "logs"))}
