"""Install Principal Mapper into ``.tools/principalmapper``, apart from the project, unless it is there already.

Like tools/setup.py, it stamps what it did after it succeeded, and two at once wait for each other.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".tools" / "principalmapper"
STAMP = HOME.with_suffix(".stamp")
REQUIREMENTS = Path(__file__).resolve().with_name("requirements.txt")


def main() -> None:
    """Install when the requirements, the Python or the folder changed."""
    HOME.parent.mkdir(exist_ok=True)
    with HOME.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(f"{ROOT} {sys.version}".encode() + REQUIREMENTS.read_bytes()).hexdigest()
        if STAMP.is_file() and STAMP.read_text() == wanted and (HOME / "bin" / "python").exists():
            return
        STAMP.unlink(missing_ok=True)
        run(sys.executable, "-m", "venv", "--clear", str(HOME))
        pip = (str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", str(REQUIREMENTS))
        STAMP.write_text(wanted)


def run(*command: str) -> None:
    """Run a command without what would lead it to another environment; when it fails, end with what it said."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, env=clean, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        sys.exit(f"{said}\n{' '.join(command)} ended with {done.returncode}; see above")


if __name__ == "__main__":
    main()
