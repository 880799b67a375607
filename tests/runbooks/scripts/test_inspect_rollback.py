"""Nothing is rolled back to but what people have approved, as it was then, for those who are configured still."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import BUCKET, Bucket
from tests.runbooks.scripts.conftest import AMIS, HOME, IMAGE, OLDER, Script, error
from tests.runbooks.scripts.world import OLD_AMIS, RECORD, World

AWAY = "us-east-1"
EXECUTION = "99999999-2222-3333-4444-555555555555"
EVIDENCE_KEY = f"evidence/web-server/{EXECUTION}.json"
DECISION_KEY = f"decisions/web-server/{EXECUTION}.json"
EVENTS = {
    "because": "It does not boot",
    "parameter": NAMES.parameter,
    "regions": list(AMIS),
    "principals": [ORGANIZATION, UNIT],
    "bucket": BUCKET,
    "folder": "web-server",
}


class Approved(World):
    """An image that was approved after another one, with the evidence and the decision on that."""

    def __init__(self) -> None:
        super().__init__()
        self.bucket = Bucket(self)
        self.evidence: dict[str, Any] = {
            "schema": "golden-ami-evidence/1",
            "image": {"arn": OLDER},
            "amis": OLD_AMIS,
            "access": {"launch": [ORGANIZATION, "333333333333"], "share": SHARE, "image_builder": [UNIT]},
        }
        self.decision: dict[str, Any] = {"outcome": "approved", "image": OLDER}
        self.write()
        self.answers["ram", "GetResourceShares"] = {
            "resourceShares": [{"allowExternalPrincipals": False, "status": "ACTIVE"}]
        }
        self.reached = [UNIT]
        self.answers["ram", "GetResourceShareAssociations"] = self._associations

    def write(self) -> None:
        """Store evidence and decision, and a record that names both."""
        digest = self.bucket.keep(EVIDENCE_KEY, json.dumps(self.evidence).encode())
        self.decision["evidence"] = {"sha256": digest}
        self.bucket.keep(DECISION_KEY, json.dumps(self.decision).encode())
        self.previous = {"image": OLDER, "amis": OLD_AMIS, "execution": EXECUTION, "evidence": digest}
        self.write_record({"image": IMAGE, "amis": AMIS, "previous": self.previous})

    def write_record(self, record: dict[str, Any]) -> None:
        """Store the record of what is approved."""
        self.parameters[HOME, RECORD] = {"Value": json.dumps(record), "DataType": "text", "Tier": "Standard"}

    def _associations(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["associationType"] == "PRINCIPAL":
            found = [{"associatedEntity": each, "status": "ASSOCIATED"} for each in self.reached]
            return {"resourceShareAssociations": found}
        status = self.associations.get(asked["resourceArn"])
        return {"resourceShareAssociations": [{"status": status}] if status else []}


@pytest.fixture
def aws() -> Approved:
    return Approved()


def _inspect(script: Script, **events: Any) -> dict[str, Any]:
    return dict(script("inspect_rollback").handler({**EVENTS, **events}, {}))


def test_it_is_the_image_before_for_those_who_were_approved_and_are_configured(aws: Approved, script: Script) -> None:
    assert _inspect(script) == {
        "image": OLDER,
        "amis": OLD_AMIS,
        "execution": EXECUTION,
        "digest": aws.previous["evidence"],
        "principals": ORGANIZATION,
        "share": "none",
        "current": IMAGE,
    }
    assert not [api for api, _, _ in aws.requests if not api.startswith(("Get", "Describe"))]


@pytest.mark.parametrize("because", ["", " ", "none", "None", " NONE\n"])
def test_nobody_rolls_back_without_a_reason(aws: Approved, script: Script, because: str) -> None:
    with pytest.raises(ValueError, match="Name the reason"):
        _inspect(script, because=because)
    assert aws.requests == []


@pytest.mark.parametrize("record", [None, {"image": IMAGE, "amis": AMIS}])
def test_without_an_image_before_there_is_none_to_go_back_to(
    aws: Approved, script: Script, record: dict[str, Any] | None
) -> None:
    del aws.parameters[HOME, RECORD]
    if record:
        aws.write_record(record)
    with pytest.raises(ValueError, match="none to go back to"):
        _inspect(script)


def test_what_was_revoked_stays_revoked(aws: Approved, script: Script) -> None:
    aws.image_tags[OLDER] = {"golden-ami:outcome": "revoked"}
    with pytest.raises(ValueError, match="was revoked"):
        _inspect(script)


@pytest.mark.parametrize("status", ["DEPRECATED", "DELETED", "DISABLED", "FAILED"])
def test_an_image_that_is_not_available_is_refused(aws: Approved, script: Script, status: str) -> None:
    get: Any = aws.answers["imagebuilder", "GetImage"]
    aws.answers["imagebuilder", "GetImage"] = lambda *asked: {
        "image": get(*asked)["image"] | {"state": {"status": status}}
    }
    with pytest.raises(ValueError, match=f"is {status}"):
        _inspect(script)


@pytest.mark.parametrize("state", ["gone", "failed", "deregistered"])
def test_an_ami_that_is_gone_is_noticed_before_anything_is_changed(aws: Approved, script: Script, state: str) -> None:
    if state == "gone":
        del aws.states[AWAY, OLD_AMIS[AWAY]]
    else:
        aws.states[AWAY, OLD_AMIS[AWAY]] = state
    with pytest.raises(ValueError, match=f"{OLD_AMIS[AWAY]} in {AWAY} is {state}"):
        _inspect(script)


def test_a_disabled_ami_can_be_enabled(aws: Approved, script: Script) -> None:
    aws.states[AWAY, OLD_AMIS[AWAY]] = "disabled"
    assert _inspect(script)["amis"] == OLD_AMIS


def test_an_image_that_is_not_in_every_configured_region_is_refused(aws: Approved, script: Script) -> None:
    with pytest.raises(ValueError, match="eu-north-1"):
        _inspect(script, regions=[*AMIS, "eu-north-1"])


def test_a_region_that_is_configured_no_more_is_left_alone(aws: Approved, script: Script) -> None:
    assert _inspect(script, regions=[HOME])["amis"] == {HOME: OLD_AMIS[HOME]}


@pytest.mark.parametrize(
    "change",
    [
        {"image": IMAGE, "amis": AMIS},
        {"amis": OLD_AMIS | {HOME: "ami-another"}},
        {"evidence": "0" * 64},
        {"execution": "another"},
    ],
    ids=["another image", "another AMI", "another digest", "another execution"],
)
def test_a_record_that_somebody_changed_gives_nothing(aws: Approved, script: Script, change: dict[str, Any]) -> None:
    aws.write_record({"image": IMAGE, "amis": AMIS, "previous": {**aws.previous, **change}})
    with pytest.raises((ValueError, FileNotFoundError)):
        _inspect(script)


@pytest.mark.parametrize(
    "outcome", ["denied", "expired", "approval-invalid", "sharing-failed", "cancelled", "revoked", "rolled-back"]
)
def test_only_a_decision_to_approve_is_one(aws: Approved, script: Script, outcome: str) -> None:
    aws.decision["outcome"] = outcome
    aws.write()
    with pytest.raises(ValueError, match=f"ended {outcome}"):
        _inspect(script)


@pytest.mark.parametrize("key", ["image", "amis"])
def test_evidence_of_something_else_is_none(aws: Approved, script: Script, key: str) -> None:
    aws.evidence[key] = {"image": {"arn": IMAGE}, "amis": AMIS}[key]
    aws.write()
    with pytest.raises(ValueError, match="is of"):
        _inspect(script)


@pytest.mark.parametrize("key", [EVIDENCE_KEY, DECISION_KEY])
def test_what_is_lost_gives_nothing_and_is_named(aws: Approved, script: Script, key: str) -> None:
    del aws.bucket.objects[key]
    with pytest.raises(FileNotFoundError, match=f"{key} is not there"):
        _inspect(script)


@pytest.mark.parametrize("key", [EVIDENCE_KEY, DECISION_KEY])
@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b"{}"])
def test_what_was_changed_gives_nothing(aws: Approved, script: Script, key: str, body: bytes) -> None:
    aws.bucket.keep(key, body)
    with pytest.raises(Exception, match=r".") as raised:
        _inspect(script)
    assert isinstance(raised.value, ValueError | KeyError | TypeError)


def test_nobody_is_given_it_who_was_not_named_when_it_was_approved(aws: Approved, script: Script) -> None:
    assert _inspect(script, principals=["333333333333", UNIT])["principals"] == "333333333333"
    with pytest.raises(ValueError, match="none of them is configured now"):
        _inspect(script, principals=[UNIT])


def test_an_image_that_is_for_nobody_to_launch_is_published_only(aws: Approved, script: Script) -> None:
    found = script("inspect_rollback").handler({key: each for key, each in EVENTS.items() if key != "principals"}, {})
    assert found["principals"] == ""


@pytest.mark.parametrize(
    ("status", "enters"), [("ASSOCIATED", False), ("DISASSOCIATED", True), ("FAILED", True), (None, True)]
)
def test_it_enters_the_share_that_it_dropped_out_of(
    aws: Approved, script: Script, status: str | None, enters: bool
) -> None:
    if status:
        aws.associations[OLDER] = status
    assert _inspect(script, share=SHARE)["share"] == (SHARE if enters else "none")


def test_it_enters_no_share_that_it_was_not_approved_for(aws: Approved, script: Script) -> None:
    assert _inspect(script, share=SHARE.replace("12345678", "87654321"))["share"] == "none"


@pytest.mark.parametrize("reached", [["444444444444"], [UNIT, ORGANIZATION]])
def test_a_share_that_reaches_others_by_now_gives_it_to_nobody(
    aws: Approved, script: Script, reached: list[str]
) -> None:
    aws.reached = reached
    with pytest.raises(ValueError, match="reaches"):
        _inspect(script, share=SHARE)


def test_not_being_able_to_read_the_record_is_no_reason_to_share(aws: Approved, script: Script) -> None:
    aws.answers["ssm", "GetParameter"] = error("AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        _inspect(script)
