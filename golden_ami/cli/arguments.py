"""Arguments that several commands have, and how a shell completes them."""

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from golden_ami.errors import InputError

_EXECUTION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _images(context: typer.Context, incomplete: str) -> list[str]:
    """Name the images of the configuration; a shell that waits for an answer is told of no mistake."""
    try:
        from golden_ami.config import load, path_from

        given = context.params
        config = load(Path(given.get("config") or path_from()))
        meant = [given["deployment"]] if given.get("deployment") else list(config.deployments)
        return sorted({name for each in meant for name in config.images_of(each) if name.startswith(incomplete)})
    except Exception:
        return []


def _execution(value: str | None) -> str | None:
    """Refuse what cannot be an id, before anything is asked."""
    if value is not None and not _EXECUTION.fullmatch(value.strip().lower()):
        raise InputError(
            f"{value!r} is no id of an execution", remedy="copy one from `golden-ami list`, such as 0aa1bb22-3c3c-..."
        )
    return value.strip().lower() if value else value


def _argument(**given: Any) -> Any:
    return typer.Argument(**given, show_default=False)


ImageName = Annotated[
    str, _argument(metavar="IMAGE", help="Name of the image in the configuration.", autocompletion=_images)
]
SomeVersion = Annotated[
    str,
    _argument(metavar="IMAGE", help="ARN of an image, or its name: the approved one.", autocompletion=_images),
]
SomeImage = Annotated[
    str | None,
    _argument(metavar="[IMAGE]", help="Name of an image; all of the deployment without it.", autocompletion=_images),
]
ExecutionId = Annotated[
    str,
    _argument(metavar="EXECUTION", help="Id of the execution, as `start` and `list` print it.", callback=_execution),
]
Interval = Annotated[float, typer.Option("--interval", min=0.01, hidden=True, help="Seconds between two looks.")]
