"""What others do, and what AWS answers, at a moment that a twist names."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError
from moto.ec2.models import ec2_backends

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.imagebuilder.control import set_image_state
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from verification.configurations import ACCOUNT, HOME, OLDEST_SCAN_DAYS, ORGANIZATION
from verification.scenarios import STRANGER

if TYPE_CHECKING:
    from verification.stage import Stage

Answer = dict[str, Any]
Act = Callable[["Stage", Answer], None]

_ORGANIZATIONS: Final = "arn:aws:organizations::111111111111"
STRANGERS: Final = {
    "a-foreign-organization": f"{_ORGANIZATIONS}:organization/o-foreign00001",
    "a-foreign-unit": f"{_ORGANIZATIONS}:ou/o-foreign00001/ou-sbox-workloads1",
    "a-unit-that-is-none": f"{_ORGANIZATIONS}:organization/{ORGANIZATION}/ou-sbox-workloads1",
    "everybody": "all",
}
"""Who must not be given anything, whatever a document says."""


def age(days: int) -> Act:
    """Let the image be as old as a scan may be, and so many days more."""

    def act(stage: "Stage", _: Answer) -> None:
        _image(stage).created = now() - timedelta(days=OLDEST_SCAN_DAYS + days)

    return act


def find_oddities(stage: "Stage", _: Answer) -> None:
    """Let the scan have findings of the network, of a severity that nobody knows, and without fix and title."""
    image = _image(stage)
    common = {**image.findings[0], "severity": "LOW"}
    bare = {key: common[key] for key in ("awsAccountId", "imageBuildVersionArn", "severity")}
    image.findings += [
        bare | {"title": "Port 22 is reachable", "severity": "HUGE", "inspectorScore": 1.0},
        bare | {"title": "Port 23 is reachable", "severity": "MEDIUM"},
        bare,
        common | {"packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-0099"}, "inspectorScore": 0.5},
    ]


def answer_of_another(_: "Stage", answer: Answer) -> None:
    """Answer with what was found in another image."""
    for response in answer["responses"]:
        response["imageAggregation"]["imageBuildVersionArn"] += "0"


def say_it_is_there(_: "Stage", __: Answer) -> None:
    """Refuse what has just been written, as a second try is refused whose first one arrived."""
    raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": "It is there."}}, "PutObject")


def know_no_condition(_: "Stage", __: Answer) -> None:
    """Refuse the condition, as a boto3 from before it does."""
    raise ParamValidationError(report="Unknown parameter in input: IfNoneMatch")


def deprecate(stage: "Stage", _: Answer) -> None:
    """Put the image away."""
    set_image_state(str(_image(stage).arn), "DEPRECATED")


def scan_again(stage: "Stage", _: Answer) -> None:
    """Let another scan begin."""
    _image(stage).scan = "SCANNING"


def answer_built_by_another(_: "Stage", answer: Answer) -> None:
    """Answer with an image of another execution."""
    answer["image"]["tags"]["golden-ami:execution"] = "00000000-0000-0000-0000-000000000000"


def say_of_step(key: str, value: str) -> Act:
    """Let Systems Manager say something else of a step."""

    def act(_: "Stage", answer: Answer) -> None:
        for step in answer["StepExecutions"]:
            step[key] = value

    return act


def say_rejected(_: "Stage", answer: Answer) -> None:
    """Let Systems Manager say that the request was rejected, whatever the step's end."""
    for step in answer["StepExecutions"]:
        step["Outputs"]["ApprovalStatus"] = ["Rejected"]


def add_rejection(_: "Stage", answer: Answer) -> None:
    """Let one more person have decided, against it."""
    for step in answer["StepExecutions"]:
        said = {"Approver": "arn:aws:sts::222222222222:assumed-role/GoldenAmiApprover/eve", "Decision": "Reject"}
        step["Outputs"]["ApproverDecisions"].append(json.dumps(said))


