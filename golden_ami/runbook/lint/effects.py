"""What a step does to AWS: whether it only reads, changes something, or gives somebody something."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.lint import scripts
from golden_ami.runbook.lint.scripts import Call
from golden_ami.runbook.lint.steps import API_ACTIONS, given

_HARMLESS = ("Get", "List", "Describe", "BatchGet", "Search", "Lookup", "Head", "Publish", "AddTags", "TagResource")
"""Reading, telling, and writing down what was told."""
_MAY_FOLLOW = frozenset(
    {
        ("cloudwatch", "PutMetricData"),
        ("ec2", "CreateTags"),
        ("ec2", "DisableImage"),
        ("ec2", "EnableImageDeprecation"),
    }
)
"""What may follow a failure all the same: it only tells an alarm, or takes something from somebody."""
_DESCRIBING = frozenset({"ImageId", "Description"})
GIVING = frozenset(
    {
        ("ec2", "ModifyImageAttribute"),
        ("ec2", "ModifySnapshotAttribute"),
        ("imagebuilder", "PutImagePolicy"),
        ("ram", "AssociateResourceShare"),
        ("ram", "CreateResourceShare"),
        ("ssm", "ModifyDocumentPermission"),
    }
)
"""APIs that share something with somebody."""


def called(step: dict[str, Any], folder: Path) -> Iterator[Call]:
    """Find the calls of a step; a script that cannot be read has none here, since another rule says so."""
    if step["action"] in API_ACTIONS:
        parameters = given(step)
        values = tuple((name, tuple(each) if isinstance(each, dict) else each) for name, each in parameters.items())
        yield Call(step["inputs"]["Service"], step["inputs"]["Api"], (), frozenset(parameters), values=values)
    elif scripts.is_python(step):
        try:
            found, _ = scripts.calls(scripts.text(step, folder))
        except RunbookError:
            return
        yield from found


def gives(step: dict[str, Any], folder: Path) -> bool:
    """Tell whether a step shares something with somebody."""
    return any(_gives(call) for call in called(step, folder))


def changes(step: dict[str, Any], folder: Path) -> bool:
    """Tell whether a step leaves AWS otherwise than it was."""
    return any(
        not is_harmless(call.api) and (call.service, call.api) not in _MAY_FOLLOW for call in called(step, folder)
    )


def is_harmless(api: str) -> bool:
    """Tell whether an API leaves AWS as it was, but for what is told or written down."""
    return api.startswith(_HARMLESS)


def _gives(call: Call) -> bool:
    return (call.service, call.api) in GIVING and not gives_nothing(call)


def gives_nothing(call: Call) -> bool:
    """Tell whether a call that could share something ends a share instead, or only describes."""
    if call.complete and call.given == _DESCRIBING:
        return True
    values = dict(call.values)
    return values.get("OperationType") == "remove" or any(
        values.get(key) == ("Remove",) for key in ("LaunchPermission", "CreateVolumePermission")
    )
