"""The actions that call AWS, wait for it, and decide where to go.

Source: the pages of the actions in "Systems Manager Automation actions reference" (Systems Manager User Guide). An
action that is not here is not modelled, and a document that uses it cannot be started.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from golden_ami.sandbox.automation.approval import approve, pause
from golden_ami.sandbox.automation.choices import matches
from golden_ami.sandbox.automation.context import Context, Done
from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.scripts import run_script
from golden_ami.sandbox.automation.values import beyond_limits, fits, resolved, select, text, texts

Action = Callable[[Context], Done]

VARIABLE: Final = "variable:"
"""Before the name of a variable, where it is read and where it is updated."""

_API_INPUTS: Final = frozenset({"Service", "Api", "PropertySelector", "DesiredValues"})
_FIRST_POLL: Final = 5.0
_SLOWEST_POLL: Final = 60.0
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MAX_ITERATIONS: Final = 100
_LONGEST_SLEEP: Final = 604_799


def execute_aws_api(context: Context) -> Done:
    """Call an API once."""
    return Done(content=_answer(context))


def wait_for_aws_resource_property(context: Context) -> Done:
    """Call an API until a property has a desired value. How often AWS does is not documented."""
    interval = _FIRST_POLL
    while not _is_desired(context, answer := _answer(context)):
        context.pause(interval)
        interval = min(interval * 2, _SLOWEST_POLL)
    return Done(content=answer)


def assert_aws_resource_property(context: Context) -> Done:
    """Call an API once, and fail when a property does not have a desired value."""
    answer = _answer(context)
    if not _is_desired(context, answer):
        found = select(context.inputs["PropertySelector"], answer)
        raise StepError(
            f"Assertion failed. {context.inputs['PropertySelector']} is {text(found)}, "
            f"not one of {', '.join(texts(context.inputs['DesiredValues']))}."
        )
    return Done(content=answer)


def branch(context: Context) -> Done:
    """Go where the first choice that is true says, or to the default, or on."""
    for choice in context.inputs["Choices"]:
        if matches(choice):
            return Done(next_step=choice["NextStep"])
    return Done(next_step=context.inputs.get("Default"))


def execute_script(context: Context) -> Done:
    """Run a script."""
    door = context.door if context.execution.role_arn else context.door.without_permissions()
    content = run_script(context.inputs, door, context.pause)
    return Done(content=content, outputs={"OutputPayload": content})


def sleep(context: Context) -> Done:
    """Let a duration pass, or wait for a point in time."""
    if "Timestamp" in context.inputs:
        seconds = (_moment(context.inputs["Timestamp"]) - context.clock.now()).total_seconds()
    else:
        duration = _DURATION.fullmatch(str(context.inputs.get("Duration", "")))
        if not duration or not any(duration.groups()):
            raise StepError(f"Duration {context.inputs.get('Duration')!r} is not an ISO 8601 duration.")
        days, hours, minutes, rest = (int(part or 0) for part in duration.groups())
        seconds = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    if seconds > _LONGEST_SLEEP:
        raise StepError(f"A delay of {seconds:.0f} seconds is more than the maximum of {_LONGEST_SLEEP}.")
    context.pause(max(seconds, 0))
    return Done()


def update_variable(context: Context) -> Done:
    """Give a variable another value of its type."""
    name = str(context.inputs["Name"]).removeprefix(VARIABLE)
    declared = context.execution.document.variables.get(name)
    if declared is None:
        raise StepError(f"There is no variable {name}.")
    value = context.inputs["Value"]
    if not fits(value, declared["type"]):
        raise StepError(f"{text(value)} is no {declared['type']}, which variable {name} is.")
    if fault := beyond_limits(value):
        raise StepError(f"The value of variable {name} {fault}.")
    context.execution.variables[name] = value
    return Done()


def loop(context: Context) -> Done:
    """Run steps for each of a list, or as long as a condition holds."""
    iterators = context.inputs.get("Iterators")
    condition = context.run.step.inputs.get("LoopCondition")
    if (iterators is None) == (condition is None):
        raise StepError("Specify either Iterators or LoopCondition.")
    most = int(context.inputs.get("MaxIterations", _MAX_ITERATIONS))
    if not 1 <= most <= _MAX_ITERATIONS or len(iterators or []) > _MAX_ITERATIONS:
        raise StepError(f"A loop has at most {_MAX_ITERATIONS} iterations.")
    kind = str(context.inputs.get("IteratorDataType", "String"))
    if iterators is not None and not (isinstance(iterators, list) and all(fits(each, kind) for each in iterators)):
        raise StepError(f"Iterators is {text(iterators)[:200]}, which is no list of {kind}.")
    for turn in range(1, (most if iterators is None else min(most, len(iterators))) + 1):
        context.run.outputs |= {"CurrentIteration": turn}
        if iterators is not None:
            context.run.outputs |= {"CurrentIteratorValue": text(iterators[turn - 1])}
        if not context.inner(turn):
            break
        if condition is not None and not matches(resolved(condition, context.lookup)):
            break
    return Done()


def _moment(written: Any) -> datetime:
    """Read a timestamp; which time zone one without any is in is not documented."""
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError as error:
        raise StepError(f"Timestamp {written!r} is not an ISO 8601 timestamp.") from error
    if moment.tzinfo is None:
        raise NotImplementedError("Timestamps without time zone are not modelled.")
    return moment


def _answer(context: Context) -> Any:
    parameters = {key: value for key, value in context.inputs.items() if key not in _API_INPUTS}
    return context.door.call(context.inputs["Service"], context.inputs["Api"], parameters)


def _is_desired(context: Context, answer: Any) -> bool:
    found = select(context.inputs["PropertySelector"], answer)
    return found is not None and text(found) in texts(context.inputs["DesiredValues"])


ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "aws:approve": approve,
        "aws:assertAwsResourceProperty": assert_aws_resource_property,
        "aws:branch": branch,
        "aws:executeAwsApi": execute_aws_api,
        "aws:executeScript": execute_script,
        "aws:loop": loop,
        "aws:pause": pause,
        "aws:sleep": sleep,
        "aws:updateVariable": update_variable,
        "aws:waitForAwsResourceProperty": wait_for_aws_resource_property,
    }
)
