"""Whose plan it is: the account, the partition and the organization, against which everybody else is judged."""

from dataclasses import dataclass

from golden_ami.review.plan import Plan, organizations
from golden_ami.review.settings import Settings


@dataclass(frozen=True)
class Site:
    """Where we are.

    Attributes
    ----------
    accounts : frozenset of str
        Accounts that the plan's providers may work in.
    partition : str
        Theirs.
    organization : str or None
        Ours; none when it can be told neither from the policy nor from the plan.
    known : frozenset of str or None
        Accounts that may receive something, when the policy lists them.
    managed : frozenset of str
        Addresses of the plan's resources.
    """

    accounts: frozenset[str]
    partition: str
    organization: str | None
    known: frozenset[str] | None
    managed: frozenset[str]


def site_of(plan: Plan, settings: Settings) -> Site:
    """Tell where a plan is.

    Without an organization in the policy, it is the one that is deployed, so that a plan cannot change it; before the
    first apply, it is the only one that the plan names.
    """
    deployed = organizations(plan.before)
    named = deployed or organizations(plan.after)
    ours = settings.organization or (next(iter(named)) if len(named) == 1 else None)
    return Site(
        accounts=frozenset(plan.accounts),
        partition=plan.partition,
        organization=ours,
        known=frozenset(settings.accounts) if settings.accounts is not None else None,
        managed=plan.managed,
    )
