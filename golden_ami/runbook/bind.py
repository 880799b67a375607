"""Make the deployed document of the one in ``runbooks/``: embed, leave out, relink, pin."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from golden_ami.errors import RunbookError
from golden_ami.runbook.binding import Bindable
from golden_ami.runbook.document import REFERENCE, Runbook, references
from golden_ami.runbook.lint import lint
from golden_ami.runbook.lint.quotas import MAX_BYTES
from golden_ami.runbook.scripts import calls, embedded

_API_ACTIONS = frozenset({"aws:executeAwsApi", "aws:waitForAwsResourceProperty", "aws:assertAwsResourceProperty"})


@dataclass(frozen=True)
class BoundRunbook:
    """A document for one image.

    Attributes
    ----------
    content : dict
        The document.
    binding : Bindable
        What it is bound to.
    """

    content: dict[str, Any]
    binding: Bindable

    def render(self) -> str:
        """Write it as YAML, the same text for the same content."""
        return self._text

    @cached_property
    def _text(self) -> str:
        yaml = YAML()
        yaml.width = 100_000
        yaml.default_flow_style = False
        # The size counts, and scripts are the deepest part.
        yaml.indent(mapping=2, sequence=2, offset=0)
        stream = StringIO()
        yaml.dump(_readable(self.content), stream)
        return stream.getvalue()

    def steps(self) -> list[dict[str, Any]]:
        """List the steps, in the document's order."""
        return list(self.content["mainSteps"])

    def calls(self) -> Iterator[tuple[str, str, str]]:
        """Find every AWS call: step, service and API."""
        for step in self.steps():
            inputs = step.get("inputs", {})
            if step["action"] in _API_ACTIONS:
                yield step["name"], inputs["Service"], inputs["Api"]
            elif step["action"] == "aws:executeScript":
                for service, api in calls(inputs["Script"]):
                    yield step["name"], service, api
            elif step["action"] == "aws:approve":
                # Systems Manager sends the request with the role that the document assumes.
                yield step["name"], "sns", "Publish"


def bind(runbook: Runbook, binding: Bindable, *, pin: bool = True) -> BoundRunbook:
    """Bind a document to an image.

    Parameters
    ----------
    runbook : Runbook
        The document as it stands in ``runbooks/``.
    binding : Bindable
        What decides: an image, a deployment.
    pin : bool
        Replace the parameters that decide anything by literals; otherwise they stay, for use in the console.

    Returns
    -------
    BoundRunbook
        A document that has been linted again.

    Raises
    ------
    RunbookError
        When the result breaks a rule, or what is configured has no place in it; that is a fault of the document, not
        of the configuration.
    """
    content = copy.deepcopy(runbook.content)
    _leave_out(content, binding.unused())
    _adjust(content, binding, runbook)
    if pin:
        _pin(content, binding.literals())
    _drop_unused_parameters(content)
    for step in content["mainSteps"]:
        if step["action"] == "aws:executeScript":
            step["inputs"]["Script"] = embedded(runbook.scripts, step["inputs"]["Script"])
    problems = lint(content)
    if problems:
        raise RunbookError(
            f"{runbook.path}, bound to {binding.name}: {'; '.join(problems)}", remedy="mend the document"
        )
    bound = BoundRunbook(content, binding)
    _has_room(bound, runbook)
    return bound


def _adjust(content: dict[str, Any], binding: Bindable, runbook: Runbook) -> None:
    try:
        binding.adjust({step["name"]: step for step in content["mainSteps"]})
    except (KeyError, TypeError) as error:
        raise RunbookError(
            f"{runbook.path}, bound to {binding.name}: configured times and tags have no place in it "
            f"({type(error).__name__}: {error})",
            remedy="put the step back, and `tags` as a mapping where it had one",
        ) from error


def _has_room(bound: BoundRunbook, runbook: Runbook) -> None:
    """Refuse what Systems Manager has no room for: waivers and receivers are part of the text."""
    size = len(bound.render().encode())
    if size > MAX_BYTES:
        raise RunbookError(
            f"{runbook.path.name}, bound to {bound.binding.name}, has {size} bytes, more than the {MAX_BYTES} that "
            "Systems Manager takes",
            remedy="use fewer waivers, shorter reasons, or fewer receivers and approvers",
        )


def _leave_out(content: dict[str, Any], unused: frozenset[str]) -> None:
    """Remove steps and parameters, with every entry that only passes them on, and close the path over the gaps."""
    steps: list[dict[str, Any]] = content["mainSteps"]
    onward = {step["name"]: step.get("nextStep") for step in steps}

    def target(name: str) -> str:
        while name in unused:
            following = onward[name]
            if following is None:
                raise RunbookError(f"step {name!r} has no nextStep to relink to", remedy="write one")
            name = following
        return name

    kept = [step for step in steps if step["name"] not in unused]
    for step in kept:
        if "nextStep" in step:
            step["nextStep"] = target(step["nextStep"])
        for key in ("onFailure", "onCancel"):
            if str(step.get(key, "")).startswith("step:"):
                step[key] = "step:" + target(step[key].removeprefix("step:"))
        inputs = step.get("inputs", {})
        for choice in inputs.get("Choices", []):
            choice["NextStep"] = target(choice["NextStep"])
        if step["action"] == "aws:branch" and "Default" in inputs:
            inputs["Default"] = target(inputs["Default"])
        if "InputPayload" in inputs:
            inputs["InputPayload"] = {
                key: value for key, value in inputs["InputPayload"].items() if not _refers(value, unused)
            }
    content["mainSteps"] = kept
    content["parameters"] = {name: value for name, value in content["parameters"].items() if name not in unused}
    content["outputs"] = [each for each in content.get("outputs", []) if each.split(".")[0] not in unused]


def _refers(value: Any, names: frozenset[str]) -> bool:
    return any(reference.split(".")[0] in names for reference in references(value))


def _pin(content: dict[str, Any], literals: dict[str, object]) -> None:
    for key in ("assumeRole", "mainSteps"):
        content[key] = _replaced(content[key], literals)
    content["parameters"] = {name: value for name, value in content["parameters"].items() if name not in literals}


def _replaced(value: Any, literals: dict[str, object]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, literals) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, literals) for inner in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole and whole[1] in literals:
        return copy.deepcopy(literals[whole[1]])
    return REFERENCE.sub(lambda match: str(literals.get(match[1], match[0])), value)


def _drop_unused_parameters(content: dict[str, Any]) -> None:
    used = set(references([content["assumeRole"], content["mainSteps"]]))
    content["parameters"] = {name: value for name, value in content["parameters"].items() if name in used}
    if not content["parameters"]:
        del content["parameters"]


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _readable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner) for inner in value]
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(value)
    return value
