"""The operations that change shares.

Source: CreateResourceShare, UpdateResourceShare, DeleteResourceShare, AssociateResourceShare,
DisassociateResourceShare, TagResource, UntagResource, EnableSharingWithAwsOrganization (RAM API Reference).
"""

from collections.abc import Iterable
from typing import Any, Final

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.neighbours import (
    create_service_linked_role,
    organization_of,
    sharing_enabled,
    trust_service,
)
from golden_ami.sandbox.ram.errors import (
    InvalidParameterException,
    MissingRequiredParameterException,
    OperationNotPermittedException,
    OrganizationOnlyException,
    TagLimitExceededException,
    UnknownResourceException,
)
from golden_ami.sandbox.ram.models import PRINCIPAL, RESOURCE, Association, RamBackend, Share
from golden_ami.sandbox.ram.principals import check_principal
from golden_ami.sandbox.ram.resources import check_permissions, check_resource

Parameters = dict[str, Any]
MAX_TAGS: Final = 50
SERVICE: Final = "ram.amazonaws.com"
_NOT_MODELLED: Final = ("sources", "permissionTemplateParameters", "resourceShareConfiguration")


def create(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer CreateResourceShare."""
    _refuse_unmodelled(parameters)
    share = Share(
        arn=backend.new_arn(),
        name=parameters["name"],
        owner=backend.account_id,
        allow_external=parameters.get("allowExternalPrincipals", True),
        tags=_tags({}, parameters.get("tags", [])),
        permissions=check_permissions(parameters.get("permissionArns", [])),
    )
    share.associations = _new_associations(backend, share, parameters)
    backend.shares[share.arn] = share
    return {"resourceShare": share.describe()}


def update(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer UpdateResourceShare."""
    share = backend.share(parameters["resourceShareArn"])
    allow_external = parameters.get("allowExternalPrincipals", share.allow_external)
    enabled = sharing_enabled(backend.account_id, backend.region_name)
    outside = any(association.external for association in share.present(PRINCIPAL))
    if not allow_external and (outside or (share.allow_external and not enabled)):
        raise OrganizationOnlyException
    share.allow_external = allow_external
    share.name = parameters.get("name", share.name)
    share.updated = now()
    return {"resourceShare": share.describe()}


def delete(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer DeleteResourceShare: sharing ends, the resources stay."""
    backend.share(parameters["resourceShareArn"]).delete()
    return {"returnValue": True}


def associate(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer AssociateResourceShare; what is associated already stays as it is."""
    _refuse_unmodelled(parameters)
    share = backend.share(parameters["resourceShareArn"])
    named = list(_entities(parameters))
    if not named:
        raise InvalidParameterException("Specify principals or resources.")
    added = _new_associations(backend, share, parameters)
    share.associations = [known for known in share.associations if not _replaced(known, added)] + added
    found = [association for association in share.associations if (association.kind, association.entity) in named]
    return {"resourceShareAssociations": [describe_association(share, association) for association in found]}


def disassociate(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer DisassociateResourceShare."""
    _refuse_unmodelled(parameters)
    share = backend.share(parameters["resourceShareArn"])
    leaving: list[Association] = []
    for kind, entity in _entities(parameters):
        association = share.find(kind, entity)
        if association is None:
            raise UnknownResourceException.of(f"{kind.capitalize()} association", entity)
        leaving.append(association)
    if not leaving:
        raise InvalidParameterException("Specify principals or resources.")
    for association in leaving:
        association.move("DISASSOCIATING")
    return {"resourceShareAssociations": [describe_association(share, association) for association in leaving]}


def tag(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer TagResource, of shares."""
    share = backend.share(_tagged(parameters))
    share.tags = _tags(share.tags, parameters["tags"])
    return {}


def untag(backend: RamBackend, parameters: Parameters) -> Parameters:
    """Answer UntagResource, of shares."""
    share = backend.share(_tagged(parameters))
    share.tags = {key: value for key, value in share.tags.items() if key not in parameters["tagKeys"]}
    return {}


def enable_sharing(backend: RamBackend, _: Parameters) -> Parameters:
    """Answer EnableSharingWithAwsOrganization, of the management account: makes RAM trusted, and its role."""
    organization = organization_of(backend.account_id, backend.region_name)
    if organization is None or organization.master_account_id != backend.account_id:
        raise OperationNotPermittedException(
            "Unable to enable sharing with AWS Organizations. Received AccessDeniedException from AWSOrganizations "
            "with the following error message: You don't have permissions to access this resource."
        )
    create_service_linked_role(backend.account_id, backend.region_name, SERVICE)
    trust_service(backend.account_id, backend.region_name, SERVICE)
    return {"returnValue": True}


def describe_association(share: Share, association: Association) -> Parameters:
    """Return an association as the API shows it."""
    return {
        "resourceShareArn": share.arn,
        "resourceShareName": share.name,
        "associatedEntity": association.entity,
        "associationType": association.kind,
        "status": association.status,
        "creationTime": association.created,
        "lastUpdatedTime": association.updated,
        "external": association.external,
    }


def _new_associations(backend: RamBackend, share: Share, parameters: Parameters) -> list[Association]:
    """Check what is to be added before anything is, and leave out what is there already."""
    account, region = backend.account_id, backend.region_name
    added: list[Association] = []
    for kind, entity in _entities(parameters):
        external = False
        if kind == RESOURCE:
            check_resource(entity, account=account, region=region)
        else:
            external = check_principal(entity, account=account, region=region, allow_external=share.allow_external)
        if share.find(kind, entity) is None:
            ends = backend.next_ends.pop(0) if kind == RESOURCE and backend.next_ends else "ASSOCIATED"
            added.append(Association(entity=entity, kind=kind, external=external, ends=ends))
    return added


def _entities(parameters: Parameters) -> Iterable[tuple[str, str]]:
    yield from ((PRINCIPAL, entity) for entity in parameters.get("principals", []))
    yield from ((RESOURCE, entity) for entity in parameters.get("resourceArns", []))


def _replaced(known: Association, added: list[Association]) -> bool:
    return any((known.kind, known.entity) == (new.kind, new.entity) for new in added)


def _refuse_unmodelled(parameters: Parameters) -> None:
    for name in _NOT_MODELLED:
        if parameters.get(name):
            raise NotImplementedError(f"The parameter {name} is not modelled.")


def _tagged(parameters: Parameters) -> str:
    if "resourceArn" in parameters:
        raise NotImplementedError("Tags of permissions are not modelled; give resourceShareArn.")
    if "resourceShareArn" not in parameters:
        raise MissingRequiredParameterException("Specify resourceShareArn or resourceArn.")
    return str(parameters["resourceShareArn"])


def _tags(known: dict[str, str], added: list[dict[str, str]]) -> dict[str, str]:
    tags = known | {item.get("key", ""): item.get("value", "") for item in added}
    for key in tags:
        if not key or key.lower().startswith("aws:"):
            raise InvalidParameterException(f"The tag key '{key}' is not valid: it is empty or begins with aws:.")
    if len(tags) > MAX_TAGS:
        raise TagLimitExceededException(f"A resource share can have at most {MAX_TAGS} tags.")
    return tags