def answer_other_ami(_: "Stage", answer: Answer) -> None:
    """Answer with another AMI than people were asked about."""
    answer["image"]["outputResources"]["amis"][0]["image"] = "ami-00000000000000000"


def lose_evidence(stage: "Stage", _: Answer) -> None:
    """Let the evidence be gone."""
    key = f"{stage.factory.image.names.evidence_folder}/{stage.played.execution}.json"
    stage.local.plain("s3").delete_object(Bucket=stage.factory.image.evidence_bucket, Key=key)


def say_it_is_gone(stage: "Stage", _: Answer) -> None:
    """Let the AMI of the home Region be gone, and be said to be."""
    deregister_first(stage, {})
    raise ClientError({"Error": {"Code": "InvalidAMIID.NotFound", "Message": "It is gone."}}, "CreateTags")


def deregister_first(stage: "Stage", _: Answer) -> None:
    """Let the AMI of the home Region be gone."""
    del ec2_backends[ACCOUNT][HOME].amis[stage.eyes.amis(stage.played.image)[HOME].id]


def delete_image(stage: "Stage", _: Answer) -> None:
    """Let the image be gone."""
    imagebuilder_backends[ACCOUNT][HOME].remove(stage.played.image)


def put_into_share(stage: "Stage", _: Answer) -> None:
    """Put the image into the share before anybody is asked."""
    share = stage.factory.share_arn
    stage.local.plain("ram").associate_resource_share(resourceShareArn=share, resourceArns=[str(_image(stage).arn)])


def let_stranger_launch(stage: "Stage", _: Answer) -> None:
    """Let a stranger launch the AMI that is being shared."""
    for ami in stage.eyes.amis(stage.played.image).values():
        if ami.launch_permissions and {"UserId": STRANGER} not in ami.launch_permissions:
            ami.launch_permissions.append({"UserId": STRANGER})


def _image(stage: "Stage") -> Any:
    return list(stage.eyes.images().values())[-1]


def show_other_parameter(seconds: float) -> Act:
    """Let a parameter show another AMI for some time."""

    def act(stage: "Stage", answer: Answer) -> None:
        if answer["Parameter"]["Name"].endswith("/ami") and since(stage) < seconds:
            answer["Parameter"]["Value"] = "ami-00000000000000000"

    return act


def show_associating(seconds: float) -> Act:
    """Let RAM take some time for a resource."""

    def act(stage: "Stage", answer: Answer) -> None:
        for association in answer["resourceShareAssociations"] if since(stage) < seconds else ():
            association["status"] = "ASSOCIATING"

    return act


def show_disassociating(seconds: float) -> Act:
    """Let RAM take some time to let go."""

    def act(stage: "Stage", answer: Answer) -> None:
        for association in answer["resourceShareAssociations"] if since(stage) < seconds else ():
            if association["status"] == "DISASSOCIATED":
                association["status"] = "DISASSOCIATING"

    return act


def flatter(stage: "Stage", _: Answer) -> None:
    """Write evidence without findings in the place of what was collected."""
    bucket = stage.factory.image.evidence_bucket
    key = f"{stage.factory.image.names.evidence_folder}/{stage.played.execution or _executing(stage)}.json"
    body = json.loads(stage.local.plain("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    flattering = json.dumps(body | {"findings": []}).encode()
    stage.local.plain("s3").put_object(Bucket=bucket, Key=key, Body=flattering)


def _executing(stage: "Stage") -> str:
    return str(_image(stage).tags["golden-ami:execution"])


def throttle(_: "Stage", __: Answer) -> None:
    """Refuse one call."""
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetParameter")


def lose_the_last(stage: "Stage", _: Answer) -> None:
    """Lose the answer once everything is written down."""
    if stage.eyes.record().get("image") == str(_image(stage).arn):
        raise ReadTimeoutError(endpoint_url="https://aws")


def since(stage: "Stage") -> float:
    """Count the seconds since the first of the moments that the twist names."""
    return (now() - stage.played.met).total_seconds() if stage.played.met else 0.0
