"""Defaults are in every deployment that does not say otherwise, and a configuration may be a folder."""

import copy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from golden_ami.config import Config, load, resolve
from golden_ami.errors import ConfigError
from tests.unit.configurations import COMPONENTS, changed, write

PLACE = {"account": "333333333333", "region": "eu-central-1"}
APPROVAL = {"approvers": ["role/A"]}
DEPLOYER = "arn:aws:iam::222222222222:role/Deployer"
HUB = "arn:aws:iam::999999999999:role/Hub"


def _config(tmp_path: Path, *changes: tuple[str, Any]) -> Config:
    return load(write(tmp_path, changed(*changes)))


def _problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return list(raised.value.problems)


def _folder(tmp_path: Path, **files: Any) -> Path:
    (tmp_path / "components").symlink_to(COMPONENTS)
    for name, content in files.items():
        with (tmp_path / f"{name}.yaml").open("w") as file:
            YAML().dump(content, file)
    return tmp_path


def test_a_deployment_has_the_defaults_that_it_does_not_replace(tmp_path: Path) -> None:
    config = _config(
        tmp_path,
        ("defaults", {"region": "eu-west-3", "approval": APPROVAL, "wave": 3, "tags": {"team": "images"}}),
        ("deployments.second", {"account": "333333333333", "sharing": {"launch": ["organization"]}}),
    )
    assert config.deployments["second"].region == "eu-west-3"
    assert config.deployments["second"].wave == 3
    assert config.deployments["prod-eu"].region == "eu-west-1"
    assert config.all_tags("second")["team"] == "images"
    assert resolve(config, "second")[0].approvers == ("arn:aws:iam::333333333333:role/A",)


def test_a_key_of_a_deployment_replaces_the_whole_default(tmp_path: Path) -> None:
    sharing = {"launch": ["workloads", "sandboxes"], "image_builder": ["workloads"]}
    config = _config(
        tmp_path,
        ("defaults", {"sharing": sharing, "schedule": {"expression": "cron(0 6 ? * MON *)"}}),
        ("deployments.prod-eu.sharing", {"launch": ["sandboxes"]}),
        ("deployments.prod-eu.schedule", None),
    )
    found = config.deployments["prod-eu"]
    assert found.sharing.launch == ("sandboxes",)
    assert found.sharing.image_builder == ()
    assert found.schedule is None


def test_a_problem_of_an_inherited_value_names_the_defaults(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        changed(
            ("defaults", {"sharing": {"launch": ["nobody-knows"]}, "approval": {"approvers": ["A"]}}),
            ("deployments.prod-eu.sharing", ...),
            ("deployments.second", {**PLACE, "sharing": {"launch": ["unheard-of"]}, "approval": APPROVAL}),
            ("deployments.third", PLACE),
        ),
    )
    assert [problem.split(": ")[0] for problem in _problems(path)] == [
        "defaults.approval.approvers[0]",
        "defaults.sharing.launch[0]",
        "deployments.second.sharing.launch[0]",
    ]


def test_a_default_that_nobody_takes_is_checked_too(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("defaults", {"regoin": "eu-west-1", "account": 222222222222})))
    assert _problems(path) == [
        'defaults.account: 222222222222 is a number; quote it: "222222222222"',
        "defaults.regoin: is not a key here; remove it or mend its spelling",
    ]


def test_what_neither_says_is_missing_where_it_was_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("defaults", {"wave": 2}), ("deployments.second", PLACE)))
    assert _problems(path) == ["deployments.second.approval: is missing; add it"]


@pytest.mark.parametrize("wave", [0, 100, "1", 1.5, True])
def test_a_wave_is_a_small_whole_number(tmp_path: Path, wave: Any) -> None:
    (problem,) = _problems(write(tmp_path, changed(("deployments.prod-eu.wave", wave))))
    assert problem.startswith("deployments.prod-eu.wave: ")


def test_roles_are_assumed_in_their_order_and_the_last_is_of_the_account(tmp_path: Path) -> None:
    steps = [{"arn": HUB, "external_id": "golden-ami"}, {"arn": DEPLOYER}]
    config = _config(tmp_path, ("deployments.prod-eu.assume_role", steps))
    roles = config.deployments["prod-eu"].assume_role
    assert isinstance(roles, tuple)
    assert [role.arn for role in roles] == [HUB, DEPLOYER]
    path = write(tmp_path, changed(("deployments.prod-eu.assume_role", [{"arn": DEPLOYER}, {"arn": HUB}])))
    assert _problems(path) == [
        f"deployments.prod-eu.assume_role[1].arn: {HUB!r} is of account '999999999999', not '222222222222'; name a "
        "role of this deployment"
    ]


def test_the_first_role_on_the_way_is_a_role_of_the_same_partition(tmp_path: Path) -> None:
    steps = [{"arn": "arn:aws-cn:iam::999999999999:role/Hub"}, {"arn": "arn:aws:iam::222222222222:user/u"}]
    problems = _problems(write(tmp_path, changed(("deployments.prod-eu.assume_role", steps))))
    assert [problem.split(": ")[0] for problem in problems] == [
        "deployments.prod-eu.assume_role[0].arn",
        "deployments.prod-eu.assume_role[1].arn",
    ]


def test_a_folder_means_what_one_file_with_all_of_it_means(tmp_path: Path) -> None:
    whole = changed(("defaults", {"approval": APPROVAL}), ("deployments.second", PLACE))
    one = copy.deepcopy(whole)
    two = {"deployments": {"second": one["deployments"].pop("second")}, "defaults": one.pop("defaults")}
    parts = _folder(tmp_path, **{"10-organization": one, "20-second": two})
    config = load(parts)
    (tmp_path / "single").mkdir()
    assert config == load(write(tmp_path / "single", whole))
    assert list(config.deployments) == ["prod-eu", "second"]


def test_what_two_files_say_is_an_error_that_names_both(tmp_path: Path) -> None:
    path = _folder(tmp_path, a=changed(), b={"images": {}, "deployments": {"prod-eu": PLACE, "other": PLACE}})
    assert _problems(path) == [
        "images: is in a.yaml and in b.yaml; keep one of them",
        "deployments.prod-eu: is in a.yaml and in b.yaml; keep one of them",
    ]


def test_a_file_that_would_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = _folder(tmp_path, a=changed())
    (path / "b.yml").write_text("deployments: {}\n")
    assert _problems(path) == ["b.yml: is not read; name it b.yaml"]


def test_a_bad_file_of_a_folder_is_named(tmp_path: Path) -> None:
    path = _folder(tmp_path, a=changed(), b=[])
    assert _problems(path) == ["b.yaml: holds no mapping; start with organization, images and deployments"]
