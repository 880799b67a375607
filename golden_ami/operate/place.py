"""Where an operator works: one deployment of the configuration, in its account and Region."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from golden_ami.errors import InputError
from golden_ami.names import DeploymentNames
from golden_ami.operate.connection import Caller, Connection

if TYPE_CHECKING:
    from golden_ami.config import Config, ImageFactory


@dataclass(frozen=True, kw_only=True)
class Place:
    """A deployment, and a way to it.

    Attributes
    ----------
    config : Config
        The whole configuration.
    deployment : str
        Its name.
    connection : Connection
        In its home Region, with credentials of its account.
    """

    config: "Config"
    deployment: str
    connection: Connection

    @cached_property
    def names(self) -> DeploymentNames:
        """Names of what the deployment has once."""
        return self.config.deployments[self.deployment].names(self.deployment)

    @cached_property
    def factories(self) -> "tuple[ImageFactory, ...]":
        """Its images, in the configuration's order."""
        from golden_ami.config import resolve  # noqa: PLC0415 - pydantic is slow, and --help needs none

        return resolve(self.config, self.deployment)

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return self.connection.caller

    def factory(self, image: str) -> "ImageFactory":
        """Find an image by its name.

        Raises
        ------
        InputError
            When the deployment does not build it.
        """
        for factory in self.factories:
            if factory.names.image == image:
                return factory
        known = ", ".join(each.names.image for each in self.factories)
        raise InputError(f"deployment {self.deployment!r} builds no image {image!r}", remedy=f"name one of: {known}")

    def factory_of(self, arn: str) -> "ImageFactory":
        """Find the image that an Image Builder image is a version of.

        Raises
        ------
        InputError
            When none of the deployment's images has such versions.
        """
        for factory in self.factories:
            if arn.startswith(factory.images_arn.removesuffix("*")):
                return factory
        known = ", ".join(each.images_arn for each in self.factories)
        raise InputError(f"{arn} is no image of deployment {self.deployment!r}", remedy=f"name one like: {known}")


def find_place(config: "Config", connection: Connection, *, deployment: str | None, region: str | None) -> Place:
    """Choose the deployment that is meant, and make sure that the credentials are its account's.

    Parameters
    ----------
    config : Config
        A valid configuration.
    connection : Connection
        The operator's.
    deployment : str or None
        As named; otherwise the only one, or the only one of the caller's account (and Region, when that is named).
    region : str or None
        As named; it must be the deployment's.

    Raises
    ------
    InputError
        When none or several are meant, or the account or the Region is another one.
    """
    name = deployment or _only(config, connection, region)
    if name not in config.deployments:
        known = ", ".join(config.deployments)
        raise InputError(f"--deployment {name!r} is not in the configuration", remedy=f"name one of: {known}")
    found = config.deployments[name]
    if region and region != found.region:
        raise InputError(
            f"deployment {name!r} is in {found.region}, not in {region}", remedy="leave --region out, or mend it"
        )
    here = Place(config=config, deployment=name, connection=connection.at(found.region))
    if here.caller.account != found.account:
        raise InputError(
            f"these credentials are of account {here.caller.account}, and deployment {name!r} is in {found.account}",
            remedy=f"name a --profile of account {found.account}",
        )
    return here


def _only(config: "Config", connection: Connection, region: str | None) -> str:
    names = list(_in(config, None, region))
    if len(names) > 1:
        account = connection.at(region or config.deployments[names[0]].region).caller.account
        names = list(_in(config, account, region))
    if len(names) == 1:
        return names[0]
    known = ", ".join(config.deployments)
    if not names:
        raise InputError("no deployment is in this account and Region", remedy=f"name a --deployment: {known}")
    raise InputError(f"--deployment is missing, and {', '.join(names)} are here", remedy=f"name one of: {known}")


def _in(config: "Config", account: str | None, region: str | None) -> Iterator[str]:
    for name, deployment in config.deployments.items():
        if account in {None, deployment.account} and region in {None, deployment.region}:
            yield name
