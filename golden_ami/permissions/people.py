"""What those who start, approve and retire may do, and what starts runbooks by itself."""

from dataclasses import replace

from golden_ami.names import IMAGE_TAG, DeploymentNames, ImageNames
from golden_ami.permissions.starting import starting
from golden_ami.permissions.statement import Statement


def _starting(names: ImageNames) -> tuple[Statement, ...]:
    start, pass_role = starting("StartThisRunbook", names.approval)
    return (
        start,
        _tagging(names),
        pass_role,
    )


def _tagging(names: ImageNames) -> Statement:
    # The tag says whose execution it is: approvers may signal only those of their image.
    return Statement(
        sid="StartTaggedExecutions",
        actions=("ssm:AddTagsToResource", "ssm:StartAutomationExecution"),
        resources=(names.scope.arn("ssm", "automation-execution/*"),),
        conditions={"StringEquals": {f"aws:RequestTag/{IMAGE_TAG}": names.image}},
    )


def starter_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the approval runbook of an image, watch it and stop it."""
    executions = names.scope.arn("ssm", "automation-execution/*")
    own = {"StringEquals": {f"aws:ResourceTag/{IMAGE_TAG}": names.image}}
    return (
        *_starting(names),
        Statement(
            sid="StopOwnExecutions",
            actions=("ssm:StopAutomationExecution",),
            resources=(executions,),
            conditions=own,
        ),
        *_reading(names),
    )


def approver_statements(
    names: ImageNames, *, images_arn: str | None = None, evidence_bucket: str | None = None, key_arn: str | None = None
) -> tuple[Statement, ...]:
    """Approve or deny runs of an image, and read what they are about.

    Parameters
    ----------
    names : ImageNames
        Names of the image.
    images_arn : str, optional
        Pattern of the images of a brought pipeline, which are named after its recipe.
    evidence_bucket : str, optional
        A brought bucket of evidence.
    key_arn : str, optional
        Key of the evidence.
    """
    scope = names.scope
    bucket = scope.bucket_arn(evidence_bucket or scope.evidence_bucket)
    return (
        Statement(
            sid="DecideOnThisImage",
            actions=("ssm:SendAutomationSignal",),
            resources=(scope.arn("ssm", "automation-execution/*"),),
            conditions={"StringEquals": {f"aws:ResourceTag/{IMAGE_TAG}": names.image}},
        ),
        *_reading(names),
        Statement(
            sid="ReadImagesAndFindings",
            actions=(
                "imagebuilder:GetImage",
                "imagebuilder:ListImagePackages",
                "imagebuilder:ListImageScanFindingAggregations",
                "imagebuilder:ListImageScanFindings",
            ),
            resources=(images_arn or names.images_arn(),),
        ),
        # ListImageScanFindings asks Inspector, which knows no resources.
        Statement(sid="ReadInspector", actions=("inspector2:ListFindings",), resources=("*",)),
        Statement(
            sid="ReadEvidenceAndDecisions",
            actions=("s3:GetObject",),
            resources=(f"{bucket}/{names.evidence_folder}/*", f"{bucket}/{names.decision_folder}/*"),
        ),
        # What is listed below a prefix; S3 answers AccessDenied, not NoSuchKey, to a read of what is not there.
        Statement(
            sid="ListEvidenceAndDecisions",
            actions=("s3:ListBucket",),
            resources=(bucket,),
            conditions={"StringLike": {"s3:prefix": [f"{names.evidence_folder}/*", f"{names.decision_folder}/*"]}},
        ),
        *_decrypting(scope, key_arn),
    )


def _decrypting(scope: DeploymentNames, key_arn: str | None) -> tuple[Statement, ...]:
    if key_arn is None:
        return ()
    via = f"s3.{scope.region}.{scope.dns_suffix}"
    conditions: dict[str, dict[str, str | list[str]]] = {"StringEquals": {"kms:ViaService": via}}
    return (Statement(sid="DecryptThem", actions=("kms:Decrypt",), resources=(key_arn,), conditions=conditions),)


def retirer_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the retirement runbook of an image, and watch it."""
    start = starting("StartThisRetirement", names.retirement)
    return (*start, *_reading(names))


def revoker_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the revocation and the rollback runbook of an image, and watch them."""
    revoke = starting("StartThisRevocation", names.revocation)
    roll_back = starting("StartThisRollback", names.rollback)
    documents = (names.revocation.document_arn, names.rollback.document_arn)
    numbered = (replace(each, sid=f"{each.sid}Too") for each in roll_back)
    return (*revoke, *numbered, _tagging(names), *_reading(names, *documents))


def rollout_starter_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the rollout runbook of an image, and watch it; it takes no other image than the approved one."""
    start = starting("StartThisRollout", names.rollout)
    return (*start, *_reading(names, names.rollout.document_arn))


def event_statements(names: DeploymentNames) -> tuple[Statement, ...]:
    """Start the outcome runbook."""
    return starting("StartTheOutcomeRunbook", names.outcome, version="$DEFAULT")


def rollout_event_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the rollout runbook after an approval."""
    return starting("StartThisRollout", names.rollout, version="$DEFAULT")


def scheduler_statements(names: ImageNames) -> tuple[Statement, ...]:
    """Start the approval runbook, and keep what could not be started."""
    queue = names.scope.arn("sqs", names.dead_letter_queue)
    return (
        *_starting(names),
        Statement(sid="KeepFailedStarts", actions=("sqs:SendMessage",), resources=(queue,)),
    )


def _reading(names: ImageNames, *documents: str) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="ReadExecutions",
            actions=("ssm:DescribeAutomationStepExecutions", "ssm:GetAutomationExecution", "ssm:ListTagsForResource"),
            resources=(names.scope.arn("ssm", "automation-execution/*"),),
        ),
        Statement(
            sid="ReadTheRunbook",
            actions=("ssm:DescribeDocument", "ssm:GetDocument"),
            resources=documents or (names.approval.document_arn, names.retirement.document_arn),
        ),
        Statement(
            sid="ReadWhatIsApproved",
            actions=("ssm:GetParameter",),
            resources=(names.scope.arn("ssm", f"parameter{names.parameter}/approved"),),
        ),
        # DescribeAutomationExecutions knows no resources.
        Statement(sid="ListExecutions", actions=("ssm:DescribeAutomationExecutions",), resources=("*",)),
    )
