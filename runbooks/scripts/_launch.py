"""Launch permissions, as EC2 takes them."""

import re

# Systems Manager expands double braces in scripts too, so no pattern here is an f-string.
ORGANIZATIONS_ARN = r"arn:aws[a-z-]*:organizations::[0-9]{12}:(organization|ou)/(o-[a-z0-9]+)(/ou-[0-9a-z-]+)?"


def permission(principal: str, organization: str) -> dict[str, str]:
    """Write a principal as EC2 wants it, or refuse one outside the organization."""
    if re.fullmatch(r"[0-9]{12}", principal):
        return {"UserId": principal}
    found = re.fullmatch(ORGANIZATIONS_ARN, principal)
    if found and found[2] == organization and (found[1] == "ou") == bool(found[3]):
        return {"OrganizationalUnitArn" if found[3] else "OrganizationArn": principal}
    raise ValueError(f"{principal} is no account, and no part of organization {organization}")


def as_set(permissions: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Make permissions comparable."""
    return {(kind, value) for permission in permissions for kind, value in permission.items()}
