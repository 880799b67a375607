"""Combinations of choices: every one, or as few as have every pair of choices together once."""

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

Choice = TypeVar("Choice", bound=Hashable)
Row = dict[str, Choice]


def pairwise(
    factors: Mapping[str, Sequence[Choice]], *, allowed: Callable[[Row[Choice]], bool] = lambda _: True
) -> list[Row[Choice]]:
    """Choose rows so that any two choices of two factors meet in one of them, where a row with both is allowed.

    Parameters
    ----------
    factors : mapping of str to sequence
        Choices by factor.
    allowed : callable
        Whether a whole row makes sense.

    Returns
    -------
    list of dict
        The same ones for the same factors: each time the row that covers most of what is missing.
    """
    names = list(factors)
    rows = [
        row for values in itertools.product(*factors.values()) if allowed(row := dict(zip(names, values, strict=True)))
    ]
    missing = set().union(*(_pairs(row) for row in rows)) if rows else set()
    chosen: list[Row[Choice]] = []
    while missing:
        best = max(rows, key=lambda row: len(_pairs(row) & missing))
        missing -= _pairs(best)
        chosen.append(best)
    return chosen


def _pairs(row: Row[Choice]) -> frozenset[tuple[tuple[str, Choice], tuple[str, Choice]]]:
    return frozenset(itertools.combinations(row.items(), 2))
