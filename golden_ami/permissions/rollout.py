"""What rolling an approved image out needs: one launch template, and one Auto Scaling group that uses it.

Auto Scaling checks that whoever gives a group a launch template may launch instances with it: `ec2:RunInstances`, and
where the template asks for it `ec2:CreateTags` and `iam:PassRole` ("Control Amazon EC2 launch template usage in Auto
Scaling groups", EC2 Auto Scaling User Guide). The instances themselves are launched by its service-linked role.
"""

from collections.abc import Callable

from golden_ami.permissions.confinement import Confinement
from golden_ami.permissions.statement import Statement

_Template = Callable[[Confinement], list[Statement]]

_LAUNCHED = ("instance", "network-interface", "volume")
_USED = ("key-pair", "security-group", "subnet")


def _everywhere(sid: str, action: str) -> _Template:
    """Grant an action for which the reference names no resource."""
    return lambda _: [Statement(sid=sid, actions=(action,), resources=("*",))]


def _template(sid: str, action: str) -> _Template:
    return lambda scope: [Statement(sid=sid, actions=(action,), resources=(scope.launch_template_arn,))]


def _refresh(scope: Confinement) -> list[Statement]:
    by_template: dict[str, str | list[str]] = {"ec2:LaunchTemplate": scope.launch_template_arn}
    return [
        Statement(
            sid="RefreshThisGroup",
            actions=("autoscaling:StartInstanceRefresh",),
            resources=(scope.auto_scaling_group_arn,),
        ),
        Statement(
            sid="LaunchWithThisTemplate",
            actions=("ec2:RunInstances",),
            resources=(scope.launch_template_arn, *_any_of(scope, *_LAUNCHED, *_USED)),
            conditions={"ArnEquals": by_template},
        ),
        # Image Builder tags each AMI with the image that it belongs to; no other one can be launched by this role.
        Statement(
            sid="LaunchAmisOfThisRecipe",
            actions=("ec2:RunInstances",),
            resources=scope.ami_arns,
            conditions={
                "ArnEquals": by_template,
                "ArnLike": {"ec2:ResourceTag/Ec2ImageBuilderArn": list(scope.images_arns)},
                "StringEquals": {"ec2:Owner": scope.names.account},
            },
        ),
        Statement(
            sid="TagWhatIsLaunched",
            actions=("ec2:CreateTags",),
            resources=_any_of(scope, *_LAUNCHED),
            conditions={"StringEquals": {"ec2:CreateAction": "RunInstances"}},
        ),
        *_pass_instance_role(scope),
    ]


def _pass_instance_role(scope: Confinement) -> list[Statement]:
    if not scope.instance_role_arn:
        return []
    # The partition of China has an EC2 principal of its own ("AWS service principals", China regions).
    suffix = scope.names.dns_suffix if scope.names.partition == "aws-cn" else "amazonaws.com"
    return [
        Statement(
            sid="PassTheRoleOfInstances",
            actions=("iam:PassRole",),
            resources=(scope.instance_role_arn,),
            conditions={"StringEquals": {"iam:PassedToService": f"ec2.{suffix}"}},
        )
    ]


def _any_of(scope: Confinement, *kinds: str) -> tuple[str, ...]:
    return tuple(scope.names.arn("ec2", f"{kind}/*") for kind in kinds)


ROLLOUT: dict[tuple[str, str], _Template] = {
    ("ec2", "DescribeLaunchTemplateVersions"): _everywhere(
        "ReadVersionsOfTemplates", "ec2:DescribeLaunchTemplateVersions"
    ),
    ("ec2", "CreateLaunchTemplateVersion"): _template("AddVersionsToThisTemplate", "ec2:CreateLaunchTemplateVersion"),
    ("ec2", "ModifyLaunchTemplate"): _template("SetItsDefaultVersion", "ec2:ModifyLaunchTemplate"),
    ("autoscaling", "DescribeAutoScalingGroups"): _everywhere("ReadGroups", "autoscaling:DescribeAutoScalingGroups"),
    ("autoscaling", "DescribeInstanceRefreshes"): _everywhere("ReadRefreshes", "autoscaling:DescribeInstanceRefreshes"),
    ("autoscaling", "StartInstanceRefresh"): _refresh,
}
"""What each API call of the rollout needs."""
