"""What a stack is made of, as far as the configuration decides it: two equal meanings give the same stack."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from golden_ami.config import Config, resolve
from golden_ami.config.organization_policies import resolve_target
from golden_ami.organization_policies import ec2_policy, service_control_policies
from golden_ami.rollouts.stack import Kind, Stack

Meaning = dict[str, Any]


def meaning(config: Config, stack: Stack, folder: Path) -> Meaning:
    """Give everything that the configuration says about a stack, with every default and every short form spelled out.

    Parameters
    ----------
    config : Config
        A valid configuration.
    stack : Stack
        One of its stacks.
    folder : Path
        What the configuration's paths are relative to.

    Notes
    -----
    A wave is when a stack is rolled out, and no part of it. Names of units are resolved to their ids.
    """
    return {**_MEANINGS[stack.kind](config, stack.name, folder), "kind": stack.kind}


def _of_a_deployment(config: Config, name: str, folder: Path) -> Meaning:
    own = config.deployments[name].model_dump(mode="json", exclude={"wave", "sharing", "tags", "images"})
    images: dict[str, Any] = {}
    for factory in resolve(config, name):
        found = {field.name: _plain(getattr(factory, field.name)) for field in dataclasses.fields(factory)}
        found["component_files"] = {
            each.file: (folder / each.file).read_text(encoding="utf-8")
            for each in factory.image.components
            if each.file
        }
        images[factory.names.image] = found
    return {
        **own,
        "organization": {"id": config.organization.id, "management_account": config.organization.management_account},
        "state": _state(config),
        "tags": config.all_tags(name),
        "images": images,
    }


def _of_a_consumer(config: Config, name: str, _: Path) -> Meaning:
    consumer = config.consumers[name]
    factory = config.deployments[consumer.deployment]
    return {
        **consumer.model_dump(mode="json", exclude={"wave"}),
        "factory": {"account": factory.account, "region": factory.region},
        "state": _state(config),
        "tags": config.common_tags(),
    }


def _of_the_organization(config: Config, _: str, __: Path) -> Meaning:
    policies = config.organization_policies
    if policies is None:
        raise ValueError("there are no organization_policies")
    found = policies.model_dump(mode="json", exclude={"images", "guardrails"})
    if images := policies.images:
        text = ec2_policy(config, images, policies.partition)
        found["images"] = {"targets": _targets(config, images.targets), "policy": json.loads(text)}
    if guardrails := policies.guardrails:
        texts = service_control_policies(config, guardrails, policies.partition)
        found["guardrails"] = {
            "targets": _targets(config, guardrails.targets),
            "policies": {name: json.loads(text) for name, text in texts.items()},
        }
    return {**found, "state": _state(config), "tags": config.common_tags()}


def _of_the_bootstrap(config: Config, _: str, __: Path) -> Meaning:
    made = config.state.model_dump(mode="json", include={"bucket", "region", "kms_key", "bootstrap"})
    return {**made, "tags": config.common_tags()}


_MEANINGS: Final[dict[Kind, Callable[[Config, str, Path], Meaning]]] = {
    "deployment": _of_a_deployment,
    "consumer": _of_a_consumer,
    "organization": _of_the_organization,
    "bootstrap": _of_the_bootstrap,
}


def differences(before: Meaning, after: Meaning) -> list[str]:
    """Name the keys in which two meanings differ, as deep as both have them."""
    return list(_differences(before, after, ""))


def _differences(before: Any, after: Any, above: str) -> Iterator[str]:
    if before == after:
        return
    if not (isinstance(before, dict) and isinstance(after, dict)):
        yield above
        return
    for key in {**before, **after}:
        path = f"{above}.{key}" if above else str(key)
        if key not in before or key not in after:
            yield path
        else:
            yield from _differences(before[key], after[key], path)


def _state(config: Config) -> dict[str, Any]:
    # Who makes the bucket is no part of what is kept in it.
    return config.state.model_dump(mode="json", exclude={"bootstrap"})


def _targets(config: Config, targets: tuple[str, ...]) -> list[str]:
    return sorted(resolve_target(target, config.organization) for target in targets)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
