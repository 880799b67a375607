"""RAM's operations, each with what answers it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from moto.core.exceptions import ServiceException

from golden_ami.sandbox.idempotency import once
from golden_ami.sandbox.model import Handler, ModelledResponse
from golden_ami.sandbox.ram import changes, reads
from golden_ami.sandbox.ram.errors import InvalidParameterException, MissingRequiredParameterException
from golden_ami.sandbox.ram.models import RamBackend, ram_backends
from golden_ami.sandbox.validation import Problem


class RamResponse(ModelledResponse):
    """Resource Access Manager."""

    service = "ram"
    operations: ClassVar[Mapping[str, Handler]] = MappingProxyType(
        {
            "AssociateResourceShare": once(changes.associate),
            "CreateResourceShare": once(changes.create),
            "DeleteResourceShare": once(changes.delete),
            "DisassociateResourceShare": once(changes.disassociate),
            "EnableSharingWithAwsOrganization": changes.enable_sharing,
            "GetResourceShareAssociations": reads.associations,
            "GetResourceShares": reads.shares,
            "ListPermissions": reads.all_permissions,
            "ListPrincipals": reads.principals,
            "ListResourceSharePermissions": reads.share_permissions,
            "ListResourceTypes": reads.resource_types,
            "ListResources": reads.resources,
            "TagResource": changes.tag,
            "UntagResource": changes.untag,
            "UpdateResourceShare": once(changes.update),
        }
    )

    def backend(self) -> RamBackend:
        """Return RAM of the request's account and Region."""
        return ram_backends[self.current_account][self.region]

    def refusal(self, problem: Problem) -> ServiceException:
        """Refuse with RAM's own errors."""
        if problem.rule == "required":
            return MissingRequiredParameterException(f"The request lacks the required parameter {problem.path}.")
        return InvalidParameterException(f"The parameter {problem.path} {problem.text}.")
