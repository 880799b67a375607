"""What rolling out needs, and what must stay impossible for it: other templates, other groups, other AMIs."""

from collections.abc import Iterator

from tests.roles.conftest import Case, Change, Request, at, says, without
from tests.runbooks.conftest import NAMES

SCOPE = NAMES.scope
TEMPLATE = SCOPE.arn("ec2", "launch-template/lt-0123456789abcdef0")
OTHER = SCOPE.arn("ec2", "launch-template/lt-0fedcba9876543210")
GROUP = SCOPE.arn("autoscaling", "autoScalingGroup:0aa1bb22-3c3c:autoScalingGroupName/web-servers")
AMI = "arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0"
IMAGE = SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.2.3/4")
FOREIGN = SCOPE.arn("imagebuilder", "image/golden-ami-web-server-beta/1.2.3/4")
BUILT_AS = "ec2:ResourceTag/Ec2ImageBuilderArn"
WITH = "ec2:LaunchTemplate"
LAUNCHED = ("instance", "network-interface", "volume")
WITH_ANOTHER: dict[str, Change] = {"with another template": says(WITH, OTHER), "without a template": without(WITH)}


def rolling_out() -> Iterator[Case]:
    """Make a version, refresh the group with it, and make it the default one."""
    for action in ("CreateLaunchTemplateVersion", "ModifyLaunchTemplate"):
        yield Case(f"{action} of its template", Request(f"ec2:{action}", TEMPLATE), {"another template": at(OTHER)})
    for action in (
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeInstanceRefreshes",
        "ec2:DescribeLaunchTemplateVersions",
    ):
        yield Case(action, Request(action))
    yield Case(
        "refresh its group",
        Request("autoscaling:StartInstanceRefresh", GROUP),
        {"another group": at(f"{GROUP}-beta"), "of another account": at(GROUP.replace(SCOPE.account, "444444444444"))},
    )
    yield from _launching()
    for kind in LAUNCHED:
        yield Case(
            f"tag a new {kind}",
            Request("ec2:CreateTags", SCOPE.arn("ec2", f"{kind}/*"), {"ec2:CreateAction": "RunInstances"}),
            {
                "one that is there": without("ec2:CreateAction"),
                "one that another action makes": says("ec2:CreateAction", "CreateSnapshot"),
                "an AMI": at(AMI),
            },
        )
    yield Case(
        "pass the role of its instances",
        Request("iam:PassRole", SCOPE.iam("role/web-server"), {"iam:PassedToService": "ec2.amazonaws.com"}),
        {
            "another role": at(SCOPE.iam("role/Admin")),
            "to Systems Manager": says("iam:PassedToService", "ssm.amazonaws.com"),
            "to nobody": without("iam:PassedToService"),
        },
    )


def _launching() -> Iterator[Case]:
    yield Case("launch with its template", Request("ec2:RunInstances", TEMPLATE, {WITH: TEMPLATE}), WITH_ANOTHER)
    for kind in (*LAUNCHED, "key-pair", "security-group", "subnet"):
        yield Case(
            f"launch with a {kind}",
            Request("ec2:RunInstances", SCOPE.arn("ec2", f"{kind}/*"), {WITH: TEMPLATE}),
            WITH_ANOTHER | {"in another Region": at(SCOPE.arn("ec2", f"{kind}/*", region="us-west-2"))},
        )
    yield Case(
        "launch its AMI",
        Request("ec2:RunInstances", AMI, {WITH: TEMPLATE, BUILT_AS: IMAGE, "ec2:Owner": SCOPE.account}),
        WITH_ANOTHER
        | {
            "built from another recipe": says(BUILT_AS, FOREIGN),
            "not built by Image Builder": without(BUILT_AS),
            "of another owner": says("ec2:Owner", "444444444444"),
            "in another Region": at(AMI.replace("eu-west-1", "us-west-2")),
        },
    )
