"""The command that is under test, in a process of its own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def start_rollout(folder: Path, environment: Mapping[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """Start ``golden-ami rollout`` in a folder; what it says goes where what it complains of goes."""
    return subprocess.Popen(
        [sys.executable, "-m", "golden_ami", "rollout", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
