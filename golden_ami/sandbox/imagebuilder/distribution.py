"""What becomes of a built image: AMIs with their snapshots in the Regions of its distribution configuration.

Source: AmiDistributionConfiguration, LaunchPermissionConfiguration (Image Builder API Reference); "Tag your resources"
(User Guide): AMIs have the tags ``CreatedBy`` and ``Ec2ImageBuilderArn``. Launch permissions that a configuration
names are given here, before anybody can have looked at the image.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.imagebuilder.images import Image
from golden_ami.sandbox.neighbours import architecture_of, register_ami

_AMI: Final = "amiDistributionConfiguration"
_MODELLED: Final = frozenset({"region", _AMI})
_VARIABLE: Final = re.compile(r"\{\{\s*imagebuilder:(buildDate|buildVersion)\s*\}\}")
_PERMISSIONS: Final = {
    "userIds": "UserId",
    "userGroups": "Group",
    "organizationArns": "OrganizationArn",
    "organizationalUnitArns": "OrganizationalUnitArn",
}
"""EC2's names of what a launch permission is given to, by Image Builder's."""


def check_distribution(configuration: Mapping[str, Any]) -> None:
    """Refuse a distribution whose effects the sandbox does not have.

    Raises
    ------
    NotImplementedError
        When it does more than to make AMIs.
    """
    for distribution in configuration.get("distributions", []):
        for name in sorted(name for name, value in distribution.items() if value and name not in _MODELLED):
            raise NotImplementedError(f"The effect of {name} in a distribution is not modelled.")


def distribute(image: Image, *, home: str) -> list[dict[str, str]]:
    """Register the AMIs of an image.

    Parameters
    ----------
    image : Image
        What is distributed.
    home : str
        Where it was built; its only Region when no distribution is configured.

    Returns
    -------
    list[dict[str, str]]
        The AMIs as ``outputResources`` shows them, without the Regions that the scenario loses.
    """
    configured = image.attributes.get("distributionConfiguration", {}).get("distributions") or [{"region": home}]
    amis: list[dict[str, str]] = []
    for distribution in configured:
        if distribution["region"] in image.scenario.missing_regions:
            continue
        accounts = dict.fromkeys([image.arn.account, *distribution.get(_AMI, {}).get("targetAccountIds", [])])
        amis += [_register(image, distribution, account, home=home) for account in accounts]
    return amis


def _register(image: Image, distribution: Mapping[str, Any], account: str, *, home: str) -> dict[str, str]:
    region, ami = distribution["region"], distribution.get(_AMI, {})
    recipe = image.attributes["imageRecipe"]
    at_home = region == home and account == image.arn.account
    description = ami.get("description") or (recipe.get("description") if at_home else None)
    name = _expanded(ami.get("name") or f"{image.attributes['name']} {{{{ imagebuilder:buildDate }}}}", image)
    disks = [mapping.get("ebs", {}) for mapping in recipe.get("blockDeviceMappings", [])]
    own_key = next((disk["kmsKeyId"] for disk in disks if at_home and "kmsKeyId" in disk), None)
    own_tags = recipe.get("amiTags", {}) if at_home else {}
    found = register_ami(
        account,
        region,
        name=name,
        description=description,
        windows=image.attributes["platform"] == "Windows",
        architecture=architecture_of(image.arn.account, home, recipe["parentImage"]),
        created=now(),
        tags=own_tags
        | ami.get("amiTags", {})
        | {"Ec2ImageBuilderArn": str(image.arn), "CreatedBy": "EC2 Image Builder"},
        encrypted=any(disk.get("encrypted") for disk in disks),
        key=ami.get("kmsKeyId") or own_key,
        permissions=_permissions(image, ami.get("launchPermission", {})),
    )
    shown = {"region": region, "image": found, "name": name, "accountId": account}
    return shown | ({"description": description} if description else {})


def _permissions(image: Image, configured: Mapping[str, list[str]]) -> list[dict[str, str]]:
    given = [{_PERMISSIONS[kind]: value} for kind, values in configured.items() for value in values]
    interfered = [{"UserId": account} for account in image.scenario.shares_with]
    return given + [permission for permission in interfered if permission not in given]


def _expanded(name: str, image: Image) -> str:
    """Put the build's date and number in the place of the variables."""
    values = {"buildDate": image.created.strftime("%Y-%m-%dT%H-%M-%S.%fZ"), "buildVersion": str(image.arn.build)}
    return _VARIABLE.sub(lambda match: values[match[1]], name)
