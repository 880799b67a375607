"""An instance refresh, from its start to its end, on the sandbox's clock.

Source: InstanceRefresh, RefreshPreferences (EC2 Auto Scaling API Reference). The instances are replaced all at once, at
a good end; how long each state lasts is this module's choice.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.exceptions import ServiceException

from golden_ami.sandbox.autoscaling import instances
from golden_ami.sandbox.autoscaling.scenario import RefreshScenario
from golden_ami.sandbox.clock import CLOCK, now
from golden_ami.sandbox.ec2.images import is_available
from golden_ami.sandbox.ec2.launches import resolved

ACTIVE: Final = frozenset({"Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"})
_MINUTE: Final = 60
_ROLLING_BACK: Final = 0.2
"""Part of a refresh's time that its rollback takes."""


@dataclass(kw_only=True)
class Refresh:
    """An instance refresh.

    Attributes
    ----------
    group : FakeAutoScalingGroup
        moto's group.
    version : str or None
        Number of the wanted version of the group's launch template; None for the one that the group uses.
    request : dict
        As it was asked for.
    scenario : RefreshScenario
        How it goes.
    """

    group: FakeAutoScalingGroup
    version: str | None
    request: dict[str, Any]
    scenario: RefreshScenario
    identifier: str = field(default_factory=lambda: str(uuid4()))
    status: str = "Pending"
    reason: str | None = None
    started: datetime = field(default_factory=now)
    ended: datetime | None = None

    def start(self) -> None:
        """Begin; where skip matching leaves nothing to replace, it ends at once."""
        states = self.group.instance_states
        wanted = self.version or instances.current_version(self.group)
        if self._prefers("SkipMatching") and all(instances.launched_version(each) == wanted for each in states):
            self._succeed()
            return
        minutes = self.scenario.minutes
        CLOCK.schedule(minutes * _MINUTE / 10, partial(self._proceed, "Pending", self._work))
        if not self.scenario.never_ends:
            CLOCK.schedule(minutes * _MINUTE, partial(self._proceed, "InProgress", self._end))

    def cancel(self) -> None:
        """End without undoing anything."""
        self._settle("Cancelled", "The instance refresh was cancelled.")

    def describe(self) -> dict[str, Any]:
        """Return what DescribeInstanceRefreshes shows."""
        done = self.status == "Successful"
        shown = {
            "InstanceRefreshId": self.identifier,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": self.started,
            "EndTime": self.ended,
            "PercentageComplete": 100 if done else 0,
            "InstancesToUpdate": 0 if done else len(self.group.instance_states),
            "Preferences": self.request.get("Preferences"),
            "DesiredConfiguration": self.request.get("DesiredConfiguration"),
            "Strategy": self.request.get("Strategy", "Rolling"),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def _prefers(self, preference: str) -> bool:
        return bool(self.request.get("Preferences", {}).get(preference))

    def _proceed(self, status: str, action: Any) -> None:
        """Go on, unless it has been cancelled meanwhile."""
        if self.status == status:
            action()

    def _work(self) -> None:
        self.status = "InProgress"

    def _end(self) -> None:
        if self.scenario.ends == "Failed":
            self._fail(self.scenario.why)
        elif not self._can_launch():
            self._fail("The AMI of the launch template's version is not available, so no instance can be launched.")
        else:
            self._succeed()

    def _can_launch(self) -> bool:
        template, account, region = self.group.ec2_launch_template, self.group.account_id, self.group.region
        version = self.version or self.group.launch_template_version
        try:
            ami = resolved(template.get_version(version).image_id if template else "", account, region)
        except ServiceException:
            return False
        return is_available(ami, account, region)

    def _fail(self, why: str) -> None:
        if not self._prefers("AutoRollback"):
            self._settle("Failed", why)
            return
        self.status, self.reason = "RollbackInProgress", why
        end = partial(self._settle, "RollbackSuccessful", why)
        CLOCK.schedule(
            self.scenario.minutes * _MINUTE * _ROLLING_BACK, partial(self._proceed, "RollbackInProgress", end)
        )

    def _succeed(self) -> None:
        instances.replace(self.group, self.version, skip_matching=self._prefers("SkipMatching"))
        self._settle("Successful", None)

    def _settle(self, status: str, reason: str | None) -> None:
        self.status, self.reason, self.ended = status, reason, now()
