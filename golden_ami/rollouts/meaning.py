"""What a stack is made of, as far as the configuration decides it: two equal meanings give the same stack."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from golden_ami.config import Config, resolve

Meaning = dict[str, Any]


def meaning(config: Config, deployment: str, folder: Path) -> Meaning:
    """Give everything that the configuration says about a stack, with every default and every short form spelled out.

    Parameters
    ----------
    config : Config
        A valid configuration.
    deployment : str
        Name of one of its deployments.
    folder : Path
        What the configuration's paths are relative to.

    Notes
    -----
    A wave is when a stack is rolled out, and no part of it. Names of units are resolved to their ids.
    """
    own = config.deployments[deployment].model_dump(mode="json", exclude={"wave", "sharing", "tags", "images"})
    images: dict[str, Any] = {}
    for factory in resolve(config, deployment):
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
        "state": config.state.model_dump(mode="json"),
        "tags": config.all_tags(deployment),
        "images": images,
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
