"""The little of Terraform's expression language that CDKTF writes into JSON: templates, references, jsonencode.

A plan tells no value that AWS chooses, but it repeats the expressions of a JSON configuration literally. So a policy
with one unknown ARN in it can be read all the same; whatever is not understood here stays unknown as a whole.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from golden_ami.review.unknown import Unknown, cleaned, mark

_DEEPEST: Final = 40
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+|\[(?:\d+|\"[^\"\\]*\")\])*)"
    r"|(?P<sign>[{}\[\](),=:])|(?P<quote>\"))"
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WORDS: Final = {"true": True, "false": False, "null": None}


class _NotUnderstoodError(Exception):
    """When an expression is more than this reads."""


def evaluate(template: str, references: Iterable[str]) -> Any:
    """Evaluate a template as far as it is known.

    Parameters
    ----------
    template : str
        As it stands in a JSON configuration.
    references : iterable of str
        What the plan says that it refers to.

    Returns
    -------
    object
        Text with marks for what is unknown, or one `Unknown`.
    """
    if len(template) > 1_000_000:
        return Unknown(tuple(references))
    try:
        reader = _Reader(template)
        parts = reader.template(end=None)
    except (_NotUnderstoodError, RecursionError):
        return Unknown(tuple(references))
    if len(parts) == 1 and isinstance(parts[0], Unknown):
        return parts[0]
    return _joined(parts)


def _joined(parts: list[Any]) -> str:
    return "".join(mark(each) if isinstance(each, Unknown) else _as_text(each) for each in parts)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise _NotUnderstoodError


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def template(self, end: str | None) -> list[Any]:
        """Read text with interpolations until the end, or until an unescaped quote."""
        parts: list[Any] = []
        plain: list[str] = []
        text = self.text
        while self.at < len(text):
            here = text[self.at]
            ahead = text[self.at : self.at + 3]
            if here == end:
                self.at += 1
                return self._parts(parts, plain)
            if ahead in ("$${", "%%{"):
                plain.append(ahead[1:])
                self.at += 3
            elif ahead.startswith("${"):
                parts = self._parts(parts, plain)
                plain = []
                self.at += 2
                parts.append(self.expression())
                self._expect("}")
            elif ahead.startswith("%{"):
                raise _NotUnderstoodError
            elif here == "\\" and end:
                plain.append(self._escape())
            else:
                plain.append(here)
                self.at += 1
        if end:
            raise _NotUnderstoodError
        return self._parts(parts, plain)

    @staticmethod
    def _parts(parts: list[Any], plain: list[str]) -> list[Any]:
        return [*parts, cleaned("".join(plain))] if plain else parts

    def _escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _ESCAPES:
            self.at += 2
            return _ESCAPES[letter]
        found = re.compile(r"\\u([0-9a-fA-F]{4})").match(self.text, self.at)
        if not found:
            raise _NotUnderstoodError
        self.at = found.end()
        return chr(int(found[1], 16))

    def expression(self) -> Any:
        """Read a literal, an object, a list, a reference or a call; an operator is not understood."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _NotUnderstoodError
        try:
            return self._expression()
        finally:
            self.depth -= 1

    def _expression(self) -> Any:
        kind, text = self._token()
        if kind == "quote":
            parts = self.template(end='"')
            return parts[0] if len(parts) == 1 and isinstance(parts[0], Unknown) else _joined(parts)
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "name":
            if text in _WORDS:
                return _WORDS[text]
            return self._call(text) if self._ahead("(") else Unknown((text,))
        if text == "{":
            return self._object()
        if text == "[":
            return self._list("]")
        raise _NotUnderstoodError

    def _call(self, name: str) -> Any:
        self._expect("(")
        arguments = self._list(")")
        if name == "jsonencode" and len(arguments) == 1:
            return json.dumps(_encodable(arguments[0]), ensure_ascii=False)
        found = _references(arguments)
        # Whatever a function makes of known values only is known to Terraform, too, and would not be asked here.
        return Unknown(tuple(found))

    def _object(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not self._ahead("}"):
            kind, text = self._token()
            key = _joined(self.template(end='"')) if kind == "quote" else text
            if kind not in ("quote", "name") or key in made:
                raise _NotUnderstoodError
            if not self._ahead("=") and not self._ahead(":"):
                raise _NotUnderstoodError
            self._token()
            made[key] = self.expression()
            if self._ahead(","):
                self._token()
        self._expect("}")
        return made

    def _list(self, end: str) -> list[Any]:
        made = []
        while not self._ahead(end):
            made.append(self.expression())
            if self._ahead(","):
                self._token()
            elif not self._ahead(end):
                raise _NotUnderstoodError
        self._expect(end)
        return made

    def _token(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.at)
        if not found or not found.lastgroup:
            raise _NotUnderstoodError
        self.at = found.end()
        return found.lastgroup, found[found.lastgroup]

    def _ahead(self, sign: str) -> bool:
        found = _TOKEN.match(self.text, self.at)
        return bool(found and found["sign"] == sign)

    def _expect(self, sign: str) -> None:
        if self._token() != ("sign", sign):
            raise _NotUnderstoodError


def _encodable(value: Any) -> Any:
    if isinstance(value, Unknown):
        return mark(value)
    if isinstance(value, dict):
        return {key: _encodable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_encodable(inner) for inner in value]
    return value


def _references(value: Any) -> list[str]:
    if isinstance(value, Unknown):
        return list(value.references)
    if isinstance(value, dict):
        value = list(value.values())
    return [found for inner in value for found in _references(inner)] if isinstance(value, list) else []
