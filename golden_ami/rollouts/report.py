"""The report of a rollout: what became of each stack; written after every change, and read to go on."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from golden_ami.errors import InputError
from golden_ami.rollouts.stack import Stack

VERSION = 1
_ANOTHER = "name another --report, or remove it"
Status = Literal["waiting", "running", "done", "planned", "failed", "interrupted"]


def now() -> str:
    """Write the time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How many resources a plan adds, changes and destroys."""

    add: int = 0
    change: int = 0
    destroy: int = 0

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.destroy} to destroy" if self else "no changes"

    def __bool__(self) -> bool:
        return bool(self.add or self.change or self.destroy)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What became of one stack.

    Attributes
    ----------
    name, wave, account, region
        See `Stack`.
    status : str
        ``waiting`` has not begun; ``running`` in a report that nobody writes any more was killed.
    phase : str or None
        ``init``, ``plan`` or ``apply``: the last one that began.
    digest : str or None
        Of what was synthesised; a stack that is done with the same one is not done again.
    changes : Changes or None
        As planned.
    finished : int
        Resources that Terraform has finished.
    kept : bool
        Done by an earlier run of this rollout.
    started, ended : str or None
        UTC.
    seconds : float or None
        How long it took.
    failure : str or None
        What Terraform said.
    remedy : str or None
        What to do about it.
    log : str or None
        File with everything that Terraform said.
    """

    name: str
    wave: int
    account: str
    region: str
    status: Status = "waiting"
    phase: str | None = None
    digest: str | None = None
    changes: Changes | None = None
    finished: int = 0
    kept: bool = False
    started: str | None = None
    ended: str | None = None
    seconds: float | None = None
    failure: str | None = None
    remedy: str | None = None
    log: str | None = None


@dataclass(kw_only=True)
class Report:
    """What became of all.

    Attributes
    ----------
    path : Path
        Where it is kept.
    configuration : str
        Path of the configuration.
    parallelism : int
        Stacks at a time.
    plan_only : bool
        Whether nothing is applied.
    outcome : str
        ``running``, ``done``, ``failed`` or ``interrupted``.
    """

    path: Path
    configuration: str
    parallelism: int
    plan_only: bool = False
    outcome: str = "running"
    started: str = field(default_factory=now)
    ended: str | None = None
    entries: dict[str, Entry] = field(default_factory=dict)

    def begin(self, stack: Stack, digest: str, before: "Report | None") -> None:
        """Add a stack; it is done already when an earlier run has applied the same content."""
        entry = Entry(name=stack.name, wave=stack.wave, account=stack.account, region=stack.region, digest=digest)
        earlier = before.entries.get(stack.name) if before else None
        if earlier and earlier.status == "done" and earlier.digest == digest:
            entry = replace(earlier, wave=stack.wave, kept=True)
        self.entries[stack.name] = entry

    def change(self, name: str, **values: Any) -> Entry:
        """Change an entry, and write the report."""
        self.entries[name] = replace(self.entries[name], **values)
        self.write()
        return self.entries[name]

    def end(self, outcome: str) -> None:
        """Write how it ended."""
        self.outcome, self.ended = outcome, now()
        self.write()

    def of(self, *statuses: Status) -> list[Entry]:
        """Give the stacks that have one of these statuses."""
        return [each for each in self.entries.values() if each.status in statuses]

    def write(self) -> None:
        """Write it to a temporary file, and then in place of the one before."""
        content = {
            "version": VERSION,
            **{key: getattr(self, key) for key in ("configuration", "parallelism", "plan_only", "outcome")},
            "started": self.started,
            "ended": self.ended,
            "stacks": [asdict(each) for each in self.entries.values()],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
        Path(temporary).replace(self.path)

    @classmethod
    def read(cls, path: Path) -> "Report | None":
        """Read an earlier one, if there is one.

        Raises
        ------
        InputError
            When the file is something else.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path} is no report of a rollout", remedy="name another --report, or remove it"
            ) from error
        if not isinstance(content, dict) or content.get("version") != VERSION:
            raise InputError(f"{path} is no report of this version", remedy=_ANOTHER)
        entries = {each["name"]: _entry(each) for each in content["stacks"]}
        keys = ("configuration", "parallelism", "plan_only", "outcome", "started", "ended")
        return cls(path=path, entries=entries, **{key: content[key] for key in keys})


def _entry(written: dict[str, Any]) -> Entry:
    changes = written.get("changes")
    return Entry(**{**written, "changes": Changes(**changes) if changes else None})
