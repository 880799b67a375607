"""What a rule is: a name, why it is there, and what it finds in one plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from golden_ami.review.documents import Document, documents
from golden_ami.review.permissions import POLICIES, RESOURCE_POLICIES
from golden_ami.review.plan import Plan, Resource
from golden_ami.review.policies import Grant, Policy, read_policy
from golden_ami.review.settings import Settings
from golden_ami.review.site import Site, site_of


@dataclass(frozen=True)
class Violation:
    """What a rule does not allow.

    Attributes
    ----------
    address : str
        Resource, or provider.
    message : str
        What is wrong about it.
    """

    address: str
    message: str


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    name : str
        By which it is explained and suppressed.
    title : str
        What it demands, in a sentence.
    why : str
        What happens without it.
    remedy : str
        What to do when it fails.
    check : callable
        Finds violations.
    """

    name: str
    title: str
    why: str
    remedy: str
    check: Callable[["Examined"], Iterator[Violation]]


@dataclass(frozen=True)
class Examined:
    """A plan, and what it is measured by.

    Attributes
    ----------
    plan : Plan
        The plan.
    settings : Settings
        The policy.
    scripts : Path or None
        Folder of the scripts that runbooks may run; the project's own without it.
    """

    plan: Plan
    settings: Settings
    scripts: Path | None = None

    @cached_property
    def site(self) -> Site:
        """Whose plan it is."""
        return site_of(self.plan, self.settings)

    @cached_property
    def documents(self) -> list[Document]:
        """Documents that there will be."""
        return documents(self.plan.after)

    def of(self, *types: str) -> Iterator[Resource]:
        """Give the resources of some types that there will be."""
        return self.plan.of(*types)

    def role_policies(self) -> Iterator[tuple[Resource, Policy]]:
        """Give what roles and people may do, policy by policy."""
        for resource in self.plan.after:
            if resource.type in POLICIES:
                yield resource, read_policy(resource.values.get("policy"))
            elif resource.type == "aws_iam_role":
                # The provider repeats aws_iam_role_policy here; only what is said here is judged here.
                yield from self._inline(resource)

    def _inline(self, role: Resource) -> Iterator[tuple[Resource, Policy]]:
        blocks = role.values.get("inline_policy")
        if not role.says("inline_policy") or not blocks:
            return
        for block in blocks if isinstance(blocks, list) else [blocks]:
            yield role, read_policy(block.get("policy") if isinstance(block, dict) else block)

    def resource_policies(self) -> Iterator[tuple[Resource, Policy]]:
        """Give the policies that say who may use a key, a topic, a bucket or a queue."""
        for resource in self.of(*RESOURCE_POLICIES):
            if resource.says("policy"):
                yield resource, read_policy(resource.values.get("policy"))

    def resource_grants(self) -> Iterator[tuple[Resource, Grant]]:
        """Give their allowing statements, one by one."""
        for resource, policy in self.resource_policies():
            yield from ((resource, grant) for grant in policy.allowing)
