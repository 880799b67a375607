"""The account's block against public AMIs, per account and Region, and its effect on ModifyImageAttribute.

Source: EnableImageBlockPublicAccess, DisableImageBlockPublicAccess, GetImageBlockPublicAccessState (EC2 API Reference);
"Block public access to your AMIs" (EC2 User Guide): accounts without public AMIs have it on since 2023-10-15, so a new
account starts with ``block-new-sharing``. On AWS the change may take ten minutes; here it is immediate.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.ec2.images import EVERYBODY
from golden_ami.sandbox.ec2.requests import Ec2Refusal, add_operations, checked_parameters

BLOCKED: Final = "block-new-sharing"
UNBLOCKED: Final = "unblocked"


class ImageBlockBackend(BaseBackend):
    """The block of one account in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.state = BLOCKED


image_block_backends = BackendDict(ImageBlockBackend, "ec2")


def install() -> None:
    """Give moto's EC2 the three operations."""
    add_operations(
        enable_image_block_public_access, disable_image_block_public_access, get_image_block_public_access_state
    )


def enable_image_block_public_access(response: EC2Response) -> ActionResult:
    """Answer EnableImageBlockPublicAccess."""
    return _set(response, str(checked_parameters(response)["ImageBlockPublicAccessState"]))


def disable_image_block_public_access(response: EC2Response) -> ActionResult:
    """Answer DisableImageBlockPublicAccess."""
    return _set(response, UNBLOCKED)


def get_image_block_public_access_state(response: EC2Response) -> ActionResult:
    """Answer GetImageBlockPublicAccessState."""
    checked_parameters(response)
    return ActionResult({"ImageBlockPublicAccessState": _backend(response).state, "ManagedBy": "account"})


def refuse_public(response: EC2Response, added: Iterable[Mapping[str, str]]) -> None:
    """Refuse to make an AMI public while the block is on.

    Parameters
    ----------
    response : EC2Response
        The request.
    added : Iterable[Mapping[str, str]]
        Launch permissions that it would add.

    Raises
    ------
    Ec2Refusal
        OperationNotPermitted.
    """
    if _backend(response).state == BLOCKED and any(permission.get("Group") == EVERYBODY for permission in added):
        raise Ec2Refusal(
            "OperationNotPermitted",
            "You can't publicly share this image because block public access for AMIs is enabled for this account. "
            "To publicly share the image, you must call the DisableImageBlockPublicAccess API.",
        )


def _set(response: EC2Response, state: str) -> ActionResult:
    response.error_on_dryrun()
    _backend(response).state = state
    return ActionResult({"ImageBlockPublicAccessState": state})


def _backend(response: EC2Response) -> ImageBlockBackend:
    return image_block_backends[response.current_account][response.region]
