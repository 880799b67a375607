"""Make a version of the launch template that is the default one but for its AMI, unless there is one."""

from typing import Any

from _aws import call


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return its number."""
    template, execution, ami = events["template"], events["execution"], events["ami"]
    versions = call(
        "ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=template, Versions=["$Default", "$Latest"]
    )["LaunchTemplateVersions"]
    default = next(each for each in versions if each["DefaultVersion"])
    latest = max(versions, key=lambda each: each["VersionNumber"])
    wanted = f"golden-ami {execution} from version {default['VersionNumber']}"
    if _is_ours(default, ami) and default["VersionDescription"].startswith(f"golden-ami {execution} "):
        return {"version": str(default["VersionNumber"])}
    # One that was made from another default version would undo what somebody has mended since.
    if _is_ours(latest, ami) and latest["VersionDescription"] == wanted:
        return {"version": str(latest["VersionNumber"])}
    made = call(
        "ec2",
        "CreateLaunchTemplateVersion",
        LaunchTemplateId=template,
        SourceVersion=str(default["VersionNumber"]),
        VersionDescription=wanted,
        LaunchTemplateData={"ImageId": ami},
        ClientToken=f"{execution}-{default['VersionNumber']}-{latest['VersionNumber']}",
    )
    return {"version": str(made["LaunchTemplateVersion"]["VersionNumber"])}


def _is_ours(version: dict[str, Any], ami: str) -> bool:
    return version["LaunchTemplateData"].get("ImageId") == ami and bool(version.get("VersionDescription"))
