"""Take the stacks through their waves: some at a time, none after a failure, and no wave after a failed one."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from golden_ami.rollouts.project import Project
from golden_ami.rollouts.report import Entry, Report, now
from golden_ami.rollouts.terraform_run import FailedRunError, InterruptedRunError, TerraformRun

_PAUSE = 0.2
PLUGIN_CACHE = "TF_PLUGIN_CACHE_DIR"


class Conductor:
    """Works on the stacks of a report.

    Parameters
    ----------
    project : Project
        Where the stacks were synthesised.
    report : Report
        What is to be done, and what becomes of it.
    program : str
        The terraform to run.
    environment : mapping of str to str
        Of Terraform.
    changed : callable
        Called with each entry that has changed.
    said : callable
        Called with what a person at the terminal should know.
    """

    def __init__(
        self,
        project: Project,
        report: Report,
        *,
        program: str,
        environment: Mapping[str, str],
        changed: Callable[[Entry], None],
        said: Callable[[str], None],
    ) -> None:
        self._project, self._report = project, report
        self._program, self._environment = program, environment
        self._changed, self._said = changed, said
        self._writing = threading.Lock()
        self._initialising: Any = threading.Lock() if environment.get(PLUGIN_CACHE) else contextlib.nullcontext()
        self._runs: dict[str, TerraformRun] = {}
        self._signals: list[int] = []
        self._is_stopping = False

    def run(self) -> str:
        """Do all waves; give ``done``, ``failed`` or ``interrupted``."""
        self._report.write()
        with self._handled_signals(), ThreadPoolExecutor(max_workers=self._report.parallelism) as pool:
            for wave in sorted({each.wave for each in self._report.entries.values()}):
                self._wave([each.name for each in self._report.of("waiting") if each.wave == wave], pool)
                if self._is_stopping or (self._report.of("failed") and not self._report.plan_only):
                    break
        outcome = "interrupted" if self._is_stopping else "failed" if self._report.of("failed") else "done"
        self._report.end(outcome)
        return outcome

    def _wave(self, todo: list[str], pool: ThreadPoolExecutor) -> None:
        running: set[Future[None]] = set()
        while True:
            self._look_at_signals()
            while todo and len(running) < self._report.parallelism and self._may_begin():
                running.add(pool.submit(self._stack, todo.pop(0)))
            if not running:
                return
            done, running = wait(running, timeout=_PAUSE, return_when=FIRST_COMPLETED)
            for each in done:
                each.result()

    def _may_begin(self) -> bool:
        if self._is_stopping:
            return False
        return self._report.plan_only or not self._report.of("failed")

    def _stack(self, name: str) -> None:
        began = time.monotonic()
        log = self._project.records / f"{name}.log"
        run = TerraformRun(
            name,
            folder=self._project.folder(name),
            log=log,
            program=self._program,
            environment=self._environment,
            initialising=self._initialising,
            tell=lambda **values: self._change(name, **values),
        )
        self._runs[name] = run
        if self._is_stopping:
            run.interrupt()
        self._change(name, status="running", started=now(), log=str(log))
        ended: dict[str, Any]
        try:
            run.run(apply=not self._report.plan_only)
            ended = {"status": "planned" if self._report.plan_only else "done"}
        except InterruptedRunError:
            ended = {"status": "interrupted"}
        except FailedRunError as error:
            ended = {"status": "failed", "failure": error.why.message, "remedy": error.why.remedy}
        except OSError as error:
            ended = {"status": "failed", "failure": str(error), "remedy": "mend it, and start the rollout again"}
        self._change(name, **ended, ended=now(), seconds=round(time.monotonic() - began, 1))

    def _change(self, name: str, **values: Any) -> None:
        with self._writing:
            self._changed(self._report.change(name, **values))

    @contextlib.contextmanager
    def _handled_signals(self) -> Iterator[None]:
        """Note signals, and act on them between two looks: nothing is torn out of writing its report."""
        before = {
            number: signal.signal(number, lambda found, _: self._signals.append(found))
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _look_at_signals(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if not self._is_stopping:
                self._is_stopping = True
                self._said("Stopping: Terraform finishes what it is at and saves its state. No other stack begins.")
            elif number == signal.SIGINT:
                # Terraform's own second Ctrl-C: it stops at once, and may lose what it has just created.
                self._said("Stopping at once: what Terraform has just created may be missing in its state.")
            else:
                continue
            for run in list(self._runs.values()):
                run.interrupt()
