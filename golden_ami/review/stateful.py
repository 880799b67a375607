"""What holds something that no apply brings back, and what would happen to it."""

from dataclasses import dataclass
from typing import Final

from golden_ami.review.plan import Change, Plan
from golden_ami.review.unknown import shown

STATEFUL: Final = {
    "aws_kms_key": "every instance of a shared AMI needs this key",
    "aws_kms_alias": "brought tools find the key by it",
    "aws_s3_bucket": "its objects go with it: evidence and decisions, or logs",
    "aws_s3_bucket_object_lock_configuration": "it keeps evidence from being deleted",
    "aws_s3_bucket_versioning": "it keeps what was overwritten",
    "aws_sns_topic": "its subscriptions have to be confirmed anew",
    "aws_ram_resource_share": "everybody who has an approved image by it loses that",
    "aws_ram_principal_association": "its receiver loses the approved images",
    "aws_ssm_document": "executions that run or wait for an approval need it",
    "aws_ssm_parameter": "consumers find the approved AMI by it",
    "aws_ec2_image_block_public_access": "the account keeps its state, but nothing holds it there any more",
    "aws_imagebuilder_lifecycle_policy": "nothing cleans up without it",
    "aws_organizations_policy": "whoever it confined may do what it denied",
    "aws_organizations_policy_attachment": "whoever it confined may do what the policy denies",
    "aws_ram_sharing_with_organization": "every share inside the organization ends, and not only ours",
    "aws_sqs_queue": "what could not be delivered is in it",
}
"""Type, to why its end matters."""

KEPT: Final = (
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_s3_bucket_object_lock_configuration",
    "aws_ram_resource_share",
    "aws_ram_sharing_with_organization",
)
"""What approved images, or the record of their approval, need."""


@dataclass(frozen=True)
class Loss:
    """Something stateful that ends.

    Attributes
    ----------
    address, name, kind : str
        What, and ``replace``, ``destroy`` or ``forget``.
    matters : str
        Why that is no small thing.
    because : tuple of str
        What forces a replacement.
    """

    address: str
    name: str
    kind: str
    matters: str
    because: tuple[str, ...] = ()


def losses(plan: Plan) -> tuple[Loss, ...]:
    """List what is stateful and ends, what approved images need first."""
    found = [
        Loss(each.address, _name(each), each.kind, STATEFUL[each.type], each.because)
        for each in plan.changes
        if each.kind in ("replace", "destroy", "forget") and each.type in STATEFUL
    ]
    return tuple(sorted(found, key=lambda each: (each.address.split(".")[0] not in KEPT, each.address)))


def _name(change: Change) -> str:
    for resource in (change.before, change.after):
        if resource and resource.name() != resource.address:
            return resource.name()
    return shown(change.address)
