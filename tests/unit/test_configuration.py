"""What a valid configuration means, and that nothing but a valid one gets through."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from golden_ami.config import Config, load, resolve
from golden_ami.config.schema import schema
from golden_ami.errors import ConfigError
from golden_ami.names import MAX_PAIR_LENGTH, DeploymentNames, ImageNames
from tests.unit.configurations import VALID, changed, write

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "config").glob("*.yaml"))
SLUGS = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


def _paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in items for path in ((*above, key), *_paths(inner, (*above, key)))]


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_every_example_is_valid_by_the_models_and_by_the_schema(path: Path) -> None:
    assert isinstance(load(path), Config)
    # An editor reads a day as text, as JSON does.
    read = json.loads(json.dumps(YAML(typ="safe").load(path), default=str))
    jsonschema.Draft202012Validator(schema()).validate(read)
    assert path.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


def test_the_schema_beside_the_examples_is_the_models() -> None:
    committed = YAML(typ="safe").load(ROOT / "config" / "schema.json")
    assert committed == schema(), "config/schema.json is stale; run: make schema"


def test_the_schema_refuses_unknown_keys_everywhere() -> None:
    content = schema()
    for name, each in {"root": content, **content["$defs"]}.items():
        if each.get("type") == "object":
            assert each["additionalProperties"] is False, name


def test_every_key_is_described_in_the_schema() -> None:
    content = schema()
    missing = [
        f"{name}.{key}"
        for name, each in {"root": content, **content["$defs"]}.items()
        for key, value in each.get("properties", {}).items()
        if "description" not in value and key != "backend"
    ]
    assert missing == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_anywhere_gives_a_configuration_or_a_list_of_problems(data: st.DataObject, tmp_path: Path) -> None:
    path = data.draw(st.sampled_from(_paths(VALID)))
    content = changed()
    target: Any = content
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = data.draw(JSON)
    try:
        config = load(write(tmp_path, content))
    except ConfigError as error:
        assert error.problems  # noqa: PT017 - either way is fine, a third one is not
    else:
        for deployment in config.deployments:
            resolve(config, deployment)


def test_short_forms_are_spelled_out() -> None:
    image = resolve(load(ROOT / "config" / "example.yaml"), "prod-eu")[0]
    assert image.approvers[0] == "arn:aws:iam::222222222222:role/GoldenAmiApprover"
    assert image.launch_principals == (
        "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6",
        "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-g7h8i9j0",
        "333333333333",
    )
    assert image.regions == ("eu-west-1", "eu-north-1")
    assert image.finding_limits == {"critical": 0, "high": 5}


def test_an_image_differs_from_its_deployment_only_in_what_it_says() -> None:
    web, arm, windows = resolve(load(ROOT / "config" / "example.yaml"), "prod-eu")
    assert arm.approvers == web.approvers
    assert arm.launch_principals != web.launch_principals
    assert arm.image_builder_principals == ()
    assert windows.launch_principals == web.launch_principals
    assert windows.approval.required == 1


def test_managed_images_and_components_follow_the_region() -> None:
    for deployment, region in (("prod-eu", "eu-west-1"), ("prod-us", "us-east-1")):
        (arm,) = [
            each
            for each in resolve(load(ROOT / "config" / "example.yaml"), deployment)
            if each.names.image == "arm-base"
        ]
        assert arm.parent_image() == f"arn:aws:imagebuilder:{region}:aws:image/amazon-linux-2023-arm64/x.x.x"
        component = arm.external_component_arn(arm.image.components[0])
        assert component == f"arn:aws:imagebuilder:{region}:aws:component/update-linux/x.x.x"


@given(deployment=SLUGS, image=SLUGS)
def test_names_keep_awss_limits(deployment: str, image: str) -> None:
    if len(deployment) + len(image) > MAX_PAIR_LENGTH:
        return
    scope = DeploymentNames(deployment=deployment, account="222222222222", region="ap-southeast-1")
    names = ImageNames(scope=scope, image=image)
    for role in (names.approval.role, names.scheduler_role, scope.build_role):
        assert re.fullmatch(r"[\w+=,.@-]{1,64}", role)
    for policy in (names.starter_policy, names.approver_policy):
        assert re.fullmatch(r"[\w+=,.@-]{1,128}", policy)
    assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", names.schedule)
    assert re.fullmatch(r"[a-zA-Z0-9_\-.]{3,128}", names.approval.document)
    assert re.fullmatch(r"Automation[\w-]{1,246}", scope.topic)
    assert re.fullmatch(r"[a-z0-9.-]{3,63}", scope.log_bucket)
    assert re.fullmatch(r"[a-z0-9.-]{3,63}", scope.evidence_bucket)
    assert re.fullmatch(r"[\w-]{1,80}", names.dead_letter_queue)
    assert re.fullmatch(r"[-_A-Za-z-0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z-0-9]", names.component("hardening"))


def test_the_schema_of_a_folder_s_files_lets_each_lack_any_key() -> None:
    committed = YAML(typ="safe").load(ROOT / "config" / "part.schema.json")
    assert committed == schema(part=True), "config/part.schema.json is stale; run: make schema"
    jsonschema.Draft202012Validator(committed).validate({"defaults": {"region": "eu-west-1"}})
