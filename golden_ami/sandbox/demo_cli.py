"""The real ``golden-ami`` in the demonstration: what is typed, and what it prints."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from golden_ami.errors import SandboxError
from golden_ami.sandbox.server import LocalAws

_INDENT: Final = "    "


class CommandLine:
    """A terminal of somebody who looks after the factory.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    config : Path
        The configuration.
    console : Console
        Where people look.
    """

    def __init__(self, local: LocalAws, config: Path, console: Console) -> None:
        self._local = local
        self._config = config
        self._console = console
        self._keys: dict[str, str] = {}

    def log_in(self, credentials: dict[str, Any]) -> None:
        """Go on as who has these credentials."""
        self._keys = {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }

    def run(self, *arguments: str) -> str:
        """Type a command, show what it prints while it does, and return that.

        Raises
        ------
        SandboxError
            When it ends with another exit code than 0.
        """
        command = shlex.join(["golden-ami", *arguments])
        self._console.print(Text(f"{_INDENT}$ {command}", style="bold"), soft_wrap=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "golden_ami", *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        said: list[str] = []
        try:
            for line in process.stdout or ():
                said.append(line)
                shown = Text(_INDENT).append_text(Text.from_ansi(line.rstrip("\n")))
                self._console.print(shown, soft_wrap=True, highlight=False)
            code = process.wait()
        except BaseException:
            process.kill()
            raise
        if code:
            raise SandboxError(f"`{command}` ended with {code}", remedy="read what it said above")
        return "".join(said)

    def _environment(self) -> dict[str, str]:
        """Let it see this AWS only, and as much room as there is; its colours when there are any."""
        environment = self._local.isolated_environment(os.environ) | self._keys
        environment |= {
            "GOLDEN_AMI_CONFIG": str(self._config),
            "COLUMNS": str(self._console.width - len(_INDENT)),
            "PYTHONIOENCODING": "utf-8",
        }
        return environment | ({"FORCE_COLOR": "1"} if self._console.is_terminal else {})
