"""Find what was built, check that nobody can use it yet, and word the request for approval."""

from typing import Any

from _aws import call
from _share import statuses

LONGEST_MESSAGE = 4096


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return the AMI of each Region, and the request."""
    image = call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]
    amis = {ami["region"]: ami["image"] for ami in image["outputResources"]["amis"]}
    if set(amis) != set(events["regions"]):
        raise ValueError(f"AMIs are in {sorted(amis)}, and must be in exactly {sorted(events['regions'])}")
    for region, ami in amis.items():
        _is_private(region, ami)
    if events.get("share"):
        _is_not_in(events["share"], events["image"])
    return {"amis": amis, "request": _request(events, amis)}


def _is_private(region: str, ami: str) -> None:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="launchPermission")
    if answer["LaunchPermissions"]:
        raise ValueError(f"{ami} in {region} is shared already, before any approval: {answer['LaunchPermissions']}")


def _is_not_in(share: str, image: str) -> None:
    if statuses(share, image) - {"DISASSOCIATED"}:
        raise ValueError(f"{image} is in resource share {share} already, before any approval")


def _request(events: dict[str, Any], amis: dict[str, str]) -> str:
    console = {"aws-cn": "amazonaws.cn", "aws-us-gov": "amazonaws-us-gov.com"}.get(
        events["partition"], "aws.amazon.com"
    )
    home, execution = events["home"], events["execution"]
    lines = [
        f"Please approve or deny image {events['image']}",
        "",
        *(f"AMI in {region}: {ami}" for region, ami in amis.items()),
        f"Findings: {events.get('findings') or 'NOT SCANNED. NOBODY KNOWS WHAT THIS IMAGE CONTAINS.'}",
        f"Approvals needed: {events['required']} of {', '.join(events['approvers'])}",
        f"May launch after approval: {', '.join(events.get('launch') or ['nobody'])}",
        f"Resource share after approval: {events.get('share') or 'none'}",
        "",
        f"https://{home}.console.{console}/systems-manager/automation/execution/{execution}?region={home}",
        f"aws ssm send-automation-signal --region {home} --automation-execution-id {execution} "
        "--signal-type Approve --payload Comment=REASON    (or --signal-type Reject)",
    ]
    text = "\n".join(lines)
    if len(text) <= LONGEST_MESSAGE:
        return text
    cut = "\n[Shortened: the execution in the console has all of it.]"
    return text[: LONGEST_MESSAGE - len(cut)] + cut
