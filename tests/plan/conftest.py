"""One real apply of config/sandbox.yaml, for every test of this folder."""

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from golden_ami.review.review import Review, review
from golden_ami.review.settings import Settings
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Workspace:
    """A folder with a configuration, its synthesised stack, and Terraform's means to work on it."""

    folder: Path
    environment: dict[str, str]
    local: LocalAws
    stack: str = "sandbox"

    @property
    def stack_folder(self) -> Path:
        return self.folder / "cdktf.out" / "stacks" / self.stack

    @property
    def config(self) -> Path:
        return self.folder / "config" / "sandbox.yaml"

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace text in a file of the copied configuration, and synthesise."""
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.synthesise()

    def synthesise(self) -> None:
        environment = self.environment | {
            "GOLDEN_AMI_CONFIG": str(self.config),
            "CDKTF_OUTDIR": str(self.folder / "cdktf.out"),
        }
        command = [str(ROOT / ".venv" / "bin" / "python"), "main.py"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"main.py ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def terraform(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["terraform", f"-chdir={self.stack_folder}", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"terraform {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def apply(self) -> None:
        self.terraform("apply", "-auto-approve", "-input=false", "-no-color")

    def reviewed(self) -> Review:
        """Review what a plan would change, without any policy of ours."""
        self.terraform("plan", "-input=false", "-out=tfplan", "-no-color")
        shown = self.stack_folder / "plan.json"
        shown.write_text(self.terraform("show", "-json", "tfplan").stdout)
        return review([str(shown)], Settings(), today=datetime.date.today())

    def changes(self) -> dict[str, list[str]]:
        """Address to planned actions, for everything that would change."""
        self.terraform("plan", "-input=false", "-out=tfplan", "-no-color")
        shown: dict[str, Any] = json.loads(self.terraform("show", "-json", "tfplan").stdout)
        actions = {each["address"]: each["change"]["actions"] for each in shown.get("resource_changes", [])}
        return {address: kinds for address, kinds in actions.items() if kinds not in (["no-op"], ["read"])}


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The factory of config/sandbox.yaml, applied to a local AWS."""
    folder = tmp_path_factory.mktemp("factory")
    shutil.copytree(ROOT / "config", folder / "config")
    with LocalAws() as local:
        prepare_organization(local)
        environment = provider_environment(local.isolated_environment(os.environ), workdir=folder)
        workspace = Workspace(folder=folder, environment=environment, local=local)
        workspace.synthesise()
        workspace.terraform("init", "-input=false", "-no-color")
        workspace.apply()
        yield workspace
