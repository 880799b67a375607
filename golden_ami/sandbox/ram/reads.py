"""The operations that read shares.

Source: GetResourceShares, GetResourceShareAssociations, ListPrincipals, ListResources, ListResourceSharePermissions,
ListPermissions, ListResourceTypes (RAM API Reference).
"""

from typing import Any, Final

from moto.ram.utils import AWS_MANAGED_PERMISSIONS, RAM_RESOURCE_TYPES

from golden_ami.sandbox.paging import page
from golden_ami.sandbox.ram.changes import describe_association
from golden_ami.sandbox.ram.errors import InvalidNextTokenException, InvalidParameterException, UnknownResourceException
from golden_ami.sandbox.ram.models import PRINCIPAL, RESOURCE, RamBackend, Share
from golden_ami.sandbox.ram.resources import permissions, resource_type

Parameters = dict[str, Any]
PAGE: Final = 500


def shares(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer GetResourceShares, with all its filters."""
    found = backend.owned_by(parameters["resourceOwner"])
    wanted = parameters.get("resourceShareArns")
    if wanted:
        for arn in wanted:
            if arn not in {share.arn for share in found}:
                raise UnknownResourceException.of("ResourceShare", arn)
    matching = [
        share.describe() for share in found if (not wanted or share.arn in wanted) and _matches(share, parameters)
    ]
    return _paged("resourceShares", matching, parameters)


def associations(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer GetResourceShareAssociations."""
    kind = parameters["associationType"]
    if (kind == PRINCIPAL and "resourceArn" in parameters) or (kind == RESOURCE and "principal" in parameters):
        raise InvalidParameterException(f"You cannot filter by the other kind when the association type is {kind}.")
    if kind not in {PRINCIPAL, RESOURCE}:
        raise NotImplementedError(f"Associations of type {kind} are not modelled.")
    entity = parameters.get("principal", parameters.get("resourceArn"))
    wanted = parameters.get("resourceShareArns")
    for arn in wanted or []:
        if arn not in backend.shares:
            raise UnknownResourceException.of("ResourceShare", arn)
    found = [
        describe_association(share, association)
        for share in backend.owned_by("SELF")
        if not wanted or share.arn in wanted
        for association in share.associations
        if association.kind == kind
        and entity in {None, association.entity}
        and parameters.get("associationStatus", association.status) == association.status
    ]
    return _paged("resourceShareAssociations", found, parameters)


def principals(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer ListPrincipals: of own shares, or the owners of shares that reach this account."""
    found = []
    for share in _selected(backend, parameters):
        if parameters["resourceOwner"] != "SELF":
            found.append(_principal(share, share.owner, external=False))
            continue
        found += [_principal(share, item.entity, external=item.external) for item in share.present(PRINCIPAL)]
    wanted = parameters.get("principals")
    return _paged("principals", [item for item in found if not wanted or item["id"] in wanted], parameters)


def resources(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer ListResources."""
    wanted, wanted_type = parameters.get("resourceArns"), parameters.get("resourceType")
    found = [
        {
            "arn": item.entity,
            "type": resource_type(item.entity),
            "resourceShareArn": share.arn,
            "status": "AVAILABLE" if item.status == "ASSOCIATED" else "PENDING",
            "creationTime": item.created,
            "lastUpdatedTime": item.updated,
            "resourceRegionScope": "REGIONAL",
        }
        for share in _selected(backend, parameters)
        for item in share.present(RESOURCE)
        if not wanted or item.entity in wanted
    ]
    return _paged("resources", [item for item in found if wanted_type in {None, item["type"]}], parameters)


def share_permissions(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer ListResourceSharePermissions: permissions follow the types of the resources."""
    share = backend.share(parameters["resourceShareArn"])
    types = {resource_type(association.entity) for association in share.present(RESOURCE)}
    return _paged("permissions", permissions(share.permissions, types), parameters)


def all_permissions(_: RamBackend, parameters: Parameters) -> Parameters:
    """Answer ListPermissions, of AWS-managed ones."""
    wanted = parameters.get("resourceType", "").lower()
    none = parameters.get("permissionType") == "CUSTOMER_MANAGED"
    found = [
        dict(item) for item in AWS_MANAGED_PERMISSIONS if not none and wanted in {"", item["resourceType"].lower()}
    ]
    if wanted and not found and not none:
        raise InvalidParameterException(f"Invalid resource type: {parameters['resourceType']}")
    return _paged("permissions", found, parameters)


def resource_types(_: RamBackend, parameters: Parameters) -> Parameters:
    """Answer ListResourceTypes."""
    scope = parameters.get("resourceRegionScope", "ALL")
    found = [dict(item) for item in RAM_RESOURCE_TYPES if scope in {"ALL", item["resourceRegionScope"]}]
    return _paged("resourceTypes", found, parameters)


def _matches(share: Share, parameters: Parameters) -> bool:
    tags_match = all(
        condition.get("tagKey") in share.tags
        and (not condition.get("tagValues") or share.tags[condition["tagKey"]] in condition["tagValues"])
        for condition in parameters.get("tagFilters", [])
    )
    return (
        tags_match
        and parameters.get("name", share.name) == share.name
        and parameters.get("resourceShareStatus", share.status) == share.status
        and parameters.get("permissionArn") in {None, *share.permissions}
    )


def _selected(backend: RamBackend, parameters: Parameters) -> list[Share]:
    wanted = parameters.get("resourceShareArns")
    return [
        share
        for share in backend.owned_by(parameters["resourceOwner"])
        if share.status != "DELETED" and (not wanted or share.arn in wanted)
    ]


def _principal(share: Share, identifier: str, *, external: bool) -> Parameters:
    return {
        "id": identifier,
        "resourceShareArn": share.arn,
        "creationTime": share.created,
        "lastUpdatedTime": share.updated,
        "external": external,
    }


def _paged(name: str, items: list[Any], parameters: Parameters) -> Parameters:
    shown, token = page(items, parameters, size=PAGE, refusal=InvalidNextTokenException)
    return {name: shown} | token
