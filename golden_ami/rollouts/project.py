"""The project's folder: where ``cdktf.json`` is, and the cdktf that set-up has installed."""

from dataclasses import dataclass
from pathlib import Path

from golden_ami.errors import InputError


@dataclass(frozen=True)
class Project:
    """A checkout of this project.

    Attributes
    ----------
    root : Path
        The folder of ``cdktf.json``.
    """

    root: Path

    @classmethod
    def around(cls, folder: Path) -> "Project":
        """Find the project that a folder is in.

        Raises
        ------
        InputError
            When it is in none.
        """
        for each in (folder.resolve(), *folder.resolve().parents):
            if (each / "cdktf.json").is_file():
                return cls(each)
        raise InputError(f"{folder} is in no project", remedy="work in the folder that holds cdktf.json")

    @property
    def cdktf(self) -> Path:
        """The command line that synthesises.

        Raises
        ------
        InputError
            When it is not installed.
        """
        found = self.root / "node_modules" / ".bin" / "cdktf"
        if not found.exists():
            raise InputError(f"{found} is not there", remedy="run `make setup`")
        return found

    @property
    def output(self) -> Path:
        """Where synthesis writes."""
        return self.root / "cdktf.out"

    def folder(self, stack: str) -> Path:
        """Where Terraform works on a stack."""
        return self.output / "stacks" / stack

    @property
    def records(self) -> Path:
        """Where a rollout keeps its report and what Terraform said."""
        return self.root / ".rollout"
