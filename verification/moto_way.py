"""The short way to moto's own services: its operations themselves, without a request's text and an answer's.

Half of a scenario's time went into writing queries, XML and JSON, and reading them again in the same process. botocore
still checks what is sent, and what is answered has the form of its models.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_to_aware_datetime
from moto.core.errors import get_error_model
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import camelcase_to_underscores

from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, access_key_of
from golden_ami.sandbox.model import get_service_model
from verification.sending import Way, moment_of

OPERATIONS: Final = MappingProxyType(
    {
        "ec2": frozenset(
            {
                "CreateTags",
                "DeleteSnapshot",
                "DeregisterImage",
                "DescribeImageAttribute",
                "DescribeImages",
                "DescribeSnapshots",
                "DisableImage",
                "DisableImageDeprecation",
                "EnableImage",
                "EnableImageDeprecation",
                "ModifyImageAttribute",
            }
        ),
        "sns": frozenset({"Publish"}),
        "ssm": frozenset(
            {"AddTagsToResource", "DeleteParameter", "GetParameter", "ListTagsForResource", "PutParameter"}
        ),
    }
)
"""What is asked for often, by service."""


class MotoWay(Way):
    """moto's services as the factory's account, in a partition whose Regions are those of ``aws``.

    It is made once moto is prepared.
    """

    def __init__(self) -> None:
        from moto.ec2.responses import EC2Response  # noqa: PLC0415 - moto comes first
        from moto.sns.responses import SNSResponse  # noqa: PLC0415
        from moto.ssm.responses import SimpleSystemManagerResponse  # noqa: PLC0415

        self._responses = {"ec2": EC2Response, "sns": SNSResponse, "ssm": SimpleSystemManagerResponse}

    def leads_to(self, service: str, operation: str) -> bool:
        """Tell whether an operation can be reached."""
        return operation in OPERATIONS.get(service, ())

    def _answer(self, service: str, region: str, model: OperationModel, parameters: dict[str, Any]) -> dict[str, Any]:
        response = self._asked(service, region, model, parameters)
        answer = getattr(response, camelcase_to_underscores(model.name))()
        if not isinstance(answer, ActionResult):
            raise NotImplementedError(f"moto answers {service}:{model.name} in another way.")
        shape = get_service_model(service).operation_model(model.name).output_shape
        return {} if shape is None else dict(_Shaping(model.name, response).shaped(answer.result, shape, ""))

    def _code(self, service: str, refusal: ServiceException) -> str:
        return str(get_error_model(refusal, get_service_model(service)).error_code)

    def _asked(self, service: str, region: str, model: OperationModel, parameters: dict[str, Any]) -> Any:
        """Make what moto makes of a request."""
        response: Any = self._responses[service]()
        response.automated_parameter_parsing = True
        response.params = _received(parameters, model.input_shape)
        response.body = response.raw_body = json.dumps(parameters, default=str)
        response.access_key, response.current_account = access_key_of(FACTORY_ACCOUNT), FACTORY_ACCOUNT
        response.region, response.partition = region, "aws"
        response.uri_match, response.headers, response.response_headers = {}, {}, {}
        response.querystring = response.data = {"Action": [model.name]}
        response.normalized_request = SimpleNamespace()
        return response


def _received(value: Any, shape: Shape | None) -> Any:
    """Copy what was sent, with moments as moto reads them: without a zone."""
    if isinstance(shape, StructureShape):
        return {name: _received(inner, shape.members[name]) for name, inner in value.items()}
    if isinstance(shape, ListShape):
        return [_received(inner, shape.member) for inner in value]
    if isinstance(shape, MapShape):
        return {name: _received(inner, shape.value) for name, inner in value.items()}
    if shape is not None and shape.type_name == "timestamp":
        return parse_to_aware_datetime(value).astimezone(UTC).replace(tzinfo=None)
    return value


class _Shaping:
    """Gives an answer the form that a client's parser gives it.

    Parameters
    ----------
    operation : str
        Where paths begin.
    response : BaseResponse
        Knows which values moto gives another form.
    """

    def __init__(self, operation: str, response: Any) -> None:
        self._path = [operation]
        self._whole = response.service_name == "ec2"
        transformers = getattr(response, "RESPONSE_KEY_PATH_TO_TRANSFORMER", None) or {}
        self._picker = XFormedAttributePicker(response_transformers=transformers)
        self._transformed = {path.rsplit(".", 1)[-1] for path in transformers}

    def shaped(self, value: Any, shape: Shape, key: str) -> Any:
        """Shape a value that stands under a key."""
        if type(value) is str and shape.type_name == "string":
            return value
        if isinstance(shape, StructureShape):
            return dict(self._members(value, shape, key))
        if isinstance(shape, ListShape):
            self._path.append(key)
            items = [self.shaped(item, shape.member, shape.member.name) for item in value]
            self._path.pop()
            return [item for item in items if item != {}]
        if isinstance(shape, MapShape):
            return {str(name): self.shaped(inner, shape.value, name) for name, inner in value.items()}
        scalar = _scalar(value, shape.type_name)
        # EC2's XML has no fractions of a second.
        return scalar.replace(microsecond=0) if self._whole and isinstance(scalar, datetime) else scalar

    def _members(self, value: Any, shape: StructureShape, key: str) -> Iterator[tuple[str, Any]]:
        self._path.append(key or shape.name)
        for name, member in _members_of(shape):
            found = self._picked(value, name, member)
            if found is not None:
                yield name, self.shaped(found, member, name)
        self._path.pop()

    def _picked(self, value: Any, name: str, member: Any) -> Any:
        if isinstance(value, dict) and name in value and name not in self._transformed:
            return value[name]
        path = ".".join(self._path)
        return self._picker(AttributePickerContext(obj=value, key=name, shape=member, key_path=path))


def _members_of(shape: StructureShape) -> list[tuple[str, Shape]]:
    """List a structure's members, which moto wants to know their parent."""
    found = _MEMBERS.get(id(shape))
    if found is None:
        for member in shape.members.values():
            setattr(member, "parent", shape)  # noqa: B010 - botocore's shapes have none for mypy
        # The shape is kept, too, so that nothing else gets its id.
        found = _MEMBERS[id(shape)] = (list(shape.members.items()), shape)
    return found[0]


_MEMBERS: Final[dict[int, tuple[list[tuple[str, Shape]], Shape]]] = {}


def _scalar(value: Any, kind: str) -> Any:
    if kind == "boolean":
        return str(value).lower() == "true"
    if kind in {"integer", "long"}:
        return int(value)
    if kind == "timestamp":
        return moment_of(value)
    if kind in {"string", "character"}:
        return str(value)
    return value
