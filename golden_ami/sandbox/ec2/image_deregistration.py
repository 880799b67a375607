"""The end of an AMI: its protection against it, and what happens to its snapshots.

Source: EnableImageDeregistrationProtection, DisableImageDeregistrationProtection, DeregisterImage (EC2 API Reference);
"Protect an Amazon EC2 AMI from deregistration" (EC2 User Guide): with a cooldown, protection lasts for 24 hours after
it is disabled. The examples of the AWS CLI answer the new state. Not documented, and assumed: how the state names a
cooldown that runs, that enabling again does not end it, and the words of the refusal.

moto already refuses to delete a snapshot of a registered AMI, and gives every AMI a snapshot of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidAMIIdError
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.clock import iso, now
from golden_ami.sandbox.ec2.images import visible_images
from golden_ami.sandbox.ec2.requests import Ec2Refusal, add_operations, checked_parameters, owned_image

COOLDOWN: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Protection:
    """An AMI's protection against deregistration.

    Attributes
    ----------
    enabled : bool
        Whether it is on.
    with_cooldown : bool
        Whether it lasts when it is disabled.
    until : datetime | None
        End of the cooldown, after it has been disabled.
    """

    enabled: bool = False
    with_cooldown: bool = False
    until: datetime | None = None

    @property
    def cooling(self) -> bool:
        """Tell whether the cooldown runs."""
        return self.until is not None and now() < self.until

    @property
    def state(self) -> str:
        """Return the state as DescribeImages shows it."""
        if self.enabled:
            return "enabled-with-cooldown" if self.with_cooldown else "enabled-without-cooldown"
        return f"disabled-until-{iso(self.until)}" if self.until is not None and self.cooling else "disabled"


def install() -> None:
    """Give moto's EC2 the operations, and its AMIs the state that DescribeImages shows."""
    Ami.protection = Protection()  # type: ignore[attr-defined]
    Ami.deregistration_protection = property(lambda image: image.protection.state)  # type: ignore[attr-defined]
    add_operations(enable_image_deregistration_protection, disable_image_deregistration_protection, deregister_image)


def enable_image_deregistration_protection(response: EC2Response) -> ActionResult:
    """Answer EnableImageDeregistrationProtection."""
    image = owned_image(response)
    with_cooldown = bool(checked_parameters(response).get("WithCooldown"))
    response.error_on_dryrun()
    return _protect(image, Protection(enabled=True, with_cooldown=with_cooldown, until=protection(image).until))


def disable_image_deregistration_protection(response: EC2Response) -> ActionResult:
    """Answer DisableImageDeregistrationProtection."""
    image = owned_image(response)
    known = protection(image)
    response.error_on_dryrun()
    until = now() + COOLDOWN if known.enabled and known.with_cooldown else known.until
    return _protect(image, Protection(until=until))


def deregister_image(response: EC2Response) -> ActionResult:
    """Answer DeregisterImage: refuse what is protected or not the caller's, and delete snapshots only when asked to."""
    parameters = checked_parameters(response)
    backend, ami = response.ec2_backend, parameters["ImageId"]
    seen = {image.id for image in visible_images(backend)} | set(backend.deleted_amis)
    if ami.startswith("ami-") and ami not in seen:
        raise InvalidAMIIdError(ami)
    image = owned_image(response)
    known = protection(image)
    if known.enabled or known.cooling:
        raise Ec2Refusal(
            "OperationNotPermitted",
            f"The image {ami} can't be deregistered because its deregistration protection is {known.state}.",
        )
    response.error_on_dryrun()
    backend.deregister_image(ami)
    if not parameters.get("DeleteAssociatedSnapshots"):
        return ActionResult({"Return": True})
    snapshot = image.ebs_snapshot.id
    backend.delete_snapshot(snapshot)
    return ActionResult({"Return": True, "DeleteSnapshotResults": [{"SnapshotId": snapshot, "ReturnCode": "success"}]})


def protection(image: Ami) -> Protection:
    """Return an AMI's protection."""
    found: Protection = image.protection  # type: ignore[attr-defined]
    return found


def _protect(image: Ami, changed: Protection) -> ActionResult:
    image.protection = changed  # type: ignore[attr-defined]
    return ActionResult({"Return": changed.state})
