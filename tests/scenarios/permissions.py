"""Taking one permission away from a deployed role, and finding the steps that missed it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from golden_ami.permissions import Statement
from tests.scenarios.conftest import Factory


def granted(statements: Iterable[Statement]) -> list[tuple[str, str]]:
    """Each action with its statement, which is what a test is about."""
    return [(statement.sid, action) for statement in statements for action in statement.actions]


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
