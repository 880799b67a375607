"""The base of the services that the sandbox adds to moto: parse by botocore's model, check, answer, check again."""

import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from golden_ami.sandbox.validation import Problem, problems

__all__ = ["Handler", "ModelledResponse", "get_service_model"]

Handler = Callable[[Any, dict[str, Any]], Mapping[str, Any]]
"""What answers an operation: takes the backend of the request's account and Region, and the checked parameters."""


_OF_REQUESTS: Final = frozenset({"length"})
"""Rules that AWS itself holds only requests to: it answers with empty tag maps where the model wants one tag."""


class ModelledResponse(BaseResponse):
    """A service whose requests and answers are held to botocore's model.

    Attributes
    ----------
    service : str
        As boto3 names it.
    operations : Mapping[str, Handler]
        Handlers by operation; what is missing answers 501.
    """

    service: ClassVar[str]
    operations: ClassVar[Mapping[str, Handler]]

    _lock: ClassVar[threading.RLock]

    def __init_subclass__(cls) -> None:
        """Give each service a lock of its own: Terraform asks many things at once."""
        super().__init_subclass__()
        cls._lock = threading.RLock()

    def __init__(self) -> None:
        super().__init__(service_name=self.service)
        self.automated_parameter_parsing = True

    @abstractmethod
    def backend(self) -> Any:
        """Return the backend of the request's account and Region."""

    @abstractmethod
    def refusal(self, problem: Problem) -> ServiceException:
        """Return the service's own error for a request that breaks its model."""

    def call_action(self) -> Any:
        """Answer the request, or raise NotImplementedError where there is no handler."""
        operation = self._get_action()
        handler = self.operations.get(operation)
        if handler is None:
            raise NotImplementedError(f"{operation or self.path} is not among its operations.")
        try:
            result = self._handle(operation, handler)
            status, headers, body = self.serialized(ActionResult(result))
        except ServiceException as refusal:
            status, headers, body = self.serialized(ActionResult(refusal))
        return status, *self._enrich_response(headers, body)

    def _handle(self, operation: str, handler: Handler) -> Mapping[str, Any]:
        model = get_service_model(self.service).operation_model(operation)
        parameters = dict(self.params)
        for problem in problems(parameters, model.input_shape):
            raise self.refusal(problem)
        with self._lock:
            result = handler(self.backend(), parameters)
        wrong = [
            f"{problem.path} {problem.text}"
            for problem in problems(result, model.output_shape)
            if problem.rule not in _OF_REQUESTS
        ]
        if wrong:
            raise AssertionError(f"{operation} would answer against its model: {'; '.join(wrong)}")
        return result
