"""Who makes a request, and which policies that principal has in the sandbox's IAM."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from moto.iam.models import IAMBackend, Role, User, iam_backends
from moto.organizations.models import organizations_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from golden_ami.sandbox.access.evaluation import Need, Verdict, judge
from golden_ami.sandbox.organization_policies import service_control_policies


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A caller.

    Attributes
    ----------
    arn : str
        As ``sts:GetCallerIdentity`` gives it.
    entity : str
        What ``aws:PrincipalArn`` says: of a session, its role.
    account : str
        Twelve digits.
    policies : tuple of mapping, or None
        Policy documents; None for the account itself, which no identity-based policy confines.
    """

    arn: str
    entity: str
    account: str
    policies: tuple[Mapping[str, Any], ...] | None

    @classmethod
    def of_key(cls, access_key_id: str, account: str, region: str) -> Self:
        """Find whom an access key belongs to; a key that names an account only is that account's root."""
        partition = get_partition(region)
        iam = iam_backends[account][partition]
        session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key_id)
        if session:
            return cls.of_role(session.role_arn, session=session.session_name)
        user = iam.get_user_from_access_key_id(access_key_id)
        if user:
            return cls(arn=user.arn, entity=user.arn, account=account, policies=_of_user(iam, user))
        root = f"arn:{partition}:iam::{account}:root"
        return cls(arn=root, entity=root, account=account, policies=None)

    @classmethod
    def of_role(cls, role_arn: str, *, session: str) -> Self:
        """Be a session of a role.

        Raises
        ------
        LookupError
            When there is no such role.
        """
        role = find_role(role_arn)
        _, partition, _, _, account, _ = role_arn.split(":", 5)
        return cls(
            arn=f"arn:{partition}:sts::{account}:assumed-role/{role.name}/{session}",
            entity=role_arn,
            account=account,
            policies=tuple(map(_loaded, role.policies.values())) + tuple(map(_managed, role.managed_policies.values())),
        )

    def refusal(self, need: Need) -> str | None:
        """Say in AWS's words why a need is refused, or None when it is allowed."""
        if self._denied_by_the_organization(need):
            why = "with an explicit deny in a service control policy"
            return f"User: {self.arn} is not authorized to perform: {need.action} on resource: {need.resource} {why}"
        if self.policies is None:
            return None
        verdict = judge(self.policies, need)
        if verdict is Verdict.ALLOWED:
            return None
        why = (
            "with an explicit deny in an identity-based policy"
            if verdict is Verdict.DENIED
            else f"because no identity-based policy allows the {need.action} action"
        )
        return f"User: {self.arn} is not authorized to perform: {need.action} on resource: {need.resource} {why}"

    def _denied_by_the_organization(self, need: Need) -> bool:
        manager = organizations_backends.master_accounts.get(self.account)
        backend = organizations_backends[manager[0]][manager[1]] if manager else None
        policies = service_control_policies(backend, self.account)
        # No policy of the organization confines a service's own role.
        if not policies or f":iam::{self.account}:role/aws-service-role/" in self.entity:
            return False
        context = {**need.context, "aws:PrincipalArn": [self.entity]}
        return judge(policies, replace(need, context=context)) is Verdict.DENIED


def find_role(role_arn: str) -> Role:
    """Return a role of the sandbox's IAM.

    Raises
    ------
    LookupError
        When there is no such role.
    """
    parts = role_arn.split(":", 5)
    name = role_arn.rsplit("/", 1)[-1]
    try:
        # A copy: Terraform may create another role while an automation assumes this one.
        known = list(iam_backends[parts[4]][parts[1]].roles.values())
        return next(role for role in known if role.name == name and role.arn == role_arn)
    except (StopIteration, IndexError, KeyError) as error:
        raise LookupError(f"There is no role {role_arn}.") from error


def trusts(role: Role, service: str, context: Mapping[str, list[str]]) -> bool:
    """Tell whether a role's trust policy lets a service assume it."""
    need = Need(action="sts:AssumeRole", resource="*", context=context)
    statements = _loaded(role.assume_role_policy_document)["Statement"]
    named = [
        statement
        for statement in (statements if isinstance(statements, list) else [statements])
        if service in _services(statement.get("Principal", {}))
    ]
    return judge([{"Statement": named}], need) is Verdict.ALLOWED


def _services(principal: Any) -> list[str]:
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    return [services] if isinstance(services, str) else list(services)


def _of_user(iam: IAMBackend, user: User) -> tuple[Mapping[str, Any], ...]:
    inline = [*user.policies.values()]
    managed = [*user.managed_policies.values()]
    for group in iam.get_groups_for_user(user.name):
        inline += group.policies.values()
        managed += group.managed_policies.values()
    return tuple(map(_loaded, inline)) + tuple(map(_managed, managed))


def _managed(policy: Any) -> Mapping[str, Any]:
    default = next(version for version in policy.versions if version.is_default)
    return _loaded(default.document)


def _loaded(document: Any) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = _parsed(document) if isinstance(document, str) else document
    return loaded


@lru_cache(maxsize=1024)
def _parsed(document: str) -> Any:
    """Parse a policy once: a principal is made anew for each call, so that it has what IAM has at that moment."""
    return json.loads(document)
