"""What the role of a runbook may do: what the runbook's calls need, and nothing else."""

from collections.abc import Callable

from golden_ami.errors import RunbookError
from golden_ami.names import OUTCOME_TAG, OWNER_TAG, RETIRABLE_TAG
from golden_ami.permissions.confinement import Confinement
from golden_ami.permissions.rollout import ROLLOUT
from golden_ami.permissions.starting import starting
from golden_ami.permissions.statement import Statement
from golden_ami.runbook import BoundRunbook


def automation_statements(bound: BoundRunbook, confinement: Confinement) -> tuple[Statement, ...]:
    """Derive the statements of the role that a bound document assumes.

    Parameters
    ----------
    bound : BoundRunbook
        The document.
    confinement : Confinement
        What its calls are confined to.

    Returns
    -------
    tuple of Statement
        One for each call that the document makes, in a stable order.

    Raises
    ------
    RunbookError
        When the document makes a call that is not in the table below.
    """
    found: dict[str, Statement] = {}
    for step, service, api in bound.calls():
        template = _TEMPLATES.get((service, api))
        if template is None:
            raise RunbookError(
                f"step {step!r} calls {service}:{api}, for which no permission is known",
                remedy="add it to golden_ami/permissions/automation.py",
            )
        found |= {statement.sid: statement for statement in template(confinement)}
    return tuple(found[sid] for sid in sorted(found))


_Template = Callable[[Confinement], list[Statement]]


def _start_build(scope: Confinement) -> list[Statement]:
    return [
        Statement(
            sid="StartThisPipeline",
            actions=("imagebuilder:StartImagePipelineExecution",),
            resources=(scope.pipeline_arn,),
        ),
        # The reference names GetImagePipeline and TagResource as dependent actions of starting with tags.
        *_read_pipeline(scope),
        Statement(
            sid="TagImagesOfThisRecipe",
            actions=("imagebuilder:TagResource",),
            resources=scope.images_arns,
            conditions={"StringEquals": {f"aws:RequestTag/{OWNER_TAG[0]}": OWNER_TAG[1]}},
        ),
    ]


def _read_pipeline(scope: Confinement) -> list[Statement]:
    return [
        Statement(sid="ReadThisPipeline", actions=("imagebuilder:GetImagePipeline",), resources=(scope.pipeline_arn,))
    ]


def _read_distribution(scope: Confinement) -> list[Statement]:
    return [
        Statement(
            sid="ReadItsDistribution",
            actions=("imagebuilder:GetDistributionConfiguration",),
            resources=(scope.distribution_arn,),
        )
    ]


def _images(sid: str, *actions: str) -> _Template:
    return lambda scope: [Statement(sid=sid, actions=actions, resources=scope.images_arns)]


def _findings(scope: Confinement) -> list[Statement]:
    if not scope.lists_findings:
        return []
    return [
        *_images("ReadFindingsOfThisRecipe", "imagebuilder:ListImageScanFindings")(scope),
        # The reference names it as a dependent action; it knows no resource.
        Statement(sid="AskInspector", actions=("inspector2:ListFindings",), resources=("*",)),
    ]


def _everywhere(sid: str, action: str) -> _Template:
    """Grant an action for which the reference names no resource."""
    return lambda _: [Statement(sid=sid, actions=(action,), resources=("*",))]


def _reading_shares(sid: str, action: str) -> _Template:
    """Grant an action of RAM, which knows no resource, where there is a share at all."""
    return lambda scope: [Statement(sid=sid, actions=(action,), resources=("*",))] if scope.share_arn else []


