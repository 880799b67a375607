"""Which version of its group's launch template an instance was launched with; moto says the default one of all.

Source: LaunchTemplateSpecification of Instance (EC2 Auto Scaling API Reference).
"""

from functools import wraps
from typing import Any, Final

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState

_VERSION: Final = "launched_version"


def install() -> None:
    """Let moto's groups note the version with which they launch."""
    launch: Any = FakeAutoScalingGroup.replace_autoscaling_group_instances
    if hasattr(launch, "of_sandbox"):
        return

    @wraps(launch)
    def launching(group: FakeAutoScalingGroup, *arguments: Any, **named: Any) -> None:
        launch(group, *arguments, **named)
        for state in group.instance_states:
            state.__dict__.setdefault(_VERSION, current_version(group))

    launching.of_sandbox = True  # type: ignore[attr-defined]
    FakeAutoScalingGroup.replace_autoscaling_group_instances = launching  # type: ignore[assignment, method-assign]
    InstanceState.launch_template = property(_launch_template)  # type: ignore[assignment, method-assign]


def current_version(group: FakeAutoScalingGroup) -> str | None:
    """Return the number of the version that a group launches with now; none without a launch template."""
    if group.ec2_launch_template is None:
        return None
    return str(group.ec2_launch_template.get_version(group.launch_template_version).number)


def launched_version(state: InstanceState) -> str | None:
    """Return the number of the version that an instance was launched with."""
    found: str | None = getattr(state, _VERSION, None)
    return found


def replace(group: FakeAutoScalingGroup, version: str | None, *, skip_matching: bool) -> None:
    """Let a group use a version from now on, and replace its instances.

    Parameters
    ----------
    group : FakeAutoScalingGroup
        moto's group.
    version : str or None
        Number of the version; None leaves the group as it is.
    skip_matching : bool
        Whether instances of the version are left alone.
    """
    template = group.ec2_launch_template
    if template is None:  # a refresh is started on no other group
        return
    wanted = version or current_version(group)
    old = [state for state in group.instance_states if not (skip_matching and launched_version(state) == wanted)]
    if version is not None:
        group._set_launch_configuration("", {"LaunchTemplateId": template.id, "Version": version}, None)
    group.instance_states = [state for state in group.instance_states if state not in old]
    if old:
        group.autoscaling_backend.ec2_backend.terminate_instances([state.instance.id for state in old])
        group.set_desired_capacity(group.desired_capacity)


def _launch_template(state: InstanceState) -> dict[str, Any] | None:
    group = state.auto_scaling_group
    if group is None or group.ec2_launch_template is None:
        return None
    template = group.ec2_launch_template
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "Version": launched_version(state) or str(template.default_version_number),
    }
