"""A local AWS that answers in the thread that asks: no socket, and clients that are made once.

Every scenario makes some hundred calls, and opens a session for each try of each step. Over HTTP, and with new clients
each time, that would be minutes for what is seconds of work.
"""

import copy
import importlib
import io
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final, Self, cast

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core import responses
from moto.core.request import Request
from moto.core.utils import method_names_from_class
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from golden_ami.sandbox import moto_extension
from golden_ami.sandbox.clock import CLOCK, Clock
from golden_ami.sandbox.endpoint import SECRET, Endpoint
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT, access_key_of
from golden_ami.sandbox.wsgi import SandboxApplication
from verification.moto_way import MotoWay
from verification.short_way import ShortWay

URL: Final = "http://127.0.0.1:1"
"""Nothing is ever sent there."""

Emit = Callable[..., Any]

_ONE_PATH: Final = frozenset({"ec2", "events", "iam", "kms", "sns", "ssm", "sts"})
"""Services of moto whose requests all have the same path."""


class _Events:
    """A client's events with handlers of its own, so that clients may share the rest."""

    def __init__(self, shared: Any, around: "Around", refused: Callable[[Exception], None]) -> None:
        self._shared = shared
        self._around = around
        self._refused = refused
        self._own: list[Emit] = []

    def register(self, _: str, handler: Emit) -> None:
        """Keep a handler of this client only; the door registers what judges parameters."""
        self._own.append(handler)

    def emit(self, name: str, **given: Any) -> Any:
        """Emit to the shared handlers, then to the own ones."""
        answers = self._shared.emit(name, **given)
        if name.startswith("provide-client-params"):
            self.judge(**given)
        elif name.startswith("after-call"):
            self._around.after(given["model"].name, given["parsed"])
        return answers

    def judge(self, **given: Any) -> None:
        """Let the door look at what is about to be sent."""
        for handler in self._own:
            try:
                handler(**given)
            except Exception as error:
                self._refused(error)
                raise

    def emit_until_response(self, name: str, **given: Any) -> Any:
        """Emit until a handler answers; a fault answers instead of AWS."""
        if name.startswith("before-call"):
            model = given["model"]
            answer = self._around.before(model.service_model.service_name, model.name)
            if answer is not None:
                return None, answer
        return self._shared.emit_until_response(name, **given)


class Around:
    """What happens around every call that passes the door; by default nothing."""

    def before(self, service: str, operation: str) -> Any:
        """Return an answer that AWS does not give (status and content), or None to ask AWS."""

    def after(self, operation: str, answer: dict[str, Any]) -> None:
        """Look at an answer, change it, or lose it by raising."""

    def refused(self, error: Exception) -> None:
        """Be told what the door refused."""


class _Session:
    """Looks like a boto3 session, and hands out clients that cost nothing."""

    def __init__(self, local: "DirectAws", keys: tuple[str, str, str | None], region: str, *, short: bool) -> None:
        self._short = short
        self._local = local
        self._keys = keys
        self._region = region

    def client(self, service: str, *, region_name: str | None = None, **_: Any) -> Any:
        """Return a copy of the one client of that service, Region and identity."""
        shared = self._local.shared(self._keys, service, region_name or self._region)
        client = object.__new__(type(shared))
        client.__dict__.update(shared.__dict__)
        client.meta = copy.copy(shared.meta)
        client.meta.events = _Events(shared.meta.events, self._local.around, self._local.around.refused)
        if self._short:
            client._make_api_call = _ShortCall(self._local, client, service, region_name or self._region)
        return client

    def __getattr__(self, name: str) -> Any:
        """Do the rest as boto3 does."""
        return getattr(self._local.real_session(self._keys, self._region), name)


class _ShortCall:
    """What a client does for an operation: the short way where there is one, with the same events around it."""

    def __init__(self, local: "DirectAws", client: Any, service: str, region: str) -> None:
        self._local = local
        self._client = client
        self._service = service
        self._region = region
        self._long: Callable[[str, Any], Any] = partial(type(client)._make_api_call, client)

    def __call__(self, operation: str, parameters: dict[str, Any]) -> Any:
        """Answer an operation, or raise as botocore does."""
        way = next((each for each in self._local.ways if each.leads_to(self._service, operation)), None)
        if way is None:
            return self._long(operation, parameters)
        model = self._client.meta.service_model.operation_model(operation)
        around, events = self._local.around, self._client.meta.events
        events.judge(params=parameters, model=model)
        struck = around.before(self._service, operation)
        if struck is not None:
            raise ClientError(struck[1], operation)
        answer = way.call(self._service, self._region, model, parameters)
        around.after(operation, answer)
        return answer


