"""Rules of scripts: that they are there, can be read, and call what exists."""

from collections.abc import Iterator
from typing import Any

from golden_ami.errors import RunbookError
from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint import models, scripts
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.parameters import unknown
from golden_ami.runbook.lint.steps import all_steps


def programs(runbook: Runbook) -> Iterator[Finding]:
    """Find faults in the Python of steps."""
    for step in all_steps(runbook.content):
        if not scripts.is_python(step):
            continue
        try:
            source = scripts.text(step, runbook.scripts)
        except RunbookError as error:
            yield at(step, error.message, error.remedy)
            continue
        handler = str(step["inputs"].get("Handler", ""))
        if handler not in scripts.functions(source):
            yield at(step, f"its script defines no Handler {handler!r}", "name a function at its top level")
        found, unnamed = scripts.calls(source)
        for line in unnamed:
            yield at(
                step,
                f"line {line} of its script, as it is embedded, calls AWS without naming service and API",
                "write both as literals, because permissions are derived from them",
            )
        for call in dict.fromkeys(found):
            for problem in _call(call):
                yield at(step, f"its script: {problem}", "call what botocore knows")


def _call(call: scripts.Call) -> Iterator[str]:
    problem = unknown(call.service, call.api)
    if problem:
        yield problem
        return
    operation = models.operation(call.service, call.api)
    known = models.members(operation.input_shape)
    for name in sorted(call.given - set(known)):
        yield f"{call.service}:{call.api} takes no {name}"
    if call.complete:
        for name in sorted(models.required(operation.input_shape) - call.given):
            yield f"{call.service}:{call.api} is called without {name}"
    for name, value in call.values:
        values = models.enum(known.get(name))
        if isinstance(value, str) and values and value not in values:
            yield f"{call.service}:{call.api} takes no {name} {value!r}"
    if call.paging:
        yield from _paging(call, operation)


def _paging(call: scripts.Call, operation: Any) -> Iterator[str]:
    items, token = call.paging
    answer = models.members(operation.output_shape)
    if items not in answer or answer[items].type_name != "list":
        yield f"the answer of {call.service}:{call.api} has no list {items}"
    if token not in answer or token not in models.members(operation.input_shape):
        yield f"{call.service}:{call.api} has no pages by {token}"
