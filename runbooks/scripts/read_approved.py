"""Find the AMI to roll out: that of the image which is approved now, and no other one."""

from typing import Any

from _approved import approved_by
from _aws import parameter


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Return image and AMI, when record and parameter agree upon it."""
    record = approved_by(events["execution"], events["parameter"])
    ami = record["amis"].get(events["home"], "none")
    published = parameter(events["parameter"] + "/ami")
    if published != ami:
        raise ValueError(f"{record['image']} has {ami} in {events['home']}, but {published or 'none'} is published")
    return {"image": record["image"], "ami": ami}
