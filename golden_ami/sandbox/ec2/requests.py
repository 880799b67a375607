"""What all of the added EC2 operations do with a request: check it, find the caller's AMI, refuse in EC2's words.

Source: "Error codes for the Amazon EC2 API" (EC2 API Reference): AuthFailure, InvalidAMIID.Malformed,
InvalidAMIID.NotFound, InvalidAMIID.Unavailable, InvalidParameterValue, MissingParameter. AuthFailure's words are those
that users have published.
"""

from collections.abc import Callable
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidAMIIdError, MalformedAMIIdError, UnvailableAMIIdError
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.ec2.images import all_images
from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems

Operation = Callable[[EC2Response], ActionResult]
_PREFIX: Final = "ami-"


class Ec2Refusal(ServiceException):
    """EC2's error; defined here because moto looks for the model of the package that defines it."""


def add_operations(*operations: Operation) -> None:
    """Let moto's EC2 answer operations by functions of the same name, in place of its own where it has one."""
    for operation in operations:
        setattr(EC2Response, operation.__name__, operation)


def checked_parameters(response: EC2Response) -> dict[str, Any]:
    """Return the request's parameters, or refuse as EC2 does.

    Raises
    ------
    Ec2Refusal
        MissingParameter or InvalidParameterValue, when the request breaks botocore's model.
    """
    parameters: dict[str, Any] = response.params
    shape = get_service_model("ec2").operation_model(response._get_action()).input_shape
    for problem in problems(parameters, shape):
        if problem.rule == "required":
            raise Ec2Refusal("MissingParameter", f"The request must contain the parameter {problem.path}")
        raise Ec2Refusal("InvalidParameterValue", f"Value ({problem.value}) for parameter {problem.path} is invalid.")
    return parameters


def owned_image(response: EC2Response) -> Ami:
    """Return the AMI that the request names, which must be the caller's own.

    Raises
    ------
    MalformedAMIIdError
        When it is no id of an AMI.
    UnvailableAMIIdError
        When the caller has deregistered it.
    InvalidAMIIdError
        When the Region has no such AMI.
    Ec2Refusal
        AuthFailure, when another account owns it, shared with the caller or not.
    """
    ami = str(checked_parameters(response)["ImageId"])
    if not ami.startswith(_PREFIX):
        raise MalformedAMIIdError([ami])
    if ami in response.ec2_backend.deleted_amis:
        raise UnvailableAMIIdError(ami)
    image = next((image for image in all_images(response.region) if image.id == ami), None)
    image = response.ec2_backend.amis.get(ami) if image is None else image
    if image is None:
        raise InvalidAMIIdError(ami)
    if image.owner_id != response.current_account:
        raise Ec2Refusal("AuthFailure", f"Not authorized for image:{ami}")
    return image
