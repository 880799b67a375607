"""Run Terraform on one stack: initialise, plan, and apply exactly that plan.

Terraform writes into a log file and not into a pipe, in a session of its own: when the rollout is killed, it goes on to
its end and saves its state. It holds the lock on that file as long as it lives, so that the next rollout waits for it.
"""

import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from golden_ami.rollouts.report import Changes
from golden_ami.rollouts.terraform_log import Failure, failure, finished, planned

PLAN_FILE = "rollout.tfplan"
_PAUSE = 0.2
_CHANGES = 2
"""Exit code of ``terraform plan -detailed-exitcode`` when there is something to do."""

Tell = Callable[..., Any]
"""Called with what has changed in the stack's entry of the report."""


class InterruptedRunError(Exception):
    """When somebody has stopped the rollout."""


class FailedRunError(Exception):
    """When Terraform has failed; carries why."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.message)
        self.why = why


class TerraformRun:
    """Terraform on one stack.

    Parameters
    ----------
    stack : str
        Its name, for messages.
    folder : Path
        Where it was synthesised.
    log : Path
        Where everything goes that Terraform says.
    program : str
        The terraform to run.
    environment : mapping of str to str
        Complete.
    initialising : lock
        Held during ``init``, where inits share a plugin cache, which Terraform does not guard.
    tell : callable
        Told what changes.
    """

    def __init__(
        self,
        stack: str,
        *,
        folder: Path,
        log: Path,
        program: str,
        environment: Mapping[str, str],
        initialising: Any,
        tell: Tell,
    ) -> None:
        self._stack, self._folder, self._log = stack, folder, log
        self._command = [program, f"-chdir={folder}"]
        self._environment = {**environment, "TF_IN_AUTOMATION": "1"}
        self._initialising, self._tell = initialising, tell
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def interrupt(self) -> None:
        """Pass Ctrl-C on to Terraform, which finishes what it is at and saves its state; begin nothing more."""
        with self._starting:
            self._is_stopped = True
            if self._process and self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)

    def run(self, *, apply: bool) -> Changes:
        """Do it, and give what was planned.

        Raises
        ------
        FailedRunError
            When a command failed.
        InterruptedRunError
            When it was interrupted.
        """
        self._log.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a+b") as log:
            self._wait_for_the_one_before(log)
            log.truncate(0)
            try:
                return self._steps(log, apply=apply)
            finally:
                # A plan holds values that are nobody's business.
                (self._folder / PLAN_FILE).unlink(missing_ok=True)

    def _steps(self, log: BinaryIO, *, apply: bool) -> Changes:
        self._tell(phase="init")
        with self._initialising:
            self._terraform(log, "init")
        self._tell(phase="plan")
        code, text = self._terraform(log, "plan", "-detailed-exitcode", f"-out={PLAN_FILE}", fine=(0, _CHANGES))
        changes = planned(text)
        self._tell(changes=changes)
        if apply and code == _CHANGES:
            self._tell(phase="apply")
            self._terraform(log, "apply", PLAN_FILE, follow=True)
        return changes

    def _wait_for_the_one_before(self, log: BinaryIO) -> None:
        told = False
        while True:
            try:
                fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._is_stopped:
                    raise InterruptedRunError from None
                if not told:
                    self._tell(phase="wait")
                    told = True
                time.sleep(_PAUSE)
            else:
                return

    def _terraform(
        self, log: BinaryIO, verb: str, *arguments: str, fine: tuple[int, ...] = (0,), follow: bool = False
    ) -> tuple[int, str]:
        begin = log.seek(0, os.SEEK_END)
        # Options come before the name of a plan.
        command = [*self._command, verb, "-input=false", "-no-color", *arguments]
        with self._starting:
            if self._is_stopped:
                raise InterruptedRunError
            self._process = process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        done = 0
        while process.poll() is None:
            time.sleep(_PAUSE)
            if follow and (count := finished(self._said(begin))) != done:
                done = count
                self._tell(finished=count)
        text = self._said(begin)
        if process.returncode in fine:
            if follow:
                self._tell(finished=finished(text))
            return process.returncode, text
        if self._is_stopped:
            raise InterruptedRunError
        why = failure(text, stack=self._stack, folder=str(self._folder))
        if process.returncode < 0:
            name = signal.Signals(-process.returncode).name
            why = Failure(f"terraform {verb} was killed by {name}\n{why.message}".strip(), why.remedy)
        raise FailedRunError(why)

    def _said(self, begin: int) -> str:
        with self._log.open("rb") as file:
            file.seek(begin)
            return file.read().decode("utf-8", errors="replace")
