"""DisableImage and EnableImage: a disabled AMI is nobody's but its owner's, and cannot be shared.

Source: DisableImage, EnableImage (EC2 API Reference); "Disable an Amazon EC2 AMI" (EC2 User Guide): disabling removes
all launch permissions, enabling does not bring them back. Disabling or enabling twice is taken for no mistake. What
launches from a disabled AMI is not refused here.
"""

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.ec2.images import AVAILABLE, DISABLED
from golden_ami.sandbox.ec2.requests import add_operations, owned_image


def install() -> None:
    """Replace moto's operations, which leave the launch permissions and ask nobody who owns the AMI."""
    add_operations(disable_image, enable_image)


def disable_image(response: EC2Response) -> ActionResult:
    """Answer DisableImage."""
    image = owned_image(response)
    response.error_on_dryrun()
    image.state = DISABLED
    image.launch_permissions = []
    return ActionResult({"Return": True})


def enable_image(response: EC2Response) -> ActionResult:
    """Answer EnableImage."""
    image = owned_image(response)
    response.error_on_dryrun()
    image.state = AVAILABLE
    return ActionResult({"Return": True})
