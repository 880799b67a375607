"""What others change behind the runbook's back."""

import json
from collections.abc import Mapping
from typing import Any

from verification.factory import Factory
from verification.local import DirectAws
from verification.scenarios import STRANGER


def tamper(local: DirectAws, factory: Factory, how: str) -> None:
    """Change what an image is shared with: open the share, add a receiver, or let Image Builder share by itself."""
    match how:
        case "share-opened":
            local.plain("ram").update_resource_share(resourceShareArn=factory.share_arn, allowExternalPrincipals=True)
        case "receiver-added":
            local.plain("ram").associate_resource_share(resourceShareArn=factory.share_arn, principals=["333333333333"])
        case "distribution-shares":
            ami = {"launchPermission": {"userIds": [STRANGER]}}
            regions = factory.configuration.regions
            local.plain("imagebuilder").update_distribution_configuration(
                distributionConfigurationArn=factory.image.distribution_arn,
                distributions=[{"region": each, "amiDistributionConfiguration": ami} for each in regions],
                clientToken="tampered",
            )


def protect(local: DirectAws, amis: Mapping[str, Any], *, lasts: bool) -> None:
    """Protect AMIs, by Region, from being deregistered; what lasts is in force for a day after it is ended."""
    for region, ami in amis.items():
        local.plain("ec2", region).enable_image_deregistration_protection(ImageId=ami.id, WithCooldown=lasts)


def untrust(local: DirectAws, role_arn: str) -> None:
    """End the trust of a role in Systems Manager."""
    nobody = {"Effect": "Deny", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    local.plain("iam").update_assume_role_policy(
        RoleName=role_arn.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [nobody]}),
    )


def deafen(local: DirectAws, factory: Factory, deaf: bool) -> None:
    """Let no event come when an execution ends, or leave it as it is."""
    if deaf:
        local.plain("events").disable_rule(Name=factory.image.names.scope.outcome_rule)
