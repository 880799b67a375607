"""What an approved image is rolled out to."""

from typing import Any

from tests.unit.bad_configurations import Case

TEMPLATE = "lt-0123456789abcdef0"
AT = "deployments.prod-eu.images.web.rollout"


def _rollout(**settings: Any) -> list[tuple[str, Any]]:
    return [("deployments.prod-eu.images", {"web": {"rollout": {"launch_template": TEMPLATE, **settings}}})]


CASES: list[Case] = [
    (
        "launch template by name",
        _rollout(launch_template="web-servers"),
        [f"{AT}.launch_template: 'web-servers' is not a launch template id; it looks like lt-0123456789abcdef0"],
    ),
    (
        "no launch template",
        [("deployments.prod-eu.images", {"web": {"rollout": {"auto_scaling_group": "web"}}})],
        [f"{AT}.launch_template: is missing; add it"],
    ),
    (
        "group with a wildcard",
        _rollout(auto_scaling_group="web-*"),
        [
            f"{AT}.auto_scaling_group: 'web-*' is not the name of an Auto Scaling group that a policy can name; "
            "use letters, digits and . + = , @ / - _"
        ],
    ),
    (
        "more than everything healthy",
        _rollout(auto_scaling_group="web", min_healthy_percentage=101),
        [f"{AT}.min_healthy_percentage: 101 is more than 100; lower it"],
    ),
    (
        "no time for a refresh",
        _rollout(auto_scaling_group="web", timeout_minutes=1),
        [f"{AT}.timeout_minutes: 1 is less than 10; raise it"],
    ),
    (
        "settings of a group without one",
        _rollout(timeout_minutes=90, instance_role="role/web"),
        [
            f"{AT}.instance_role: is never used without auto_scaling_group; add that or remove this",
            f"{AT}.timeout_minutes: is never used without auto_scaling_group; add that or remove this",
        ],
    ),
    (
        "instance profile for a role",
        _rollout(auto_scaling_group="web", instance_role="instance-profile/web"),
        [
            f"{AT}.instance_role: 'instance-profile/web' is no role of this account; write role/Name, path and name as "
            "IAM has it"
        ],
    ),
    (
        "two images on one group",
        [
            (
                "images.other",
                {
                    "description": "Another",
                    "version": "1.0",
                    "parent": "ssm:/aws/service/ami-amazon-linux-latest/al2023",
                },
            ),
            (
                "deployments.prod-eu.images",
                {
                    name: {"rollout": {"launch_template": TEMPLATE, "auto_scaling_group": "web"}}
                    for name in ("web", "other")
                },
            ),
        ],
        [
            f"deployments.prod-eu.images.other.rollout.{key}: {named!r} is what web is rolled out to; name another one"
            for key, named in (("auto_scaling_group", "web"), ("launch_template", TEMPLATE))
        ],
    ),
]
