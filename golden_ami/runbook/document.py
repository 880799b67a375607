"""An Automation document as it stands in ``runbooks/``."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.errors import RunbookError

REFERENCE = re.compile(r"\{\{\s*([\w:.\-\[\]]+)\s*\}\}")
"""``{{ Parameter }}``, ``{{ step.Output }}``, ``{{ global:REGION }}`` or ``{{ automation:EXECUTION_ID }}``."""


@dataclass(frozen=True)
class Runbook:
    """A document and the folder of its scripts.

    Attributes
    ----------
    path : Path
        The file.
    content : dict
        The document, in its order.
    """

    path: Path
    content: dict[str, Any]

    @property
    def scripts(self) -> Path:
        """Folder of the scripts that steps name."""
        return self.path.parent / "scripts"


def load(path: Path) -> Runbook:
    """Read a document.

    Raises
    ------
    RunbookError
        When the file cannot be read, is not YAML, or is no Automation document.
    """
    try:
        content = copy.deepcopy(_parsed(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RunbookError(f"{path} cannot be read: {error.strerror}", remedy="name an Automation document") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise RunbookError(f"{path} is not YAML: {str(error).splitlines()[0]}", remedy="mend the file") from error
    if not isinstance(content, dict) or content.get("schemaVersion") != "0.3":
        raise RunbookError(f"{path} has no schemaVersion '0.3'", remedy="name an Automation document")
    steps = content.get("mainSteps")
    if not isinstance(steps, list) or not all(isinstance(step, dict) and "name" in step for step in steps):
        raise RunbookError(f"{path} has no mainSteps with names", remedy="add steps")
    return Runbook(path, content)


@cache
def _parsed(text: str) -> Any:
    """Parse once what every image of every deployment is bound from."""
    return YAML(typ="safe", pure=True).load(text)


def references(value: Any) -> Iterator[str]:
    """Find what a part of a document refers to, such as ``Parameter`` or ``step.Output``."""
    if isinstance(value, str):
        yield from REFERENCE.findall(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def edges(step: dict[str, Any], following: str | None) -> dict[str, str]:
    """Name the steps that may run after a step, by the reason for going there.

    Parameters
    ----------
    step : dict
        A step.
    following : str or None
        The step after it in the document, where execution goes when nothing else is said.
    """
    found: dict[str, str] = {}
    for key in ("onFailure", "onCancel"):
        if str(step.get(key, "")).startswith("step:"):
            found[key] = step[key].removeprefix("step:")
    if step["action"] == "aws:branch":
        for index, choice in enumerate(step["inputs"]["Choices"]):
            found[f"choice {index}"] = choice["NextStep"]
        if "Default" in step["inputs"]:
            found["default"] = step["inputs"]["Default"]
            return found
    if step.get("isEnd"):
        return found
    target = step.get("nextStep", following)
    if target:
        found["next"] = target
    return found
