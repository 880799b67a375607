"""The one place that touches moto's internals: adds services, fixes identifiers, maps access keys to accounts.

moto has no supported way to add a service from outside, so what is used here may move with any release. moto is pinned;
another version, or an internal that is not where it was, ends in one clear sentence instead of in strange behaviour.
Written against moto 5.2.5.
"""

import importlib
import importlib.metadata
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from golden_ami.errors import SandboxError
from golden_ami.sandbox import identifiers
from golden_ami.sandbox.clock import CLOCK

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MOTO_VERSION: Final = "5.2.5"
_ACCOUNT_VARIABLE: Final = "MOTO_ACCOUNT_ID"
_SERVICES: Final = MappingProxyType(
    {"imagebuilder": "golden_ami.sandbox.imagebuilder", "sandboxram": "golden_ami.sandbox.ram"}
)
"""Packages that moto shall take for its own ``moto.<name>``; ``sandboxram`` answers instead of moto's own ``ram``."""

_HOSTS: Final = MappingProxyType({"imagebuilder": "imagebuilder", "sandboxram": "ram"})
"""First part of the host names that lead to them."""


def install() -> None:
    """Prepare moto for the sandbox; doing it twice does nothing more.

    Raises
    ------
    SandboxError
        When moto is not of the version this was written against, an internal has moved, or a variable of moto's that
        would put every request into one account is set.
    """
    _check_version()
    _check_environment()
    with _without_profile():
        _part("moto.core.base_backend", "AccountSpecificBackend").get_session()
    _part("moto.core.config", "default_user_config")["iam"]["load_aws_managed_policies"] = True
    for name, package in _SERVICES.items():
        _register(name, package)
    _part("moto.moto_server.werkzeug_app", "DISABLE_GLOBAL_CORS")
    importlib.import_module("moto.moto_server.werkzeug_app").DISABLE_GLOBAL_CORS = True  # type: ignore[attr-defined]
    _name_service_linked_roles()
    _map_access_keys()
    _accept_long_identifiers()
    _part("moto.ec2.responses", "EC2Response")
    importlib.import_module("golden_ami.sandbox.ec2").install()
    _part("moto.autoscaling.responses", "AutoScalingResponse")
    importlib.import_module("golden_ami.sandbox.autoscaling").install()
    _date_by_the_clock()
    _part("moto.s3.models", "FakeBucket").get_permission  # noqa: B018 - it must be there
    importlib.import_module("golden_ami.sandbox.bucket_policies").install()
    _part("moto.events.models", "EventsBackend").put_rule  # noqa: B018 - it must be there
    importlib.import_module("golden_ami.sandbox.event_patterns").install()
    _part("moto.inspector2.urls", "url_paths")
    importlib.import_module("golden_ami.sandbox.inspector2").install()
    _part("moto.iam.responses", "IamResponse")
    importlib.import_module("golden_ami.sandbox.iam").install()
    _part("moto.servicequotas.models", "ServiceQuotasBackend").get_service_quota  # noqa: B018 - it must be there
    importlib.import_module("golden_ami.sandbox.servicequotas").install()
    _part("moto.organizations.models", "FakePolicy").SUPPORTED_POLICY_TYPES  # noqa: B018 - it must be there
    importlib.import_module("golden_ami.sandbox.organization_policies").install()
    _part("moto.ssm.urls", "url_paths")
    importlib.import_module("golden_ami.sandbox.automation").install()


def application() -> "WSGIApplication":
    """Return moto's WSGI application, with empty state and the identifiers of :mod:`golden_ami.sandbox.identifiers`."""
    _part("moto.moto_api._internal.models", "moto_api_backend").reset()
    _part("moto.organizations.models", "organizations_backends").master_accounts.clear()
    _fix_identifiers()
    dispatcher = _part("moto.server", "DomainDispatcherApplication")(_part("moto.server", "create_backend_app"))
    dispatcher.get_backend_for_host = _refusing(dispatcher.get_backend_for_host)
    return dispatcher  # type: ignore[no-any-return]


def request_handler() -> type[Any]:
    """Return the HTTP request handler that keeps header names as moto's S3 needs them."""
    return _part("moto.server", "MotoRequestHandler")  # type: ignore[no-any-return]


def _check_version() -> None:
    try:
        found = importlib.metadata.version("moto")
    except importlib.metadata.PackageNotFoundError as error:
        raise SandboxError(
            "the sandbox needs moto, which is not installed", remedy="install the development dependencies"
        ) from error
    if found != MOTO_VERSION:
        raise SandboxError(
            f"the sandbox was written against moto {MOTO_VERSION}, installed is {found}",
            remedy=f"install moto[server]=={MOTO_VERSION}, or port golden_ami/sandbox/moto_extension.py",
        )


