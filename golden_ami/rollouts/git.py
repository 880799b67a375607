"""Read another commit without checking it out."""

import io
import subprocess
import tarfile
from pathlib import Path

from golden_ami.errors import InputError


class Repository:
    """The git repository around a folder.

    Parameters
    ----------
    folder : Path
        Any folder in it.

    Raises
    ------
    InputError
        When there is no git, or no repository.
    """

    def __init__(self, folder: Path) -> None:
        try:
            found = _git(folder, "rev-parse", "--show-toplevel")
        except FileNotFoundError as error:
            raise InputError("git is not on PATH", remedy="install it, or leave --changed-since out") from error
        if found.returncode:
            raise InputError(
                f"{folder} is in no git repository", remedy="work in a clone, or leave --changed-since out"
            )
        self.root = Path(found.stdout.decode().strip())

    def commit(self, ref: str) -> str:
        """Give the commit that a name means.

        Raises
        ------
        InputError
            When there is none.
        """
        # An option of git's is no name, whatever somebody passes.
        found = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if found.returncode:
            raise InputError(
                f"--changed-since: git knows no commit {ref!r}",
                remedy="name a branch, a tag or a commit, and fetch it first (a shallow clone lacks most)",
            )
        return found.stdout.decode().strip()

    def changed_files(self, commit: str, folder: Path) -> list[str]:
        """Name the files below a folder that differ between a commit and the disk, new ones too; relative to it."""
        changed = self._lines(folder, "diff", "--name-only", "-z", "--relative", "--no-renames", commit, "--", ".")
        new = self._lines(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        return sorted({*changed, *new})

    def extract(self, commit: str, paths: list[Path], into: Path) -> None:
        """Write the files of a commit below some folders into another folder, under the same paths.

        Parameters
        ----------
        commit : str
            As `commit` gives it.
        paths : list of Path
            Relative to the repository; those that the commit lacks are left out.
        into : Path
            An empty folder.
        """
        there = [each for each in paths if self._has(commit, each)]
        if not there:
            return
        done = _git(self.root, "archive", "--format=tar", commit, "--", *(str(each) for each in there))
        if done.returncode:
            raise InputError(f"git archive failed: {done.stderr.decode().strip()}", remedy="mend the repository")
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            # A commit may be anybody's: nothing of it is written outside of the folder.
            archive.extractall(into, filter="data")

    def _has(self, commit: str, path: Path) -> bool:
        return _git(self.root, "cat-file", "-e", f"{commit}:{'' if path == Path() else path}").returncode == 0

    def _lines(self, folder: Path, *arguments: str) -> list[str]:
        done = _git(folder, *arguments)
        if done.returncode:
            raise InputError(f"git {arguments[0]} failed: {done.stderr.decode().strip()}", remedy="mend the repository")
        return [line for line in done.stdout.decode().split("\0") if line]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S607 - the user's git
