"""What is shared: which resources can be, whether they exist, and with which permissions.

Source: "Shareable AWS resources" (RAM User Guide); "resourceArns" and "permissionArns" of CreateResourceShare; "Working
with shared parameters" (Systems Manager User Guide): only advanced parameters can be shared. The lists of resource
types and of AWS's permissions are moto's, which lack parameters. How RAM refuses a standard parameter is assumed.
"""

import re
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.ram.models import ResourceShare as MotoShare
from moto.ram.utils import AWS_MANAGED_PERMISSIONS, RAM_RESOURCE_TYPES

from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from golden_ami.sandbox.ram.errors import (
    InvalidParameterException,
    MalformedArnException,
    OperationNotPermittedException,
    UnknownResourceException,
)
from golden_ami.sandbox.ssm_parameters import ADVANCED, tier_of

_ARN: Final = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}):([a-z-]+)[/:].+")
_PARAMETER: Final = "parameter"
_PARAMETER_TYPE: Final = "ssm:Parameter"


def check_resource(arn: str, *, account: str, region: str) -> None:
    """Refuse a resource that cannot be shared from this account and Region.

    Raises
    ------
    MalformedArnException
        When it is no ARN, or its type cannot be shared.
    OperationNotPermittedException
        When it is another account's or another Region's, or a parameter that is not an advanced one.
    UnknownResourceException
        When it is Image Builder's or a parameter, and does not exist.
    """
    match = _ARN.fullmatch(arn)
    if match is None:
        raise MalformedArnException(f"The specified resource ARN {arn} is not valid. Verify the ARN and try again.")
    service, where, owner, kind = match.groups()
    if kind not in {*MotoShare.SHAREABLE_RESOURCES, _PARAMETER}:
        raise MalformedArnException("You cannot share the selected resource type.")
    if owner != account or where not in {region, ""}:
        raise OperationNotPermittedException(f"The resource {arn} does not belong to account {account} in {region}.")
    if service == "imagebuilder":
        try:
            imagebuilder_backends[account][region].get(arn)
        except ServiceException as error:
            raise UnknownResourceException.of("Resource", arn) from error
    if kind == _PARAMETER:
        _check_parameter(arn, account=account, region=region)


def resource_type(arn: str) -> str:
    """Return RAM's name for the type of a resource, such as ``imagebuilder:Image``."""
    _, _, service, _, _, rest = arn.split(":", 5)
    kind = re.split("[/:]", rest)[0]
    known = [*(str(item["resourceType"]) for item in RAM_RESOURCE_TYPES), _PARAMETER_TYPE]
    wanted = f"{service}:{kind.replace('-', '')}".lower()
    return next((name for name in known if name.lower() == wanted), f"{service}:{kind}")


def permissions(arns: tuple[str, ...], types: set[str]) -> list[dict[str, Any]]:
    """Return the permissions of a share: the chosen ones, and the default of each type that has none chosen."""
    chosen = [item for item in AWS_MANAGED_PERMISSIONS if item["arn"] in arns]
    covered = {item["resourceType"].lower() for item in chosen}
    defaults = [
        item
        for item in AWS_MANAGED_PERMISSIONS
        if item["isResourceTypeDefault"]
        and item["resourceType"].lower() in {name.lower() for name in types}
        and item["resourceType"].lower() not in covered
    ]
    return [dict(item) | {"status": "ASSOCIATED"} for item in chosen + defaults]


def check_permissions(arns: list[str]) -> tuple[str, ...]:
    """Return the ARNs of AWS-managed permissions, or refuse an unknown one."""
    known = {item["arn"] for item in AWS_MANAGED_PERMISSIONS}
    for arn in arns:
        if arn not in known:
            raise InvalidParameterException(f"Permission {arn} is not an AWS managed permission.")
    return tuple(arns)


def _check_parameter(arn: str, *, account: str, region: str) -> None:
    """Refuse a parameter that does not exist or is not an advanced one; ARNs leave out a name's first slash."""
    name = arn.split(f":{_PARAMETER}/", 1)[-1]
    tier = tier_of(account, region, f"/{name}") or tier_of(account, region, name)
    if tier is None:
        raise UnknownResourceException.of("Resource", arn)
    if tier != ADVANCED:
        raise OperationNotPermittedException(
            f"The parameter {arn} uses the standard-parameter tier. You can share only advanced parameters."
        )
