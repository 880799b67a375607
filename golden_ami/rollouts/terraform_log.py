"""Read what Terraform says while it works: how far it is, and why it stopped."""

import re
from dataclasses import dataclass

from golden_ami.rollouts.report import Changes

_PLAN = re.compile(r"^Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy", re.MULTILINE)
_DONE = re.compile(r"^\S+: (?:Creation|Modifications|Destruction) complete after", re.MULTILINE)
_ERROR = re.compile(r"^(?:[╷│] )?\s*Error: ", re.MULTILINE)
_LOCK = re.compile(r"^[│\s]*(ID|Who|Operation|Created):\s+(.*?)\s*$", re.MULTILINE)
_LONGEST = 60
_MOVED = ("Backend configuration changed", "Backend initialization required", "Migrating state from")


@dataclass(frozen=True)
class Failure:
    """Why a command failed.

    Attributes
    ----------
    message : str
        Terraform's own words.
    remedy : str
        What to do.
    """

    message: str
    remedy: str


def planned(text: str) -> Changes:
    """Read what a plan would do; outputs alone count as nothing."""
    found = _PLAN.search(text)
    return Changes(add=int(found[1]), change=int(found[2]), destroy=int(found[3])) if found else Changes()


def finished(text: str) -> int:
    """Count the resources that an apply has finished."""
    return len(_DONE.findall(text))


def failure(text: str, *, stack: str, folder: str) -> Failure:
    """Find why a command failed, and say what to do.

    Parameters
    ----------
    text : str
        All that it said.
    stack, folder : str
        The stack, and where Terraform works on it.
    """
    found = _ERROR.search(text)
    lines = text[found.start() if found else 0 :].strip().splitlines()
    lines = [line.lstrip("│╷╵ ").rstrip() if line[:1] in "│╷╵" else line.rstrip() for line in lines]
    message = "\n".join(lines[:_LONGEST] if found else lines[-_LONGEST:]).strip()
    if "Error acquiring the state lock" in text:
        return Failure(message, _unlock(text, stack, folder))
    if any(each in text for each in _MOVED):
        return Failure(message, f"move the state of {stack} as docs/state.md says")
    return Failure(message, "mend what it names, and start the rollout again: it goes on where it stopped")


def _unlock(text: str, stack: str, folder: str) -> str:
    lock = {name: value for name, value in _LOCK.findall(text) if value}
    if "ID" not in lock:
        return "wait until whoever holds the lock has ended, and start the rollout again"
    operation = lock.get("Operation", "").removeprefix("OperationType").lower() or "something"
    return (
        f"{lock.get('Who') or 'somebody'} has locked the state of {stack} since {lock.get('Created', '?')} for "
        f"{operation}; wait, and start the rollout again. Only when you have made sure that nobody is at work on it: "
        f"terraform -chdir={folder} force-unlock {lock['ID']}"
    )
