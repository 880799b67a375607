"""What the commands judge and say is what the runbooks judge and say, though neither can import the other."""

import ast
from pathlib import Path
from typing import Any

import pytest

from golden_ami.operate import decisions, executions
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
    found: dict[str, Any] = {"Any": Any, "json": __import__("json"), "re": __import__("re")}
    exec(compile(ast.Module(kept, []), script, "exec"), found)
    return found


def test_every_outcome_has_a_next_action() -> None:
    theirs = _from("_outcomes", "APPROVAL_NEXT", "OTHER_NEXT")
    assert set(NEXT) == {*theirs["APPROVAL_NEXT"], *theirs["OTHER_NEXT"]}


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("Step a ended. No.", "Step a ended. No."),
        (
            'Traceback (most recent call last):\n  File "<script>", line 1, in f\n    g()\nValueError: No.',
            "ValueError: No.",
        ),
        (
            'a failed. Traceback (most recent call last):\n  File "x", line 2\nValueError: b failed. '
            'Traceback (most recent call last):\n  File "y", line 3\nKeyError: c\n  and more',
            "a failed. ValueError: b failed. KeyError: c\n  and more",
        ),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
    ],
)
def test_of_a_traceback_only_what_is_wrong_is_told(failure: str, said: str) -> None:
    assert executions.plain(failure) == _from("_telling", "TRACE")["TRACE"].sub("", failure) == said


@pytest.mark.parametrize("who", PRINCIPALS)
def test_a_principal_is_the_same_role_and_person(who: str) -> None:
    theirs = _from("_decisions", "_role_or_user", "_person")
    assert decisions.role_or_user(who) == theirs["_role_or_user"](who)
    assert decisions.person(who) == theirs["_person"](who)


@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize("listed", PRINCIPALS)
def test_the_same_people_are_approvers(who: str, listed: str) -> None:
    theirs = _from("_decisions", "approved", "_records", "_role_or_user", "_person")
    decided = [{"Approver": who, "Decision": "Approve"}]
    counted = theirs["approved"](decided, [listed], "arn:aws:iam::222222222222:user/sam")
    assert decisions.is_approver(who, [listed]) == bool(counted)
