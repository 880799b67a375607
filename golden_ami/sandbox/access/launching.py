"""What launch templates and Auto Scaling groups need, and whoever gives a group a template to launch with.

Source: the Service Authorization Reference (EC2, EC2 Auto Scaling); "Control Amazon EC2 launch template usage in Auto
Scaling groups" (EC2 Auto Scaling User Guide): the caller must be able to launch what the template says, with its tags
and its instance profile. That StartInstanceRefresh is judged so, as an update of the group is, users have published.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from moto.autoscaling.models import autoscaling_backends
from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from golden_ami.sandbox.access.evaluation import Need

if TYPE_CHECKING:
    from golden_ami.sandbox.access.requirements import Request, Rule

_KINDS: Final = ("instance", "network-interface", "security-group", "subnet", "volume")


def on_template(action: str) -> "Rule":
    """Make the rule of an action on a launch template."""

    def rule(request: "Request") -> Iterator[Need]:
        yield Need(action=action, resource=_template_arn(request, request.parameters["LaunchTemplateId"]))

    return rule


def start_refresh(request: "Request") -> Iterator[Need]:
    """List what StartInstanceRefresh needs."""
    name = request.parameters["AutoScalingGroupName"]
    group = autoscaling_backends[request.account][request.region].autoscaling_groups.get(name)
    arn = request.arn("autoscaling", f"autoScalingGroup:unknown:autoScalingGroupName/{name}")
    yield Need(action="autoscaling:StartInstanceRefresh", resource=group.arn if group else arn)
    template = request.parameters.get("DesiredConfiguration", {}).get("LaunchTemplate")
    if template:
        yield from _launching(request, template["LaunchTemplateId"], template.get("Version", "$Default"))


def _template_arn(request: "Request", identifier: str) -> str:
    return request.arn("ec2", f"launch-template/{identifier}")


def _launching(request: "Request", identifier: str, version: str) -> Iterator[Need]:
    template = ec2_backends[request.account][request.region].launch_templates.get(identifier)
    try:
        data: Mapping[str, Any] = template.get_version(version).data if template else {}
    except (ServiceException, ValueError):  # the request itself will say that there is no such version
        return
    arn = _template_arn(request, identifier)
    with_template = {"ec2:LaunchTemplate": [arn]}
    yield Need(action="ec2:RunInstances", resource=arn, context=with_template)
    for kind in (*_KINDS, *(["key-pair"] if data.get("KeyName") else [])):
        yield Need(action="ec2:RunInstances", resource=request.arn("ec2", f"{kind}/*"), context=with_template)
    ami = str(data.get("ImageId", ""))
    yield Need(
        action="ec2:RunInstances",
        resource=request.arn("ec2", f"image/{ami}", account=""),
        context=with_template | _of_ami(request, ami),
    )
    for tags in data.get("TagSpecifications", []):
        context = {"ec2:CreateAction": ["RunInstances"]}
        yield Need(action="ec2:CreateTags", resource=request.arn("ec2", f"{tags['ResourceType']}/*"), context=context)
    yield from _passing(request, data.get("IamInstanceProfile", {}))


def _of_ami(request: "Request", ami: str) -> dict[str, list[str]]:
    backend = ec2_backends[request.account][request.region]
    image = backend.amis.get(ami)
    if image is None:
        return {}
    tags = backend.tags.get(ami, {})
    return {"ec2:Owner": [image.owner_id]} | {f"ec2:ResourceTag/{key}": [value] for key, value in tags.items()}


def _passing(request: "Request", profile: Mapping[str, str]) -> Iterator[Need]:
    name = profile.get("Name") or profile.get("Arn", "").rsplit("/", 1)[-1]
    known = iam_backends[request.account][get_partition(request.region)].instance_profiles
    for each in known.values():
        if each.name == name:
            for role in each.roles:
                context = {"iam:PassedToService": ["ec2.amazonaws.com"]}
                yield Need(action="iam:PassRole", resource=role.arn, context=context)
