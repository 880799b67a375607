"""Show any text as what it is: nothing in it is markup, turns text around, hides, or stacks over its neighbours."""

import unicodedata
from typing import Any, Final

from markupsafe import Markup, escape

_NAMED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters, for Unicode, that nobody sees."""

_MARKS: Final = 3
"""Most marks upon one letter; more of them would cover the lines around it."""


def visible(value: Any) -> Any:
    """Make markup of a value for the page; markup stays what it is.

    Parameters
    ----------
    value : object
        What the template wants to show.
    """
    if isinstance(value, Markup):
        return value
    text = str(value)
    if text.isascii() and text.isprintable():
        return escape(text)
    shown, plain = "", ""
    for part, is_escape in _parts(text):
        if is_escape:
            shown += str(escape(plain)) + f'<span class="escape">{part}</span>'
            plain = ""
        else:
            plain += part
    # Letters that run from right to left must not carry their neighbours along.
    return Markup(f"<bdi>{shown}{escape(plain)}</bdi>")  # noqa: S704 - what is not ours is escaped above


def written(text: str) -> str:
    """Give the text alone that the page shows for a text."""
    return "".join(part for part, _ in _parts(text))


def _parts(text: str) -> list[tuple[str, bool]]:
    parts, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        is_escape = marks > _MARKS or character in _BLANK or not _is_printable(character)
        parts.append((_escape(character) if is_escape else character, is_escape))
    return parts


def _is_printable(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    code = ord(character)
    return _NAMED.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
