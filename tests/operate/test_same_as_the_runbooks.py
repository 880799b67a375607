"""What the commands judge and say is what the runbooks judge and say, though neither can import the other."""

import ast
from pathlib import Path
from typing import Any

import pytest

from golden_ami.operate import decisions
from golden_ami.operate.outcomes import NEXT

SCRIPTS = Path(__file__).parent.parent.parent / "runbooks" / "scripts"
PRINCIPALS = (
    "arn:aws:sts::222222222222:assumed-role/Approver/ann",
    "arn:aws:sts::222222222222:assumed-role/Approver/bob",
    "arn:aws:iam::222222222222:role/path/to/Approver",
    "arn:aws:iam::222222222222:role/Approver",
    "arn:aws:iam::222222222222:user/path/ann",
    "arn:aws:iam::222222222222:user/ann",
    "arn:aws-cn:sts::222222222222:assumed-role/Approver/ann",
    "arn:aws:sts::333333333333:assumed-role/Approver/ann",
    "arn:aws:iam::222222222222:root",
)


def _from(script: str, *names: str) -> dict[str, Any]:
    """Take functions and constants out of a script, without what it imports from its neighbours."""
    tree = ast.parse((SCRIPTS / f"{script}.py").read_text())
    kept = [
        node
        for node in tree.body
        if (isinstance(node, ast.FunctionDef) and node.name in names)
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in names)
    ]
    found: dict[str, Any] = {"Any": Any, "json": __import__("json")}
    exec(compile(ast.Module(kept, []), script, "exec"), found)
    return found


def test_every_outcome_has_a_next_action() -> None:
    assert set(NEXT) == set(_from("tell_outcome", "NEXT")["NEXT"])


@pytest.mark.parametrize("who", PRINCIPALS)
def test_a_principal_is_the_same_role_and_person(who: str) -> None:
    theirs = _from("assert_approval", "_role_or_user", "_person")
    assert decisions.role_or_user(who) == theirs["_role_or_user"](who)
    assert decisions.person(who) == theirs["_person"](who)


@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize("listed", PRINCIPALS)
def test_the_same_people_are_approvers(who: str, listed: str) -> None:
    theirs = _from("assert_approval", "_approved", "_records", "_role_or_user", "_person")
    decided = [{"Approver": who, "Decision": "Approve"}]
    counted = theirs["_approved"](decided, [listed], "arn:aws:iam::222222222222:user/sam")
    assert decisions.is_approver(who, [listed]) == bool(counted)
