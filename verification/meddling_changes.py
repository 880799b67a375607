"""What others do, and what AWS answers, while an image that was approved is retired, revoked or current again."""

import json
from typing import TYPE_CHECKING, Final

from verification.configurations import HOME
from verification.meddling import Act, Answer, since
from verification.scenarios import STRANGER
from verification.tampering import revoke

if TYPE_CHECKING:
    from verification.stage import Stage

_AMI: Final = "/ami"


def let_stranger_launch_again(stage: "Stage", _: Answer) -> None:
    """Let a stranger launch the AMI of the home Region, from which everybody has just been taken."""
    stage.eyes.amis(stage.played.image)[HOME].launch_permissions.append({"UserId": STRANGER})


def approve_another(stage: "Stage", _: Answer) -> None:
    """Let an image have been approved, and published, that is neither the current one nor the one before."""
    image = next(iter(stage.eyes.images()))
    amis = {region: ami.id for region, ami in stage.eyes.amis(image).items()}
    path, record = stage.factory.image.names.parameter, stage.eyes.record()
    for region, ami in amis.items():
        stage.local.plain("ssm", region).put_parameter(Name=f"{path}/ami", Value=ami, Overwrite=True)
    before = {key: value for key, value in record.items() if key != "previous"}
    text = json.dumps(record | {"image": image, "amis": amis, "previous": before})
    stage.local.plain("ssm").put_parameter(Name=f"{path}/approved", Value=text, Overwrite=True)


def show_disabled(seconds: float) -> Act:
    """Let AMIs take some time until they are available."""

    def act(stage: "Stage", answer: Answer) -> None:
        for image in answer["Images"] if since(stage) < seconds else ():
            image["State"] = "disabled"

    return act


def show_it_still(seconds: float) -> Act:
    """Let the parameters of AMIs show those of the image for some time, whatever has been written."""

    def act(stage: "Stage", answer: Answer) -> None:
        found = answer["Parameter"]
        if found["Name"].endswith(_AMI) and since(stage) < seconds:
            region = found["ARN"].split(":")[3]
            found["Value"] = stage.eyes.amis(stage.played.image)[region].id

    return act


def record_again(stage: "Stage", _: Answer) -> None:
    """Let somebody write the record that there was before."""
    name = f"{stage.factory.image.names.parameter}/approved"
    stage.local.plain("ssm").put_parameter(Name=name, Value=json.dumps(stage.played.record), Overwrite=True)


def revoke_it(stage: "Stage", _: Answer) -> None:
    """Let somebody revoke the image that people have approved a moment ago."""
    revoke(stage.local, stage.factory, stage.eyes, stage.played.image)
