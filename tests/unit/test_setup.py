"""Set-up refuses what is missing or too old with one line, and does nothing twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
GOOD = {"node": "v22.1.0", "npm": "10.2.0", "terraform": "Terraform v1.11.4\non linux_amd64"}


def _setup(tmp_path: Path, *, without: str = "", **versions: str) -> subprocess.CompletedProcess[str]:
    """Run set-up with a PATH of stand-ins that only tell their version."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "sh"):
        (folder / name).symlink_to(str(shutil.which(name)))
    python = os.path.realpath(ROOT / ".venv" / "bin" / "python")
    stand_ins = {**GOOD, **versions}
    for name, text in stand_ins.items():
        if name not in {without, "python3"}:
            (folder / name).write_text(f"#!/bin/sh\necho '{text}'\n")
            (folder / name).chmod(0o755)
    if "python3" in versions:
        (folder / "python3").write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && echo '{versions['python3']}'; exit 1\n")
        (folder / "python3").chmod(0o755)
    elif without != "python3":
        (folder / "python3").symlink_to(python)
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup.sh")],
        env={"PATH": str(folder), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("without", "line"),
    [
        ("python3", "python3 is not on PATH; install Python 3.11 or newer, or set PYTHON to it"),
        ("node", "node is not on PATH, and cdktf runs on it; install Node.js 22 or 24"),
        ("npm", "npm is not on PATH, and it installs cdktf; it comes with Node.js"),
        ("terraform", "terraform is not on PATH, and cdktf drives it; install Terraform 1.5 or newer"),
    ],
)
def test_what_is_missing_is_named_in_one_line(tmp_path: Path, without: str, line: str) -> None:
    done = _setup(tmp_path, without=without)
    assert (done.returncode, done.stderr) == (2, f"make setup: {line}\n")


@pytest.mark.parametrize(
    ("versions", "line"),
    [
        ({"python3": "Python 3.9.2"}, "Python 3.9.2 is too old; install Python 3.11 or newer, or set PYTHON to it"),
        ({"node": "v18.19.0"}, "node 18.19.0 is older than 20, and cdktf runs on it; install Node.js 22 or 24"),
        (
            {"terraform": "Terraform v1.4.6"},
            "terraform 1.4.6 is older than 1.5, and cdktf drives it; install Terraform 1.5 or newer",
        ),
        ({"terraform": "command failed"}, "does not tell its version; install Terraform 1.5 or newer"),
    ],
)
def test_what_is_too_old_is_named_in_one_line(tmp_path: Path, versions: dict[str, str], line: str) -> None:
    done = _setup(tmp_path, **versions)
    assert done.returncode == 2
    assert done.stderr.endswith(f"{line}\n")
    assert done.stderr.count("\n") == 1


def test_a_second_set_up_does_nothing() -> None:
    first = subprocess.run([str(ROOT / "tools" / "setup.sh")], capture_output=True, text=True, check=True)
    second = subprocess.run([str(ROOT / "tools" / "setup.sh")], capture_output=True, text=True, check=True)
    assert second.stdout == second.stderr == first.stderr == ""
