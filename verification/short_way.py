"""The short way to the services that the sandbox itself models: their handlers, without HTTP and its serialisation.

Most calls of an automation go there, and most of the time of a call is spent on the way. The models hold on this way,
too: botocore checks what is sent, and the sandbox what it answers.
"""

from collections.abc import Callable
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.exceptions import ServiceException

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, access_key_of
from golden_ami.sandbox.model import Handler
from golden_ami.sandbox.validation import problems
from verification.sending import Way, copied, moment_of


class ShortWay(Way):
    """The services that can be reached without HTTP, as the factory's account.

    It is made once moto is prepared.
    """

    def __init__(self) -> None:
        from golden_ami.sandbox.automation.backend import automation_backends  # noqa: PLC0415 - moto comes first
        from golden_ami.sandbox.automation.desk import Desk  # noqa: PLC0415
        from golden_ami.sandbox.automation.service import AutomationResponse  # noqa: PLC0415
        from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends  # noqa: PLC0415
        from golden_ami.sandbox.imagebuilder.responses import ImageBuilderResponse  # noqa: PLC0415
        from golden_ami.sandbox.ram.models import ram_backends  # noqa: PLC0415
        from golden_ami.sandbox.ram.responses import RamResponse  # noqa: PLC0415

        def desk(region: str) -> Desk:
            principal = Principal.of_key(access_key_of(FACTORY_ACCOUNT), FACTORY_ACCOUNT, region)
            return Desk(backend=automation_backends[FACTORY_ACCOUNT][region], principal=principal)

        self._services: dict[str, tuple[type[Any], Callable[[str], Any]]] = {
            "imagebuilder": (ImageBuilderResponse, lambda region: imagebuilder_backends[FACTORY_ACCOUNT][region]),
            "ram": (RamResponse, lambda region: ram_backends[FACTORY_ACCOUNT][region]),
            "ssm": (AutomationResponse, desk),
        }

    def leads_to(self, service: str, operation: str) -> bool:
        """Tell whether an operation can be reached."""
        found = self._services.get(service)
        return found is not None and operation in found[0].operations

    def _answer(self, service: str, region: str, model: OperationModel, parameters: dict[str, Any]) -> dict[str, Any]:
        response, backend = self._services[service]
        for problem in problems(parameters, model.input_shape):
            raise ServiceException("ValidationException", f"{problem.path} {problem.text}")
        handler: Handler = response.operations[model.name]
        with response._lock:
            answer = handler(backend(region), copied(parameters))
            shaped: dict[str, Any] = _shaped(model.output_shape, answer)
        return shaped


def _shaped(shape: Shape | None, value: Any) -> Any:
    """Copy an answer in the types that botocore's parser gives."""
    if isinstance(shape, StructureShape):
        members = shape.members
        return {
            name: inner if type(inner) is str and members[name].type_name == "string" else _shaped(members[name], inner)
            for name, inner in (value or {}).items()
            if name in members and inner is not None
        }
    if isinstance(shape, ListShape):
        return [_shaped(shape.member, inner) for inner in value]
    if isinstance(shape, MapShape):
        return {key: _shaped(shape.value, inner) for key, inner in value.items()}
    if shape is not None and shape.type_name == "timestamp":
        return moment_of(value)
    return value if shape is not None else {}
