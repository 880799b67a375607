"""What the role of a runbook may do: what the runbook's calls need, and nothing else."""

from collections.abc import Callable

from golden_ami.errors import RunbookError
from golden_ami.names import OUTCOME_TAG, OWNER_TAG
from golden_ami.permissions.confinement import Confinement
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
            resources=(scope.images_arn,),
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
    return lambda scope: [Statement(sid=sid, actions=actions, resources=(scope.images_arn,))]


def _findings(scope: Confinement) -> list[Statement]:
    if not scope.waives:
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
            _sharing(scope, sid, action, scope.images_arn, "imagebuilder:Image"),
            # "The owner needs imagebuilder:PutImagePolicy to share an image through RAM" (Image Builder User Guide,
            # sharing resources); taking it back changes the same policy.
            Statement(
                sid="LetRamWriteImagePolicies",
                actions=("imagebuilder:GetImagePolicy", "imagebuilder:PutImagePolicy"),
                resources=(scope.images_arn,),
            ),
        ]
        if also_parameters and scope.shares_parameter:
            granted.append(_sharing(scope, f"{sid}Parameter", action, scope.ami_parameter_arns[0], "ssm:Parameter"))
        return granted

    return statements


def _sharing(scope: Confinement, sid: str, action: str, resource: str, kind: str) -> Statement:
    return Statement(
        sid=sid,
        actions=(action,),
        resources=(scope.share_arn or "",),
        conditions={
            "ArnLike": {"ram:ResourceArn": resource},
            "Bool": {"ram:AllowsExternalPrincipals": "false"},
            "StringEquals": {"ram:RequestedResourceType": kind},
            # Who receives is Terraform's business: this role can never name a principal.
            "Null": {"ram:Principal": "true"},
        },
    )


def _own(scope: Confinement) -> dict[str, dict[str, str | list[str]]]:
    # Image Builder tags each AMI and snapshot with the image that it belongs to. No key tells who is added to launch
    # permissions (see the README).
    return {
        "ArnLike": {"ec2:ResourceTag/Ec2ImageBuilderArn": scope.images_arn},
        "StringEquals": {"ec2:Owner": scope.names.account},
    }


def _amis(sid: str, action: str, *, always: bool = True) -> _Template:
    def statements(scope: Confinement) -> list[Statement]:
        if not (always or scope.launches):
            return []
        return [Statement(sid=sid, actions=(action,), resources=scope.ami_arns, conditions=_own(scope))]

    return statements


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
    if scope.key_arn is None:
        return [publish]
    via = f"sns.{scope.names.region}.{scope.names.dns_suffix}"
    encrypt = Statement(
        sid="EncryptForThisTopic",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(scope.key_arn,),
        conditions={"StringEquals": {"kms:ViaService": via}},
    )
    return [publish, encrypt]


def _executions(sid: str, action: str) -> _Template:
    return lambda scope: [Statement(sid=sid, actions=(action,), resources=(scope.executions_arn,))]


def _tag_executions(scope: Confinement) -> list[Statement]:
    # No other tag: golden-ami:image decides who may approve.
    return [
        Statement(
            sid="TagExecutionsWithTheirOutcome",
            actions=("ssm:AddTagsToResource",),
            resources=(scope.executions_arn,),
            conditions={
                "ForAllValues:StringEquals": {"aws:TagKeys": [OUTCOME_TAG]},
                "Null": {"aws:TagKeys": "false"},
            },
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
    ("ram", "AssociateResourceShare"): _share("AddToThisShare", "ram:AssociateResourceShare", also_parameters=True),
    ("ram", "DisassociateResourceShare"): _share("TakeOutOfThisShare", "ram:DisassociateResourceShare"),
    ("ram", "GetResourceShareAssociations"): _reading_shares("ReadAssociations", "ram:GetResourceShareAssociations"),
    ("ram", "GetResourceShares"): _reading_shares("ReadShares", "ram:GetResourceShares"),
    ("ec2", "ModifyImageAttribute"): _amis("ShareAmisOfThisRecipe", "ec2:ModifyImageAttribute", always=False),
    ("ec2", "DescribeImageAttribute"): _amis("ReadAmisOfThisRecipe", "ec2:DescribeImageAttribute"),
    ("ec2", "DescribeImages"): _everywhere("LookForAmis", "ec2:DescribeImages"),
    ("ec2", "DescribeSnapshots"): _everywhere("LookForSnapshots", "ec2:DescribeSnapshots"),
    ("ec2", "DisableImageDeregistrationProtection"): _amis(
        "UnprotectAmisOfThisRecipe", "ec2:DisableImageDeregistrationProtection"
    ),
    ("ec2", "DeregisterImage"): _amis("DeregisterAmisOfThisRecipe", "ec2:DeregisterImage"),
    ("ec2", "DeleteSnapshot"): _snapshots,
    ("sns", "Publish"): _publish,
    ("ssm", "DescribeAutomationStepExecutions"): _executions("ReadSteps", "ssm:DescribeAutomationStepExecutions"),
    ("ssm", "GetAutomationExecution"): _executions("ReadExecutions", "ssm:GetAutomationExecution"),
    ("ssm", "ListTagsForResource"): _executions("ReadTagsOfExecutions", "ssm:ListTagsForResource"),
    ("ssm", "AddTagsToResource"): _tag_executions,
    ("ssm", "GetParameter"): _read_parameters,
    ("ssm", "PutParameter"): _write_parameters,
    ("ssm", "DeleteParameter"): _withdraw_parameters,
}
"""What each API call needs."""
