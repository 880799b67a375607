"""Give launch permissions in every Region, read them back, and say in the description what the receivers get."""

import re
from typing import Any

from _aws import call
from _description import describe

# Systems Manager expands double braces in scripts too, so no pattern here is an f-string.
ORGANIZATIONS_ARN = r"arn:aws[a-z-]*:organizations::[0-9]{12}:(organization|ou)/(o-[a-z0-9]+)(/ou-[0-9a-z-]+)?"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Share each Region's AMI with exactly the principals; the document takes it all back when any Region fails."""
    wanted = [_permission(principal, events["organization"]) for principal in events["principals"]]
    for region, ami in events["amis"].items():
        _share(region, ami, wanted)
        describe(region, ami, f"approved {events['today']}, evidence SHA-256 {events['digest']}")
    return {"amis": events["amis"]}


def _permission(principal: str, organization: str) -> dict[str, str]:
    if re.fullmatch(r"[0-9]{12}", principal):
        return {"UserId": principal}
    found = re.fullmatch(ORGANIZATIONS_ARN, principal)
    if found and found[2] == organization and (found[1] == "ou") == bool(found[3]):
        return {"OrganizationalUnitArn" if found[3] else "OrganizationArn": principal}
    raise ValueError(f"{principal} is no account, and no part of organization {organization}")


def _share(region: str, ami: str, wanted: list[dict[str, str]]) -> None:
    call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Add": wanted})
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    found = _set(answer["LaunchPermissions"])
    if found != _set(wanted):
        raise ValueError(f"{ami} in {region} may be launched by {sorted(found)}, and must by {sorted(_set(wanted))}")


def _set(permissions: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(kind, value) for permission in permissions for kind, value in permission.items()}
