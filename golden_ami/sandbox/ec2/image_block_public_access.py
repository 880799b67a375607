"""The account's block against public AMIs, per account and Region, and its effect on ModifyImageAttribute.

Source: EnableImageBlockPublicAccess, DisableImageBlockPublicAccess, GetImageBlockPublicAccessState (EC2 API Reference);
"Block public access to your AMIs" (EC2 User Guide): accounts without public AMIs have it on since 2023-10-15, so a new
account starts with ``block-new-sharing``. On AWS the change may take ten minutes; here it is immediate.
"""

from collections.abc import Callable
from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems

BLOCKED: Final = "block-new-sharing"
UNBLOCKED: Final = "unblocked"
_EVERYBODY: Final = "all"


class Ec2Refusal(ServiceException):
    """EC2's error; defined here because moto looks for the model of the package that defines it."""


class ImageBlockBackend(BaseBackend):
    """The block of one account in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.state = BLOCKED


image_block_backends = BackendDict(ImageBlockBackend, "ec2")


def install() -> None:
    """Give moto's EC2 the three operations, and let ModifyImageAttribute refuse a public AMI."""
    for operation in (
        enable_image_block_public_access,
        disable_image_block_public_access,
        get_image_block_public_access_state,
    ):
        setattr(EC2Response, operation.__name__, operation)
    known = EC2Response.modify_image_attribute
    if not hasattr(known, "of_sandbox"):
        EC2Response.modify_image_attribute = _refusing_public(known)  # type: ignore[method-assign, assignment]


def enable_image_block_public_access(response: EC2Response) -> ActionResult:
    """Answer EnableImageBlockPublicAccess."""
    return _set(response, str(_parameters(response)["ImageBlockPublicAccessState"]))


def disable_image_block_public_access(response: EC2Response) -> ActionResult:
    """Answer DisableImageBlockPublicAccess."""
    return _set(response, UNBLOCKED)


def get_image_block_public_access_state(response: EC2Response) -> ActionResult:
    """Answer GetImageBlockPublicAccessState."""
    _parameters(response)
    return ActionResult({"ImageBlockPublicAccessState": _backend(response).state, "ManagedBy": "account"})


def _set(response: EC2Response, state: str) -> ActionResult:
    response.error_on_dryrun()
    _backend(response).state = state
    return ActionResult({"ImageBlockPublicAccessState": state})


def _backend(response: EC2Response) -> ImageBlockBackend:
    return image_block_backends[response.current_account][response.region]


def _parameters(response: EC2Response) -> dict[str, Any]:
    """Return the request's parameters, or refuse as EC2 does."""
    parameters: dict[str, Any] = response.params
    shape = get_service_model("ec2").operation_model(response._get_action()).input_shape
    for problem in problems(parameters, shape):
        if problem.rule == "required":
            raise Ec2Refusal("MissingParameter", f"The request must contain the parameter {problem.path}")
        raise Ec2Refusal("InvalidParameterValue", f"Value ({problem.value}) for parameter {problem.path} is invalid.")
    return parameters


def _refusing_public(known: Callable[[EC2Response], ActionResult]) -> Callable[[EC2Response], ActionResult]:
    def modify_image_attribute(response: EC2Response) -> ActionResult:
        if _backend(response).state == BLOCKED and _makes_public(response.params):
            raise Ec2Refusal(
                "OperationNotPermitted",
                "You can't publicly share this image because block public access for AMIs is enabled for this account. "
                "To publicly share the image, you must call the DisableImageBlockPublicAccess API.",
            )
        return known(response)

    modify_image_attribute.of_sandbox = True  # type: ignore[attr-defined]
    return modify_image_attribute


def _makes_public(parameters: dict[str, Any]) -> bool:
    added = parameters.get("LaunchPermission", {}).get("Add", [])
    by_type = parameters.get("OperationType") == "add" and _EVERYBODY in parameters.get("UserGroups", [])
    return by_type or any(permission.get("Group") == _EVERYBODY for permission in added)
