"""ProblemsError that a model finds in itself, several at a time, each at its own key.

Pydantic lets a validator raise one error for the whole model. A user wants every problem in one go, at the key that
he wrote, so validators collect problems and raise them together; ``load`` takes them apart again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Key = str | int
"""A mapping's key or a list's index."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong.

    Attributes
    ----------
    path : tuple of str or int
        Keys from the model that found it to the value.
    message : str
        ``what is wrong; remedy``.
    """

    path: tuple[Key, ...]
    message: str

    def below(self, *prefix: Key) -> "Problem":
        """Give the same problem as seen from further up."""
        return Problem((*prefix, *self.path), self.message)

    def __str__(self) -> str:
        path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path)
        return f"{path.removeprefix('.')}: {self.message}" if path else self.message


class ProblemsError(ValueError):
    """When a model found problems in itself; pydantic carries it to ``load``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the problems, when there are any.

    Raises
    ------
    ProblemsError
        When there is at least one.
    """
    found = tuple(problems)
    if found:
        raise ProblemsError(found)
