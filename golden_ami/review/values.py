"""What a resource will be: its planned values, with what is unknown, and what the expressions say about that."""

from typing import Any

from golden_ami.review.hcl import evaluate
from golden_ami.review.unknown import Unknown, cleaned


def merged(after: Any, unknown: Any, expression: Any) -> Any:
    """Put planned values and unknown ones together.

    Parameters
    ----------
    after : object
        Planned values, without those that are unknown.
    unknown : object
        The same shape, with true where a value is unknown.
    expression : object
        Expressions of the configuration, of the same shape as far as they are there.
    """
    if unknown is True:
        return _told(expression)
    if isinstance(unknown, dict) and (isinstance(after, dict) or after is None):
        known = after or {}
        return {
            cleaned(key): merged(known.get(key), unknown.get(key, False), _inner(expression, key))
            for key in [*known, *(key for key in unknown if key not in known)]
            if key in known or _any(unknown[key])
        }
    if isinstance(unknown, list) and isinstance(after, list):
        return [
            merged(inner, unknown[index] if index < len(unknown) else False, _item(expression, index, len(after)))
            for index, inner in enumerate(after)
        ]
    # Of another shape than what is known: then nothing of it is.
    return _told(expression) if _any(unknown) else sanitised(after)


def sanitised(value: Any) -> Any:
    """Take from known values what could pass for unknown ones."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {cleaned(key): sanitised(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [sanitised(inner) for inner in value]
    return value


def _any(unknown: Any) -> bool:
    if isinstance(unknown, dict):
        return any(_any(inner) for inner in unknown.values())
    return any(_any(inner) for inner in unknown) if isinstance(unknown, list) else unknown is True


def _told(expression: Any) -> Any:
    if isinstance(expression, dict) and isinstance(expression.get("constant_value"), str):
        return evaluate(expression["constant_value"], _references(expression))
    return Unknown(_references(expression), configured=expression is not None)


def _inner(expression: Any, key: str) -> Any:
    if not isinstance(expression, dict):
        return None
    constant = expression.get("constant_value")
    if isinstance(constant, dict) and key in constant:
        return {"constant_value": constant[key], "references": expression.get("references", [])}
    if "references" in expression:
        return {"references": expression["references"]}
    return expression.get(key)


def _item(expression: Any, index: int, count: int) -> Any:
    """Find the expression of an item; a set's items have no order, so only a single one is sure."""
    if isinstance(expression, list):
        return expression[0] if len(expression) == count == 1 else {"references": list(_references(expression))}
    if isinstance(expression, dict):
        constant = expression.get("constant_value")
        if isinstance(constant, list) and len(constant) == count == 1:
            return {"constant_value": constant[index], "references": expression.get("references", [])}
        return {"references": list(_references(expression))}
    return None


def _references(expression: Any) -> tuple[str, ...]:
    """Collect what an expression refers to, the longest name of each."""
    found: dict[str, None] = {}

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            named = part.get("references")
            if isinstance(named, list):
                found.update(dict.fromkeys(cleaned(each) for each in named if isinstance(each, str)))
            for key, inner in part.items():
                if key not in ("references", "constant_value"):
                    collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    collect(expression)
    return tuple(each for each in found if not any(other.startswith(f"{each}.") for other in found))
