"""The review of one or many plans: what changes, who gains access, and the verdict."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from golden_ami.inert import inert
from golden_ami.review.exposure import Shift, shifts
from golden_ami.review.judgement import Finding, Judge, Judgement
from golden_ami.review.parsing import parse
from golden_ami.review.permissions import ActionChange, action_changes
from golden_ami.review.plan import Plan
from golden_ami.review.reader import PlanError, read
from golden_ami.review.settings import Settings
from golden_ami.review.shortened import short
from golden_ami.review.site import site_of
from golden_ami.review.stateful import Loss, losses
from golden_ami.review.steps import DocumentChange, document_changes
from golden_ami.review.unknown import shown
from golden_ami.review.versions import VersionChange, version_changes

KINDS = ("create", "update", "replace", "destroy", "forget")


@dataclass(frozen=True)
class Changed:
    """A resource that changes.

    Attributes
    ----------
    address, kind : str
        What, and how.
    because : tuple of str
        What forces a replacement.
    unknown : tuple of str
        Attributes that are known after the apply only.
    """

    address: str
    kind: str
    because: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class DeploymentReview:
    """The review of one plan.

    Attributes
    ----------
    deployment, source : str
        Whose, and from which file.
    accounts : tuple of str
        Where it works.
    changed : tuple of Changed
        Resources that change.
    shifts : tuple of Shift
        Who may do what, before and after.
    losses, documents, actions, versions
        What ends, what runbooks do otherwise, what roles may do otherwise, which versions change.
    """

    deployment: str
    source: str
    accounts: tuple[str, ...]
    changed: tuple[Changed, ...]
    shifts: tuple[Shift, ...]
    losses: tuple[Loss, ...]
    documents: tuple[DocumentChange, ...]
    actions: tuple[ActionChange, ...]
    versions: tuple[VersionChange, ...]
    findings: tuple[Finding, ...]

    def count(self, kind: str) -> int:
        """Count the resources that change in a way."""
        return sum(1 for each in self.changed if each.kind == kind)

    @property
    def exposure(self) -> tuple[Shift, ...]:
        """Only what changes about who may do what."""
        return tuple(each for each in self.shifts if each.changes)


@dataclass(frozen=True)
class Review:
    """The review of all plans.

    Attributes
    ----------
    deployments : tuple of DeploymentReview
        One a plan, in the order given.
    judgement : Judgement
        The verdict.
    """

    deployments: tuple[DeploymentReview, ...]
    judgement: Judgement

    @property
    def passes(self) -> bool:
        """Whether nothing fails."""
        return not self.judgement.failing

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not any(each.changed for each in self.deployments)

    def count(self, kind: str) -> int:
        """Count the resources that change in a way, in all deployments."""
        return sum(each.count(kind) for each in self.deployments)


def review(paths: Iterable[str], settings: Settings, *, today: datetime.date, scripts: Path | None = None) -> Review:
    """Review plans, one after the other.

    Parameters
    ----------
    paths : iterable of str
        Files with the JSON of plans; ``-`` is standard input.
    settings : Settings
        The policy.
    today : date
        By which suppressions expire.
    scripts : Path, optional
        Folder of the scripts that runbooks may run; the project's own without it.

    Raises
    ------
    PlanError
        When one of them is no plan.
    """
    judge = Judge(settings, today, scripts)
    return Review(tuple(_reviewed(path, settings, judge) for path in paths), judge.verdict())


def _reviewed(path: str, settings: Settings, judge: Judge) -> DeploymentReview:
    content = read(path)
    try:
        return review_plan(parse(content, path), settings, judge)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # Not only Terraform writes files.
        words = f"{type(error).__name__}: {inert(str(error))[:200]}"
        remedy = "write it with `terraform show -json`"
        raise PlanError(f"{path} is not shaped like a plan ({words})", remedy=remedy) from error


def review_plan(plan: Plan, settings: Settings, judge: Judge) -> DeploymentReview:
    """Review one plan."""
    site = site_of(plan, settings)
    return DeploymentReview(
        deployment=plan.deployment,
        source=plan.source,
        accounts=plan.accounts,
        changed=tuple(
            Changed(shown(each.address), each.kind, each.because, tuple(short(one, 200) for one in each.unknown))
            for each in plan.changes
            if each.kind != "keep" or each.moved_from
        ),
        shifts=shifts(plan, site),
        losses=losses(plan),
        documents=document_changes(plan),
        actions=action_changes(plan),
        versions=version_changes(plan),
        findings=judge.judge(plan),
    )
