"""Every step of a runbook is one whose effect is known here."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from golden_ami.review.documents import inputs_of
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown
from golden_ami.runbook.scripts import embedded
from golden_ami.runbooks import FOLDER

_ACTIONS: Final = frozenset({
    "aws:approve", "aws:assertAwsResourceProperty", "aws:branch", "aws:executeAwsApi", "aws:executeScript", "aws:loop",
    "aws:pause", "aws:sleep", "aws:updateVariable", "aws:waitForAwsResourceProperty",
})  # fmt: skip
"""What the other rules read; anything else could start, run or copy something that they do not see."""


def _check(examined: Examined) -> Iterator[Violation]:
    for document in examined.documents:
        for step in document.steps:
            where = f"{document.name}: {shown(step.get('name'))}"
            if step.get("action") not in _ACTIONS:
                yield Violation(document.address, f"{where} is of the action {shown(step.get('action'))}")
            elif step["action"] == "aws:executeScript" and not is_ours(inputs_of(step), examined):
                yield Violation(document.address, f"{where} runs a script that is none of runbooks/scripts")
            elif "Attachment" in inputs_of(step):
                yield Violation(document.address, f"{where} runs an attachment, which the plan does not show")


def is_ours(inputs: dict[str, Any], examined: Examined) -> bool:
    """Tell whether a script is one of the project's, letter by letter."""
    script = inputs.get("Script")
    return isinstance(script, str) and script.rstrip() in _ours(examined.scripts or FOLDER / "scripts")


@cache
def _ours(folder: Path) -> frozenset[str]:
    """Give the project's scripts as they are embedded; they are read, never run."""
    return frozenset(embedded(folder, path.name).rstrip() for path in sorted(folder.glob("[!_]*.py")))


RULE: Final = Rule(
    name="runbook-known",
    title="Runbooks run the project's scripts letter by letter, and have no step of another kind than those read here.",
    why="A script that builds the name of what it calls shares whatever it likes, and no reader of texts notices.",
    remedy="put the script into runbooks/scripts, where it is tested and its role is derived from it",
    check=_check,
)
