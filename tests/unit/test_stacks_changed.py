"""``golden-ami stacks --changed-since``: what a change touches, and why, on real commits."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from golden_ami.config import load
from golden_ami.errors import InputError
from golden_ami.rollouts.changes import Touched, changed_since
from golden_ami.rollouts.sources import source_files
from tests.unit.configurations import COMPONENTS, changed
from tests.unit.test_cli import golden_ami

ROOT = Path(__file__).parent.parent.parent
SECOND = {"account": "333333333333", "region": "eu-central-1", "approval": {"approvers": ["role/A"]}, "wave": 2}
IDENTITY = {f"GIT_{who}_{what}": "test@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Repo:
    """A project of two deployments, committed."""

    def __init__(self, top: Path, inside: str = "") -> None:
        self.top, self.root = top, top / inside
        self.config = self.root / "config" / "mine.yaml"
        files = {
            "cdktf.json": "{}",
            "main.py": "import golden_ami.names\nimport stacks.one\n",
            "golden_ami/__init__.py": "",
            "golden_ami/names.py": "A = 1\n",
            "golden_ami/other.py": "B = 1\n",
            "stacks/__init__.py": "",
            "stacks/one.py": "",
            "runbooks/approval.yaml": "a: 1\n",
            "README.md": "",
            "Pipfile.lock": "{}",
        }
        for name, text in files.items():
            self.write(name, text)
        shutil.copytree(COMPONENTS, self.root / "config" / "components")
        self.configure(("deployments.second", SECOND))
        self.git("init", "-q", "-b", "main")
        self.commit()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def configure(self, *changes: tuple[str, Any]) -> None:
        with self.config.open("w") as file:
            YAML().dump(changed(*changes), file)

    def git(self, *arguments: str) -> None:
        environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", str(self.top), *arguments], env=environment, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "something")

    def touched(self, ref: str = "HEAD") -> list[Touched]:
        return changed_since(ref, load(self.config), path=self.config, root=self.root)

    def reasons(self, ref: str = "HEAD") -> dict[str, tuple[str, ...]]:
        return {each.stack.name: (each.change, *each.reasons) for each in self.touched(ref)}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path)


def test_nothing_has_changed(repo: Repo) -> None:
    assert repo.touched() == []


def test_one_deployment_s_key_touches_one_stack_and_is_named(repo: Repo) -> None:
    repo.configure(("deployments.second", {**SECOND, "log_retention_days": 30}))
    assert repo.reasons() == {"second": ("changed", "configuration: log_retention_days")}


def test_a_default_touches_those_who_inherit_it(repo: Repo) -> None:
    inheriting = {key: value for key, value in SECOND.items() if key != "approval"}
    repo.configure(("defaults", {"approval": {"approvers": ["role/A"]}}), ("deployments.second", inheriting))
    assert repo.touched() == [], "the same, written elsewhere"
    repo.configure(("defaults", {"approval": {"approvers": ["role/B"]}}), ("deployments.second", inheriting))
    assert list(repo.reasons()) == ["second"]


def test_a_component_s_text_touches_who_builds_it(repo: Repo) -> None:
    other = {"description": "Db", "version": "1.0", "parent": "ssm:/a/b", "components": [{"aws": "update-linux"}]}
    repo.configure(("images.db", other), ("deployments.second", {**SECOND, "images": {"db": None}}))
    repo.commit()
    component = repo.root / "config" / "components" / "web-server.yaml"
    component.write_text(component.read_text() + "# another line\n")
    assert repo.reasons() == {
        "prod-eu": ("changed", "configuration: images.web.component_files.components/web-server.yaml")
    }


def test_a_unit_s_name_is_no_change_and_its_id_is_one(repo: Repo) -> None:
    units = {"renamed": "ou-ab12-c3d4e5f6", "sandboxes": "ou-ab12-g7h8i9j0"}
    renamed = {"launch": ["renamed"], "image_builder": ["renamed"]}
    change = ("organization.units", units), ("deployments.prod-eu.sharing", renamed), ("deployments.second", SECOND)
    repo.configure(*change)
    assert repo.touched() == []
    repo.configure(*change, ("organization.units.renamed", "ou-ab12-zzzzzzzz"))
    assert list(repo.reasons()) == ["prod-eu"]


def test_a_wave_is_when_and_not_what(repo: Repo) -> None:
    repo.configure(("deployments.second", {**SECOND, "wave": 3}))
    assert repo.touched() == []


@pytest.mark.parametrize(
    ("file", "touches"),
    [
        ("stacks/one.py", True),
        ("stacks/new.py", True),
        ("golden_ami/names.py", True),
        ("golden_ami/table.json", True),
        ("runbooks/approval.yaml", True),
        ("Pipfile.lock", True),
        ("main.py", True),
        ("golden_ami/other.py", False),
        ("README.md", False),
    ],
)
def test_what_every_stack_is_made_from_touches_every_stack(repo: Repo, file: str, touches: bool) -> None:
    path = repo.root / file
    repo.write(file, (path.read_text() if path.exists() else "") + "\n")
    expected = dict.fromkeys(("prod-eu", "second"), ("changed", f"code: {file}")) if touches else {}
    assert repo.reasons() == expected


def test_a_module_that_is_imported_no_more_counted_before(repo: Repo) -> None:
    repo.write("main.py", "import stacks.one\n")
    repo.write("golden_ami/names.py", "A = 2\n")
    assert repo.reasons()["second"] == ("changed", "code: golden_ami/names.py, main.py")


def test_new_and_removed_deployments_are_named(repo: Repo) -> None:
    repo.configure(("deployments.third", SECOND))
    assert {name: found[0] for name, found in repo.reasons().items()} == {"third": "new", "second": "removed"}


def test_a_configuration_that_the_commit_lacks_is_all_new(repo: Repo) -> None:
    repo.config = repo.config.rename(repo.config.with_name("yours.yaml"))
    assert {found[0] for found in repo.reasons().values()} == {"new"}


def test_a_configuration_that_was_none_touches_everything(repo: Repo) -> None:
    good = repo.config.read_text()
    repo.config.write_text("deployments: []\n")
    repo.commit()
    repo.config.write_text(good)
    assert {found[0] for found in repo.reasons().values()} == {"changed"}


def test_a_project_in_a_folder_of_its_repository_works_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path, "infrastructure/images")
    repo.configure(("deployments.second", {**SECOND, "log_retention_days": 30}))
    repo.write("stacks/one.py", "# new\n")
    (tmp_path / "elsewhere.txt").write_text("")
    assert repo.reasons()["second"] == ("changed", "configuration: log_retention_days", "code: stacks/one.py")


def test_a_folder_of_files_is_compared_as_a_whole(repo: Repo) -> None:
    repo.config = repo.config.parent
    assert repo.touched() == []
    (repo.config / "second.yaml").write_text("defaults: { log_retention_days: 30 }\n")
    assert set(repo.reasons()) == {"prod-eu", "second"}


def test_an_unknown_commit_and_no_repository_are_bad_input(
    repo: Repo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for ref in ("nothing", "--output=x"):
        with pytest.raises(InputError, match="git knows no commit"):
            repo.touched(ref)
    outside = tmp_path_factory.mktemp("outside") / "c.yaml"
    with pytest.raises(InputError, match="is in no git repository"):
        changed_since("HEAD", load(repo.config), path=outside, root=outside.parent)


def test_the_modules_that_synthesis_imports_are_all_found() -> None:
    code = "import main, sys; print(*[getattr(each, '__file__', None) for each in sys.modules.values()], sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = [Path(line) for line in done.stdout.splitlines() if line.startswith(str(ROOT / "golden_ami"))]
    loaded += [Path(line) for line in done.stdout.splitlines() if line.startswith(str(ROOT / "stacks"))]
    assert {str(path.relative_to(ROOT)) for path in loaded} <= source_files(ROOT)
    assert not any(each.startswith(("golden_ami/cli", "golden_ami/sandbox")) for each in source_files(ROOT))


def test_the_command_lists_by_wave_and_for_programs() -> None:
    found = json.loads(golden_ami("stacks", "--json", "-c", "config/example.yaml").stdout)
    assert [(each["wave"], each["name"]) for each in found] == [(1, "prod-us"), (2, "prod-eu")]
    (only,) = json.loads(golden_ami("stacks", "--json", "--wave", "2", "-c", "config/example.yaml").stdout)
    assert only["account"] == "222222222222"
