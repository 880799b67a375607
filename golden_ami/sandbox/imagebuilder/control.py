"""The sandbox's own requests about builds, beside AWS's: what the next build is like, and what state an image has.

``POST /_sandbox/imagebuilder/next-build`` takes the members of
:class:`~golden_ami.sandbox.imagebuilder.scenario.BuildScenario` as JSON, with ``account`` and ``region`` of the build
(by default the factory's). ``POST /_sandbox/imagebuilder/image`` takes ``arn`` and ``state`` and gives an image that
state, as lifecycle policies and people do. Both answer 200, or 400 with one sentence.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from moto.core.exceptions import ServiceException
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from werkzeug.wrappers import Request, Response

from golden_ami.sandbox.endpoint import DEFAULT_REGION
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT
from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.images import RUNNING, find_image
from golden_ami.sandbox.imagebuilder.models import LOCK, imagebuilder_backends
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario, next_build

PREFIX: Final = "/_sandbox/imagebuilder/"
_STATES: Final = frozenset({*RUNNING, "AVAILABLE", "CANCELLED", "FAILED", "DEPRECATED", "DELETED", "DISABLED"})


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class _Where:
    account: Annotated[str, Field(pattern=r"^\d{12}$")] = FACTORY_ACCOUNT
    region: str = DEFAULT_REGION


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class _ImageState:
    arn: str
    state: str


def set_image_state(arn: str, state: str) -> None:
    """Give an image a state that it keeps: no build and no scan goes on.

    Raises
    ------
    ValueError
        When there is no such state or image.
    """
    if state not in _STATES:
        raise ValueError(f"'{state}' is not one of {', '.join(sorted(_STATES))}")
    try:
        wanted = ResourceArn.parse(arn)
        with LOCK:
            find_image(imagebuilder_backends[wanted.account][wanted.region], arn).settle(state)
    except (ServiceException, KeyError) as error:
        raise ValueError(f"there is no image '{arn}'") from error


def answer(request: Request) -> Response:
    """Answer a request to a path below ``PREFIX``."""
    action = _ACTIONS.get(request.path.removeprefix(PREFIX))
    if action is None or request.method != "POST":
        paths = " or ".join(f"POST {PREFIX}{name}" for name in _ACTIONS)
        return _refusal(f"The sandbox knows only {paths}.")
    try:
        body = json.loads(request.get_data())
        if not isinstance(body, dict):
            raise ValueError("it is not an object")
        action(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _refusal(f"The request is not valid: {where}: {first['msg']}.")
    except ValueError as error:
        return _refusal(f"The request is not valid: {error}.")
    return Response("ok\n", content_type="text/plain")


def _next_build(body: dict[str, Any]) -> None:
    where = {name: value for name, value in body.items() if name in {"account", "region"}}
    scenario = {name: value for name, value in body.items() if name not in where}
    chosen = _read(_Where, where)
    next_build(_read(BuildScenario, scenario), chosen.account, chosen.region)


def _image(body: dict[str, Any]) -> None:
    wanted = _read(_ImageState, body)
    set_image_state(wanted.arn, wanted.state)


def _read(kind: type[Any], body: Mapping[str, Any]) -> Any:
    """Read by JSON's rules, which let a list be a tuple and nothing else be anything else."""
    return TypeAdapter(kind).validate_json(json.dumps(body))


def _refusal(sentence: str) -> Response:
    return Response(f"{sentence}\n", status=400, content_type="text/plain")


_ACTIONS: Final[Mapping[str, Callable[[dict[str, Any]], None]]] = MappingProxyType(
    {"next-build": _next_build, "image": _image}
)
