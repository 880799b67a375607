"""Every permission of revocation's and rollback's roles is needed: without it, the step that uses it fails."""

import json
from datetime import timedelta
from typing import Any

import pytest

from golden_ami.sandbox import automation
from golden_ami.sandbox.ram.models import ram_backends
from tests.scenarios.conftest import ACCOUNT, HOME, Factory
from tests.scenarios.permissions import assert_fails_at, each_of, granted, refused, without
from tests.unit.test_permissions import revocation_statements, rollback_statements

pytestmark = pytest.mark.terraform

REVOCATIONS = granted(revocation_statements())
ROLLBACKS = granted(rollback_statements())

REVOCATION_STEPS = {
    # Statement, to the first step that uses it and ends when it may not.
    "DeprecateAmisOfThisRecipe": "revokeImage",
    "DisableAmisOfThisRecipe": "disableRevokedAmis",
    "EncryptForThisTopic": "tellOutcome",
    "LetRamWriteImagePolicies": "revokeImage",
    "LookForAmis": "revokeImage",
    "PublishTheApprovedImage": "revokeImage",
    "PublishToThisTopic": "tellOutcome",
    "ReadAmisOfThisRecipe": "revokeImage",
    "ReadAssociations": "revokeImage",
    "ReadExecutions": "tellOutcome",
    "ReadImagesOfThisRecipe": "revokeImage",
    "ReadSteps": "tellOutcome",
    "ReadTagsOfExecutions": "tellOutcome",
    "ReadTheApprovedImage": "inspectRevocation",
    "ShareAmisOfThisRecipe": "revokeImage",
    "TagAmisWithTheirOutcome": "revokeImage",
    "TagExecutionsWithTheirOutcome": "tellOutcome",
    "TagImagesWithTheirOutcome": "revokeImage",
    "TakeOutOfThisShare": "revokeImage",
    "WithdrawTheApprovedImage": "revokeImage",
}
ROLLBACK_STEPS = {
    "AddToThisShare": "restoreImage",
    "AddToThisShareParameter": "publishRestoredImage",
    "DecryptEvidence": "inspectRollback",
    "EnableAmisOfThisRecipe": "restoreImage",
    "EncryptForThisTopic": "tellOutcome",
    "LetRamWriteImagePolicies": "restoreImage",
    "LookForAmis": "inspectRollback",
    "PublishTheApprovedImage": "publishRestoredImage",
    "PublishToThisTopic": "tellOutcome",
    "ReadAmisOfThisRecipe": "restoreImage",
    "ReadAssociations": "inspectRollback",
    "ReadEvidence": "inspectRollback",
    "ReadExecutions": "tellOutcome",
    "ReadImagesOfThisRecipe": "inspectRollback",
    "ReadShares": "inspectRollback",
    "ReadSteps": "tellOutcome",
    "ReadTagsOfExecutions": "tellOutcome",
    "ReadTheApprovedImage": "inspectRollback",
    "ShareAmisOfThisRecipe": "restoreImage",
    "TagExecutionsWithTheirOutcome": "tellOutcome",
    "TagItsParameters": "publishRestoredImage",
    "TakeOutOfThisShare": "putCurrentBack",
    "TellWhatIsNotThere": "inspectRollback",
    "UndeprecateAmisOfThisRecipe": "restoreImage",
    "WithdrawTheApprovedImage": "putCurrentBack",
}
AFTER_SHARING = {"TakeOutOfThisShare", "WithdrawTheApprovedImage"}
"""What a rollback does only when the image that it shares is revoked meanwhile."""


def _record(factory: Factory, image: str) -> dict[str, Any]:
    return dict(json.loads(factory.published(image=image, leaf="approved") or "{}"))


def _is_sound(factory: Factory, record: dict[str, Any], image: str) -> bool:
    """Whether an image is recorded, not revoked, and could be rolled back to."""
    if not record:
        return False
    found = factory.client("imagebuilder").get_image(imageBuildVersionArn=record["image"])["image"]
    key = f"evidence/{image}/{record['execution']}.json"
    listed = factory.client("s3").list_objects_v2(Bucket=factory.images[image].evidence_bucket, Prefix=key)
    return found["tags"].get("golden-ami:outcome") != "revoked" and bool(listed["KeyCount"])


