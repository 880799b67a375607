"""Takes back what was approved: retires an image, revokes one, or goes back to the one before."""

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from golden_ami.names import IMAGE_TAG
from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.images import images_of
from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends
from verification.configurations import ACCOUNT, HOME
from verification.legitimacy import STARTER
from verification.people import APPROVERS, DAY, decide
from verification.spoiling import SPOILED
from verification.tampering import protect

if TYPE_CHECKING:
    from verification.stage import Stage

_WHICH: Final = {"oldest": 0, "previous": -2, "current": -1}


def act(stage: "Stage") -> None:
    """Do what the scenario says to an image that was approved, and let people decide where they are asked."""
    scenario, played = stage.scenario, stage.played
    played.image = _chosen(stage)
    if not scenario.retires:
        SPOILED[scenario.before].prepare(stage)
    elif scenario.before.startswith("protected"):
        protect(stage.local, stage.eyes.amis(played.image), lasts=scenario.before == "protected-for-a-day")
    stage.remember()
    if scenario.retires:
        played.execution = retire(stage)
    elif scenario.revokes:
        played.execution = revoke(stage)
    else:
        played.execution = roll_back(stage)
    if stage.status(played.execution) == "Waiting":
        decide(stage)


def again(stage: "Stage") -> str:
    """Do it once more, with nothing in the way any more."""
    if stage.scenario.before == "protected-for-a-day":
        stage.wait(DAY)
    if stage.scenario.retires:
        return retire(stage)
    if stage.scenario.rolls_back:
        return roll_back(stage)
    execution = revoke(stage)
    if stage.status(execution) == "Waiting":
        stage.approve(execution)
    return execution


def retire(stage: "Stage") -> str:
    """Start the retirement of the image."""
    given = {"ImageBuildVersionArn": [stage.played.image], "RetireApprovedBecause": [stage.scenario.because]}
    document = stage.factory.image.names.retirement.document
    started = stage.local.plain("ssm").start_automation_execution(DocumentName=document, Parameters=given)
    automation.settle()
    return str(started["AutomationExecutionId"])


def revoke(stage: "Stage") -> str:
    """Start the revocation of the image."""
    given = {"ImageBuildVersionArn": [stage.played.image], "RevokeBecause": [stage.scenario.because]}
    return _started(stage, stage.factory.image.names.revocation.document, given)


def roll_back(stage: "Stage") -> str:
    """Start the rollback."""
    given = {"RollbackBecause": [stage.scenario.because]}
    return _started(stage, stage.factory.image.names.rollback.document, given)


def _started(stage: "Stage", document: str, given: dict[str, list[str]]) -> str:
    started = stage.local.person("GoldenAmiRevoker", STARTER).start_automation_execution(
        DocumentName=document,
        Parameters=given,
        Tags=[{"Key": IMAGE_TAG, "Value": stage.factory.image.names.image}],
        ClientToken=str(uuid4()),
    )
    automation.settle()
    return str(started["AutomationExecutionId"])


def _chosen(stage: "Stage") -> str:
    """Find the image that the scenario is about, or build it: one that was denied."""
    scenario = stage.scenario
    images = list(stage.eyes.images())
    which = scenario.retires or scenario.revokes or ("previous" if len(images) > 1 else "current")
    if which == "foreign":
        every = (str(each.arn) for each in images_of(imagebuilder_backends[ACCOUNT][HOME]))
        return next(each for each in every if each not in images)
    if which != "unapproved":
        return images[_WHICH[which]] if images else ""
    execution = stage.start(str(uuid4()))
    stage.signal(execution, "Reject", *APPROVERS[0])
    return list(stage.eyes.images())[-1]
