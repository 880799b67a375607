"""What the organization enforces: where its policies are attached, and whom they leave alone.

Nothing is attached unless it is named. The texts of the policies are in ``golden_ami/organization_policies.py``.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from golden_ami.arn import Arn
from golden_ami.config.organization import Organization
from golden_ami.config.place import Place
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import AccountId, ArnText, Flag, Model

ROOT = r"r-[0-9a-z]{4,32}"
MAX_PROVIDERS = 200
"""Of one list ("Allowed AMIs" quotas, EC2 User Guide)."""


def _provider(value: str) -> str:
    if not re.fullmatch(r"[0-9]{12}|amazon|aws_marketplace|aws_backup_vault", value):
        raise ValueError(
            f"{value!r} is no provider of images; name an account id in quotes, amazon, aws_marketplace or "
            "aws_backup_vault"
        )
    return value


Provider = Annotated[str, AfterValidator(_provider)]
Targets = Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]


class ImagePolicy(Model):
    """The EC2 declarative policy: whose images may be used, and no public ones.

    Attributes
    ----------
    targets : tuple of str
        Where it is attached: names of units, account ids, or the id of the organization's root.
    allowed_images : str
        ``audit_mode`` only marks images as allowed or not, ``enabled`` hides the others; ``disabled`` switches it off.
        Begin with the first.
    providers : tuple of str
        Whose images are allowed beside the factories' own: account ids, ``amazon``, ``aws_marketplace`` or
        ``aws_backup_vault``. An account's own images are always allowed.
    block_public_images : bool
        Forbid to make an AMI public, in every Region.
    """

    targets: Targets
    allowed_images: Literal["audit_mode", "enabled", "disabled"] = "audit_mode"
    providers: Annotated[tuple[Provider, ...], Field(max_length=MAX_PROVIDERS)] = ("amazon",)
    block_public_images: Flag = True


class Guardrails(Model):
    """The service control policies that close what IAM cannot.

    Attributes
    ----------
    targets : tuple of str
        Where they are attached: names of units, account ids, or the id of the organization's root.
    deployers : tuple of str
        ARNs of the roles that deploy the factories; those that Terraform assumes in deployments are added.
    starters : tuple of str
        ARNs of the roles and users who start, revoke, roll back, roll out and retire. They may pass the runbooks' roles
        and start no other runbooks in the factories' accounts.
    sharers : tuple of str
        ARNs of other roles that may change launch permissions where the policies are attached, such as those of a team
        that shares images of its own.
    """

    targets: Targets
    deployers: Annotated[tuple[ArnText, ...], Field(min_length=1)]
    starters: tuple[ArnText, ...] = ()
    sharers: tuple[ArnText, ...] = ()


class OrganizationPolicies(Place):
    """What is deployed once, in the management account or in the delegated administrator's.

    Attributes
    ----------
    share_with_organization : bool
        Switch RAM's sharing inside the organization on; the management account only.
    images : ImagePolicy, optional
        See there.
    guardrails : Guardrails, optional
        See there.
    retain_on_destroy : bool
        Refuse to switch RAM's sharing off, which would end every share inside the organization, not only ours.
    """

    share_with_organization: Flag = False
    images: ImagePolicy | None = None
    guardrails: Guardrails | None = None
    retain_on_destroy: Flag = True

    @model_validator(mode="after")
    def _has_a_purpose(self) -> "OrganizationPolicies":
        if not (self.share_with_organization or self.images or self.guardrails):
            refuse([Problem((), "does nothing; add share_with_organization, images or guardrails, or remove it")])
        return self

    def problems_in(self, organization: Organization, factories: dict[str, AccountId]) -> Iterator[Problem]:
        """Say what cannot work in the organization, given the accounts of the deployments by their names."""
        yield from self.role_problems(self.region)
        if self.share_with_organization and self.account != organization.management_account:
            yield Problem(
                ("share_with_organization",),
                f"works in the management account {organization.management_account} only; switch it on there and "
                "remove it here",
            )
        for key in ("images", "guardrails"):
            part = getattr(self, key)
            if part:
                yield from (problem.below(key) for problem in _target_problems(part.targets, organization))
        if self.guardrails:
            yield from (p.below("guardrails") for p in _guardrail_problems(self.guardrails, self.partition, factories))
        if self.images:
            yield from (problem.below("images") for problem in _provider_problems(self.images, factories))


def reaches(targets: tuple[str, ...], account: str) -> bool:
    """Tell whether policies with these targets apply to an account for certain."""
    return any(target == account or re.fullmatch(ROOT, target) for target in targets)


def resolve_target(target: str, organization: Organization) -> str:
    """Turn a target of the configuration into an id of Organizations."""
    return organization.units.get(target, target)


def _target_problems(targets: tuple[str, ...], organization: Organization) -> Iterator[Problem]:
    known = ", ".join(organization.units) or "none"
    for index, target in enumerate(targets):
        if target == organization.management_account and isinstance(target, str):
            yield Problem(
                ("targets", index), f"{target!r} is the management account, which no policy confines; name a member"
            )
        elif not re.fullmatch(rf"[0-9]{{12}}|{ROOT}", target) and target not in organization.units:
            yield Problem(
                ("targets", index),
                f"{target!r} is no unit, account id or root; write twelve digits in quotes, r-ab12, or a unit "
                f"(there: {known})",
            )
        elif target in targets[:index]:
            yield Problem(("targets", index), f"{target!r} is there twice; remove one")


def _guardrail_problems(guardrails: Guardrails, partition: str, factories: dict[str, AccountId]) -> Iterator[Problem]:
    for key in ("deployers", "starters", "sharers"):
        for index, text in enumerate(getattr(guardrails, key)):
            arn = Arn.parse(text)
            kinds = r"role/.+" if key != "starters" else r"(role|user)/.+"
            if arn.service != "iam" or arn.partition != partition or not re.fullmatch(kinds, arn.resource):
                what = "role" if key != "starters" else "role or user"
                yield Problem((key, index), f"{text!r} is no {what} of partition {partition!r}; name one by its ARN")
    units = [target for target in guardrails.targets if not re.fullmatch(rf"[0-9]{{12}}|{ROOT}", target)]
    for name, account in factories.items():
        # Which accounts a unit has is not in the configuration.
        if not units and not reaches(guardrails.targets, account):
            yield Problem(
                ("targets",), f"leave the account {account} of {name!r} unprotected; add it, its unit or the root"
            )


def _provider_problems(images: ImagePolicy, factories: dict[str, AccountId]) -> Iterator[Problem]:
    for index, provider in enumerate(images.providers):
        if provider in images.providers[:index]:
            yield Problem(("providers", index), f"{provider!r} is there twice; remove one")
        elif provider in factories.values():
            yield Problem(("providers", index), f"{provider!r} is a factory's account, always allowed; remove it")
    if images.allowed_images == "enabled" and "amazon" not in images.providers:
        for name, account in factories.items():
            if reaches(images.targets, account):
                yield Problem(
                    ("providers",),
                    f"leave out amazon, whose images the factory {name!r} builds upon; add it, or name targets "
                    f"without account {account}",
                )
