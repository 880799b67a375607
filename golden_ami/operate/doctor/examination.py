"""Make checks, and gather what they say."""

from collections.abc import Iterator, Sequence

from golden_ami.errors import InputError
from golden_ami.operate.doctor.check import Check, Finding, Severity, guarded
from golden_ami.operate.doctor.registry import CHECKS
from golden_ami.operate.doctor.site import Site
from golden_ami.operate.place import Place
from golden_ami.operate.unknown import Unknown, asked


def examine(place: Place, names: Sequence[str] = ()) -> Iterator[Finding]:
    """Examine a deployment, check by check.

    Parameters
    ----------
    place : Place
        The deployment.
    names : sequence of str
        Which checks; all without any.

    Raises
    ------
    InputError
        When there is no such check.
    """
    for name in names:
        if name not in CHECKS:
            raise InputError(f"there is no check {name!r}", remedy=f"name one of: {', '.join(CHECKS)}")
    site = Site(place)
    chosen = [CHECKS[name] for name in CHECKS if not names or name in names]
    absent = not _is_there(site)
    for each in chosen:
        if each.needs_deployment and absent:
            text = f"waits for a deployment: {each.about}"
            yield Finding(check=each.name, severity=Severity.waiting, what=text, remedy="")
        else:
            yield from _made(each, site)


def _is_there(site: Site) -> bool:
    """Tell whether there is a deployment; one that cannot be seen is, so that its checks say what they may not do."""
    there = asked(lambda: site.is_deployed)
    return isinstance(there, Unknown) or there


def _made(each: Check, site: Site) -> Iterator[Finding]:
    found = list(guarded("", each.problems, site))
    for problem in found:
        yield Finding(check=each.name, severity=problem.severity, what=problem.what, remedy=problem.remedy)
    if not found:
        yield Finding(check=each.name, severity=Severity.ok, what=each.about)
