"""Give launch permissions in every Region, read them back, and take them back when any Region fails."""

import re
from typing import Any

from _aws import call

# Systems Manager expands double braces in scripts too, so no pattern here is an f-string.
ORGANIZATIONS_ARN = r"arn:aws[a-z-]*:organizations::[0-9]{12}:(organization|ou)/(o-[a-z0-9]+)(/ou-[0-9a-z-]+)?"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Share each Region's AMI with exactly the principals."""
    wanted = [_permission(principal, events["organization"]) for principal in events["principals"]]
    done: list[str] = []
    try:
        for region, ami in events["amis"].items():
            done.append(region)
            _share(region, ami, wanted)
    except Exception as error:
        left = [region for region in done if not _taken_back(region, events["amis"][region], wanted)]
        also = f"; still shared in {left}: revoke it by hand" if left else "; taken back everywhere"
        raise RuntimeError(f"Sharing in {done[-1]} failed{also}: {error}") from error
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
    found = _permissions(region, ami)
    if found != _set(wanted):
        raise ValueError(f"{ami} in {region} may be launched by {sorted(found)}, and must by {sorted(_set(wanted))}")


def _taken_back(region: str, ami: str, wanted: list[dict[str, str]]) -> bool:
    """Take back what this run added, and tell whether nothing of it is left."""
    try:
        call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, LaunchPermission={"Remove": wanted})
        return not _permissions(region, ami)
    except Exception as error:  # the first failure is the one to report, with the Regions that are left
        print(f"Taking back {ami} in {region} failed: {error}")
        return False


def _permissions(region: str, ami: str) -> set[tuple[str, str]]:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    return _set(answer["LaunchPermissions"])


def _set(permissions: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(kind, value) for permission in permissions for kind, value in permission.items()}
