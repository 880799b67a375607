"""What both short ways do with what is sent and answered, as botocore does."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel
from botocore.validate import ParamValidator

_VALIDATOR: Final = ParamValidator()


def validated(given: Mapping[str, Any], model: OperationModel) -> dict[str, Any]:
    """Return the parameters that would be sent, a token for idempotency included.

    Raises
    ------
    ParamValidationError
        When botocore would refuse them.
    """
    parameters = dict(given) | {name: str(uuid.uuid4()) for name in model.idempotent_members if name not in given}
    if model.input_shape is None:
        raise NotImplementedError(f"{model.name} takes nothing.")
    report = _VALIDATOR.validate(parameters, model.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())
    return parameters


def copied(value: Any) -> Any:
    """Copy what a handler might keep."""
    if isinstance(value, Mapping):
        return {key: copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [copied(inner) for inner in value]
    return value


def moment_of(value: datetime | float | str) -> datetime:
    """Read a moment with the precision that the wire has: milliseconds."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    moment = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)
