"""Install a tool into ``.tools/NAME``, apart from the project, by the hashes of ``tools/NAME/requirements.txt``.

``isolated.py NAME`` does nothing when it is there already. Like tools/setup.py, it stamps what it did after it
succeeded, and two at once wait for each other.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(name: str) -> None:
    """Install when the requirements, the Python or the folder changed."""
    home, requirements = ROOT / ".tools" / name, ROOT / "tools" / name / "requirements.txt"
    stamp = home.with_suffix(".stamp")
    home.parent.mkdir(exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(f"{ROOT} {sys.version}".encode() + requirements.read_bytes()).hexdigest()
        if stamp.is_file() and stamp.read_text() == wanted and (home / "bin" / "python").exists():
            return
        stamp.unlink(missing_ok=True)
        run(sys.executable, "-m", "venv", "--clear", str(home))
        pip = (str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", str(requirements))
        stamp.write_text(wanted)


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
    if len(sys.argv) != 2 or not (ROOT / "tools" / sys.argv[1] / "requirements.txt").is_file():
        sys.exit("usage: tools/isolated.py NAME, with a tools/NAME/requirements.txt")
    main(sys.argv[1])
