"""Who may launch an AMI: ModifyImageAttribute, DescribeImageAttribute and ResetImageAttribute of launchPermission.

Source: ModifyImageAttribute, DescribeImageAttribute, ResetImageAttribute, LaunchPermission (EC2 API Reference);
"InvalidAMIAttributeItemValue" with its words is what users have published for account ids, groups and ARNs that are
none. Whether EC2 asks if an account, a unit or an organization exists is not documented; here it does not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import InvalidAMIAttributeItemValueError, UnvailableAMIIdError
from moto.ec2.models.amis import Ami
from moto.ec2.responses import EC2Response
from moto.ec2.responses.amis import AmisResponse

from golden_ami.sandbox.ec2.image_block_public_access import refuse_public
from golden_ami.sandbox.ec2.image_deregistration import protection
from golden_ami.sandbox.ec2.images import DISABLED
from golden_ami.sandbox.ec2.requests import Ec2Refusal, add_operations, checked_parameters, owned_image

Permission = dict[str, str]

ATTRIBUTE: Final = "launchPermission"
_ARN: Final = r"arn:aws[a-z-]*:organizations::\d{12}:"
_FORMS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "UserId": ("userId", re.compile(r"\d{12}", re.ASCII)),
        "Group": ("UserGroup", re.compile("all")),
        "OrganizationArn": ("OrganizationArn", re.compile(_ARN + r"organization/o-[a-z0-9]{10,32}", re.ASCII)),
        "OrganizationalUnitArn": (
            "OrganizationalUnitArn",
            re.compile(_ARN + r"ou/o-[a-z0-9]{10,32}/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}", re.ASCII),
        ),
    }
)
"""Name of the item in a refusal, and the form of the value, by member of LaunchPermission."""

_LISTS: Final = MappingProxyType(
    {
        "UserIds": "UserId",
        "UserGroups": "Group",
        "OrganizationArns": "OrganizationArn",
        "OrganizationalUnitArns": "OrganizationalUnitArn",
    }
)
"""The older parameters, which go with OperationType."""


def install() -> None:
    """Replace moto's operations, which take only the first group and ARN of a list, and ask nobody who owns the AMI."""
    add_operations(modify_image_attribute, describe_image_attribute, reset_image_attribute)


def modify_image_attribute(response: EC2Response) -> ActionResult:
    """Answer ModifyImageAttribute, of launch permissions and of the description."""
    parameters: dict[str, Any] = response.params
    added, removed = list(_named(parameters, "add")), list(_named(parameters, "remove"))
    for permission in added + removed:
        _check(permission)
    image = owned_image(response)
    if parameters.get("Attribute") == "imdsSupport" or "ImdsSupport" in parameters:
        raise NotImplementedError("The attribute imdsSupport is not modelled.")
    refuse_public(response, added)
    if added and image.state == DISABLED:
        raise UnvailableAMIIdError(image.id)
    description = _description(parameters)
    if not added and not removed and description is None:
        raise Ec2Refusal("InvalidParameterCombination", "No attributes specified.")
    response.error_on_dryrun()
    if description is not None:
        image.description = description
    image.launch_permissions = _changed(image.launch_permissions, added, removed)
    return EmptyResult()


def describe_image_attribute(response: EC2Response) -> ActionResult:
    """Answer DescribeImageAttribute, to the owner."""
    image = owned_image(response)
    attribute = checked_parameters(response)["Attribute"]
    response.error_on_dryrun()
    if attribute == "deregistrationProtection":
        return ActionResult({"ImageId": image.id, "DeregistrationProtection": {"Value": protection(image).state}})
    return AmisResponse.describe_image_attribute(response)


def reset_image_attribute(response: EC2Response) -> ActionResult:
    """Answer ResetImageAttribute: nobody but the owner may launch the AMI any more."""
    image: Ami = owned_image(response)
    response.error_on_dryrun()
    image.launch_permissions = []
    return EmptyResult()


def _named(parameters: Mapping[str, Any], operation: str) -> Iterator[Permission]:
    """Yield the permissions to add or to remove, each with one member."""
    for permission in parameters.get("LaunchPermission", {}).get(operation.capitalize(), []):
        yield from ({kind: value} for kind, value in permission.items())
    if parameters.get("OperationType") == operation:
        for name, kind in _LISTS.items():
            yield from ({kind: value} for value in parameters.get(name, []))


def _check(permission: Permission) -> None:
    for kind, value in permission.items():
        item, form = _FORMS[kind]
        if not form.fullmatch(value):
            raise InvalidAMIAttributeItemValueError(item, value)


def _changed(known: list[Permission], added: Iterable[Permission], removed: list[Permission]) -> list[Permission]:
    """Return permissions without repetition, in the order in which they came."""
    changed: list[Permission] = []
    for permission in [*known, *added]:
        if permission not in changed and permission not in removed:
            changed.append(permission)
    return changed


def _description(parameters: Mapping[str, Any]) -> Any:
    """Return the new description, or None when the request has none."""
    if parameters.get("Attribute") == "description":
        return parameters.get("Value")
    return parameters.get("Description", {}).get("Value")
