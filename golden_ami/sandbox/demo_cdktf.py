"""Run the real cdktf command line, and tell while it runs how far Terraform has come."""

import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from golden_ami.errors import SandboxError

ROOT = Path(__file__).parent.parent.parent
STACK = "sandbox"
EXECUTABLE = ROOT / "node_modules" / ".bin" / "cdktf"

_DONE = re.compile(r"(?P<address>[\w.\-\[\]\"]+): (?P<what>Creation|Modifications|Destruction) complete after")
_PLAN = re.compile(r"Plan: (\d+) to add, (\d+) to change, (\d+) to destroy")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_VERBS = {"Creation": "created", "Modifications": "changed", "Destruction": "destroyed"}
_TAIL = 60


@dataclass(frozen=True)
class Outcome:
    """What a command did.

    Attributes
    ----------
    created, changed, destroyed : int
        Resources that Terraform finished.
    output : str
        Everything it said.
    """

    created: int
    changed: int
    destroyed: int
    output: str

    def summary(self) -> str:
        """Name the counts that are not zero."""
        counts = {"created": self.created, "changed": self.changed, "destroyed": self.destroyed}
        return ", ".join(f"{count} {verb}" for verb, count in counts.items() if count) or "no changes"


class Cdktf:
    """The cdktf command line on one configuration, output folder and environment.

    Parameters
    ----------
    environment : mapping of str to str
        Complete environment of the child.
    output : Path
        Folder of the synthesised stacks; local states are kept beside it.
    console : Console
        Where progress goes.
    """

    def __init__(self, *, environment: Mapping[str, str], output: Path, console: Console) -> None:
        self._environment = dict(environment)
        self._output = output
        self._console = console

    def run(self, verb: str, stack: str, *options: str) -> Outcome:
        """Run one command to its end.

        Raises
        ------
        SandboxError
            When it fails; with the end of what it said.
        """
        command = [str(EXECUTABLE), verb, stack, "--output", str(self._output), *options]
        counts = dict.fromkeys(_VERBS.values(), 0)
        said: list[str] = []
        tail: deque[str] = deque(maxlen=_TAIL)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, so that Ctrl-C reaches it once, from `_interrupt`, and not twice.
            start_new_session=True,
        )
        try:
            with self._console.status(f"cdktf {verb} ...") as status:
                planned = 0
                for raw in process.stdout or ():
                    line = _ANSI.sub("", raw).rstrip()
                    said.append(line)
                    if line:
                        tail.append(line)
                    if plan := _PLAN.search(line):
                        planned = sum(map(int, plan.groups()))
                    if done := _DONE.search(line):
                        counts[_VERBS[done["what"]]] += 1
                        finished = sum(counts.values())
                        status.update(f"cdktf {verb}: {finished} of {planned} ({done['address']})")
                        if not self._console.is_terminal and finished % 10 == 0:
                            self._console.print(f"  cdktf {verb}: {finished} of {planned} resources")
            code = process.wait()
        except BaseException:
            _interrupt(process)
            raise
        if code:
            raise SandboxError(f"cdktf {verb} ended with {code}:\n" + "\n".join(tail), remedy="read the lines above")
        return Outcome(**counts, output="\n".join(said))


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Let cdktf and Terraform finish what they are at, as their own Ctrl-C does; then insist."""
    for number, patience in ((signal.SIGINT, 20), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
