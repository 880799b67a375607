"""What others change behind the runbook's back."""

import json
from collections.abc import Mapping
from typing import Any

from golden_ami.names import OUTCOME_TAG
from verification.configurations import ACCOUNT, HOME
from verification.factory import Factory
from verification.local import DirectAws
from verification.scenarios import STRANGER
from verification.state import Eyes


def tamper(local: DirectAws, factory: Factory, how: str) -> None:
    """Change what an image is shared with, or what it is encrypted with."""
    match how:
        case "share-opened":
            local.plain("ram").update_resource_share(resourceShareArn=factory.share_arn, allowExternalPrincipals=True)
        case "receiver-added":
            local.plain("ram").associate_resource_share(resourceShareArn=factory.share_arn, principals=["333333333333"])
        case "distribution-shares":
            _distribute(local, factory, {"launchPermission": {"userIds": [STRANGER]}})
        case "other-key":
            _distribute(local, factory, {"kmsKeyId": f"arn:aws:kms:{HOME}:{ACCOUNT}:alias/aws/ebs"})
        case "key-closed":
            last = factory.configuration.regions[-1]
            kms = local.plain("kms", last)
            policy = json.loads(kms.get_key_policy(KeyId=factory.keys[last], PolicyName="default")["Policy"])
            policy["Statement"] = policy["Statement"][:1]
            kms.put_key_policy(KeyId=factory.keys[last], PolicyName="default", Policy=json.dumps(policy))


def replace_evidence(local: DirectAws, factory: Factory, execution: str) -> None:
    """Write other evidence in the place of an execution's, as nobody may."""
    key = f"{factory.image.names.evidence_folder}/{execution}.json"
    local.plain("s3").put_object(Bucket=factory.image.evidence_bucket, Key=key, Body=b"no JSON")


def _distribute(local: DirectAws, factory: Factory, ami: dict[str, Any]) -> None:
    local.plain("imagebuilder").update_distribution_configuration(
        distributionConfigurationArn=factory.image.distribution_arn,
        distributions=[{"region": each, "amiDistributionConfiguration": ami} for each in factory.configuration.regions],
        clientToken="tampered",
    )


def protect(local: DirectAws, amis: Mapping[str, Any], *, lasts: bool) -> None:
    """Protect AMIs, by Region, from being deregistered; what lasts is in force for a day after it is ended."""
    for region, ami in amis.items():
        local.plain("ec2", region).enable_image_deregistration_protection(ImageId=ami.id, WithCooldown=lasts)


def revoke(local: DirectAws, factory: Factory, eyes: Eyes, image: str) -> None:
    """Take an image from everybody, as a revocation does that begins and ends in this moment."""
    local.plain("imagebuilder").tag_resource(resourceArn=image, tags={OUTCOME_TAG: "revoked"})
    path, record = factory.image.names.parameter, eyes.record()
    previous = record.pop("previous", {})
    stays = previous if record.get("image") == image else record
    for region, ami in eyes.amis(image).items():
        ssm, ec2 = local.plain("ssm", region), local.plain("ec2", region)
        if eyes.parameter("ami", region) == ami.id:
            _give(ssm, f"{path}/ami", stays.get("amis", {}).get(region))
        if ami.launch_permissions:
            ec2.modify_image_attribute(ImageId=ami.id, LaunchPermission={"Remove": list(ami.launch_permissions)})
    if image in {record.get("image"), previous.get("image")}:
        _give(local.plain("ssm"), f"{path}/approved", json.dumps(stays) if stays else None)
    if eyes.given(image).shares:
        local.plain("ram").disassociate_resource_share(resourceShareArn=factory.share_arn, resourceArns=[image])


def _give(ssm: Any, name: str, value: str | None) -> None:
    if value:
        ssm.put_parameter(Name=name, Value=value, Overwrite=True)
    else:
        ssm.delete_parameter(Name=name)


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
        events, rule = local.plain("events"), factory.image.names.scope.outcome_rule
        for each in events.list_rules(NamePrefix=rule)["Rules"]:
            events.disable_rule(Name=each["Name"])