def _check_environment() -> None:
    if _ACCOUNT_VARIABLE in os.environ:
        raise SandboxError(
            f"{_ACCOUNT_VARIABLE}={os.environ[_ACCOUNT_VARIABLE]} would put every request into one account",
            remedy=f"unset {_ACCOUNT_VARIABLE}",
        )


def _part(module: str, name: str) -> Any:
    """Return an internal of moto by module and name."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SandboxError(
            f"moto {MOTO_VERSION} has no {module}.{name}: {error}",
            remedy=f"reinstall moto[server]=={MOTO_VERSION}",
        ) from error


@contextmanager
def _without_profile() -> Iterator[None]:
    """Hide the user's profile while moto makes its own boto3 session, which would fail when the profile is missing."""
    names = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _register(name: str, package: str) -> None:
    """Make moto find a service outside its own folder: by module name, and by host name."""
    sys.modules[f"moto.{name}"] = importlib.import_module(package)
    patterns = _part("moto.backend_index", "backend_url_patterns")
    if all(known != name for known, _ in patterns):
        patterns.insert(0, (name, re.compile(rf"https?://{_HOSTS[name]}\.(.+)\.amazonaws\.com")))


def _name_service_linked_roles() -> None:
    """Give the service-linked roles that key policies name the names that AWS gives them."""
    _part("moto.iam.models", "SERVICE_NAME_CONVERSION").update(
        {"ram": "ResourceAccessManager", "imagebuilder": "ImageBuilder"}
    )


def _map_access_keys() -> None:
    """Let an access key id name its account, and give requests with unknown keys to the factory account."""
    iam = importlib.import_module("moto.iam.models")
    known = _part("moto.iam.models", "get_account_id_from")
    if hasattr(known, "of_sandbox"):
        return
    default = _part("moto.core", "DEFAULT_ACCOUNT_ID")

    def account_id_from(access_key: str) -> str:
        found = identifiers.account_of(access_key) or str(known(access_key))
        return identifiers.FACTORY_ACCOUNT if found == default else found

    account_id_from.of_sandbox = True  # type: ignore[attr-defined]
    iam.get_account_id_from = account_id_from  # type: ignore[attr-defined]


def _date_by_the_clock() -> None:
    """Let S3 date objects, and Systems Manager parameters, by the sandbox's clock: people read both beside its runs."""
    for name in ("moto.s3.models", "moto.ssm.models"):
        _part(name, "utcnow")
        importlib.import_module(name).utcnow = _naive_now  # type: ignore[attr-defined]


def _naive_now() -> datetime:
    return CLOCK.now().replace(tzinfo=None)


def _accept_long_identifiers() -> None:
    """Replace moto's patterns, which fit only the ids that it makes itself, by AWS's (Organizations API Reference)."""
    utils = importlib.import_module("moto.organizations.utils")
    for name, pattern in {
        "ORG_ID_REGEX": r"o-[a-z0-9]{10,32}",
        "ROOT_ID_REGEX": r"r-[0-9a-z]{4,32}",
        "OU_ID_REGEX": r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}",
    }.items():
        _part("moto.organizations.utils", name)
        setattr(utils, name, pattern)


def _fix_identifiers() -> None:
    """Make moto hand out the fixed identifiers first, in the order in which they are asked for.

    moto asks for a unit id for the root and for an account id for the management account too, and then replaces them.
    """
    utils = importlib.import_module("moto.organizations.utils")
    for name, fixed in {
        "make_random_org_id": [identifiers.ORGANIZATION_ID],
        "make_random_root_id": [identifiers.ROOT_ID],
        "make_random_ou_id": [identifiers.ROOT_ID, *identifiers.UNIT_IDS.values()],
        "make_random_account_id": [identifiers.MANAGEMENT_ACCOUNT, *identifiers.MEMBERS],
    }.items():
        known = _part("moto.organizations.utils", name)
        setattr(utils, name, _fixed_first(getattr(known, "of_moto", known), fixed))


def _fixed_first(random: Callable[..., str], fixed: list[str]) -> Callable[..., str]:
    pending = deque(fixed)

    def make(*args: Any) -> str:
        return pending.popleft() if pending else random(*args)

    make.of_moto = random  # type: ignore[attr-defined]
    return make


def _refusing(find: Callable[[str | None], Any]) -> Callable[[str | None], Any]:
    """Refuse a service that moto does not have, where moto would print a line and crash."""

    def backend_for_host(host: str | None) -> Any:
        backend = find(host) if host is None or "amazonaws.com" not in host else _first_match(host)
        if backend is None and host is not None:
            raise NotImplementedError(f"There is no such service here ({host}).")
        return backend

    return backend_for_host


def _first_match(host: str) -> str | None:
    patterns = _part("moto.backend_index", "backend_url_patterns")
    return next((name for name, pattern in patterns if pattern.match(f"http://{host}")), None)
