"""Read a document from the evidence bucket: anybody could have put anything there, so nothing of it is believed."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar, Final, NoReturn, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from golden_ami.errors import InputError

_LONGEST: Final = 80


class Part(BaseModel):
    """Base of every part of a stored document: frozen, strict, and without keys that nobody would see."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Stored(Part):
    """A whole document.

    Attributes
    ----------
    schema_version : str
        What it calls itself; exactly one version is understood.
    """

    KIND: ClassVar[str]
    SCHEMA: ClassVar[str]

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read it from the bytes of the object.

        Parameters
        ----------
        body : bytes
            As they are in the bucket.

        Raises
        ------
        InputError
            In one line, when they are something else.
        """
        data = _json(body, cls.KIND)
        version = data.get("schema")
        if version != cls.SCHEMA:
            raise InputError(
                f"this is no {cls.KIND} that is understood here: its schema is {_shown(version)}, not {cls.SCHEMA}",
                remedy="name the right document, or use the version of golden-ami that wrote it",
            )
        try:
            return cls.model_validate_json(json.dumps(data))
        except ValidationError as error:
            _refuse(cls.KIND, error)


def _json(body: bytes, kind: str) -> dict[str, Any]:
    try:
        data = json.loads(body.decode(), object_pairs_hook=_unambiguous, parse_constant=_no_number)
        data = _encodable(data)
    except RecursionError:
        raise _foreign(kind, "nested too deeply") from None
    except ValueError as error:
        raise _foreign(kind, _shown(error)) from None
    if not isinstance(data, dict):
        raise _foreign(kind, "not an object")
    return data


def _unambiguous(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice, of which every reader believes another one."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is there twice")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _encodable(value: Any) -> Any:
    """Write half a surrogate pair, which JSON can escape and UTF-8 cannot hold, as its escape."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="backslashreplace").decode()
    if isinstance(value, list):
        return [_encodable(each) for each in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(each) for key, each in value.items()}
    return value


def _refuse(kind: str, error: ValidationError) -> NoReturn:
    first, *others = error.errors(include_url=False, include_input=False)
    path = ".".join(map(str, first["loc"]))
    more = f", and {len(others)} more" if others else ""
    raise _foreign(kind, f"{_shown(path, quote=False)}: {_shown(first['msg'], quote=False)}{more}") from None


def _foreign(kind: str, why: str) -> InputError:
    return InputError(
        f"this is no {kind}: {why}",
        remedy="name the object that the runbook wrote; when it is that one, somebody has changed it",
    )


def _shown(value: object, *, quote: bool = True) -> str:
    """Show what was found in one short line that no terminal takes for a command."""
    text = ascii(value) if quote and not isinstance(value, Exception) else ascii(str(value))[1:-1]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