class DirectAws(Endpoint):
    """A local AWS with empty state, in this process and without a server.

    Attributes
    ----------
    around : Around
        What happens around every call of an automation or of people.
    ways : tuple of ShortWay and MotoWay
        The ways of an automation's calls that need no HTTP.
    """

    ways: tuple[ShortWay | MotoWay, ...]

    def __init__(self) -> None:
        super().__init__(URL)
        self.around = Around()
        self._clients: dict[tuple[Any, ...], Any] = {}
        self._people: dict[tuple[str, str], Any] = {}
        self._application: SandboxApplication | None = None

    def start(self) -> Self:
        """Forget every state of this process."""
        moto_extension.install()
        CLOCK.reset(instant=True)
        self._application = SandboxApplication(moto_extension.application())
        self.ways = (ShortWay(), MotoWay())
        # moto looks through its classes at every request.
        responses.__dict__["method_names_from_class"] = cache(method_names_from_class)
        from golden_ami.sandbox import automation  # noqa: PLC0415 - moto is prepared only now

        automation.SETTINGS.endpoint, automation.SETTINGS.behaviour = self, automation.Behaviour()
        return self

    @property
    def clock(self) -> Clock:
        """The time of everything in it."""
        return CLOCK

    def session(
        self, access_key_id: str, secret: str, token: str | None = None, *, region: str | None = None
    ) -> boto3.Session:
        """Return what looks like a session with given credentials."""
        # Roles have a token: the door has judged their calls by then, so the account's own key carries them out.
        keys = (access_key_of(FACTORY_ACCOUNT), SECRET, None) if token else (access_key_id, secret, None)
        return cast(boto3.Session, _Session(self, keys, region or self.region, short=bool(token)))

    def person(self, role: str, name: str) -> Any:
        """Return Systems Manager for somebody who has taken a role, and is judged by the service itself."""
        if (role, name) not in self._people:
            arn = f"arn:aws:iam::{FACTORY_ACCOUNT}:role/{role}"
            taken = self.plain("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]
            keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
            self._people[role, name] = self._made(keys, "ssm", self.region)
        return self._people[role, name]

    def plain(self, service: str, region: str | None = None) -> Any:
        """Return the account's own client, around which nothing happens."""
        return self.shared((access_key_of(FACTORY_ACCOUNT), SECRET, None), service, region or self.region)

    def real_session(self, keys: tuple[str, str, str | None], region: str) -> Any:
        """Return boto3's own session."""
        return super().session(*keys, region=region)

    def shared(self, keys: tuple[str, str, str | None], service: str, region: str) -> Any:
        """Return the client that others are copies of."""
        found = self._clients.get((keys, service, region))
        if found is None:
            found = self._clients[keys, service, region] = self._made(keys, service, region)
        return found

    def _made(self, keys: tuple[str, str, str | None], service: str, region: str) -> Any:
        # Nobody checks signatures here; what a request says of its sender is enough.
        config = Config(retries={"total_max_attempts": 1}, proxies={}, signature_version=UNSIGNED)
        client = self.real_session(keys, region).client(service, endpoint_url=self.url, config=config)
        scope = f"{keys[0]}/20200101/{region}/{client.meta.service_model.signing_name}/aws4_request"
        sender = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

        def answer(request: Any, event_name: str, **_: Any) -> AWSResponse:
            request.headers["Authorization"] = sender
            return self._answer(request, event_name)

        client.meta.events.register("before-send.*.*", answer)
        return client

    def _answer(self, request: Any, event_name: str) -> AWSResponse:
        """Answer in this thread: by moto's own handler where a service has only one, else as its server does."""
        handler = _handler(event_name.split(".")[1])
        if handler is None:
            return self._served(request)
        CLOCK.catch_up()
        try:
            asked = Request.from_primitives(request.method, request.url, request.headers, request.body)
            status, headers, body = handler(asked, asked.raw_url, dict(asked.headers))
        except Exception:  # the server knows what to make of it
            return self._served(request)
        raw = _Raw(body.encode() if isinstance(body, str) else body)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), raw)

    def _served(self, request: Any) -> AWSResponse:
        body = request.body or b""
        headers = [
            (name, value.decode() if isinstance(value, bytes) else str(value))
            for name, value in request.headers.items()
        ]
        environ = EnvironBuilder(
            path=request.url.removeprefix(URL).partition("?")[0] or "/",
            query_string=request.url.partition("?")[2],
            method=request.method,
            headers=headers,
            data=body.encode() if isinstance(body, str) else body,
            base_url=URL,
        ).get_environ()
        if self._application is None:
            raise RuntimeError("start it first")
        response = Response.from_app(self._application, environ, buffered=True)
        raw = _Raw(response.get_data())
        return AWSResponse(request.url, response.status_code, HTTPHeaders.from_dict(dict(response.headers)), raw)


@cache
def _handler(service: str) -> Any:
    """Find what answers a service whose operations have one path; none for others."""
    try:
        paths = importlib.import_module(f"moto.{service}.urls").url_paths
    except ImportError:
        return None
    return paths.get("{0}/$", paths.get("{0}/")) if service in _ONE_PATH else None


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> Any:
        """Give it in one piece."""
        yield self.read()
