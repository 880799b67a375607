"""Reading steps: the ones in loops too, what they call, and of which type the things are that they refer to."""

from collections.abc import Iterator
from typing import Any

from golden_ami.runbook.document import REFERENCE

API_ACTIONS = frozenset({"aws:executeAwsApi", "aws:waitForAwsResourceProperty", "aws:assertAwsResourceProperty"})
NOT_PARAMETERS = frozenset({"Service", "Api", "PropertySelector", "DesiredValues"})


def all_steps(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """List the steps in the document's order, a loop before its own."""
    yield from _nested(content["mainSteps"])


def _nested(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        if step["action"] == "aws:loop":
            yield from _nested(step["inputs"]["Steps"])


def given(step: dict[str, Any]) -> dict[str, Any]:
    """Give the parameters that an API step passes to its API."""
    return {key: value for key, value in step["inputs"].items() if key not in NOT_PARAMETERS}


def whole_reference(value: Any) -> str | None:
    """Name what a value refers to when it is a reference and nothing else."""
    found = REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else None


def types(content: dict[str, Any]) -> dict[str, str]:
    """Give the type of every parameter and output that states one."""
    found = {name: str(each["type"]) for name, each in content.get("parameters", {}).items() if "type" in each}
    for step in all_steps(content):
        for output in step.get("outputs", []):
            if "Name" in output and "Type" in output:
                found[f"{step['name']}.{output['Name']}"] = str(output["Type"])
    return found
