"""What a check is, and what it says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from golden_ami.errors import GoldenAmiError
from golden_ami.operate.faults import explained, is_denied
from golden_ami.operate.unknown import lacking

if TYPE_CHECKING:
    from golden_ami.operate.doctor.site import Site


class Severity(StrEnum):
    """How bad it is."""

    ok = "ok"
    warning = "warning"
    error = "error"
    unknown = "unknown"
    waiting = "waiting"
    """For a deployment that is not there yet."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is not as it should be.

    Attributes
    ----------
    severity : Severity
        How bad it is.
    what : str
        What is wrong.
    remedy : str
        What to do about it.
    """

    severity: Severity
    what: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check says.

    Attributes
    ----------
    check : str
        Its name.
    severity : Severity
        How bad it is.
    what, remedy : str
        What is so, and what to do about it; no remedy where nothing is to be done.
    """

    check: str
    severity: Severity
    what: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check.

    Attributes
    ----------
    name, about : str
        Name, and what holds when it finds nothing.
    needs_deployment : bool
        Whether there is nothing to check before a deployment.
    problems : callable
        Looks, and gives what is wrong.
    """

    name: str
    about: str
    needs_deployment: bool
    problems: Callable[["Site"], Iterable[Problem]]


def check(
    name: str, about: str, *, needs_deployment: bool = True
) -> Callable[[Callable[["Site"], Iterator[Problem]]], Check]:
    """Make a check of a function that looks; parameters as the attributes of :class:`Check`."""

    def make(looks: Callable[["Site"], Iterator[Problem]]) -> Check:
        return Check(name=name, about=about, needs_deployment=needs_deployment, problems=looks)

    return make


def error(what: str, remedy: str) -> Problem:
    """Say what is wrong."""
    return Problem(severity=Severity.error, what=what, remedy=remedy)


def warning(what: str, remedy: str) -> Problem:
    """Say what somebody should look at."""
    return Problem(severity=Severity.warning, what=what, remedy=remedy)


def undecided(what: str, remedy: str) -> Problem:
    """Say what could not be found out."""
    return Problem(severity=Severity.unknown, what=what, remedy=remedy)


def guarded(what: str, look: Callable[..., Iterable[Problem]], *given: Any) -> Iterator[Problem]:
    """Look at one of several things: a refusal makes it unknown, and never the other ones.

    Parameters
    ----------
    what : str
        The thing; empty where the check is about one only.
    look : callable
        Gives what is wrong with it.
    given : object
        What ``look`` is given.
    """
    try:
        yield from look(*given)
    except Exception as failure:
        known = failure if isinstance(failure, GoldenAmiError) else explained(failure)
        if known is None:
            raise
        prefix = f"{what}: " if what else ""
        if is_denied(failure):
            action = lacking(failure)
            yield undecided(f"{prefix}may not do {action}", f"attach the reader's policy to your role: it has {action}")
        else:
            yield undecided(f"{prefix}{known.message}", known.remedy)
