"""Publish the approved AMI's id in every Region, and write down which image is approved now and which was before."""

import json
import time
from typing import Any

from _aws import call, code, parameter
from _share import statuses

PATIENCE = 24
SECONDS = 5


def handler(events: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """Set the parameters, the record last; return the name that consumers use, and the home Region's AMI."""
    name = events["parameter"] + "/ami"
    tier = "Advanced" if events.get("share") else "Standard"
    for region, ami in events["amis"].items():
        _put(name, ami, region=region, tags=events["tags"], tier=tier, kind="aws:ec2:image")
        _is_published(name, ami, region)
    if events.get("share"):
        _put_into_share(events["share"], name)
    _write_record(events, _record(events))
    _is_not_revoked(events["image"])
    return {"parameter": name, "ami": events["amis"].get(events["home"], "none")}


def _put(name: str, value: str, *, region: str | None, tags: dict[str, str], tier: str, kind: str) -> None:
    """Create a parameter, or overwrite it: Systems Manager takes tags with a new one only."""
    parameters = {"Name": name, "Value": value, "Type": "String", "DataType": kind}
    tagged = [{"Key": key, "Value": inner} for key, inner in tags.items()]
    try:
        call("ssm", "PutParameter", region=region, Tags=tagged, Tier=tier, **parameters)
    except Exception as error:
        if code(error) != "ParameterAlreadyExists":
            raise
        # An Advanced parameter cannot become Standard again, and stays what it is when nothing is said.
        if tier == "Advanced":
            parameters["Tier"] = tier
        call("ssm", "PutParameter", region=region, Overwrite=True, **parameters)


def _is_published(name: str, ami: str, region: str) -> None:
    """Read back: Systems Manager accepts any text at first, and drops one that it cannot find as an AMI."""
    for _ in range(PATIENCE):
        if parameter(name, region) == ami:
            return
        time.sleep(SECONDS)
    raise ValueError(f"Parameter {name} in {region} did not become {ami}")


def _put_into_share(share: str, name: str) -> None:
    arn = call("ssm", "GetParameter", Name=name)["Parameter"]["ARN"]
    call("ram", "AssociateResourceShare", resourceShareArn=share, resourceArns=[arn])
    for _ in range(PATIENCE):
        if "ASSOCIATED" in statuses(share, arn):
            return
        time.sleep(SECONDS)
    raise ValueError(f"Parameter {arn} did not become part of resource share {share}")


def _write_record(events: dict[str, Any], record: str) -> None:
    """Write the record; what fails may have been done all the same, and a second rollback would undo it."""
    path = events["parameter"] + "/approved"
    try:
        _put(path, record, region=None, tags=events["tags"], tier="Standard", kind="text")
    except Exception:
        if parameter(path) != record:
            raise


def _is_not_revoked(image: str) -> None:
    """Look only now: a revocation tags the image first, so either this sees the tag, or it sees this record."""
    found = call("imagebuilder", "GetImage", imageBuildVersionArn=image)["image"]
    if found.get("tags", {}).get("golden-ami:outcome") == "revoked":
        raise ValueError(f"{image} was revoked")


def _record(events: dict[str, Any]) -> str:
    record = {
        "image": events["image"],
        "created": call("imagebuilder", "GetImage", imageBuildVersionArn=events["image"])["image"]["dateCreated"],
        "amis": events["amis"],
        "execution": events["execution"],
        "evidence": events["digest"],
    }
    before = json.loads(parameter(events["parameter"] + "/approved") or "null")
    if events.get("current") and (before or {}).get("image") != events["current"]:
        raise ValueError(f"{events['current']} is not the approved image any more")
    if before and before["image"] == events["image"]:
        before = before.get("previous")
    if before:
        record["previous"] = {key: value for key, value in before.items() if key != "previous"}
    return json.dumps(record)
