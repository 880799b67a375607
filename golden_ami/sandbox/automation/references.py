"""What a reference in a document means while it runs.

Source: "Automation system variables" (Systems Manager User Guide); "Using action outputs as inputs".
"""

from datetime import datetime
from typing import Any, Final

from golden_ami.sandbox.automation.execution import Execution
from golden_ami.sandbox.automation.failure import StepError

GLOBALS: Final = ("DATE", "DATE_TIME", "REGION", "ACCOUNT_ID", "AWS_PARTITION")
"""Names of system variables."""


def lookup(name: str, execution: Execution, now: datetime) -> Any:
    """Return the value of a reference.

    Raises
    ------
    StepError
        When there is none: the step has not run, or has not put it out.
    """
    kind, _, rest = name.partition(":")
    if kind == "global":
        return _global(rest, execution, now)
    if name == "automation:EXECUTION_ID":
        return execution.identifier
    if kind == "variable" and rest in execution.variables:
        return execution.variables[rest]
    if name in execution.parameters:
        return execution.parameters[name]
    owner, _, output = name.partition(".")
    for run in reversed(execution.runs):
        if run.step.name == owner and output in run.outputs:
            return run.outputs[output]
    raise StepError(f"The reference {{{{ {name} }}}} has no value: nothing that has run puts it out.")


def _global(name: str, execution: Execution, now: datetime) -> str:
    moments = [now.strftime("%Y-%m-%d"), now.strftime("%Y-%m-%d_%H.%M.%S")]
    values = [*moments, execution.region, execution.account, execution.partition]
    return dict(zip(GLOBALS, values, strict=True))[name]
