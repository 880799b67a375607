"""A fake AWS for the scripts: it answers as it is told, and takes only what botocore's models take."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3  # noqa: F401 - kept loaded, since each script that is loaded imports it
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from golden_ami.runbooks import APPROVAL
from tests.runbooks.conftest import NAMES

SCRIPTS = APPROVAL.parent / "scripts"
SESSION = botocore.session.Session()
HOME = "eu-west-1"
IMAGE = NAMES.scope.arn("imagebuilder", "image/golden-ami-web-server/1.0.1/1")
OLDER = NAMES.scope.arn("imagebuilder", "image/golden-ami-web-server/1.0.0/1")
AMIS = {HOME: "ami-0123456789abcdef0", "us-east-1": "ami-0fedcba9876543210"}
SHARED = (
    "_approved",
    "_bucket",
    "_decisions",
    "_description",
    "_group",
    "_instances",
    "_refreshes",
    "_key_policy",
    "_launch",
    "_outcomes",
    "_scan",
    "_share",
    "_telling",
    "_tried",
    "_unshare",
    "_versions",
    "_withdraw",
)
"""Each after those that it imports."""
EXECUTION = "11111111-2222-3333-4444-555555555555"

Script = Callable[[str], ModuleType]


def error(code: str, message: str = "no") -> ClientError:
    """Make AWS's error of a code."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class Aws:
    """Answers by service and API: a value, an error to raise, or a function of Region and parameters.

    Attributes
    ----------
    broken : dict of int to bool
        Numbers of calls, counted from 1, that fail, and whether what they were to do has been done all the same.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Any] = {}
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        self.broken: dict[int, bool] = {}
        self.slept: list[float] = []

    def call(self, service: str, api: str, *, region: str | None = None, **parameters: Any) -> Any:
        operation = SESSION.get_service_model(service).operation_model(api)
        report = ParamValidator().validate(parameters, operation.input_shape)
        assert not report.has_errors(), report.generate_report()
        assert list(_outside_enums(operation.input_shape, parameters)) == []
        self.requests.append((api, region, parameters))
        done_all_the_same = self.broken.get(len(self.requests))
        if done_all_the_same is False:
            raise error("InternalError")
        answer = self.answers[service, api]
        if isinstance(answer, Exception):
            raise answer
        answer = answer(region or HOME, parameters) if callable(answer) else answer
        if operation.output_shape:
            assert set(answer) <= set(operation.output_shape.members)
        if done_all_the_same:
            raise error("InternalError")
        return answer

    def requested(self, api: str) -> list[dict[str, Any]]:
        """Give the parameters of every call of an API."""
        return [parameters for name, _, parameters in self.requests if name == api]


def _outside_enums(shape: Shape | None, value: Any) -> Iterator[str]:
    """Find values that a model does not know, which botocore's own validation lets pass."""
    if isinstance(shape, StructureShape):
        for key, inner in value.items():
            yield from _outside_enums(shape.members[key], inner)
    elif isinstance(shape, ListShape):
        for inner in value:
            yield from _outside_enums(shape.member, inner)
    elif isinstance(shape, MapShape):
        for inner in value.values():
            yield from _outside_enums(shape.value, inner)
    elif getattr(shape, "enum", None) and value not in shape.enum:  # type: ignore[union-attr]
        yield value


def load(name: str, aws: Aws | None = None) -> ModuleType:
    """Import a script with what it shares with others; the calls are fake, and so is the time that passes."""
    with patch.dict(sys.modules):
        if aws is not None:
            sys.modules["_aws"] = prelude(aws)
            if not name.startswith("_"):
                for shared in SHARED:
                    sys.modules[shared] = load(shared, aws)
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    if aws is not None and hasattr(module, "time"):
        module.time = SimpleNamespace(sleep=aws.slept.append)
    return module


def prelude(aws: Aws) -> ModuleType:
    """Import the prelude, of which only the calls are fake."""
    found = load("_aws")
    found.call = aws.call  # type: ignore[attr-defined]
    return found


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def script(aws: Aws) -> Script:
    return lambda name: load(name, aws)


def built(amis: dict[str, str] = AMIS, status: str = "AVAILABLE", created: str = "2026-03-01T00:00:00Z") -> Any:
    """Make GetImage's answer."""
    found = [{"region": region, "image": ami} for region, ami in amis.items()]
    image = {"arn": IMAGE, "dateCreated": created, "state": {"status": status}, "outputResources": {"amis": found}}
    return {"image": image}
