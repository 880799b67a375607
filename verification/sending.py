"""What both short ways do with what is sent and answered, as botocore does."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import OperationModel
from botocore.validate import ParamValidator
from moto.core.exceptions import ServiceException

from golden_ami.sandbox.clock import CLOCK

_VALIDATOR: Final = ParamValidator()


class Way(ABC):
    """A way of calls to services that needs no HTTP."""

    @abstractmethod
    def leads_to(self, service: str, operation: str) -> bool:
        """Tell whether an operation can be reached."""

    def call(self, service: str, region: str, model: OperationModel, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answer as a client does.

        Raises
        ------
        ParamValidationError
            When botocore would refuse the parameters.
        ClientError
            When the service refuses.
        """
        parameters = validated(given, model)
        CLOCK.catch_up()
        try:
            answer = self._answer(service, region, model, parameters)
        except ServiceException as refusal:
            code = self._code(service, refusal)
            raise ClientError({"Error": {"Code": code, "Message": refusal.message}}, model.name) from refusal
        return {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}

    @abstractmethod
    def _answer(self, service: str, region: str, model: OperationModel, parameters: dict[str, Any]) -> dict[str, Any]:
        """Let the service answer, or refuse by a ServiceException."""

    def _code(self, _: str, refusal: ServiceException) -> str:
        return str(refusal.code)


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
