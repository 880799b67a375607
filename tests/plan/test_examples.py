"""Every example is something that the real cdktf and the real Terraform take."""

import os
import subprocess
from pathlib import Path

import pytest

from golden_ami.config import load
from golden_ami.sandbox.demo_cdktf import EXECUTABLE
from golden_ami.terraform import provider_environment

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "config").glob("*.yaml"))

pytestmark = pytest.mark.terraform


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_synthesises_with_cdktf_and_is_valid_for_terraform(path: Path, tmp_path: Path) -> None:
    environment = provider_environment(dict(os.environ), workdir=tmp_path)
    environment |= {"GOLDEN_AMI_CONFIG": str(path), "CI": "true"}
    output = tmp_path / "cdktf.out"
    _run([str(EXECUTABLE), "synth", "--output", str(output)], environment)
    stacks = sorted((output / "stacks").iterdir())
    assert {each.name for each in stacks} >= set(load(path).deployments)
    for stack in stacks:
        terraform = ["terraform", f"-chdir={stack}"]
        _run([*terraform, "init", "-input=false", "-backend=false", "-no-color"], environment)
        assert "The configuration is valid" in _run([*terraform, "validate", "-no-color"], environment)
