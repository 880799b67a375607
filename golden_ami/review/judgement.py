"""The verdict: what every rule finds in every plan, and what of it somebody has accepted."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from golden_ami.review.plan import Plan
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.rules import RULES
from golden_ami.review.settings import Settings, Suppression
from golden_ami.review.shortened import short
from golden_ami.review.unknown import shown

_EXPIRED = "expired-suppression"


@dataclass(frozen=True)
class Finding:
    """Something that a rule does not allow.

    Attributes
    ----------
    rule, deployment, address, message, remedy : str
        What, where, and what to do.
    suppression : Suppression or None
        Who has accepted it.
    """

    rule: str
    deployment: str
    address: str
    message: str
    remedy: str
    suppression: Suppression | None = None

    @property
    def fails(self) -> bool:
        """Whether it fails the review."""
        return self.suppression is None


@dataclass(frozen=True)
class Judgement:
    """Everything that was found.

    Attributes
    ----------
    findings : tuple of Finding
        Those that fail first.
    warnings : tuple of str
        Suppressions that match nothing.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Findings that nobody has accepted."""
        return tuple(each for each in self.findings if each.fails)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """Findings that somebody has accepted."""
        return tuple(each for each in self.findings if not each.fails)


@dataclass
class Judge:
    """Judges plans one by one, so that no more than one is kept.

    Parameters
    ----------
    settings : Settings
        The policy.
    today : date
        By which suppressions expire.
    scripts : Path or None
        Folder of the scripts that runbooks may run; the project's own without it.
    """

    settings: Settings
    today: datetime.date
    scripts: Path | None = None
    _found: list[Finding] = field(default_factory=list)
    _used: set[int] = field(default_factory=set)

    def judge(self, plan: Plan) -> tuple[Finding, ...]:
        """Find what is wrong with a plan."""
        examined = Examined(plan, self.settings, self.scripts)
        found = [
            self._finding(rule.name, plan, each, rule.remedy)
            for rule in RULES.values()
            for each in dict.fromkeys(_checked(rule, examined))
        ]
        self._found += found
        return tuple(found)

    def _finding(self, rule: str, plan: Plan, violation: Violation, remedy: str) -> Finding:
        address = shown(violation.address)
        accepted = None
        for index, each in enumerate(self.settings.suppressions):
            concerned = each.rule == rule and each.deployment in (None, plan.deployment)
            if concerned and each.address in (None, violation.address):
                self._used.add(index)
                if each.expires >= self.today:
                    accepted = each
        return Finding(rule, plan.deployment, address, short(violation.message), remedy, accepted)

    def verdict(self) -> Judgement:
        """Sum up, with the suppressions that are over or that nothing needs."""
        findings = list(self._found)
        warnings = []
        for index, each in enumerate(self.settings.suppressions):
            if each.expires < self.today:
                message = f"the suppression of {each} expired on {each.expires} ({each.owner}: {each.reason})"
                findings.append(Finding(_EXPIRED, each.deployment or "policy", str(each.address or ""), message,
                                        "renew it with its reason, or remove it"))  # fmt: skip
            elif index not in self._used:
                warnings.append(f"the suppression of {each} matches nothing; remove it ({each.owner})")
        order = [*RULES, _EXPIRED]
        findings.sort(key=lambda each: (not each.fails, order.index(each.rule), each.deployment, each.address))
        return Judgement(tuple(findings), tuple(warnings))


def _checked(rule: Rule, examined: Examined) -> Iterator[Violation]:
    """Check a rule; a plan of a shape that it did not expect does not pass, and ends nothing else."""
    try:
        yield from rule.check(examined)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        yield Violation("the plan", f"has a shape that this rule cannot judge ({type(error).__name__}: {error})")


def rules_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Name the rules that findings are of, once each."""
    return tuple(dict.fromkeys(each.rule for each in findings))
