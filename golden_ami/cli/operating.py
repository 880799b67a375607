"""The options that every operating command has, and what it gets from them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from golden_ami.cli.output import Format, Output

if TYPE_CHECKING:
    from golden_ami.operate.place import Place

_PANEL = "Where, and how it is printed"


def _option(*names: str, help: str, metavar: str | None = None) -> Any:  # noqa: A002 - what typer calls it
    return typer.Option(*names, help=help, metavar=metavar, show_default=False, rich_help_panel=_PANEL)


_OPTIONS: dict[str, tuple[Any, Any]] = {
    "deployment": (
        Annotated[
            str | None, _option("--deployment", "-d", help="Needed when several are in this account.", metavar="NAME")
        ],
        None,
    ),
    "config": (
        Annotated[
            Path | None,
            _option("--config", "-c", help="Configuration [GOLDEN_AMI_CONFIG, or config/example.yaml]."),
        ],
        None,
    ),
    "profile": (
        Annotated[str | None, _option("--profile", help="Profile of the AWS configuration.", metavar="NAME")],
        None,
    ),
    "region": (
        Annotated[str | None, _option("--region", help="Home Region of the deployment.", metavar="REGION")],
        None,
    ),
    "endpoint_url": (
        Annotated[str | None, _option("--endpoint-url", help="Another AWS, such as the sandbox.", metavar="URL")],
        None,
    ),
    "output": (Annotated[Format, _option("--output", "-o", help="table (default) or json.")], Format.table),
    "quiet": (Annotated[bool, _option("--quiet", "-q", help="Print ids only.")], False),
}


@dataclass(frozen=True, kw_only=True)
class Operator:
    """What an operating command works with; AWS is asked only when the place is needed.

    Attributes
    ----------
    output : Output
        Where results go.
    """

    output: Output
    config: Path | None
    deployment: str | None
    profile: str | None
    region: str | None
    endpoint_url: str | None

    @cached_property
    def place(self) -> "Place":
        """The deployment, and the way to it."""
        from golden_ami.config import load, path_from
        from golden_ami.operate.connection import Connection
        from golden_ami.operate.place import find_place

        config = load(self.config or path_from())
        connection = Connection(profile=self.profile, region=self.region, endpoint_url=self.endpoint_url)
        return find_place(config, connection, deployment=self.deployment, region=self.region)


def operating(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose first parameter is an :class:`Operator`, the options that make one."""
    hints = get_type_hints(command, include_extras=True)
    own = list(inspect.signature(command).parameters.values())[1:]

    def run(**given: Any) -> None:
        common = {name: given.pop(name) for name in _OPTIONS}
        output = Output(common.pop("output"), quiet=common.pop("quiet"))
        command(Operator(output=output, **common), **given)

    parameters = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints.get(each.name, each.annotation))
        for each in own
    ]
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _OPTIONS.items()
    ]
    run.__name__, run.__doc__, run.__module__ = command.__name__, command.__doc__, command.__module__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
