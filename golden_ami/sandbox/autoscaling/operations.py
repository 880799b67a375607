"""StartInstanceRefresh, DescribeInstanceRefreshes and CancelInstanceRefresh.

Source: these, DesiredConfiguration and RefreshPreferences (EC2 Auto Scaling API Reference). The
words of ValidationError are not documented. Mixed instances policies, groups without a launch template and
RollbackInstanceRefresh are not modelled.
"""

import threading
from typing import Any, Final

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult

from golden_ami.sandbox.autoscaling.refresh import ACTIVE, Refresh
from golden_ami.sandbox.autoscaling.scenario import take_next
from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems

_LOCK: Final = threading.RLock()
_ATTRIBUTE: Final = "instance_refreshes"


class AutoScalingRefusal(ServiceException):
    """Auto Scaling's error."""


def install() -> None:
    """Give moto's Auto Scaling the operations."""
    for operation in (start_instance_refresh, describe_instance_refreshes, cancel_instance_refresh):
        setattr(AutoScalingResponse, operation.__name__, operation)


def start_instance_refresh(response: AutoScalingResponse) -> ActionResult:
    """Answer StartInstanceRefresh; a group has one at a time."""
    parameters = _checked(response)
    with _LOCK:
        group = _group(response, parameters)
        if any(each.status in ACTIVE for each in refreshes(group)):
            raise AutoScalingRefusal(
                "InstanceRefreshInProgress",
                "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
            )
        refresh = Refresh(
            group=group,
            version=_wanted(group, parameters),
            request=parameters,
            scenario=take_next(response.autoscaling_backend),
        )
        refreshes(group).insert(0, refresh)
        refresh.start()
    return ActionResult({"InstanceRefreshId": refresh.identifier})


def describe_instance_refreshes(response: AutoScalingResponse) -> ActionResult:
    """Answer DescribeInstanceRefreshes, the last one first, in one page."""
    parameters = _checked(response)
    wanted = parameters.get("InstanceRefreshIds")
    with _LOCK:
        found = [
            each.describe()
            for each in refreshes(_group(response, parameters))
            if not wanted or each.identifier in wanted
        ]
    return ActionResult({"InstanceRefreshes": found})


def cancel_instance_refresh(response: AutoScalingResponse) -> ActionResult:
    """Answer CancelInstanceRefresh."""
    with _LOCK:
        group = _group(response, _checked(response))
        for each in refreshes(group):
            if each.status in ACTIVE:
                each.cancel()
                return ActionResult({"InstanceRefreshId": each.identifier})
    raise AutoScalingRefusal(
        "ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found for Auto Scaling group."
    )


def refreshes(group: FakeAutoScalingGroup) -> list[Refresh]:
    """Return the refreshes of a group, the last one first."""
    found: list[Refresh] = group.__dict__.setdefault(_ATTRIBUTE, [])
    return found


def _checked(response: AutoScalingResponse) -> dict[str, Any]:
    parameters: dict[str, Any] = response.params
    shape = get_service_model("autoscaling").operation_model(response._get_action()).input_shape
    for problem in problems(parameters, shape):
        raise AutoScalingRefusal("ValidationError", f"Value at '{problem.path}' {problem.text}")
    return parameters


def _group(response: AutoScalingResponse, parameters: dict[str, Any]) -> FakeAutoScalingGroup:
    name = parameters["AutoScalingGroupName"]
    found = response.autoscaling_backend.autoscaling_groups.get(name)
    if found is None:
        raise AutoScalingRefusal("ValidationError", f"AutoScalingGroup name not found - no such group: {name}")
    return found


def _wanted(group: FakeAutoScalingGroup, parameters: dict[str, Any]) -> str | None:
    """Return the number of the wanted version, or None where the group's own is to be used."""
    desired, template = parameters.get("DesiredConfiguration", {}), group.ec2_launch_template
    if group.mixed_instances_policy or template is None:
        raise NotImplementedError("Only refreshes of groups with a launch template are modelled.")
    wanted = desired.get("LaunchTemplate", {"LaunchTemplateId": template.id})
    if wanted.get("LaunchTemplateId") != template.id:
        raise NotImplementedError("Only refreshes to another version of the group's own template are modelled.")
    used = str(group.provided_launch_template_version or "$Default")
    now_used = template.get_version(group.launch_template_version)
    if parameters.get("Preferences", {}).get("AutoRollback") and (
        not used.isdigit() or now_used.image_id.startswith("resolve:ssm:")
    ):
        raise AutoScalingRefusal(
            "ValidationError", f"A rollback is not supported from version {used} and AMI {now_used.image_id}"
        )
    if not desired:
        return None
    version = str(wanted.get("Version", "$Default"))
    try:
        return str(template.get_version(version).number)
    except (ServiceException, ValueError) as error:
        raise AutoScalingRefusal(
            "ValidationError", f"The launch template {template.id} has no version {version}"
        ) from error
