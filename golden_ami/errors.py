"""Errors a user can act on: each says what is wrong and what to do about it.

The command line prints them on one line and turns them into an exit code: 2 for bad input, 1 for everything else.
"""

from collections.abc import Sequence


class GoldenAmiError(Exception):
    """When the work cannot go on and the user can do something about it.

    Parameters
    ----------
    message : str
        What is wrong, naming the key and the value.
    remedy : str
        What the user can do, as an imperative.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.message = message
        self.remedy = remedy


class InputError(GoldenAmiError):
    """When a file, an option or an environment variable given by the user is wrong."""

    exit_code = 2


class ConfigError(InputError):
    """When a configuration file is wrong; carries every problem that was found in it.

    Parameters
    ----------
    source : str
        The file, as the user named it.
    problems : Sequence[str]
        One line each: ``key.path: what is wrong; remedy``.
    """

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{source}: {count}", remedy="mend each line below")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([f"{self.message}:", *(f"  {problem}" for problem in self.problems)])


class RunbookError(InputError):
    """When an Automation document in ``runbooks/`` breaks a rule of Systems Manager or of this project."""


class PolicyError(InputError):
    """When what is given as a policy of IAM is none, or belongs to something else than a role."""


class SandboxError(GoldenAmiError):
    """When the local AWS cannot start or is not what this project was written against."""


class AwsError(GoldenAmiError):
    """When AWS refuses a call, or cannot be reached."""


class OperationError(GoldenAmiError):
    """When what an operator wants cannot be done now, such as approving an execution that has ended."""
