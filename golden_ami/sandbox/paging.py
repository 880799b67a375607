"""Pages of a list, and the tokens between them."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Final

from moto.core.exceptions import ServiceException

_PREFIX: Final = "offset:"


def page(
    items: Sequence[Any], parameters: dict[str, Any], *, size: int, refusal: Callable[[str], ServiceException]
) -> tuple[list[Any], dict[str, str]]:
    """Return one page, and the token of the next one where there is one.

    Parameters
    ----------
    items : Sequence[Any]
        The whole list.
    parameters : dict[str, Any]
        The request's; ``maxResults`` and ``nextToken`` are read.
    size : int
        Items on a page when the request names no number.
    refusal : Callable
        Makes the service's error for a token that it never gave.

    Returns
    -------
    tuple[list[Any], dict[str, str]]
        The page, and ``{"nextToken": ...}`` or nothing.
    """
    start = 0
    if "nextToken" in parameters:
        found = _offset(parameters["nextToken"])
        if found is None or found > len(items):
            raise refusal("The pagination token is not valid.")
        start = found
    end = start + int(parameters.get("maxResults", size))
    return list(items[start:end]), {"nextToken": _token(end)} if end < len(items) else {}


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"{_PREFIX}{offset}".encode()).decode()


def _offset(token: str) -> int | None:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, ValueError):
        return None
    number = text.removeprefix(_PREFIX)
    return int(number) if text.startswith(_PREFIX) and number.isdecimal() else None
