"""No step shares unless people have been asked before it, and their answer has been read back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from golden_ami.review.documents import Document, inputs_of
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.rules.runbook_known import is_ours
from golden_ami.runbook.document import edges
from golden_ami.runbook.lint.effects import GIVING, gives

_GIVING: Final = re.compile("|".join(api for _, api in sorted(GIVING)) + "|LaunchPermission", re.IGNORECASE)
_RESTORES: Final = "GoldenAmiRollback-"
"""Shares only what the record of an approval names, and reads that record itself."""


def _check(examined: Examined) -> Iterator[Violation]:
    for document in examined.documents:
        try:
            yield from (
                Violation(document.address, f"{document.name}: {each}") for each in _problems(document, examined)
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # A document that is not shaped as Systems Manager wants it is not understood, so it does not pass.
            yield Violation(document.address, f"{document.name} has a step that cannot be followed ({error!r})")


def _problems(document: Document, examined: Examined) -> Iterator[str]:
    steps = document.content.get("mainSteps") or []
    sharing = [step for step in document.steps if _shares(step, examined)]
    if document.name.startswith("GoldenAmiApproval-") and not document.approvals:
        yield "asks nobody"
    if not sharing or not steps:
        return
    if not document.approvals:
        if not document.name.startswith(_RESTORES):
            yield f"{sharing[0]['name']} shares, and nobody is asked"
        elif not any("approved" in str(each.get("inputs")) for each in steps):
            yield f"{sharing[0]['name']} shares, and no approval is read"
        return
    asked = {step["name"] for step in document.approvals}
    checked = {step["name"] for step in steps if _reads_back(step)}
    for gates, missing in ((asked, "an approval"), (checked, "reading the approval back")):
        free = _reached_without(steps, gates)
        yield from (f"{step['name']} can share without {missing}" for step in sharing if step["name"] in free)


def _shares(step: dict[str, Any], examined: Examined) -> bool:
    inputs = inputs_of(step)
    if step.get("action") == "aws:executeScript" and not is_ours(inputs, examined):
        # Not one of the project's scripts: what it mentions, it may do.
        return bool(_GIVING.search(str(inputs.get("Script")).replace("_", "")))
    return gives(step, Path())


def _reads_back(step: dict[str, Any]) -> bool:
    payload = inputs_of(step).get("InputPayload")
    wanted = {"approvers", "required", "execution"}
    return isinstance(payload, dict) and wanted <= set(payload) and "limits" not in payload


def _reached_without(steps: list[dict[str, Any]], gates: set[str]) -> set[str]:
    """Name the steps that can be reached without the success of any gate."""
    following = {step["name"]: steps[index + 1]["name"] for index, step in enumerate(steps[:-1])}
    onward: dict[str, list[str]] = {}
    for step in steps:
        ways = edges(step, following.get(step["name"]))
        if step.get("onFailure") == "Continue" and step["name"] in following:
            ways["continue"] = step.get("nextStep", following[step["name"]])
        if step["name"] in gates:
            ways.pop("next", None)
        onward[step["name"]] = list(ways.values())
    found: set[str] = set()
    waiting = [steps[0]["name"]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += onward.get(name, [])
    return found


RULE: Final = Rule(
    name="approval-before-sharing",
    title="Every way to a step that shares leads through an approval, and through a step that reads it back.",
    why="Whether a denial stops an execution is documented twice, differently; what is asserted is sure.",
    remedy="put the step behind the approval, and lead no failure to it",
    check=_check,
)
