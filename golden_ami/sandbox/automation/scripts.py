"""``aws:executeScript``: runs a step's Python, with boto3 behind the door and ``time.sleep`` on the sandbox's clock.

Source: "aws:executeScript" (Systems Manager User Guide): handler with ``events`` and ``context``, the return value
under ``Payload``, at most 100 KB of it. The script runs in this process: it is the reader's own, as on AWS.
"""

import builtins
import importlib
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import CodeType, ModuleType
from typing import Any, Final

from golden_ami.sandbox.automation.door import Door
from golden_ami.sandbox.automation.failure import AbandonedError, StepCancelledError, StepError, StepTimeoutError

RUNTIMES: Final = frozenset({"python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "python3.11"})
MAX_OUTPUT: Final = 100 * 1024
"""Bytes of output."""

MAX_ITEMS: Final = 100
"""Items of output that is a list."""

Sleep = Callable[[float], None]


def run_script(inputs: Mapping[str, Any], door: Door, sleep: Sleep) -> dict[str, Any]:
    """Run a script and return what its step puts out.

    Parameters
    ----------
    inputs : mapping
        ``Runtime``, ``Handler``, ``Script`` and ``InputPayload``, resolved.
    door : Door
        The way to AWS.
    sleep : callable
        What stands for ``time.sleep``.

    Raises
    ------
    StepError
        When the script raises, does not define its handler, or returns too much.
    """
    if inputs.get("Runtime") not in RUNTIMES:
        raise StepError(f"The runtime {inputs.get('Runtime')!r} is not one of {', '.join(sorted(RUNTIMES))}.")
    if not inputs.get("Script"):
        raise NotImplementedError("Scripts from attachments are not modelled.")
    payload = json.loads(json.dumps(inputs.get("InputPayload") or {}))
    namespace: dict[str, Any] = {"__name__": "automation_script", "__builtins__": _builtins(door, sleep)}
    try:
        exec(_compiled(inputs["Script"]), namespace)  # noqa: S102 - that is what the action does
        handler = namespace.get(str(inputs.get("Handler")))
        if not callable(handler):
            raise StepError(f"The script defines no function {inputs.get('Handler')!r}.")
        returned = handler(payload, {})
        output = json.dumps({"Payload": returned})
    except (StepError, StepTimeoutError, StepCancelledError, AbandonedError, NotImplementedError):
        raise
    except (Exception, SystemExit) as error:
        where = _where(error)
        raise StepError(f"Traceback (most recent call last):\n{where}{type(error).__name__}: {error}") from error
    if len(output.encode()) > MAX_OUTPUT:
        raise StepError(f"The script puts out more than {MAX_OUTPUT} bytes.")
    if isinstance(returned, list) and len(returned) > MAX_ITEMS:
        raise StepError(f"The script puts out more than {MAX_ITEMS} items.")
    content: dict[str, Any] = json.loads(output)
    return content


@cache
def _compiled(script: str) -> CodeType:
    return compile(script, "<script>", "exec")


def _where(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<script>"]
    return "".join(f'  File "<script>", line {frame.lineno}, in {frame.name}\n' for frame in frames)


def _builtins(door: Door, sleep: Sleep) -> dict[str, Any]:
    """Give the script Python's own builtins, with an ``import`` that knows what stands before the door."""
    boto3 = ModuleType("boto3")
    boto3.client = door.client  # type: ignore[attr-defined]
    time = ModuleType("time")
    time.__dict__.update(importlib.import_module("time").__dict__)
    time.sleep = sleep  # type: ignore[attr-defined]
    replaced = {"boto3": boto3, "time": time}

    def script_import(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - the name that __import__ has
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> Any:
        if name in replaced:
            return replaced[name]
        return builtins.__import__(name, globals, locals, fromlist, level)

    return {**builtins.__dict__, "__import__": script_import}
