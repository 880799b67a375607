"""What a rule finds."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Finding:
    """One fault.

    Attributes
    ----------
    where : str
        The part of the document, such as ``step getBuildStatus``.
    problem : str
        What is wrong.
    remedy : str
        What to do, as an imperative.
    """

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; {self.remedy}"


@dataclass(frozen=True)
class Report:
    """What all rules together found.

    Attributes
    ----------
    findings : tuple of Finding
        Faults, those of earlier steps first.
    left_out : tuple of str
        Checks that could not be made, each with its reason.
    """

    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()


def at(step: dict[str, Any], problem: str, remedy: str) -> Finding:
    """Write a finding about a step."""
    return Finding(f"step {step['name']}", problem, remedy)
