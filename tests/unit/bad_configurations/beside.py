"""Mistakes in what is deployed beside the factories: the organization's policies, consumers, the bucket of states."""

from typing import Any

from tests.unit.bad_configurations import Case

DEPLOYER = "arn:aws:iam::222222222222:role/Deployer"
POLICIES = "organization_policies"
PLACE = {"account": "111111111111", "region": "eu-west-1"}
SHARED = ("deployments.prod-eu.sharing.share_parameter", True)


def _policies(**parts: Any) -> tuple[str, Any]:
    return (POLICIES, {**PLACE, **parts})


def _guardrails(**parts: Any) -> tuple[str, Any]:
    return _policies(guardrails={"targets": ["workloads"], "deployers": [DEPLOYER], **parts})


def _consumer(**parts: Any) -> tuple[str, Any]:
    consumer = {"account": "333333333333", "region": "eu-west-1", "deployment": "prod-eu", "image": "web"}
    return ("consumers", {"front": {**consumer, "instance_type": "m7i.large", **parts}})


CASES: list[Case] = [
    (
        "policies that do nothing",
        [_policies()],
        [f"{POLICIES}: does nothing; add share_with_organization, images or guardrails, or remove it"],
    ),
    (
        "RAM's sharing from a member account",
        [(POLICIES, {"account": "222222222222", "region": "eu-west-1", "share_with_organization": True})],
        [
            f"{POLICIES}.share_with_organization: works in the management account 111111111111 only; switch it on there "
            "and remove it here"
        ],
    ),
    (
        "targets that no policy can have",
        [_policies(images={"targets": ["nobody", "111111111111", "workloads", "workloads"]})],
        [
            f"{POLICIES}.images.targets[0]: 'nobody' is no unit, account id or root; write twelve digits in quotes, "
            "r-ab12, or a unit (there: workloads, sandboxes)",
            f"{POLICIES}.images.targets[1]: '111111111111' is the management account, which no policy confines; name a "
            "member",
            f"{POLICIES}.images.targets[3]: 'workloads' is there twice; remove one",
        ],
    ),
    (
        "a factory that the guardrails do not reach",
        [_guardrails(targets=["333333333333"])],
        [
            f"{POLICIES}.guardrails.targets: leave the account 222222222222 of 'prod-eu' unprotected; add it, its unit or "
            "the root"
        ],
    ),
    (
        "a deployer of another partition, and one that is none",
        [_guardrails(deployers=["arn:aws-cn:iam::222222222222:role/A", "arn:aws:iam::222222222222:user/b"])],
        [
            f"{POLICIES}.guardrails.deployers[0]: 'arn:aws-cn:iam::222222222222:role/A' is no role of partition 'aws'; name "
            "one by its ARN",
            f"{POLICIES}.guardrails.deployers[1]: 'arn:aws:iam::222222222222:user/b' is no role of partition 'aws'; name "
            "one by its ARN",
        ],
    ),
    (
        "a factory without its parents",
        [
            _policies(images={"targets": ["r-ab12"], "allowed_images": "enabled", "providers": ["555555555555"]}),
            ("deployments.prod-eu.block_public_images", False),
        ],
        [
            f"{POLICIES}.images.providers: leave out amazon, whose images the factory 'prod-eu' builds upon; add it, or "
            "name targets without account 222222222222"
        ],
    ),
    (
        "providers that are none, and one that needs no naming",
        [_policies(images={"targets": ["workloads"], "providers": ["amazon", "222222222222"]})],
        [f"{POLICIES}.images.providers[1]: '222222222222' is a factory's account, always allowed; remove it"],
    ),
    (
        "two that block public images",
        [_policies(images={"targets": ["222222222222"]})],
        [
            "deployments.prod-eu.block_public_images: is the business of organization_policies.images, which nobody may "
            "change in an account; set it to false"
        ],
    ),
    (
        "a consumer of nothing",
        [_consumer(deployment="prod-us")],
        ["consumers.front.deployment: there is no deployment 'prod-us'; name one of: prod-eu"],
    ),
    (
        "a consumer of an image that is not built there",
        [_consumer(image="base")],
        ["consumers.front.image: 'prod-eu' builds no image 'base'; name one of: web"],
    ),
    (
        "a consumer whose parameter is not shared",
        [_consumer()],
        ["consumers.front.image: the parameter of 'web' is not shared; set sharing.share_parameter: true there"],
    ),
    (
        "a consumer in another Region",
        [SHARED, _consumer(region="eu-west-3")],
        [
            "consumers.front.region: 'eu-west-3' is not 'eu-west-1', where 'prod-eu' shares its parameter; RAM shares none "
            "elsewhere"
        ],
    ),
    (
        "a consumer in the factory",
        [SHARED, _consumer(account="222222222222")],
        ["consumers.front.account: '222222222222' is the factory's own; use rollout of the image there"],
    ),
    (
        "a group that cannot be",
        [SHARED, _consumer(group={"subnets": ["subnet-0a1b2c3d"], "min_size": 3, "max_size": 2})],
        ["consumers.front.group.min_size: 3 is more than max_size; lower it"],
    ),
    (
        "a topic of somebody else",
        [SHARED, _consumer(alarm_topic="arn:aws:sns:eu-west-1:444444444444:operations")],
        [
            "consumers.front.alarm_topic: 'arn:aws:sns:eu-west-1:444444444444:operations' is of account '444444444444', not "
            "'333333333333'; name a topic of this deployment"
        ],
    ),
    (
        "a consumer before its factory",
        [SHARED, ("deployments.prod-eu.wave", 3), _consumer(wave=3)],
        [
            "consumers.front.wave: 3 is not after 3, the wave of 'prod-eu', whose parameter it reads; write 4 or more, or "
            "remove it"
        ],
    ),
    (
        "a consumer that is called like a deployment",
        [
            SHARED,
            ("consumers", {"prod-eu": _consumer()[1]["front"]}),
        ],
        ["consumers.prod-eu: 'prod-eu' is the name of a deployment; choose another one"],
    ),
    (
        "a deployment that is called like a stack",
        [
            (
                "deployments.organization",
                {"account": "444444444444", "region": "eu-west-1", "approval": {"approvers": ["role/A"]}},
            )
        ],
        ["deployments.organization: 'organization' is the name of a stack of its own; choose another one"],
    ),
    (
        "a role of another account for the bucket of states",
        [
            (
                "state",
                {
                    "backend": "s3",
                    "bucket": "example-state",
                    "region": "eu-west-1",
                    "bootstrap": {
                        "account": "222222222222",
                        "assume_role": {"arn": "arn:aws:iam::333333333333:role/Deployer"},
                    },
                },
            )
        ],
        [
            "state.bootstrap.assume_role.arn: 'arn:aws:iam::333333333333:role/Deployer' is of account '333333333333', not "
            "'222222222222'; name a role of this deployment"
        ],
    ),
]
