"""What the next instance refresh shall be like: one that fails, hangs or takes its time, on request.

A scenario waits in Auto Scaling of one account and Region, and applies once. It is part of the state, so a sandbox that
starts again has forgotten it.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from moto.autoscaling.models import AutoScalingBackend, autoscaling_backends

from golden_ami.sandbox.endpoint import DEFAULT_REGION
from golden_ami.sandbox.identifiers import FACTORY_ACCOUNT

_ATTRIBUTE: Final = "refresh_scenarios"


@dataclass(frozen=True, kw_only=True)
class RefreshScenario:
    """How one refresh goes; without any choice, well and in ten minutes.

    Attributes
    ----------
    ends : str
        How it ends. One that fails is rolled back where that was asked for.
    reason : str or None
        What DescribeInstanceRefreshes gives as reason of a bad end.
    minutes : float
        From the start to the end.
    never_ends : bool
        Whether it stays in progress until somebody cancels it.
    """

    ends: Literal["Successful", "Failed"] = "Successful"
    reason: str | None = None
    minutes: float = 10
    never_ends: bool = False

    @property
    def why(self) -> str:
        """The reason for a bad end."""
        return self.reason or "The sandbox was told that this instance refresh fails."


def next_refresh(scenario: RefreshScenario, account: str = FACTORY_ACCOUNT, region: str = DEFAULT_REGION) -> None:
    """Let the next refresh in an account and Region go as told; several wait in their order."""
    _waiting(autoscaling_backends[account][region]).append(scenario)


def take_next(backend: AutoScalingBackend) -> RefreshScenario:
    """Return the scenario of a refresh that starts now."""
    waiting = _waiting(backend)
    return waiting.popleft() if waiting else RefreshScenario()


def _waiting(backend: AutoScalingBackend) -> deque[RefreshScenario]:
    waiting: deque[RefreshScenario] = backend.__dict__.setdefault(_ATTRIBUTE, deque())
    return waiting
