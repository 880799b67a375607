"""Client tokens: a request that comes again with its token gets the first answer without running again.

Source: "clientToken" of the operations of Image Builder and RAM; other parameters with the same token are an
IdempotentParameterMismatchException.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from moto.core.exceptions import ServiceException

Answer = dict[str, Any]
_TOKEN = "clientToken"  # noqa: S105 - the name of a parameter


class Remembering(Protocol):
    """A backend that keeps answers.

    Attributes
    ----------
    answers : dict[str, tuple[Any, Any]]
        Request and answer by client token.
    """

    answers: dict[str, tuple[Any, Any]]


class IdempotentParameterMismatchException(ServiceException):
    """When a client token comes again with other parameters."""

    code = "IdempotentParameterMismatchException"


def once(handler: Callable[[Any, Answer], Answer]) -> Callable[[Any, Answer], Answer]:
    """Run a handler once for each client token; without token, each time."""

    @wraps(handler)
    def answer_once(backend: Remembering, parameters: Answer) -> Answer:
        token = parameters.pop(_TOKEN, None)
        if token is None:
            return handler(backend, parameters)
        request = (handler, dict(parameters))
        if token not in backend.answers:
            backend.answers[token] = (request, handler(backend, parameters) | {_TOKEN: token})
        first, answer = backend.answers[token]
        if first != request:
            raise IdempotentParameterMismatchException(
                f"The client token '{token}' was used before with different parameters."
            )
        return dict(answer)

    return answer_once
