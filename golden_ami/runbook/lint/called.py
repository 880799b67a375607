"""The calls of AWS that a step makes with the role of the document, and why they are not known where they are not."""

import ast
from dataclasses import dataclass
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint import scripts
from golden_ami.runbook.lint.effects import called
from golden_ami.runbook.lint.reached import reached
from golden_ami.runbook.lint.scripts import Call
from golden_ami.runbook.lint.steps import API_ACTIONS

_WITHOUT_CALLS = frozenset({"aws:branch", "aws:loop", "aws:pause", "aws:sleep", "aws:updateVariable"})
_CALLERS = frozenset({"boto3", "botocore", "aiobotocore", "aioboto3", "subprocess"})
"""Modules by which a script can call AWS."""


@dataclass(frozen=True)
class Known:
    """What is known of a step's calls.

    Attributes
    ----------
    calls : tuple of Call
        Those that can be read.
    unread : str
        Why there may be others, or nothing.
    """

    calls: tuple[Call, ...] = ()
    unread: str = ""


def known(step: dict[str, Any], runbook: Runbook) -> Known:
    """Find the calls of a step, without those that its payload keeps from being made."""
    action, inputs = step["action"], step.get("inputs", {})
    if action in API_ACTIONS:
        return Known(tuple(called(step, runbook.scripts)))
    if action == "aws:approve":
        # Systems Manager sends the request with the role that the document assumes.
        topic = inputs.get("NotificationArn")
        return Known((Call("sns", "Publish", values=(("TopicArn", topic),)),) if topic else ())
    if action == "aws:executeScript":
        return _script(step, runbook)
    return Known() if action in _WITHOUT_CALLS else Known(unread=f"the calls of {action} are not known")


def _script(step: dict[str, Any], runbook: Runbook) -> Known:
    inputs = step["inputs"]
    if not isinstance(inputs.get("Script"), str):
        return Known(unread="its script is not in the document")
    if not scripts.is_python(step):
        return Known(unread=f"its script is not read, because it is {inputs['Runtime']}")
    try:
        source = scripts.text(step, runbook.scripts)
    except RunbookError:
        return Known(unread="its script cannot be read")
    source = reached(source, str(inputs.get("Handler", "")), inputs.get("InputPayload", {}))
    found, unnamed = scripts.calls(source)
    if unnamed:
        return Known(found, "its script calls AWS without naming service and API")
    return Known(found, "its script calls AWS in a way of its own" if _has_own_way(source) else "")


def _has_own_way(source: str) -> bool:
    """Tell whether a script talks to AWS elsewhere than in the functions that take service and API."""
    tree = ast.parse(source)
    clients = {name for node in ast.walk(tree) for name in _clients(node)}
    elsewhere = [each for each in tree.body if not (isinstance(each, ast.FunctionDef) and each.name in scripts.CALLING)]
    return any(isinstance(node, ast.Name) and node.id in clients for each in elsewhere for node in ast.walk(each))


def _clients(node: ast.AST) -> list[str]:
    """Name what an import brings that can call AWS; exceptions cannot."""
    if isinstance(node, ast.Import):
        return [
            alias.asname or alias.name.partition(".")[0]
            for alias in node.names
            if alias.name.partition(".")[0] in _CALLERS
        ]
    if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in _CALLERS:
        return [] if node.module == "botocore.exceptions" else [alias.asname or alias.name for alias in node.names]
    return []