def _share(sid: str, action: str, *, also_parameters: bool = False) -> _Template:
    def statements(scope: Confinement) -> list[Statement]:
        if not scope.share_arn:
            return []
        granted = [
            _sharing(scope, sid, action, _one_or_all(scope.images_arns), "imagebuilder:Image"),
            # "The owner needs imagebuilder:PutImagePolicy to share an image through RAM" (Image Builder User Guide,
            # sharing resources); taking it back changes the same policy.
            Statement(
                sid="LetRamWriteImagePolicies",
                actions=("imagebuilder:GetImagePolicy", "imagebuilder:PutImagePolicy"),
                resources=scope.images_arns,
            ),
        ]
        if also_parameters and scope.shares_parameter:
            granted.append(_sharing(scope, f"{sid}Parameter", action, scope.ami_parameter_arns[0], "ssm:Parameter"))
        return granted

    return statements


def _sharing(scope: Confinement, sid: str, action: str, resource: str | list[str], kind: str) -> Statement:
    # Whatever is put into the share, it must be closed; taking out matters most when somebody has opened it.
    closed: dict[str, dict[str, str | list[str]]] = {"Bool": {"ram:AllowsExternalPrincipals": "false"}}
    return Statement(
        sid=sid,
        actions=(action,),
        resources=(scope.share_arn or "",),
        conditions={
            "ArnLike": {"ram:ResourceArn": resource},
            **(closed if action == "ram:AssociateResourceShare" else {}),
            "StringEquals": {"ram:RequestedResourceType": kind},
            # Who receives is Terraform's business: this role can never name a principal.
            "Null": {"ram:Principal": "true"},
        },
    )


def _own(scope: Confinement) -> dict[str, dict[str, str | list[str]]]:
    # Image Builder tags each AMI and snapshot with the image that it belongs to. No key tells who is added to launch
    # permissions (see the README).
    return {
        "ArnLike": {"ec2:ResourceTag/Ec2ImageBuilderArn": _one_or_all(scope.images_arns)},
        "StringEquals": {"ec2:Owner": scope.names.account},
    }


