"""What scripts ask of a RAM resource share."""

from _aws import call, pages


def reaches_only(share: str, receivers: list[str]) -> None:
    """Refuse a resource share that is open to outsiders, or reaches anybody but the receivers."""
    (found,) = call("ram", "GetResourceShares", resourceOwner="SELF", resourceShareArns=[share])["resourceShares"]
    if found["allowExternalPrincipals"] is not False or found["status"] != "ACTIVE":
        raise ValueError(f"Resource share {share} is not active and closed to external principals")
    principals = pages(
        "ram",
        "GetResourceShareAssociations",
        "resourceShareAssociations",
        "nextToken",
        associationType="PRINCIPAL",
        resourceShareArns=[share],
    )
    for principal in principals:
        if principal["status"] == "DISASSOCIATED":
            continue
        if principal.get("external") or principal["associatedEntity"] not in receivers:
            raise ValueError(
                f"Resource share {share} reaches {principal['associatedEntity']}, which the configuration does not name"
            )


def statuses(share: str, resource: str) -> set[str]:
    """Name the states that a resource has in a resource share; none when it never was in it."""
    found = pages(
        "ram",
        "GetResourceShareAssociations",
        "resourceShareAssociations",
        "nextToken",
        associationType="RESOURCE",
        resourceArn=resource,
        resourceShareArns=[share],
    )
    return {each["status"] for each in found}
