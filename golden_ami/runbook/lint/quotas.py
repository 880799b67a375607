"""Systems Manager's quotas and patterns of names.

Sources: "Data elements and parameters", "aws:approve" (Systems Manager User Guide); StartAutomationExecution (API
Reference); quotas of Automation.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.steps import all_steps

MAX_BYTES = 64 * 1024
"""Largest document (CreateDocument)."""
MAX_PARAMETERS = 200
MAX_VALUE = 512
"""Longest value of a parameter; a list has 50 at most (StartAutomationExecution)."""
MAX_VALUES = 50
MAX_APPROVERS = 10
MAX_MESSAGE = 4096
MAX_APPROVAL_SECONDS = 30 * 24 * 60 * 60

_STEP_NAME = re.compile(r"[a-zA-Z0-9_]+")
_PARAMETER_NAME = re.compile(r"[a-zA-Z0-9]+")
_LONGEST_STEP_NAME = 128
_LONGEST_PARAMETER_NAME = 50


def names(content: dict[str, Any]) -> Iterator[Finding]:
    """Find names that Systems Manager refuses."""
    seen: set[str] = set()
    for step in all_steps(content):
        name = step["name"]
        if not _STEP_NAME.fullmatch(name):
            yield at(step, "its name has a character that is neither letter, digit nor underscore", "rename it")
        if len(name) > _LONGEST_STEP_NAME:
            yield at(step, f"its name has {len(name)} characters, more than {_LONGEST_STEP_NAME}", "shorten it")
        if name in seen:
            yield at(step, "is there twice", "rename one")
        seen.add(name)
    for name in map(str, content.get("parameters", {})):
        if not _PARAMETER_NAME.fullmatch(name):
            yield Finding(f"parameter {name}", "its name has a character that is neither letter nor digit", "rename it")
        if len(name) > _LONGEST_PARAMETER_NAME:
            longest = _LONGEST_PARAMETER_NAME
            yield Finding(
                f"parameter {name}", f"its name has {len(name)} characters, more than {longest}", "shorten it"
            )


def quotas(content: dict[str, Any]) -> Iterator[Finding]:
    """Find what is larger than Systems Manager takes."""
    size = len(json.dumps(content, default=str).encode())
    if size > MAX_BYTES:
        yield Finding("document", f"has {size} bytes, more than {MAX_BYTES}", "move text out of it")
    parameters = content.get("parameters", {})
    if len(parameters) > MAX_PARAMETERS:
        yield Finding("document", f"has {len(parameters)} parameters, more than {MAX_PARAMETERS}", "remove some")
    for name, declared in parameters.items():
        default = declared.get("default")
        values = default if isinstance(default, list) else [default]
        if len(values) > MAX_VALUES:
            yield Finding(f"parameter {name}", f"its default has {len(values)} values, more than 50", "remove some")
        longest = max((len(each) for each in values if isinstance(each, str)), default=0)
        if longest > MAX_VALUE:
            yield Finding(f"parameter {name}", f"its default has {longest} characters, more than 512", "shorten it")
    for step in all_steps(content):
        if step["action"] == "aws:approve":
            yield from _approval(step)


def _approval(step: dict[str, Any]) -> Iterator[Finding]:
    inputs = step["inputs"]
    approvers, required = inputs["Approvers"], inputs.get("MinRequiredApprovals", 1)
    if isinstance(approvers, list):
        if not 1 <= len(approvers) <= MAX_APPROVERS:
            yield at(step, f"has {len(approvers)} approvers, and 1 to {MAX_APPROVERS} are possible", "change the list")
        # A reference may stand for any number.
        elif isinstance(required, int) and required > len(approvers) and "{{" not in str(approvers):
            yield at(
                step, f"needs {required} approvals and names {len(approvers)} approvers", "name more, or need fewer"
            )
    message = inputs.get("Message", "")
    if isinstance(message, str) and len(message) > MAX_MESSAGE:
        yield at(step, f"its Message has {len(message)} characters, more than {MAX_MESSAGE}", "shorten it")
    seconds = step.get("timeoutSeconds")
    if isinstance(seconds, int) and seconds > MAX_APPROVAL_SECONDS:
        yield at(step, f"waits {seconds} seconds, longer than 30 days", f"wait {MAX_APPROVAL_SECONDS} at most")