def _one_or_all(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _amis(sid: str, action: str, *, only_if: Callable[[Confinement], bool] = lambda _: True) -> _Template:
    def statements(scope: Confinement) -> list[Statement]:
        if not only_if(scope):
            return []
        return [Statement(sid=sid, actions=(action,), resources=scope.ami_arns, conditions=_own(scope))]

    return statements


def _only_the_outcome(*more: str) -> dict[str, dict[str, str | list[str]]]:
    # Other tags decide who may approve, and which AMIs the roles may touch.
    return {"ForAllValues:StringEquals": {"aws:TagKeys": [OUTCOME_TAG, *more]}, "Null": {"aws:TagKeys": "false"}}


def _which_outcome(scope: Confinement) -> dict[str, str | list[str]]:
    return {f"aws:RequestTag/{OUTCOME_TAG}": scope.outcome} if scope.outcome else {}


def _tag_images(scope: Confinement) -> list[Statement]:
    only, value = _only_the_outcome(*([RETIRABLE_TAG] if scope.marks else [])), _which_outcome(scope)
    return [
        Statement(
            sid="TagImagesWithTheirOutcome",
            actions=("imagebuilder:TagResource",),
            resources=scope.images_arns,
            conditions=only | ({"StringEquals": value} if value else {}),
        )
    ]


def _tag_amis(scope: Confinement) -> list[Statement]:
    own = _own(scope)
    return [
        Statement(
            sid="TagAmisWithTheirOutcome",
            actions=("ec2:CreateTags",),
            resources=scope.ami_arns,
            conditions=own | {"StringEquals": own["StringEquals"] | _which_outcome(scope)} | _only_the_outcome(),
        )
    ]


def _snapshots(scope: Confinement) -> list[Statement]:
    return [
        Statement(
            sid="DeleteSnapshotsOfThisRecipe",
            actions=("ec2:DeleteSnapshot",),
            resources=scope.snapshot_arns,
            conditions=_own(scope),
        )
    ]


def _publish(scope: Confinement) -> list[Statement]:
    publish = Statement(sid="PublishToThisTopic", actions=("sns:Publish",), resources=(scope.topic_arn,))
    return [publish, *_using_the_key(scope, "EncryptForThisTopic", "sns", "kms:Decrypt", "kms:GenerateDataKey")]


def _using_the_key(scope: Confinement, sid: str, service: str, *actions: str) -> list[Statement]:
    """Grant the use of the deployment's key through one service only."""
    if scope.key_arn is None:
        return []
    via = f"{service}.{scope.names.region}.{scope.names.dns_suffix}"
    conditions: dict[str, dict[str, str | list[str]]] = {"StringEquals": {"kms:ViaService": via}}
    return [Statement(sid=sid, actions=actions, resources=(scope.key_arn,), conditions=conditions)]


def _write_evidence(scope: Confinement) -> list[Statement]:
    write = Statement(sid="WriteOnce", actions=("s3:PutObject",), resources=scope.object_arns(scope.writes))
    return [write, *_using_the_key(scope, "EncryptEvidence", "s3", "kms:GenerateDataKey")]


def _read_evidence(scope: Confinement) -> list[Statement]:
    # Without it, S3 says of what is not there that access is denied ("GetObject", S3 API Reference).
    listing = Statement(sid="TellWhatIsNotThere", actions=("s3:ListBucket",), resources=(scope.evidence_arn,))
    return [
        Statement(sid="ReadEvidence", actions=("s3:GetObject",), resources=scope.object_arns(scope.reads)),
        listing,
        *_using_the_key(scope, "DecryptEvidence", "s3", "kms:Decrypt"),
    ]


def _read_key_policies(scope: Confinement) -> list[Statement]:
    if not scope.launches:
        return []
    return [Statement(sid="ReadPoliciesOfAmiKeys", actions=("kms:GetKeyPolicy",), resources=scope.ami_key_arns)]


def _collect(scope: Confinement) -> list[Statement]:
    if scope.collects_for is None:
        return []
    names = scope.collects_for
    return [*starting("StartTheEvidenceRunbook", names.evidence)]


def _executions(sid: str, action: str) -> _Template:
    return lambda scope: [Statement(sid=sid, actions=(action,), resources=(scope.executions_arn,))]


def _tag_executions(scope: Confinement) -> list[Statement]:
    return [
        Statement(
            sid="TagExecutionsWithTheirOutcome",
            actions=("ssm:AddTagsToResource",),
            resources=(scope.executions_arn,),
            conditions=_only_the_outcome(),
        )
    ]


def _read_parameters(scope: Confinement) -> list[Statement]:
    arns = (*scope.ami_parameter_arns, scope.record_arn)
    return [Statement(sid="ReadTheApprovedImage", actions=("ssm:GetParameter",), resources=arns)]


def _write_parameters(scope: Confinement) -> list[Statement]:
    arns = (*scope.ami_parameter_arns, scope.record_arn)
    tagging = Statement(
        sid="TagItsParameters",
        actions=("ssm:AddTagsToResource",),
        resources=arns,
        conditions={"StringEquals": {f"aws:RequestTag/{OWNER_TAG[0]}": OWNER_TAG[1]}},
    )
    return [
        Statement(sid="PublishTheApprovedImage", actions=("ssm:PutParameter",), resources=arns),
        # Systems Manager takes tags with a new parameter only, and retirement makes none.
        *([tagging] if scope.publishes else []),
        # A parameter of data type aws:ec2:image is checked with the permissions of who puts it ("Using native parameter
        # support in Parameter Store for Amazon Machine Image IDs", Systems Manager User Guide).
        Statement(sid="LookForAmis", actions=("ec2:DescribeImages",), resources=("*",)),
    ]


def _withdraw_parameters(scope: Confinement) -> list[Statement]:
    arns = (*scope.ami_parameter_arns, scope.record_arn)
    return [Statement(sid="WithdrawTheApprovedImage", actions=("ssm:DeleteParameter",), resources=arns)]


_TEMPLATES: dict[tuple[str, str], _Template] = {
    ("imagebuilder", "StartImagePipelineExecution"): _start_build,
    ("imagebuilder", "GetImagePipeline"): _read_pipeline,
    ("imagebuilder", "GetDistributionConfiguration"): _read_distribution,
    ("imagebuilder", "GetImage"): _images("ReadImagesOfThisRecipe", "imagebuilder:GetImage"),
    ("imagebuilder", "DeleteImage"): _images("DeleteImagesOfThisRecipe", "imagebuilder:DeleteImage"),
    ("imagebuilder", "ListImageScanFindingAggregations"): _images(
        "CountFindingsOfThisRecipe", "imagebuilder:ListImageScanFindingAggregations"
    ),
    ("imagebuilder", "ListImageScanFindings"): _findings,
    ("imagebuilder", "ListImagePackages"): _images("ListPackagesOfThisRecipe", "imagebuilder:ListImagePackages"),
    ("imagebuilder", "ListWorkflowExecutions"): _images(
        "ReadWorkflowsOfThisRecipe", "imagebuilder:ListWorkflowExecutions"
    ),
    ("imagebuilder", "TagResource"): _tag_images,
    ("ram", "AssociateResourceShare"): _share("AddToThisShare", "ram:AssociateResourceShare", also_parameters=True),
    ("ram", "DisassociateResourceShare"): _share("TakeOutOfThisShare", "ram:DisassociateResourceShare"),
    ("ram", "GetResourceShareAssociations"): _reading_shares("ReadAssociations", "ram:GetResourceShareAssociations"),
    ("ram", "GetResourceShares"): _reading_shares("ReadShares", "ram:GetResourceShares"),
    ("ec2", "ModifyImageAttribute"): _amis(
        "ShareAmisOfThisRecipe", "ec2:ModifyImageAttribute", only_if=lambda scope: scope.launches
    ),
    ("ec2", "DescribeImageAttribute"): _amis("ReadAmisOfThisRecipe", "ec2:DescribeImageAttribute"),
    ("ec2", "DescribeImages"): _everywhere("LookForAmis", "ec2:DescribeImages"),
    ("ec2", "DescribeSnapshots"): _everywhere("LookForSnapshots", "ec2:DescribeSnapshots"),
    ("ec2", "DisableImageDeregistrationProtection"): _amis(
        "UnprotectAmisOfThisRecipe", "ec2:DisableImageDeregistrationProtection"
    ),
    ("ec2", "DeregisterImage"): _amis("DeregisterAmisOfThisRecipe", "ec2:DeregisterImage"),
    ("ec2", "DeleteSnapshot"): _snapshots,
    ("ec2", "CreateTags"): _tag_amis,
    ("ec2", "EnableImageDeprecation"): _amis(
        "DeprecateAmisOfThisRecipe", "ec2:EnableImageDeprecation", only_if=lambda scope: scope.deprecates
    ),
    ("ec2", "EnableImage"): _amis("EnableAmisOfThisRecipe", "ec2:EnableImage"),
    ("ec2", "DisableImageDeprecation"): _amis("UndeprecateAmisOfThisRecipe", "ec2:DisableImageDeprecation"),
    ("ec2", "DisableImage"): _amis("DisableAmisOfThisRecipe", "ec2:DisableImage", only_if=lambda scope: scope.disables),
    ("kms", "GetKeyPolicy"): _read_key_policies,
    ("s3", "GetObject"): _read_evidence,
    ("s3", "PutObject"): _write_evidence,
    ("sns", "Publish"): _publish,
    ("ssm", "DescribeAutomationStepExecutions"): _executions("ReadSteps", "ssm:DescribeAutomationStepExecutions"),
    ("ssm", "GetAutomationExecution"): _executions("ReadExecutions", "ssm:GetAutomationExecution"),
    ("ssm", "ListTagsForResource"): _executions("ReadTagsOfExecutions", "ssm:ListTagsForResource"),
    ("ssm", "AddTagsToResource"): _tag_executions,
    ("ssm", "StartAutomationExecution"): _collect,
    ("ssm", "GetParameter"): _read_parameters,
    ("ssm", "PutParameter"): _write_parameters,
    ("ssm", "DeleteParameter"): _withdraw_parameters,
    **ROLLOUT,
}
"""What each API call needs."""
