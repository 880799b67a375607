"""The roles of a deployment: there, trusting whom they should, and allowed what their runbooks need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from golden_ami.operate.doctor.check import Problem, check, error, guarded
from golden_ami.operate.doctor.simulation import refused
from golden_ami.operate.doctor.site import DEPLOY, Deployed, Site
from golden_ami.operate.faults import code_of
from golden_ami.permissions import (
    Statement,
    automation_statements,
    automation_trust,
    build_trust,
    event_statements,
    event_trust,
    lifecycle_statements,
    lifecycle_trust,
    rollout_event_statements,
    scheduler_statements,
    scheduler_trust,
)


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role of the deployment.

    Attributes
    ----------
    name : str
        Of the role.
    trust : mapping
        Who assumes it.
    statements : tuple of Statement
        What it must be allowed.
    """

    name: str
    trust: Mapping[str, Any]
    statements: tuple[Statement, ...]


@check("roles", "each role is there, and trusts only whom it should")
def roles(site: Site) -> Iterator[Problem]:
    """Compare trust policies with those that the deployment makes."""
    trusts: dict[str, Mapping[str, Any]] = {each.names.role: automation_trust(site.names) for each in site.runbooks()}
    trusts |= {each.name: each.trust for each in _others(site)}
    trusts[site.names.build_role] = build_trust(site.names)
    for name, trust in trusts.items():
        yield from guarded(name, _role, site, name, trust)


def _role(site: Site, name: str, trust: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        found = site.client("iam").get_role(RoleName=name)["Role"]
    except Exception as failure:
        if code_of(failure) != "NoSuchEntity":
            raise
        yield error(f"there is no role {name}", DEPLOY)
        return
    if found["AssumeRolePolicyDocument"] != trust:
        yield error(f"role {name} trusts others than the deployment makes it trust", DEPLOY)


@check("permissions", "each role may do what its runbook needs")
def permissions(site: Site) -> Iterator[Problem]:
    """Simulate every statement of every role; boundaries and organization policies count, as far as IAM knows them."""
    site.bindable()
    for runbook in site.runbooks():
        yield from guarded(runbook.names.role, _of_runbook, site, runbook)
    for role in _others(site):
        yield from guarded(role.name, _permissions, site, role)


def _of_runbook(site: Site, runbook: Deployed) -> Iterator[Problem]:
    bound, confinement = site.bound(runbook)
    statements = automation_statements(bound, confinement)
    yield from _permissions(site, Role(name=runbook.names.role, trust={}, statements=statements))


def _permissions(site: Site, role: Role) -> Iterator[Problem]:
    try:
        lacks = list(refused(site, site.names.iam(f"role/{role.name}"), role.statements))
    except Exception as failure:
        # The check of roles says that it is not there.
        if code_of(failure) == "NoSuchEntity":
            return
        raise
    for action, resource, decision in lacks:
        by = "is denied" if decision == "explicitDeny" else "may not do"
        yield error(
            f"role {role.name} {by} {action} on {resource}",
            f"{DEPLOY}, or change the boundary or the organization policy that is in the way",
        )


def _others(site: Site) -> Iterator[Role]:
    """Give the roles with which services work."""
    names = site.names
    yield Role(
        name=names.outcome_starter_role,
        trust=event_trust(names, *names.outcome_rules),
        statements=event_statements(names),
    )
    if site.configured.quarantine.delete_after_days:
        yield Role(
            name=names.clean_up_role,
            trust=lifecycle_trust(),
            statements=lifecycle_statements(names, site.regions),
        )
    for factory in site.factories:
        image = factory.names
        if factory.schedule:
            yield Role(name=image.scheduler_role, trust=scheduler_trust(names), statements=scheduler_statements(image))
        if factory.rollout:
            yield Role(
                name=image.approved_rule,
                trust=event_trust(names, image.approved_rule),
                statements=rollout_event_statements(image),
            )
