"""Make the version that has been rolled out the default one, unless its image has been taken back meanwhile."""

from typing import Any

from _approved import approved_by
from _aws import call


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Set the default version; setting it again changes nothing."""
    approved_by(events["execution"], events["parameter"])
    call("ec2", "ModifyLaunchTemplate", LaunchTemplateId=events["template"], DefaultVersion=events["version"])
    return {"version": events["version"]}
