"""What checks ask of a deployment again and again, asked once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from golden_ami.config import ImageFactory
from golden_ami.config.deployment import Deployment
from golden_ami.deployed import deployed
from golden_ami.documents import Document
from golden_ami.errors import OperationError
from golden_ami.names import DeploymentNames, RunbookNames
from golden_ami.operate.faults import code_of
from golden_ami.operate.place import Place
from golden_ami.operate.shares import find_share
from golden_ami.permissions import Confinement
from golden_ami.runbook import BoundRunbook

DEPLOY = "look at `npx cdktf diff`, and deploy again"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A runbook of the deployment.

    Attributes
    ----------
    runbook : Document
        Which.
    factory : ImageFactory
        Its image; any one for the deployment's own.
    names : RunbookNames
        Of its document, and of the role that it assumes.
    """

    runbook: Document
    factory: ImageFactory
    names: RunbookNames


class Site:
    """A deployment as AWS has it.

    Parameters
    ----------
    place : Place
        The deployment, and a way to it.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._shares: dict[str, str] = {}
        self._bound: dict[str, tuple[BoundRunbook, Confinement]] = {}

    @property
    def names(self) -> DeploymentNames:
        """Names of what it has once."""
        return self.place.names

    @property
    def factories(self) -> tuple[ImageFactory, ...]:
        """Its images."""
        return self.place.factories

    @property
    def configured(self) -> Deployment:
        """As the configuration says."""
        return self.place.config.deployments[self.place.deployment]

    @property
    def regions(self) -> tuple[str, ...]:
        """Home Region first, then those with copies."""
        return (self.names.region, *self.configured.copies)

    def client(self, service: str, *, region: str | None = None) -> Any:
        """Return a client."""
        return self.place.connection.client(service, region=region)

    @cached_property
    def is_deployed(self) -> bool:
        """Whether anything of it is there: the runbook of outcomes, or one of an image."""
        documents = (self.names.outcome.document, *(factory.names.approval.document for factory in self.factories))
        return any(self.describe_document(name) is not None for name in documents)

    def describe_document(self, name: str) -> dict[str, Any] | None:
        """Describe a document; None when there is none."""
        try:
            return dict(self.client("ssm").describe_document(Name=name)["Document"])
        except Exception as error:
            if code_of(error) == "InvalidDocument":
                return None
            raise

    @cached_property
    def key(self) -> str:
        """ARN of the home Region's key.

        Raises
        ------
        OperationError
            When its alias is not there.
        """
        brought = self.configured.existing.key
        return brought or self._by_alias()

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Aliases of the home Region, with the ids of their keys."""
        found = self.place.connection.pages("kms", "list_aliases", "Aliases")
        return {str(each["AliasName"]): str(each["TargetKeyId"]) for each in found if each.get("TargetKeyId")}

    def _by_alias(self) -> str:
        # Whoever may not read a key cannot ask by its alias either, and would not know which of both it is.
        key = self.aliases.get(self.names.key_alias)
        if key is None:
            raise OperationError(f"there is no key {self.names.key_alias} in {self.names.region}", remedy=DEPLOY)
        return self.names.arn("kms", f"key/{key}")

    @cached_property
    def keys(self) -> dict[str, str]:
        """Region to ARN of its key."""
        copies = {region: copy.key for region, copy in self.configured.copies.items()}
        return {self.names.region: self.key} | copies

    def share(self, factory: ImageFactory) -> str:
        """ARN of an image's resource share; empty where it has none."""
        name = factory.names.image
        if name not in self._shares:
            self._shares[name] = find_share(self.place, factory)
        return self._shares[name]

    def runbooks(self) -> Iterator[Deployed]:
        """Give every runbook that the configuration wants."""
        for factory in self.factories:
            for does, names in factory.names.runbooks.items():
                if does != "rollout" or factory.rollout:
                    yield Deployed(runbook=Document(does), factory=factory, names=names)
        yield Deployed(runbook=Document.outcome, factory=self.factories[0], names=self.names.outcome)

    def bindable(self) -> None:
        """Make sure once that what every runbook has in its text can be found; else that is the one thing to say."""
        _ = self.key

    def bound(self, runbook: Deployed) -> tuple[BoundRunbook, Confinement]:
        """Bind a runbook with the ids that AWS has chosen."""
        if runbook.names.document not in self._bound:
            share = self.share(runbook.factory)
            self._bound[runbook.names.document] = deployed(
                self.place.config, runbook.factory, runbook.runbook, key_arn=self.key, share_arn=share or None
            )
        return self._bound[runbook.names.document]
