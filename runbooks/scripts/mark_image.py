"""Tag an image and its AMIs with how its execution ended, and put away one that was not approved."""

from datetime import date, timedelta
from typing import Any

from _aws import call, code, pages

TAG = "golden-ami:outcome"
RETIRABLE = "golden-ami:retirable"
NEVER_SHARED = ("denied", "expired", "build-failed", "scan-failed", "evidence-failed", "approval-invalid")
BUILDING = "executeImageCreation"
GONE = ("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "ResourceNotFoundException")


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Mark what the execution has built, wherever that still is; return what was marked."""
    arn = _built(events["execution"])
    image = _image(arn) if arn else {}
    if image.get("tags", {}).get("golden-ami:execution") != events["execution"]:
        return {"marked": "nothing"}
    # Its approval may end, and be told, after it was revoked: that it was decides who may have it.
    if image["tags"].get(TAG) == "revoked":
        return {"marked": "nothing"}
    call("imagebuilder", "TagResource", resourceArn=arn, tags=_tags(events))
    failed: list[Exception] = []
    for ami in image.get("outputResources", {}).get("amis", []):
        try:
            _mark(ami["region"], ami["image"], events)
        except Exception as error:  # the other Regions must still be tried
            failed += [error] if code(error) not in GONE else []
    if failed:
        raise failed[0]
    return {"marked": arn}


def _tags(events: dict[str, Any]) -> dict[str, str]:
    """Mark for deletion only what nobody can have been given."""
    retirable = events.get("retirable") if events["outcome"] in NEVER_SHARED else None
    return {TAG: events["outcome"]} | ({RETIRABLE: retirable} if retirable else {})


def _built(execution: str) -> str:
    """Find the image in the execution's history: it may have ended before there was any."""
    steps = pages(
        "ssm", "DescribeAutomationStepExecutions", "StepExecutions", "NextToken", AutomationExecutionId=execution
    )
    arns = [
        arn
        for step in steps
        if step["StepName"] == BUILDING
        for arn in step.get("Outputs", {}).get("imageBuildVersionArn", [])
        if arn.startswith("arn:")
    ]
    return str(arns[0]) if arns else ""


def _image(arn: str) -> dict[str, Any]:
    try:
        return dict(call("imagebuilder", "GetImage", imageBuildVersionArn=arn)["image"])
    except Exception as error:
        if code(error) in GONE:
            return {}
        raise


def _mark(region: str, ami: str, events: dict[str, Any]) -> None:
    call("ec2", "CreateTags", region=region, Resources=[ami], Tags=[{"Key": TAG, "Value": events["outcome"]}])
    if events["outcome"] == "approved":
        return
    if events.get("deprecate"):
        day = date.fromisoformat(events["today"]) + timedelta(days=int(events["deprecate"]))
        call("ec2", "EnableImageDeprecation", region=region, ImageId=ami, DeprecateAt=f"{day.isoformat()}T00:00:00Z")
    if events.get("disable"):
        # Whatever launch permissions there are, go with it; nothing that is not approved should have any.
        call("ec2", "DisableImage", region=region, ImageId=ami)
