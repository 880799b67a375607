"""Resource shares: which one is an image's, what is in it, and whom it reaches."""

from typing import TYPE_CHECKING, Any

from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

_THERE = frozenset({"ASSOCIATING", "ASSOCIATED", "DISASSOCIATING"})


def find_share(place: Place, factory: "ImageFactory") -> str:
    """Find the ARN of an image's resource share, brought or made by the deployment; empty where it has none."""
    found = described_share(place, factory)
    return str(found["resourceShareArn"]) if found else ""


def described_share(place: Place, factory: "ImageFactory") -> dict[str, Any] | None:
    """Read an image's resource share; one that was deleted is none."""
    if factory.share_arn:
        asked_for: dict[str, Any] = {"resourceShareArns": [factory.share_arn]}
    elif factory.image_builder_principals:
        asked_for = {"name": factory.names.share}
    else:
        return None
    shares = place.connection.pages("ram", "get_resource_shares", "resourceShares", resourceOwner="SELF", **asked_for)
    there: list[dict[str, Any]] = [each for each in shares if each["status"] not in {"DELETED", "DELETING"}]
    return there[0] if there else None


def has_resource(place: Place, share: str, resource: str) -> bool:
    """Tell whether something is in a share, or is on its way in or out."""
    found = _associations(place, share, "RESOURCE", resourceArn=resource)
    return bool(found)


def principals_of(place: Place, share: str) -> list[str]:
    """List whom a share reaches, or is about to."""
    return [str(each["associatedEntity"]) for each in _associations(place, share, "PRINCIPAL")]


def _associations(place: Place, share: str, kind: str, **more: str) -> list[dict[str, Any]]:
    found = place.connection.pages(
        "ram",
        "get_resource_share_associations",
        "resourceShareAssociations",
        associationType=kind,
        resourceShareArns=[share],
        **more,
    )
    return [each for each in found if each["status"] in _THERE]
