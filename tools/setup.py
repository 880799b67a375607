"""Install what the lock files name into the checkout: .venv, node_modules, and jsii's index of the AWS bindings.

Nothing is installed elsewhere, nothing needs root, and a part is done again only when its lock changed. What was done
is stamped after it succeeded, so a run that was stopped starts over. Two at once wait for each other.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOGS = TOOLS / "setup.log"

PREREQUISITES = {
    # Name to oldest version, why, and where from.
    "node": ((20,), "cdktf runs on it", "install Node.js 22 or 24"),
    "npm": ((9,), "it installs cdktf", "it comes with Node.js"),
    "terraform": ((1, 5), "cdktf drives it", "install Terraform 1.5 or newer"),
}


def main() -> None:
    """Check what must be there, then do what is not done."""
    for name, (oldest, why, remedy) in PREREQUISITES.items():
        check(name, oldest, why, remedy)
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        wait_for(lock)
        python, cdktf = ROOT / ".venv" / "bin" / "python", ROOT / "node_modules" / ".bin" / "cdktf"
        command = ROOT / ".venv" / "bin" / "golden-ami"
        part("python", "Python packages", ["Pipfile.lock", "tools/requirements.txt"], install_python, makes=python)
        part("project", "this project", ["Pipfile.lock", "pyproject.toml"], install_project, makes=command)
        part("node", "cdktf", ["package-lock.json"], install_node, makes=cdktf)
        # jsii's cache is the user's, not the checkout's.
        part(
            "jsii", "index of the AWS bindings", ["Pipfile.lock", "tools/warm.py"], index_bindings, of=str(Path.home())
        )


def check(name: str, oldest: tuple[int, ...], why: str, remedy: str) -> None:
    """Refuse a program that is missing or too old."""
    wanted = ".".join(map(str, oldest))
    path = shutil.which(name)
    if path is None:
        refuse(f"{name} is not on PATH, and {why}; {remedy}")
    # Terraform complains about a missing CLI configuration on standard error, and answers all the same.
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", answer)
    if not found:
        refuse(f"{path} does not tell its version; {remedy}")
    if tuple(map(int, found[0].split("."))) < oldest:
        refuse(f"{name} {found[0]} is older than {wanted}, and {why}; {remedy}")


def refuse(reason: str) -> NoReturn:
    """End with one line."""
    print(f"make setup: {reason}", file=sys.stderr)
    raise SystemExit(2)


def wait_for(lock: TextIO) -> None:
    """Let another set-up of this checkout finish."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another make setup is at work here; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def part(
    name: str, title: str, locks: list[str], install: Callable[[], None], *, of: str = "", makes: Path | None = None
) -> None:
    """Do one part, unless its stamp says that exactly this was done here, and what it makes is still there."""
    digest = hashlib.sha256(f"{ROOT} {sys.version} {of}".encode())
    for lock in locks:
        digest.update((ROOT / lock).read_bytes())
    stamp = TOOLS / f"{name}.stamp"
    still_there = makes is None or makes.exists()
    if still_there and stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    say(f"{title} ...")
    started = time.monotonic()
    install()
    stamp.write_text(digest.hexdigest())
    say(f"{title}: {time.monotonic() - started:.0f} s")


def install_python() -> None:
    """Make .venv hold exactly what Pipfile.lock names, by its hashes."""
    pipenv = TOOLS / "pipenv"
    run([sys.executable, "-m", "venv", "--clear", str(pipenv)])
    run(
        [
            str(pipenv / "bin" / "pip"),
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
            "tools/requirements.txt",
        ]
    )
    environment = ROOT / ".venv"
    if environment.is_symlink():
        # Clearing would go through the link, and empty the environment of another checkout.
        environment.unlink()
    run([sys.executable, "-m", "venv", "--clear", str(environment)])
    run([str(pipenv / "bin" / "pipenv"), "sync", "--dev"])


def install_project() -> None:
    """Make the project importable from .venv, and its command runnable."""
    pip = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pip"]
    run([*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."])


def install_node() -> None:
    """Make node_modules hold exactly what package-lock.json names; no package needs its install script."""
    modules = ROOT / "node_modules"
    if modules.is_symlink():
        modules.unlink()
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])


def index_bindings() -> None:
    """Let jsii unpack and index the AWS bindings, once for this user."""
    run([str(ROOT / ".venv" / "bin" / "python"), "tools/warm.py"])


def run(command: list[str]) -> None:
    """Run a command quietly; when it fails, end with what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIPENV_", "VIRTUAL_ENV"))}
    clean |= {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIPENV_IGNORE_VIRTUALENVS": "1"}
    clean.pop("PYTHONPATH", None)
    with LOGS.open("w") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        print("\n".join(LOGS.read_text().splitlines()[-30:]), file=sys.stderr)
        print(f"make setup: {' '.join(command)} ended with {done.returncode}; see above", file=sys.stderr)
        raise SystemExit(1)


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"make setup: {text}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("make setup: stopped; the next run starts where this one was", file=sys.stderr)
        sys.exit(130)
