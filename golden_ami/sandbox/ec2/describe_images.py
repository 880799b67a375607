"""DescribeImages, for AMIs of other accounts too, and without what is deprecated or disabled unless it is asked for.

Source: DescribeImages (EC2 API Reference): "ExecutableUsers", "IncludeDeprecated", "IncludeDisabled"; "Describe
disabled AMIs", "Deprecate an AMI" (EC2 User Guide): who names an AMI by its id sees it in any case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidAMIIdError, MalformedAMIIdError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generic_filter

from golden_ami.sandbox.ec2.image_deprecation import is_deprecated
from golden_ami.sandbox.ec2.images import (
    DISABLED,
    EVERYBODY,
    is_public,
    is_shared_by_id,
    is_shared_with,
    visible_images,
)
from golden_ami.sandbox.ec2.requests import add_operations


def install() -> None:
    """Let moto's EC2 find shared AMIs, wherever it looks for one, and describe them."""
    AmiBackend.describe_images = find_images  # type: ignore[method-assign, assignment]
    add_operations(describe_images)


def describe_images(response: EC2Response) -> ActionResult:
    """Answer DescribeImages."""
    parameters: Mapping[str, Any] = response.params
    response.error_on_dryrun()
    named = parameters.get("ImageIds", [])
    images = response.ec2_backend.describe_images(
        ami_ids=named,
        filters=response._filters_from_querystring(),
        exec_users=parameters.get("ExecutableUsers", []),
        owners=parameters.get("Owners", []),
    )
    if not named:
        images = [image for image in images if _is_listed(image, response.current_account, parameters)]
    return ActionResult({"Images": images})


def find_images(
    backend: EC2Backend,
    ami_ids: Sequence[str] | None = None,
    filters: Mapping[str, Any] | None = None,
    exec_users: Sequence[str] | None = None,
    owners: Sequence[str] | None = None,
) -> list[Ami]:
    """Return the AMIs that an account sees, of those that are asked for.

    Parameters
    ----------
    backend : EC2Backend
        EC2 of the account in the Region.
    ami_ids : Sequence[str] | None
        Only these; one that the account has deregistered is left out.
    filters : Mapping[str, Any] | None
        Values by filter, of those that moto knows.
    exec_users : Sequence[str] | None
        Only AMIs with a launch permission for one of them.
    owners : Sequence[str] | None
        Only AMIs of these accounts, ``self`` and ``amazon`` included.

    Raises
    ------
    MalformedAMIIdError
        When something is no id of an AMI.
    InvalidAMIIdError
        When the account sees no such AMI.
    """
    images = visible_images(backend)
    if ami_ids:
        malformed = [ami for ami in ami_ids if not ami.startswith("ami-")]
        if malformed:
            raise MalformedAMIIdError(malformed)
        images = [image for image in images if image.id in ami_ids]
        missing = set(ami_ids) - {image.id for image in images} - set(backend.deleted_amis)
        if missing:
            raise InvalidAMIIdError(sorted(missing))
    if exec_users:
        images = [image for image in images if any(_executable(image, user, backend.account_id) for user in exec_users)]
    if owners:
        wanted = {backend.account_id if owner == "self" else owner for owner in owners}
        images = [image for image in images if wanted & {image.owner_id, image.owner_alias}]
    return generic_filter(dict(filters), images) if filters else images


def _executable(image: Ami, user: str, account: str) -> bool:
    """Tell whether an AMI is among a user's; units and organizations count only for the caller itself."""
    if user == EVERYBODY:
        return is_public(image)
    return is_shared_with(image, account) if user in {"self", account} else is_shared_by_id(image, user)


def _is_listed(image: Ami, account: str, parameters: Mapping[str, Any]) -> bool:
    if image.state == DISABLED and not parameters.get("IncludeDisabled"):
        return False
    return image.owner_id == account or bool(parameters.get("IncludeDeprecated")) or not is_deprecated(image)
