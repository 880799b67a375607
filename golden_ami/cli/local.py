"""``golden-ami sandbox``: a local AWS in the foreground."""

from typing import Annotated

import typer

from golden_ami.errors import SandboxError


def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.")] = 0,
) -> None:
    """Run a local AWS in the foreground, and print what to export.

    golden-ami sandbox --port 4566
    """
    try:
        from golden_ami.sandbox.__main__ import main as serve  # moto is a development dependency
    except ImportError as error:
        raise SandboxError(
            f"the local AWS needs {error.name}, which is not installed", remedy="run `make setup`"
        ) from error
    raise typer.Exit(serve(["--port", str(port)]))
