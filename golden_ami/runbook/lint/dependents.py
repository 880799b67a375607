"""Actions that other actions depend on: a role needs them, and no step calls them.

Sources: the column "Dependent actions" of the Service Authorization Reference, where a row names no other one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from golden_ami.runbook.document import references
from golden_ami.runbook.lint.scripts import Call
from golden_ami.runbook.lint.steps import all_steps

_Content = dict[str, Any]


@dataclass(frozen=True)
class Dependent:
    """An action that another one depends on.

    Attributes
    ----------
    action : str
        Such as ``inspector2:ListFindings``.
    is_certain : callable
        Whether a call needs it for certain; otherwise it depends on what cannot be read, such as a topic's encryption.
    """

    action: str
    is_certain: Callable[[Call, _Content], bool]


def _always(call: Call, content: _Content) -> bool:
    return True


def _sometimes(call: Call, content: _Content) -> bool:
    return False


def _with_tags(call: Call, content: _Content) -> bool:
    return "tags" in call.given


def _of_an_image(call: Call, content: _Content) -> bool:
    """Tell whether a step gives an image of Image Builder: its ARN, or what a step of Image Builder has put out."""
    builders = {step["name"] for step in all_steps(content) if step.get("inputs", {}).get("Service") == "imagebuilder"}
    given = dict(call.values).get("resourceArns", [])
    arns = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    return any(":imagebuilder:" in each and ":image/" in each for each in arns) or any(
        each.split(".")[0] in builders for each in references(arns)
    )


_ENCRYPTED = (Dependent("kms:Decrypt", _sometimes), Dependent("kms:GenerateDataKey", _sometimes))
# "Share EC2 Image Builder resources" (Image Builder User Guide): the owner needs PutImagePolicy to share through RAM.
_SHARED = (
    Dependent("imagebuilder:GetImagePolicy", _sometimes),
    Dependent("imagebuilder:PutImagePolicy", _of_an_image),
)

_DEPENDENTS: dict[str, tuple[Dependent, ...]] = {
    # "Control Amazon EC2 launch template usage in Auto Scaling groups" (EC2 Auto Scaling User Guide).
    "autoscaling:StartInstanceRefresh": (
        Dependent("ec2:RunInstances", _sometimes),
        Dependent("ec2:CreateTags", _sometimes),
        Dependent("iam:PassRole", _sometimes),
    ),
    "ec2:CopyImage": (Dependent("ec2:CreateTags", _sometimes),),
    "ec2:CreateImage": (Dependent("ec2:CreateTags", _sometimes),),
    "ec2:RunInstances": (
        Dependent("ec2:CreateTags", _sometimes),
        Dependent("iam:PassRole", _sometimes),
        Dependent("ssm:GetParameters", _sometimes),
    ),
    "imagebuilder:ListImageScanFindings": (Dependent("inspector2:ListFindings", _always),),
    "imagebuilder:StartImagePipelineExecution": (
        Dependent("imagebuilder:GetImagePipeline", _always),
        Dependent("imagebuilder:TagResource", _with_tags),
        # Only an account's first build makes the role.
        Dependent("iam:CreateServiceLinkedRole", _sometimes),
    ),
    "ram:AssociateResourceShare": _SHARED,
    "ram:DisassociateResourceShare": _SHARED,
    # "Key management" of encrypted topics (SNS Developer Guide), and of objects (S3 User Guide).
    "sns:Publish": _ENCRYPTED,
    "s3:GetObject": (
        Dependent("s3:GetObjectVersion", _sometimes),
        # Without it, S3 says of what is not there that access is denied ("GetObject", S3 API Reference).
        Dependent("s3:ListBucket", _sometimes),
        *_ENCRYPTED,
    ),
    "s3:PutObject": (
        Dependent("s3:PutObjectAcl", _sometimes),
        Dependent("s3:PutObjectTagging", _sometimes),
        *_ENCRYPTED,
    ),
    "ssm:CreateDocument": (Dependent("iam:PassRole", _sometimes),),
    # "Using native parameter support in Parameter Store for Amazon Machine Image IDs" (Systems Manager User Guide).
    "ssm:PutParameter": (
        Dependent("ec2:DescribeImages", _sometimes),
        Dependent("ssm:AddTagsToResource", _sometimes),
        *_ENCRYPTED,
    ),
    # "Setting up Automation" (Systems Manager User Guide): whoever starts an automation passes its role.
    "ssm:StartAutomationExecution": (
        Dependent("iam:PassRole", _sometimes),
        Dependent("ssm:AddTagsToResource", _sometimes),
    ),
}


def dependents(action: str, call: Call, content: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Name what an action depends on, and whether this call of it needs it for certain."""
    for dependent in _DEPENDENTS.get(action, ()):
        yield dependent.action, dependent.is_certain(call, content)
