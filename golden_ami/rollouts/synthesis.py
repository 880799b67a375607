"""Synthesise once, with the real cdktf, and tell by a digest whether a stack is still what it was."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from golden_ami.errors import GoldenAmiError
from golden_ami.rollouts.project import Project

CONFIGURATION = "cdk.tf.json"
_WHERE = ("AWS_ENDPOINT_URL", "AWS_PROFILE")
"""The same content elsewhere is another stack: what was done on a local AWS is not done in an account."""


def synthesise(project: Project, config: Path, environment: Mapping[str, str]) -> None:
    """Run ``cdktf synth``.

    Raises
    ------
    GoldenAmiError
        When it fails; with what it said.
    """
    command = [str(project.cdktf), "synth", "--output", str(project.output)]
    done = subprocess.run(
        command,
        cwd=project.root,
        env={**environment, "GOLDEN_AMI_CONFIG": str(config.resolve()), "CI": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise GoldenAmiError(f"cdktf synth ended with {done.returncode}:\n{done.stdout}", remedy="mend what it names")


def digest(folder: Path, environment: Mapping[str, str]) -> str:
    """Give the digest of a synthesised stack, and of where it is applied.

    Raises
    ------
    GoldenAmiError
        When it was not synthesised.
    """
    try:
        content = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GoldenAmiError(f"{folder / CONFIGURATION} cannot be read", remedy="synthesise again") from error
    where = [environment.get(name, "") for name in _WHERE]
    whole = hashlib.sha256(json.dumps([where, content], sort_keys=True).encode())
    for file in sorted((folder / "assets").rglob("*")) if (folder / "assets").is_dir() else ():
        if file.is_file():
            whole.update(str(file.relative_to(folder)).encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()
