"""What people do when they are asked, and what others do meanwhile."""

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from golden_ami.sandbox import automation
from golden_ami.sandbox.imagebuilder.control import set_image_state
from verification.configurations import EXPIRES_AFTER_DAYS, OLDEST_SCAN_DAYS
from verification.legitimacy import OUTSIDER, STARTER
from verification.tampering import replace_evidence, tamper, untrust

if TYPE_CHECKING:
    from verification.stage import Stage

DAY: Final = 86_400.0
APPROVERS: Final = (("GoldenAmiApprover", "ann"), ("people/GoldenAmiReviewer", "bob"))


def decide(stage: "Stage") -> None:  # noqa: PLR0912 - one line a decision
    """Do what the scenario says that people do when they are asked."""
    execution, image, decision = stage.played.execution, stage.played.image, stage.scenario.decision
    (first, ann), (second, bob) = APPROVERS
    match decision:
        case "denied":
            stage.signal(execution, "Reject", first, ann)
        case "denied-by-the-second":
            stage.signal(execution, "Approve", first, ann)
            stage.signal(execution, "Reject", second, bob)
        case "by-an-outsider":
            stage.signal(execution, "Approve", "GoldenAmiOutsider", OUTSIDER)
        case "by-the-starter":
            stage.signal(execution, "Approve", first, STARTER)
            if stage.factory.configuration.both:
                stage.signal(execution, "Approve", second, bob)
        case "by-one-of-two":
            stage.signal(execution, "Approve", first, ann)
        case "by-one-person-twice":
            stage.signal(execution, "Approve", first, ann)
            stage.signal(execution, "Approve", second, ann)
        case "superseded":
            stage.approve(stage.start(str(uuid4())))
            stage.played.before = stage.eyes.parameters()
        case "stopped":
            stage.stop(execution)
            automation.settle()
        case "deprecated-meanwhile" | "disabled-meanwhile" | "deleted-meanwhile":
            set_image_state(image, decision.partition("-")[0].upper())
        case "late":
            stage.wait((OLDEST_SCAN_DAYS + 1) * DAY)
        case "share-opened-meanwhile" | "receiver-added-meanwhile":
            tamper(stage.local, stage.factory, decision.removesuffix("-meanwhile"))
        case "evidence-replaced-meanwhile":
            replace_evidence(stage.local, stage.factory, execution)
        case "untrusted-meanwhile":
            untrust(stage.local, stage.factory.image.names.approval.role_arn)
    if decision in {"approved", "superseded", "late"} or decision.endswith("-meanwhile"):
        began = stage.local.clock.now()
        stage.approve(execution)
        stage.played.shared_in = (stage.local.clock.now() - began).total_seconds()
    if stage.status(execution) == "Waiting":
        stage.wait(EXPIRES_AFTER_DAYS * DAY + 60)
