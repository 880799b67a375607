"""Take an image back from everybody, whatever fails on the way; then name what is left."""

from datetime import date, timedelta
from typing import Any

from _aws import call, code
from _description import describe
from _tried import tried
from _unshare import take_out, unshare
from _withdraw import withdraw

TAG = "golden-ami:outcome"
REVOKED = "revoked"


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Tag first, so that no request that waits for it is answered any more; then end what others have, and say so."""
    image = events["image"]
    left = tried(f"tag of {image}", _tag, image)
    left += tried("parameters", withdraw, events["parameter"], image)
    amis = [(region, ami) for region, some in events["amis"].items() for ami in some.split(",")]
    for region, ami in amis:
        left += tried(f"launch permissions of {ami} in {region}", unshare, region, ami)
    if events.get("share"):
        left += tried(f"image in {events['share']}", take_out, events["share"], image)
    for region, ami in amis:
        left += tried(f"marks of {ami} in {region}", _mark, region, ami, events)
    if left:
        raise RuntimeError("Could not be taken back: " + "; ".join(left))
    return {"revoked": image}


def _tag(image: str) -> None:
    try:
        call("imagebuilder", "TagResource", resourceArn=image, tags={TAG: REVOKED})
    except Exception as error:
        # Its AMIs may be there still.
        if code(error) != "ResourceNotFoundException":
            raise


def _mark(region: str, ami: str, events: dict[str, Any]) -> None:
    call("ec2", "CreateTags", region=region, Resources=[ami], Tags=[{"Key": TAG, "Value": REVOKED}])
    # A date of the past is refused, and today's midnight is in the past.
    tomorrow = date.fromisoformat(events["today"]) + timedelta(days=1)
    call("ec2", "EnableImageDeprecation", region=region, ImageId=ami, DeprecateAt=f"{tomorrow.isoformat()}T00:00:00Z")
    describe(region, ami, f"REVOKED {events['today']}: launch another one")
