"""The organization whose accounts may receive images, and the principals that a configuration may name in it."""

import re

from pydantic import Field

from golden_ami.arn import Arn
from golden_ami.config.types import AccountId, Model, OrganizationId, Slug, UnitId

WHOLE_ORGANIZATION = "organization"
"""How a configuration names every account of the organization."""


class Organization(Model):
    """An AWS Organizations organization.

    Attributes
    ----------
    id : str
        Such as ``o-a1b2c3d4e5``.
    management_account : str
        Twelve digits; ARNs of the organization and its units carry it.
    units : dict of str to str
        Readable name to organizational unit id. Names come from here, never from a live call.
    """

    id: OrganizationId
    management_account: AccountId
    units: dict[Slug, UnitId] = Field(default_factory=dict)

    def arn(self, partition: str) -> str:
        """ARN of the organization."""
        return str(Arn(partition, "organizations", "", self.management_account, f"organization/{self.id}"))

    def unit_arn(self, unit: str, partition: str) -> str:
        """ARN of the unit with that readable name."""
        return str(Arn(partition, "organizations", "", self.management_account, f"ou/{self.id}/{self.units[unit]}"))

    def resolve(self, principal: str, partition: str) -> str:
        """Turn a principal of the configuration into what RAM and EC2 take.

        Parameters
        ----------
        principal : str
            ``organization``, a unit's readable name, an account id, or the ARN of this organization or of a unit.
        partition : str
            The deployment's partition.

        Returns
        -------
        str
            An account id or an ARN.

        Raises
        ------
        ValueError
            When the principal is unknown or is not of this organization.
        """
        if principal == WHOLE_ORGANIZATION:
            return self.arn(partition)
        if principal in self.units:
            return self.unit_arn(principal, partition)
        if re.fullmatch(r"[0-9]{12}", principal):
            return principal
        if principal.startswith("arn:"):
            return self._own(principal, partition)
        known = ", ".join([WHOLE_ORGANIZATION, *self.units])
        raise ValueError(
            f"{principal!r} is no account id, unit or organization; write twelve digits in quotes or one of: {known}"
        )

    def _own(self, text: str, partition: str) -> str:
        arn = Arn.parse(text)
        ours = {self.arn(partition)} | {self.unit_arn(unit, partition) for unit in self.units}
        if text in ours:
            return text
        if arn.service != "organizations":
            raise ValueError(f"{text!r} cannot receive images; name an account, a unit or the organization")
        if arn.partition != partition:
            raise ValueError(
                f"{text!r} is of partition {arn.partition!r}, not {partition!r}; share within one partition"
            )
        if arn.resource.split("/")[1:2] != [self.id] or arn.account != self.management_account:
            raise ValueError(f"{text!r} does not belong to organization {self.id}; share inside the organization only")
        raise ValueError(f"{text!r} is not among organization.units; add the unit there with a readable name")
