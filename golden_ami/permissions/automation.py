"""What the role of a runbook may do: what the runbook's calls need, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from golden_ami.errors import RunbookError
from golden_ami.names import OWNER_TAG, ImageNames
from golden_ami.permissions.statement import Statement
from golden_ami.runbook import BoundRunbook


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """What calls are confined to."""

    names: ImageNames
    topic_arn: str
    key_arn: str | None
    share_arn: str
    pipeline_arn: str
    images_arn: str
    regions: tuple[str, ...]

    @property
    def ami_arns(self) -> tuple[str, ...]:
        """Every AMI of the Regions; AMI ARNs carry no account, and conditions confine them."""
        return tuple(self.names.scope.arn("ec2", "image/*", region=region, account="") for region in self.regions)

    @property
    def executions_arn(self) -> str:
        return self.names.scope.arn("ssm", "automation-execution/*")


def automation_statements(
    bound: BoundRunbook,
    names: ImageNames,
    *,
    topic_arn: str,
    key_arn: str | None,
    share_arn: str | None,
    pipeline_arn: str,
    recipe: str | None,
    regions: Sequence[str],
) -> tuple[Statement, ...]:
    """Derive the statements of the role that a bound document assumes.

    Parameters
    ----------
    bound : BoundRunbook
        The document.
    names : ImageNames
        Names of the image.
    topic_arn : str
        Topic of requests and outcomes.
    key_arn : str or None
        Key of the topic.
    share_arn : str or None
        Resource share.
    pipeline_arn : str
        Pipeline.
    recipe : str or None
        Name of a brought pipeline's recipe: images are named after it.
    regions : sequence of str
        Regions with an AMI.

    Returns
    -------
    tuple of Statement
        One for each call that the document makes, in a stable order.

    Raises
    ------
    RunbookError
        When the document makes a call that is not in the table below.
    """
    scope = _Scope(
        names=names,
        topic_arn=topic_arn,
        key_arn=key_arn,
        share_arn=share_arn or "",
        pipeline_arn=pipeline_arn,
        images_arn=names.images_arn(recipe),
        regions=tuple(regions),
    )
    found: dict[str, Statement] = {}
    for step, service, api in bound.calls():
        template = _TEMPLATES.get((service, api))
        if template is None:
            raise RunbookError(
                f"step {step!r} calls {service}:{api}, for which no permission is known",
                remedy="add it to golden_ami/permissions/automation.py",
            )
        found |= {statement.sid: statement for statement in template(scope)}
    return tuple(found[sid] for sid in sorted(found))


def _start_build(scope: _Scope) -> list[Statement]:
    tags = {"StringEquals": {f"aws:RequestTag/{OWNER_TAG[0]}": OWNER_TAG[1]}}
    return [
        Statement(
            sid="StartThisPipeline",
            actions=("imagebuilder:GetImagePipeline", "imagebuilder:StartImagePipelineExecution"),
            resources=(scope.pipeline_arn,),
        ),
        # Starting with tags needs TagResource on what is tagged.
        Statement(
            sid="TagImagesOfThisRecipe",
            actions=("imagebuilder:TagResource",),
            resources=(scope.images_arn,),
            conditions=tags,
        ),
    ]


def _images(sid: str, *actions: str) -> Callable[[_Scope], list[Statement]]:
    return lambda scope: [Statement(sid=sid, actions=actions, resources=(scope.images_arn,))]


def _everywhere(sid: str, *actions: str) -> Callable[[_Scope], list[Statement]]:
    """Grant actions for which the reference names no resource."""
    return lambda _: [Statement(sid=sid, actions=actions, resources=("*",))]


def _share(sid: str, action: str) -> Callable[[_Scope], list[Statement]]:
    def statements(scope: _Scope) -> list[Statement]:
        return [
            Statement(
                sid=sid,
                actions=(action,),
                resources=(scope.share_arn,),
                conditions={
                    "ArnLike": {"ram:ResourceArn": scope.images_arn},
                    "Bool": {"ram:AllowsExternalPrincipals": "false"},
                    "StringEquals": {"ram:RequestedResourceType": "imagebuilder:Image"},
                    # Who receives is Terraform's business: this role can never name a principal.
                    "Null": {"ram:Principal": "true"},
                },
            ),
            # "The owner needs imagebuilder:PutImagePolicy to share an image through RAM" (Image Builder User Guide,
            # sharing resources); taking it back changes the same policy.
            Statement(
                sid="LetRamWriteImagePolicies",
                actions=("imagebuilder:GetImagePolicy", "imagebuilder:PutImagePolicy"),
                resources=(scope.images_arn,),
            ),
        ]

    return statements


def _own_amis(scope: _Scope) -> dict[str, dict[str, str | list[str]]]:
    # Image Builder tags each AMI with the image that it belongs to. No key tells who is added (see the README).
    return {
        "ArnLike": {"ec2:ResourceTag/Ec2ImageBuilderArn": scope.images_arn},
        "StringEquals": {"ec2:Owner": scope.names.scope.account},
    }


def _change_amis(scope: _Scope) -> list[Statement]:
    return [
        Statement(
            sid="ShareAmisOfThisRecipe",
            actions=("ec2:ModifyImageAttribute",),
            resources=scope.ami_arns,
            conditions=_own_amis(scope),
        )
    ]


def _read_amis(scope: _Scope) -> list[Statement]:
    return [
        Statement(
            sid="ReadAmisOfThisRecipe",
            actions=("ec2:DescribeImageAttribute",),
            resources=scope.ami_arns,
            conditions=_own_amis(scope),
        )
    ]


def _publish(scope: _Scope) -> list[Statement]:
    publish = Statement(sid="PublishToThisTopic", actions=("sns:Publish",), resources=(scope.topic_arn,))
    if scope.key_arn is None:
        return [publish]
    via = f"sns.{scope.names.scope.region}.{scope.names.scope.dns_suffix}"
    encrypt = Statement(
        sid="EncryptForThisTopic",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(scope.key_arn,),
        conditions={"StringEquals": {"kms:ViaService": via}},
    )
    return [publish, encrypt]


def _executions(sid: str, *actions: str) -> Callable[[_Scope], list[Statement]]:
    return lambda scope: [Statement(sid=sid, actions=actions, resources=(scope.executions_arn,))]


_TEMPLATES: dict[tuple[str, str], Callable[[_Scope], list[Statement]]] = {
    ("imagebuilder", "StartImagePipelineExecution"): _start_build,
    ("imagebuilder", "GetImage"): _images("ReadImagesOfThisRecipe", "imagebuilder:GetImage"),
    ("imagebuilder", "ListImageScanFindingAggregations"): _images(
        "CountFindingsOfThisRecipe", "imagebuilder:ListImageScanFindingAggregations"
    ),
    ("ram", "AssociateResourceShare"): _share("AddToThisShare", "ram:AssociateResourceShare"),
    ("ram", "DisassociateResourceShare"): _share("TakeOutOfThisShare", "ram:DisassociateResourceShare"),
    ("ram", "GetResourceShareAssociations"): _everywhere("ReadAssociations", "ram:GetResourceShareAssociations"),
    ("ram", "GetResourceShares"): _everywhere("ReadShares", "ram:GetResourceShares"),
    ("ec2", "ModifyImageAttribute"): _change_amis,
    ("ec2", "DescribeImageAttribute"): _read_amis,
    ("sns", "Publish"): _publish,
    ("ssm", "DescribeAutomationStepExecutions"): _executions("ReadSteps", "ssm:DescribeAutomationStepExecutions"),
    ("ssm", "GetAutomationExecution"): _executions("ReadExecutions", "ssm:GetAutomationExecution"),
}
"""What each API call needs."""
