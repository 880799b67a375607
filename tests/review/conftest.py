"""One factory, applied to a local AWS once, and plans of changes to it by the real Terraform and provider."""

import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from golden_ami.config import load
from golden_ami.review.review import Review, review
from golden_ami.review.settings import Settings
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.review.changes import Change
from tests.synth.conftest import synthesise

ROOT = Path(__file__).parent.parent.parent
TODAY = datetime.date(2026, 11, 25)


@dataclass
class Factory:
    """A stack that is deployed, and whose changes are planned."""

    folder: Path
    environment: dict[str, str]

    @property
    def stack(self) -> Path:
        return self.folder / "cdktf.out" / "stacks" / "sandbox"

    def plan(self, change: Change, name: str) -> Path:
        """Plan a change, and write the plan as JSON."""
        self.write(change)
        self.terraform("plan", "-input=false", "-refresh=false", "-lock=false", "-out=tfplan", "-no-color")
        path = self.folder / f"{name}.json"
        path.write_text(self.terraform("show", "-json", "tfplan"))
        return path

    def write(self, change: Change) -> None:
        """Synthesise the factory with a change, into the folder where its state is."""
        source = self.folder / "config"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(ROOT / "config" / "components", source / "components")
        text = (Path(__file__).parent / "factory.yaml").read_text()
        for old, new in change.edits:
            assert old in text, f"{old!r} is not in factory.yaml"
            text = text.replace(old, new)
        (source / "factory.yaml").write_text(text)
        if change.component:
            component = source / "components" / "web-server.yaml"
            assert change.component[0] in component.read_text()
            component.write_text(component.read_text().replace(*change.component))
        made = synthesise(load(source / "factory.yaml"), self.folder / "out")
        (stack,) = (each.content for each in made.values())
        # A deployment's name is part of the state's file; a renamed one is planned against the state that was moved.
        stack["terraform"]["backend"]["local"]["path"] = "terraform.tfstate"
        if change.tamper:
            change.tamper(stack)
        self.stack.mkdir(parents=True, exist_ok=True)
        (self.stack / "cdk.tf.json").write_text(json.dumps(stack))

    def terraform(self, *arguments: str) -> str:
        done = subprocess.run(
            ["terraform", f"-chdir={self.stack}", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"terraform {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def reviewed(*paths: Path, settings: Settings | None = None) -> Review:
    return review([str(path) for path in paths], settings or Settings(), today=TODAY)


@contextmanager
def deployed(folder: Path) -> Iterator[Factory]:
    """Apply the factory of factory.yaml to a local AWS; ``created.json`` is the plan that made it."""
    folder.mkdir(exist_ok=True)
    with LocalAws() as local:
        prepare_organization(local)
        made = Factory(folder, provider_environment(local.isolated_environment(os.environ), workdir=folder))
        made.write(Change())
        made.terraform("init", "-input=false", "-no-color")
        made.plan(Change(), "created")
        made.terraform("apply", "-input=false", "-no-color", "tfplan")
        yield made


@pytest.fixture(scope="package")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """One deployed factory for every test of this folder."""
    with deployed(tmp_path_factory.mktemp("reviewed")) as made:
        yield made