def _approved(factory: Factory, image: str = "web-server") -> dict[str, Any]:
    """The record of an image that can be revoked, and of one before it; the last test's, where it left them so."""
    while True:
        record = _record(factory, image)
        if _is_sound(factory, record, image) and _is_sound(factory, record.get("previous", {}), image):
            return record
        execution = factory.start(image)
        people = (("GoldenAmiApprover", "ann"), ("GoldenAmiSecondApprover", "bob"))
        factory.decide(execution, "Approve", *people[: factory.images[image].approval.required])
        assert factory.status(execution) == "Success", factory.execution(execution)


def _put_away(factory: Factory, amis: dict[str, str]) -> None:
    soon = factory.local.clock.now() + timedelta(days=30)
    for region, ami in amis.items():
        ec2 = factory.client("ec2", region=region)
        ec2.disable_image(ImageId=ami)
        ec2.enable_image_deprecation(ImageId=ami, DeprecateAt=soon)


def _drop_out_of_its_share(factory: Factory, image_arn: str) -> None:
    for share in factory.shared(image_arn):
        factory.client("ram").disassociate_resource_share(resourceShareArn=share, resourceArns=[image_arn])


def _forget_the_parameter(factory: Factory, region: str) -> None:
    """Let the parameter be a new one, which alone is tagged."""
    name = f"{factory.images['web-server'].names.parameter}/ami"
    factory.client("ssm", region=region).delete_parameter(Name=name)


def _roll_back_what_is_revoked_meanwhile(factory: Factory, record: dict[str, Any]) -> str:
    """Start a rollback; while it waits for the resource share, let the image be marked and be published already.

    The current image's AMIs are put away, so that nothing can be published in its place.
    """
    _put_away(factory, record["amis"])
    previous = record["previous"]
    ram_backends[ACCOUNT][HOME].next_ends.append(None)
    factory.local.clock.instant = False
    try:
        execution = factory.roll_back()
        assert factory.steps(execution)["restoreImage"]["StepStatus"] == "InProgress", factory.steps(execution)
        tags = {"golden-ami:outcome": "revoked"}
        factory.client("imagebuilder").tag_resource(resourceArn=previous["image"], tags=tags)
        name = f"{factory.images['web-server'].names.parameter}/ami"
        given = {"Name": name, "Value": previous["amis"][HOME], "Type": "String", "DataType": "aws:ec2:image"}
        factory.client("ssm").put_parameter(**given, Overwrite=True)
    finally:
        factory.local.clock.instant = True
    factory.pass_time(600)
    return execution


def test_the_tables_of_steps_name_every_statement() -> None:
    assert set(REVOCATION_STEPS) == {sid for sid, _ in REVOCATIONS}
    assert set(ROLLBACK_STEPS) == {sid for sid, _ in ROLLBACKS}


@each_of(REVOCATIONS)
def test_without_a_permission_the_revocation_fails_at_the_step_that_uses_it(
    factory: Factory, sid: str, action: str
) -> None:
    # Only one of them asks people, and disables.
    image = "fleet" if sid == "DisableAmisOfThisRecipe" else "web-server"
    record = _approved(factory, image)
    if sid == "WithdrawTheApprovedImage":
        _put_away(factory, record["previous"]["amis"])
    with without(factory, factory.images[image].names.revocation.role, sid, action):
        execution = factory.revoke(record["image"], image)
        if factory.status(execution) == "Waiting":
            factory.decide(execution, "Approve", ("GoldenAmiSecondApprover", "bob"))
    assert_fails_at(factory, execution, REVOCATION_STEPS[sid], action)


@each_of(ROLLBACKS)
def test_without_a_permission_the_rollback_fails_at_the_step_that_uses_it(
    factory: Factory, sid: str, action: str
) -> None:
    record = _approved(factory)
    _put_away(factory, record["previous"]["amis"])
    _drop_out_of_its_share(factory, record["previous"]["image"])
    if sid == "TellWhatIsNotThere":
        factory.lose_evidence()
    if sid == "TagItsParameters":
        _forget_the_parameter(factory, HOME)
    with without(factory, factory.images["web-server"].names.rollback.role, sid, action):
        if sid in AFTER_SHARING:
            execution = _roll_back_what_is_revoked_meanwhile(factory, record)
        else:
            execution = factory.roll_back()
            automation.settle()
    steps = factory.steps(execution)
    assert ROLLBACK_STEPS[sid] in refused(steps, action), steps
    assert factory.status(execution) in {"Failed", "TimedOut"}
    assert factory.outcome(execution)
    if sid in AFTER_SHARING:
        # The record may no longer offer what is revoked as the one before.
        assert _record(factory, "web-server")["image"] == record["image"]
    elif ROLLBACK_STEPS[sid] != "tellOutcome":
        assert _record(factory, "web-server") == record
