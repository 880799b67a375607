"""The conditions of ``aws:branch`` and of ``aws:loop``.

Source: "aws:branch - Run conditional automation steps" (Systems Manager User Guide), "Operators".
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.values import text

_OF_STRINGS: Final[Mapping[str, Callable[[str, str], bool]]] = MappingProxyType(
    {
        "StringEquals": operator.eq,
        "EqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
        "StartsWith": str.startswith,
        "EndsWith": str.endswith,
        "Contains": operator.contains,
    }
)
_OF_NUMBERS: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {
        "NumericEquals": operator.eq,
        "NumericGreater": operator.gt,
        "NumericLesser": operator.lt,
        "NumericGreaterOrEquals": operator.ge,
        "NumericLesserOrEquals": operator.le,
    }
)

OPERATORS: Final = frozenset({*_OF_STRINGS, *_OF_NUMBERS, "BooleanEquals"})


def matches(choice: Mapping[str, Any]) -> bool:
    """Tell whether a choice, with its references resolved, is true.

    Raises
    ------
    StepError
        When it has no operator, or its value does not fit the operator.
    """
    if "And" in choice:
        return all(matches(inner) for inner in choice["And"])
    if "Or" in choice:
        return any(matches(inner) for inner in choice["Or"])
    if "Not" in choice:
        return not matches(choice["Not"])
    variable = choice.get("Variable")
    for name, wanted in choice.items():
        if name in _OF_STRINGS:
            return _OF_STRINGS[name](text(variable), str(wanted))
        if name in _OF_NUMBERS:
            return _OF_NUMBERS[name](_number(variable), _number(wanted))
        if name == "BooleanEquals":
            return text(variable).lower() == text(wanted).lower()
    raise StepError(f"The choice {text(choice)} has no operator.")


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise StepError(f"{text(value)} is no number.") from error
