"""Image Builder's state in one account and Region: the resources, and what depends on what."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from moto.core.base_backend import BackendDict, BaseBackend

from golden_ami.sandbox.clock import iso, now
from golden_ami.sandbox.imagebuilder.arns import ResourceArn, slug
from golden_ami.sandbox.imagebuilder.errors import (
    InvalidParameterValueException,
    ResourceAlreadyExistsException,
    ResourceDependencyException,
    ResourceNotFoundException,
)
from golden_ami.sandbox.imagebuilder.kinds import Kind
from golden_ami.sandbox.neighbours import regions

if TYPE_CHECKING:
    from golden_ami.sandbox.imagebuilder.scenario import BuildScenario

LOCK: Final = threading.RLock()
"""Held by every request and by every step of a build: a build goes on in whichever thread notices the time."""


@dataclass(kw_only=True)
class Resource:
    """One resource.

    Attributes
    ----------
    kind : Kind
        What it is.
    arn : ResourceArn
        Full, with version and build where it has them.
    attributes : dict[str, Any]
        Everything else that Get shows, by the service's names.
    tags : dict[str, str]
        Its tags.
    references : tuple[ResourceArn, ...]
        Resources of this account that it needs; may have wildcards.
    """

    kind: Kind
    arn: ResourceArn
    attributes: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    references: tuple[ResourceArn, ...] = ()
    created: datetime = field(default_factory=now)
    updated: datetime | None = None

    def describe(self) -> dict[str, Any]:
        """Return it as Get shows it."""
        dates = {"dateCreated": self.created}
        if self.kind.updatable:
            dates["dateUpdated"] = self.updated or self.created
        shown = dates if self.kind.timestamps else {name: iso(date) for name, date in dates.items()}
        return {"arn": str(self.arn)} | self.attributes | {"tags": dict(self.tags)} | shown


class ImageBuilderBackend(BaseBackend):
    """Image Builder in one account and Region.

    Attributes
    ----------
    answers : dict[str, tuple[Any, Any]]
        Request and answer by client token, because a repeated request gets the first answer.
    scenarios : deque[BuildScenario]
        What the next builds shall be like.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.answers: dict[str, tuple[Any, Any]] = {}
        self.scenarios: deque[BuildScenario] = deque()
        self._numbers: Counter[ResourceArn] = Counter()
        self._resources: dict[ResourceArn, Resource] = {}

    def arn(self, kind: Kind, name: str, *, version: str | None = None, segment: str | None = None) -> ResourceArn:
        """Return the ARN, without build version, that a resource of this account will have."""
        return ResourceArn(
            partition=self.partition,
            region=self.region_name,
            account=self.account_id,
            segment=segment or kind.segment,
            slug=slug(name),
            version=version,
        )

    def all(self, kind: Kind) -> list[Resource]:
        """Return all resources of a kind, oldest first."""
        return [resource for resource in list(self._resources.values()) if resource.kind == kind]

    def add(self, resource: Resource) -> None:
        """Keep a new resource."""
        self._resources[resource.arn] = resource

    def holds(self, resource: Resource) -> bool:
        """Tell whether this very resource is still kept: not deleted, and the state not reset."""
        return self._resources.get(resource.arn) is resource

    def number(self, version: ResourceArn) -> ResourceArn:
        """Return the ARN of the next build of an image version; numbers of deleted builds do not come again."""
        self._numbers[version] += 1
        return replace(version, build=self._numbers[version])

    def refuse_taken(self, kind: Kind, arn: ResourceArn) -> None:
        """Raise ResourceAlreadyExistsException when the ARN is in use."""
        if arn in self._resources:
            raise ResourceAlreadyExistsException(kind.title, str(arn))

    def builds_of(self, arn: ResourceArn) -> list[Resource]:
        """Return the builds of a version, oldest first."""
        if arn.build is not None and not arn.is_wildcard:
            return [self._resources[arn]] if arn in self._resources else []
        found = [resource for known, resource in list(self._resources.items()) if arn.covers(known)]
        return sorted(found, key=lambda resource: resource.arn.sort_key)

    def get(self, text: str, parameter: str = "arn") -> Resource:
        """Return what an ARN means: itself, the latest build of a version, or the latest version of a wildcard.

        Raises
        ------
        InvalidParameterValueException
            When it is of another Region.
        ResourceNotFoundException
            When there is no such resource.
        """
        wanted = ResourceArn.parse(text)
        if wanted.region != self.region_name:
            why = f"'{text}' is not in Region {self.region_name}."
            raise InvalidParameterValueException(parameter, why)
        found = self.builds_of(wanted)
        if not found:
            raise ResourceNotFoundException(text)
        return found[-1]

    def remove(self, text: str) -> Resource:
        """Forget a resource and return it.

        Raises
        ------
        ResourceDependencyException
            When another resource needs it: names this very version, or a wildcard that nothing else would satisfy.
        """
        resource = self.get(text)
        rest = [known for known in list(self._resources) if known != resource.arn]
        for other in list(self._resources.values()):
            for reference in other.references:
                replaceable = reference.is_wildcard and any(reference.covers(known) for known in rest)
                if reference.covers(resource.arn) and not replaceable:
                    raise ResourceDependencyException.in_use(text)
        del self._resources[resource.arn]
        return resource


imagebuilder_backends = BackendDict(
    ImageBuilderBackend, "imagebuilder", use_boto3_regions=False, additional_regions=sorted(regions())
)
"""botocore lists no Regions for Image Builder, so it is offered where EC2 is."""
