"""What takes an image up by itself after its approval: a launch template, and the Auto Scaling group that uses it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import LaunchTemplateId, Model, matching

_OF_A_GROUP = ("min_healthy_percentage", "timeout_minutes", "instance_role")

GroupName = Annotated[
    str,
    AfterValidator(
        matching(
            r"[A-Za-z0-9][\w.+=,@/ -]{0,254}",
            "is not the name of an Auto Scaling group that a policy can name; use letters, digits and . + = , @ / - _",
        )
    ),
]
RoleName = Annotated[
    str,
    AfterValidator(
        matching(r"role/[\w+=,.@/-]{1,512}", "is no role of this account; write role/Name, path and name as IAM has it")
    ),
]


class Rollout(Model):
    """A rollout after each approval: a new version of a launch template, and an instance refresh with it.

    Attributes
    ----------
    launch_template : str
        Id of a launch template in the deployment's account and home Region. Its default version is the model of each
        new one, and the new one is the default when it has been rolled out.
    auto_scaling_group : str, optional
        Name of a group that uses this template. Without it, there is a new default version only.
    min_healthy_percentage : int, optional
        Percentage of the group that stays in service during the refresh. Without it, the group's instance maintenance
        policy decides, and otherwise Auto Scaling's 90.
    timeout_minutes : int
        How long the runbook waits for the refresh, 10 to 1440; the refresh itself is not stopped then.
    instance_role : str, optional
        ``role/Name`` of the template's instance profile, where it has one: who starts a refresh must pass it.
    """

    launch_template: LaunchTemplateId
    auto_scaling_group: GroupName | None = None
    min_healthy_percentage: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    timeout_minutes: Annotated[int, Field(strict=True, ge=10, le=1440)] = 60
    instance_role: RoleName | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Rollout":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[Problem]:
        if self.auto_scaling_group is None:
            for key in _OF_A_GROUP:
                if key in self.model_fields_set:
                    yield Problem((key,), "is never used without auto_scaling_group; add that or remove this")
