"""A project with a cdktf and a terraform that do what a test says, in front of the real command."""

import json
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.rollouts.command import start_rollout
from tests.unit.configurations import changed

CDKTF = """\
#!/bin/sh
[ "$1" = synth ] || exit 64
[ -f "$FAKE/fail.synth" ] && { cat "$FAKE/fail.synth"; exit 2; }
for each in $(cat "$FAKE/stacks"); do
  mkdir -p "$3/stacks/$each"
  printf '{"content": "%s"}' "$(cat "$FAKE/content.$each" 2>/dev/null)" > "$3/stacks/$each/cdk.tf.json"
done
"""
TERRAFORM = """\
#!/bin/sh
folder=${1#-chdir=}; name=$(basename "$folder"); verb=$2
said() { echo "$1 $name $verb" >> "$FAKE/calls"; }
trap 'said INT; [ -f "$FAKE/hold.$name.$verb" ] && rm -f "$FAKE/hold.$name.$verb"; stopped=1' INT
said BEGIN
touch "$FAKE/began.$name.$verb"
if [ -f "$FAKE/fail.$name.$verb" ]; then cat "$FAKE/fail.$name.$verb"; said FAIL; exit 1; fi
while [ -f "$FAKE/hold.$name.$verb" ]; do sleep 0.05; done
[ "$stopped" ] && { echo "Error: execution halted"; said STOP; exit 1; }
if [ "$verb" = plan ]; then
  if cmp -s "$folder/cdk.tf.json" "$FAKE/applied.$name"; then echo "No changes."; said END; exit 0; fi
  echo "Plan: 2 to add, 0 to change, 0 to destroy."
  cp "$folder/cdk.tf.json" "$folder/rollout.tfplan"; said END; exit 2
fi
if [ "$verb" = apply ]; then
  for last; do :; done
  cp "$folder/$last" "$FAKE/applied.$name" || exit 1
  echo "aws_sns_topic.a: Creation complete after 1s [id=1]"
  echo "aws_sns_topic.b: Creation complete after 1s [id=2]"
fi
said END
"""
PATIENCE = 60


class Fake:
    """The project, and what its tools were told to do and have done."""

    def __init__(self, top: Path) -> None:
        self.root, self.fake = top / "project", top / "fake"
        (self.root / "node_modules" / ".bin").mkdir(parents=True)
        (self.fake / "bin").mkdir(parents=True)
        (self.root / "cdktf.json").write_text("{}")
        self._program(self.root / "node_modules" / ".bin" / "cdktf", CDKTF)
        self._program(self.fake / "bin" / "terraform", TERRAFORM)
        self.environment = {
            **os.environ,
            "FAKE": str(self.fake),
            "PATH": f"{self.fake / 'bin'}:{os.environ['PATH']}",
            "GOLDEN_AMI_CONFIG": "config.yaml",
        }

    def configure(self, **waves: int) -> None:
        """Make a configuration of some stacks, each in a wave."""
        content = changed(("images.web.components", [{"aws": "update-linux"}]), ("deployments", {}))
        for number, (name, wave) in enumerate(waves.items()):
            place: dict[str, Any] = {"account": f"{number + 1:012}", "region": "eu-west-1", "wave": wave}
            content["deployments"][name] = {**place, "approval": {"approvers": ["role/A"]}}
        with (self.root / "config.yaml").open("w") as file:
            YAML().dump(content, file)
        self.say("stacks", "\n".join(waves))

    def say(self, name: str, text: str = "") -> Path:
        path = self.fake / name
        path.write_text(text)
        return path

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return start_rollout(self.root, self.environment, *arguments)

    def rollout(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=PATIENCE * 5)
        return process.returncode, said

    def calls(self, *words: str) -> list[str]:
        path = self.fake / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if not words or set(words) <= set(line.split())]

    def forget(self) -> None:
        (self.fake / "calls").unlink(missing_ok=True)
        for each in self.fake.glob("began.*"):
            each.unlink()

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads((self.root / ".rollout" / "report.json").read_text()))

    def statuses(self) -> dict[str, str]:
        return {each["name"]: each["status"] for each in self.report["stacks"]}

    @staticmethod
    def until(what: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.05)

    def until_began(self, name: str) -> None:
        self.until((self.fake / f"began.{name}").exists)

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    found = Fake(tmp_path)
    yield found
    # Nothing is left that waits for a file.
    for each in found.fake.glob("hold.*"):
        each.unlink()
