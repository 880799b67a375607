"""Take an image back from everybody, whatever fails on the way; then name what is left."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from _aws import call, code, parameter
from _description import describe, says
from _tried import tried
from _unshare import take_out, unshare
from _versions import role_of
from _withdraw import withdraw

TAG = "golden-ami:outcome"
REVOKED = "revoked"
LOOKS = 6
PAUSE = 5


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Tag first, so that no request that waits for it is answered any more; then end what others have, and say so."""
    image, path = events["image"], events["parameter"]
    amis = [(region, ami) for region, some in events["amis"].items() for ami in some.split(",")]
    left = tried(f"tag of {image}", _tag, image)
    left += tried("parameters", withdraw, path, image, events["amis"])
    for region, ami in amis:
        left += tried(f"launch permissions of {ami} in {region}", unshare, region, ami)
    if events.get("share"):
        left += tried(f"image in {events['share']}", take_out, events["share"], image)
    for region, ami in amis:
        left += tried(f"marks of {ami} in {region}", _mark, region, ami, events["today"])
        left += tried(f"parameter in {region}", _is_not_found, path + "/ami", region, ami)
    left += tried("record of the approved image", _is_not_recorded, path, image)
    # What could not be looked at may be shared still.
    left += [events["unseen"]] if events["unseen"] != "nothing" else []
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


def _mark(region: str, ami: str, today: str) -> None:
    call("ec2", "CreateTags", region=region, Resources=[ami], Tags=[{"Key": TAG, "Value": REVOKED}])
    # A date of the past is refused. Today's midnight is in the past, and so may be the day on which people were asked.
    now = max(date.fromisoformat(today), datetime.now(UTC).date())
    tomorrow = (now + timedelta(days=1)).isoformat()
    call("ec2", "EnableImageDeprecation", region=region, ImageId=ami, DeprecateAt=f"{tomorrow}T00:00:00Z")
    if not says(region, ami, REVOKED.upper()):
        describe(region, ami, f"REVOKED {now.isoformat()}: launch another one")


def _is_not_found(name: str, region: str, ami: str) -> None:
    """Read back: Systems Manager looks at the AMI of a parameter after it has answered."""
    for _ in range(LOOKS):
        if parameter(name, region) != ami:
            return
        time.sleep(PAUSE)
    raise ValueError(f"{name} is still {ami}")


def _is_not_recorded(path: str, image: str) -> None:
    if role_of(path, image):
        raise ValueError(f"{image} is still {role_of(path, image)}")
