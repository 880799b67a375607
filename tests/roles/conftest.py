"""Principal Mapper as a process that judges policies; it is never imported (see tools/principalmapper/README.md)."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PYTHON = ROOT / ".tools" / "principalmapper" / "bin" / "python"
JUDGE = ROOT / "tools" / "principalmapper" / "judge.py"
INSTALL = ROOT / "tools" / "isolated.py"

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """What somebody tries, with the condition keys that AWS would see."""

    action: str
    resource: str = "*"
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


Change = Callable[[Request], Request]
"""One thing that is different about a request."""


def at(resource: str) -> Change:
    """Ask for another resource."""
    return lambda request: replace(request, resource=resource)


def says(key: str, *values: str) -> Change:
    """Give a condition key another value, or several."""
    return lambda request: replace(request, context={**request.context, key: values[0] if len(values) == 1 else values})


def without(key: str) -> Change:
    """Leave a condition key out, which has to be there: a key that was never said is an error in the table."""

    def change(request: Request) -> Request:
        context = dict(request.context)
        del context[key]
        return replace(request, context=context)

    return change


@dataclass(frozen=True)
class Case:
    """A request that a role needs, and what must not be possible when a single thing about it is different."""

    name: str
    request: Request
    deviations: Mapping[str, Change] = field(default_factory=dict)


@dataclass(frozen=True)
class Role:
    """A row of the table: a policy, what it has to allow, and what it must never allow in any form."""

    name: str
    policy: Policy
    cases: Sequence[Case]
    never: Sequence[Request] = ()

    def allowed(self) -> list[tuple[str, Request]]:
        """List what it has to allow."""
        return [(case.name, case.request) for case in self.cases]

    def refused(self) -> list[tuple[str, Request]]:
        """List what it must not allow."""
        return [
            *(
                (f"{case.name}, but {name}", change(case.request))
                for case in self.cases
                for name, change in case.deviations.items()
            ),
            *((request.action, request) for request in self.never),
        ]


AnotherJudge = Callable[[Sequence[tuple[Policy, Request]]], list[str]]
"""Policies and requests in, as many verdicts out: ``allowed``, ``denied`` or ``silent``."""


@pytest.fixture(scope="session")
def another_judge() -> AnotherJudge:
    """Principal Mapper, installed once; all that is asked at a time is one process."""
    command = [sys.executable, str(INSTALL), "principalmapper"]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.fail(
            f"{installed.stderr}Principal Mapper is not installed. Install it with: {' '.join(command)}", pytrace=False
        )

    def judge(questions: Sequence[tuple[Policy, Request]]) -> list[str]:
        asked = [
            {"policies": [policy], "action": each.action, "resource": each.resource, "context": dict(each.context)}
            for policy, each in questions
        ]
        done = subprocess.run(
            [str(PYTHON), "-I", str(JUDGE)], input=json.dumps(asked), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        verdicts: list[str] = json.loads(done.stdout)
        assert len(verdicts) == len(asked)
        return verdicts

    return judge
