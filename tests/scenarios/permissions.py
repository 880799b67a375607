"""Taking one permission away from a deployed role, and finding the steps that missed it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from golden_ami.permissions import Statement
from tests.scenarios.conftest import Factory


def granted(statements: Iterable[Statement]) -> list[tuple[str, str]]:
    """Each action with its statement, which is what a test is about."""
    return [(statement.sid, action) for statement in statements for action in statement.actions]


def each_of(permissions: list[tuple[str, str]]) -> pytest.MarkDecorator:
    """Run a test once for each permission, named after it."""
    return pytest.mark.parametrize(
        ("sid", "action"), permissions, ids=[f"{sid}-{action}" for sid, action in permissions]
    )


@contextmanager
def without(factory: Factory, role: str, sid: str, action: str) -> Iterator[None]:
    """Take one action out of one statement."""
    iam = factory.client("iam")
    known = iam.get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    statements = []
    for statement in known["Statement"]:
        actions = [each for each in statement["Action"] if (statement["Sid"], each) != (sid, action)]
        statements += [{**statement, "Action": actions}] if actions else []
    changed = {**known, "Statement": statements}
    assert changed != known, f"the deployed role has no {action} in {sid}"
    iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(changed))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(known))


def refused(steps: dict[str, Any], action: str) -> list[str]:
    """Steps that were not allowed to do something."""
    words = f"is not authorized to perform: {action} on resource"
    return [name for name, step in steps.items() if words in step.get("FailureMessage", "")]


def assert_fails_at(factory: Factory, execution: str, step: str, action: str) -> None:
    """Demand that an execution failed, that a step of it missed the permission, and that its outcome is known."""
    steps = factory.steps(execution)
    assert step in refused(steps, action), steps
    assert factory.status(execution) == "Failed", factory.status(execution)
    assert factory.outcome(execution), "nobody wrote down how it ended"
