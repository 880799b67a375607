"""RAM's state in one account and Region: shares, and what is associated with them.

Association is asynchronous (AssociateResourceShare, RAM API Reference): the call answers ASSOCIATING, and a later read
finds ASSOCIATED. Here the first read after it does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from moto.core.base_backend import BackendDict, BaseBackend

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.ram.errors import UnknownResourceException
from golden_ami.sandbox.ram.principals import reaches

PRINCIPAL: Final = "PRINCIPAL"
RESOURCE: Final = "RESOURCE"


@dataclass(kw_only=True)
class Association:
    """A principal or a resource of a share.

    Attributes
    ----------
    entity : str
        Account id, ARN or service name.
    kind : str
        ``PRINCIPAL`` or ``RESOURCE``.
    external : bool
        Whether it is a principal outside the organization, which has to accept first.
    status : str
        ``ASSOCIATING``, ``ASSOCIATED``, ``FAILED``, ``DISASSOCIATING`` or ``DISASSOCIATED``.
    ends : str or None
        What comes of ``ASSOCIATING``; None for nothing, ever.
    """

    entity: str
    kind: str
    external: bool = False
    status: str = "ASSOCIATING"
    ends: str | None = "ASSOCIATED"
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)

    @property
    def present(self) -> bool:
        """Whether it is, or is about to be, part of the share."""
        return self.status in {"ASSOCIATING", "ASSOCIATED"}

    def move(self, status: str) -> None:
        """Change the status."""
        self.status = status
        self.updated = now()


@dataclass(kw_only=True)
class Share:
    """A resource share.

    Attributes
    ----------
    owner : str
        Account id.
    allow_external : bool
        Whether principals outside the organization are taken.
    permissions : tuple[str, ...]
        ARNs of permissions that were chosen instead of the defaults.
    """

    arn: str
    name: str
    owner: str
    allow_external: bool
    tags: dict[str, str]
    permissions: tuple[str, ...] = ()
    status: str = "ACTIVE"
    associations: list[Association] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)

    def find(self, kind: str, entity: str) -> Association | None:
        """Return a present association."""
        return next((a for a in self.associations if a.present and (a.kind, a.entity) == (kind, entity)), None)

    def present(self, kind: str) -> list[Association]:
        """Return the present associations of a kind."""
        return [association for association in self.associations if association.present and association.kind == kind]

    def settle(self) -> None:
        """Let time pass: finish what was begun, except what waits for an account outside to accept."""
        for association in self.associations:
            if association.status == "DISASSOCIATING":
                association.move("DISASSOCIATED")
            elif association.status == "ASSOCIATING" and association.ends and not association.external:
                association.move(association.ends)

    def delete(self) -> None:
        """End the share and all its associations."""
        self.status = "DELETED"
        self.updated = now()
        for association in self.associations:
            association.move("DISASSOCIATED")

    def describe(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "resourceShareArn": self.arn,
            "name": self.name,
            "owningAccountId": self.owner,
            "allowExternalPrincipals": self.allow_external,
            "status": self.status,
            "tags": [{"key": key, "value": value} for key, value in self.tags.items()],
            "creationTime": self.created,
            "lastUpdatedTime": self.updated,
            "featureSet": "STANDARD",
        }


class RamBackend(BaseBackend):
    """RAM in one account and Region.

    Attributes
    ----------
    shares : dict[str, Share]
        By ARN, deleted ones included, as RAM shows them for some hours.
    answers : dict[str, tuple[Any, Any]]
        Request and answer by client token.
    next_ends : list[str | None]
        What comes of the next associations of resources, one each; a fault for tests to put in.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.next_ends: list[str | None] = []
        self.shares: dict[str, Share] = {}
        self.answers: dict[str, tuple[Any, Any]] = {}

    def new_arn(self) -> str:
        """Return the ARN of the next share."""
        return f"arn:{self.partition}:ram:{self.region_name}:{self.account_id}:resource-share/{uuid4()}"

    def share(self, arn: str) -> Share:
        """Return a share of this account that is not deleted.

        Raises
        ------
        UnknownResourceException
            When there is none.
        """
        share = self.shares.get(arn)
        if share is None or share.status == "DELETED":
            raise UnknownResourceException.of("ResourceShare", arn)
        return share

    def owned_by(self, owner: str) -> list[Share]:
        """Return the account's own shares (``SELF``), or those of others that reach it (``OTHER-ACCOUNTS``)."""
        shares = list(self.shares.values()) if owner == "SELF" else list(self._received())
        for share in shares:
            share.settle()
        return shares

    def _received(self) -> Iterator[Share]:
        for account, region, backend in ram_backends.iter_backends():
            if account == self.account_id or region != self.region_name or not isinstance(backend, RamBackend):
                continue
            for share in list(backend.shares.values()):
                if any(
                    not association.external
                    and reaches(association.entity, self.account_id, owner=account, region=region)
                    for association in share.present(PRINCIPAL)
                ):
                    yield share


ram_backends = BackendDict(RamBackend, "ram")
