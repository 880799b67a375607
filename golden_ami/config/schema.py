"""The JSON schema of configurations, with each key's description taken from its model's docstring."""

import inspect
import re
from typing import Any

from golden_ami.config.root import Config
from golden_ami.config.types import Model

_ATTRIBUTE = re.compile(r"^(?P<names>\w+(?:, \w+)*)(?: :.*)?$")


def schema(*, part: bool = False) -> dict[str, Any]:
    """Describe configurations to an editor, as JSON Schema 2020-12; with ``part``, one file of a folder."""
    content = Config.model_json_schema()
    for model in _models(Model):
        target = content if model is Config else content["$defs"].get(model.__name__)
        if target:
            _describe(target, model)
    # What a deployment lacks may be among the defaults; which `golden-ami config check` knows, and an editor does not.
    content["$defs"]["Deployment"].pop("required")
    if part:
        content.pop("required")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **content}


def _models(base: type[Model]) -> list[type[Model]]:
    return [model for child in base.__subclasses__() for model in (child, *_models(child))]


def _describe(target: dict[str, Any], model: type[Model]) -> None:
    target["description"] = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0]
    described: dict[str, str] = {}
    for ancestor in reversed(model.__mro__):
        described |= _attributes(inspect.cleandoc(ancestor.__doc__ or ""))
    for key, value in target.get("properties", {}).items():
        if key in described:
            value["description"] = described[key]


def _attributes(docstring: str) -> dict[str, str]:
    """Read the section ``Attributes`` of a numpy docstring: names, then their indented text."""
    _, _, section = docstring.partition("Attributes\n----------\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line.startswith("    "):
            for name in names:
                found[name] = f"{found.get(name, '')} {line.strip()}".strip()
        elif match := _ATTRIBUTE.match(line):
            names = match["names"].split(", ")
    return found
