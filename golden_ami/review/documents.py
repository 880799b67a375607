"""Automation documents as they stand in a plan: steps, and the literals that decide who approves and who receives."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.review.plan import Resource
from golden_ami.review.unknown import Unknown

_LARGEST: Final = 128 * 1024
"""Characters; Systems Manager takes 64 KB ("Quotas", Systems Manager)."""
_MOST_VALUES: Final = 20_000
RECEIVERS: Final = ("principals", "launch", "receivers", "AMIPrincipals", "SharePrincipals")
"""Keys under which our steps, and the seed's parameters, say who receives."""


@dataclass(frozen=True)
class Document:
    """One document, or why there is none.

    Attributes
    ----------
    name : str
        Of the document.
    address : str
        Of the resource.
    content : dict
        The document; empty when it cannot be read.
    problem : str
        Why it cannot be read.
    """

    name: str
    address: str
    content: dict[str, Any]
    problem: str = ""

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Steps with a name, in their order, those of loops after their loop."""
        return list(_steps(self.content.get("mainSteps"), 0))

    @property
    def approvals(self) -> list[dict[str, Any]]:
        """Steps that ask people."""
        return [each for each in self.steps if each.get("action") == "aws:approve"]

    @property
    def image(self) -> str:
        """What it is for: the name without the runbook's."""
        return self.name.split("-", 1)[1] if "-" in self.name else self.name

    def literals(self, *keys: str) -> list[Any]:
        """Collect what stands under some keys in the steps' inputs and in the parameters' defaults."""
        found: list[Any] = []
        for step in self.steps:
            found += _under(step.get("inputs"), keys)
        parameters = self.content.get("parameters")
        for name, parameter in parameters.items() if isinstance(parameters, dict) else ():
            if name in keys and isinstance(parameter, dict) and "default" in parameter:
                found.append(parameter["default"])
        return found


def document_of(resource: Resource) -> Document:
    """Read the document of a resource.

    Parameters
    ----------
    resource : Resource
        An ``aws_ssm_document``.
    """
    name = resource.values.get("name")
    named = name if isinstance(name, str) else resource.address
    content = resource.values.get("content")
    if isinstance(content, Unknown):
        return Document(named, resource.address, {}, f"its text is {content}")
    if not isinstance(content, str):
        return Document(named, resource.address, {}, "it has no text")
    read, problem = _parsed(content)
    return Document(named, resource.address, read, problem)


def documents(resources: tuple[Resource, ...]) -> list[Document]:
    """Read every document of a moment."""
    return [document_of(each) for each in resources if each.type == "aws_ssm_document"]


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[dict[str, Any], str]:
    """Parse once what is the same before and after."""
    if len(text) > _LARGEST:
        return {}, f"its text has {len(text):,} characters, and Systems Manager takes 64 KB"
    try:
        # JSON is YAML, too.
        content = YAML(typ="safe", pure=True).load(StringIO(text))
    except (YAMLError, RecursionError, ValueError) as error:
        return {}, f"its text is not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    if not isinstance(content, dict) or not isinstance(content.get("mainSteps"), list):
        return {}, "its text has no mainSteps"
    if _count(content, _MOST_VALUES) <= 0:
        return {}, f"it unfolds to more than {_MOST_VALUES:,} values"
    if not all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in content["mainSteps"]):
        return {}, "it has a step without a name"
    return content, ""


def _count(value: Any, left: int) -> int:
    """Count values, aliases included, until there are too many."""
    left -= 1
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            if left <= 0:
                return left
            left = _count(inner, left)
    return left


def _steps(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    for step in value if isinstance(value, list) else []:
        if isinstance(step, dict):
            yield step
            inputs = step.get("inputs")
            if isinstance(inputs, dict) and depth < 5:
                yield from _steps(inputs.get("Steps"), depth + 1)


def _under(value: Any, keys: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys:
                found.append(inner)
            found += _under(inner, keys)
    elif isinstance(value, list):
        for inner in value:
            found += _under(inner, keys)
    return found


def inputs_of(step: dict[str, Any]) -> dict[str, Any]:
    """Give the inputs of a step, or none where they have no names."""
    inputs = step.get("inputs")
    return inputs if isinstance(inputs, dict) else {}


def listed(value: Any) -> list[Any]:
    """Give a list of what is one, or of a single value."""
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
