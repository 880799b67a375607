"""Synthesise a configuration in this process and look at the Terraform JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stacks  # noqa: F401 - before cdktf

# isort: split

from cdktf import App

from golden_ami.config import Config, load
from stacks.deployment import DeploymentStack

CONFIG = Path(__file__).parent.parent.parent / "config"


class Synthesised:
    """One stack's Terraform JSON, with a way to find resources by type and path."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Resources of a type by construct path, without the stack's name."""
        found = self.content["resource"].get(kind, {})
        return {each["//"]["metadata"]["path"].split("/", 1)[1]: each for each in found.values()}

    def only(self, kind: str) -> dict[str, Any]:
        """The one resource of a type."""
        (found,) = self.resources(kind).values()
        return found


def synthesise(config: Config, folder: Path) -> dict[str, Synthesised]:
    app = App(outdir=str(folder))
    for name in config.deployments:
        DeploymentStack(app, name, config=config)
    app.synth()
    return {
        name: Synthesised(json.loads((folder / "stacks" / name / "cdk.tf.json").read_text()))
        for name in config.deployments
    }


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesised]:
    """Every stack of config/example.yaml."""
    return synthesise(load(CONFIG / "example.yaml"), tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """The stack of config/sandbox.yaml."""
    return synthesise(load(CONFIG / "sandbox.yaml"), tmp_path_factory.mktemp("sandbox"))["sandbox"]


@pytest.fixture
def variant(tmp_path: Path) -> Callable[..., Synthesised]:
    """Synthesise config/sandbox.yaml after replacing pieces of its text."""

    def build(*replacements: tuple[str, str], component: tuple[str, str] | None = None) -> Synthesised:
        folder = tmp_path / f"v{len(list(tmp_path.iterdir()))}"
        (folder / "components").mkdir(parents=True)
        for path in (CONFIG / "components").iterdir():
            text = path.read_text()
            if component and path.name == "web-server.yaml":
                assert component[0] in text
                text = text.replace(*component)
            (folder / "components" / path.name).write_text(text)
        text = (CONFIG / "sandbox.yaml").read_text()
        for old, new in replacements:
            assert old in text, f"{old!r} is not in config/sandbox.yaml"
            text = text.replace(old, new)
        (folder / "sandbox.yaml").write_text(text)
        return synthesise(load(folder / "sandbox.yaml"), folder / "out")["sandbox"]

    return build
