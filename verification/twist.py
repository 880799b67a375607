"""A twist: one thing that happens on the way, beside the build and the decision of a scenario."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verification.configurations import RICH, Configuration

if TYPE_CHECKING:
    from verification.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Twist:
    """What happens beside the build and the decision of a scenario.

    Attributes
    ----------
    steps : frozenset of str
        Steps that have to cope with it.
    told : str
        Outcome that it leads to; empty when it changes none.
    on : tuple of (Configuration, int)
        Configurations and histories that it is tried with.
    build, decision, retires, revokes, rolls_back : str, str, str, str, bool
        As a scenario has them.
    spoiled : str
        What others have done to the image that is revoked or becomes current again; see ``verification.spoiling``.
    before : callable or None
        What is done before the start.
    at : tuple of (str, str)
        Steps and operations at which something is done.
    act : callable or None
        What is done then, with the answer when it comes afterwards.
    after, always : bool
        Whether that is after the call, and each time.
    by_others : bool
        Whether others give the image away, which is not the runbook's doing.
    unknown : bool
        Whether nobody can say any more what was before.
    noisy : bool
        Whether it has to be told that not all could be recorded or marked, too.
    revoked : bool
        Whether somebody revokes the image, so that its approval counts no more.
    """

    steps: frozenset[str] = frozenset()
    told: str = ""
    on: tuple[tuple[Configuration, int], ...] = ((RICH, 1),)
    build: str = "fine"
    decision: str = "approved"
    retires: str = ""
    revokes: str = ""
    rolls_back: bool = False
    spoiled: str = "nothing"
    before: Callable[["Stage"], None] | None = None
    at: tuple[tuple[str, str], ...] = ()
    act: Callable[["Stage", dict[str, Any]], None] | None = None
    after: bool = False
    always: bool = False
    by_others: bool = False
    unknown: bool = False
    noisy: bool = False
    revoked: bool = False
