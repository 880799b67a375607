"""Where the AWS provider comes from: each source in its order, and nothing of a machine by surprise."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from golden_ami import terraform
from golden_ami.errors import InputError
from golden_ami.terraform import provider_environment, provider_source


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the only usual place."""
    place = tmp_path / "usual place"
    place.mkdir()
    monkeypatch.setattr(terraform, "USUAL_PLACES", (str(place),))
    return place


def _mirror(root: Path, *, packed: bool = False, version: str = terraform.VERSION) -> Path:
    folder = root / "registry.terraform.io" / "hashicorp" / "aws"
    platform = terraform._platform()
    if packed:
        folder.mkdir(parents=True)
        (folder / f"terraform-provider-aws_{version}_{platform}.zip").touch()
    else:
        (folder / version / platform).mkdir(parents=True)
        (folder / version / platform / f"terraform-provider-aws_v{version}_x5").touch()
    return root


def test_a_cli_configuration_that_exists_wins(tmp_path: Path, places: Path) -> None:
    _mirror(places)
    rc = tmp_path / "mine.rc"
    rc.touch()
    base = {"TF_CLI_CONFIG_FILE": str(rc)}
    assert provider_source(base).kind == "cli-config"
    assert provider_environment(base, workdir=tmp_path)["TF_CLI_CONFIG_FILE"] == str(rc)


def test_a_cli_configuration_that_does_not_exist_counts_as_unset(tmp_path: Path) -> None:
    base = {"TF_CLI_CONFIG_FILE": str(tmp_path / "nothing.rc")}
    assert provider_source(base).kind == "registry"
    assert "TF_CLI_CONFIG_FILE" not in provider_environment(base, workdir=tmp_path)


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "unpacked"])
def test_a_named_mirror_comes_before_a_found_one(tmp_path: Path, places: Path, packed: bool) -> None:
    _mirror(places)
    named = _mirror(tmp_path / "named", packed=packed)
    found = provider_source({"GOLDEN_AMI_PROVIDER_MIRROR": str(named)})
    assert (found.kind, found.path) == ("mirror", named)
    assert provider_source({"GOLDEN_AMI_PROVIDER_MIRROR": str(named / "registry.terraform.io")}).path == named


def test_a_named_mirror_without_the_provider_is_an_error(tmp_path: Path, places: Path) -> None:
    _mirror(places)
    other = _mirror(tmp_path / "named", version="5.99.0")
    with pytest.raises(InputError, match=r"holds no hashicorp/aws 5\.100\.0"):
        provider_source({}, mirror=other)


@pytest.mark.parametrize("depth", ["", "a", "a/b"])
def test_a_mirror_is_found_in_the_usual_places(places: Path, depth: str) -> None:
    assert provider_source({}).kind == "registry"
    mirror = _mirror(places / depth)
    assert provider_source({}).path == mirror


def test_a_mirror_of_another_version_is_passed_over(places: Path) -> None:
    _mirror(places, version="6.0.0")
    assert provider_source({}).kind == "registry"


def test_a_mirror_s_configuration_names_it_and_switches_provider_locks_off(tmp_path: Path, places: Path) -> None:
    _mirror(places / 'with "quotes" and spaces')
    environment = provider_environment({}, workdir=tmp_path / "work")
    text = Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert r"with \"quotes\" and spaces" in text
    assert environment["CDKTF_SKIP_PROVIDER_LOCK"] == "true"


def test_the_registry_needs_nothing(tmp_path: Path) -> None:
    assert provider_environment({"PATH": "/bin"}, workdir=tmp_path) == {"PATH": "/bin", "CHECKPOINT_DISABLE": "1"}
    assert list(tmp_path.glob("*.rc")) == []


@pytest.mark.terraform
def test_the_real_terraform_installs_the_provider_from_where_it_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    aws = {"source": "hashicorp/aws", "version": terraform.VERSION}
    required = json.dumps({"terraform": {"required_providers": {"aws": aws}}})
    (tmp_path / "main.tf.json").write_text(required)
    environment = provider_environment(dict(os.environ), workdir=tmp_path)
    done = subprocess.run(
        ["terraform", f"-chdir={tmp_path}", "init", "-input=false", "-no-color"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"hashicorp/aws v{terraform.VERSION}" in done.stdout
