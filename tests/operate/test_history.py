"""``golden-ami history``: every decision beside its evidence; what was changed or lost is found."""

from tests.operate.conftest import APPROVERS, REVOKER, Floor

ANN = APPROVERS[0]


def test_decisions_are_there_with_who_and_why(floor: Floor) -> None:
    first = floor.approved()
    second = floor.start()
    floor.signal(second, "Reject", APPROVERS[1])
    said = floor.run("history", floor.name, who=ANN)
    assert said.code == 0, said.err
    assert said.out.count("evidence ok") == 2
    assert "bob (GoldenAmiReviewer) denied: looked at it" in said.out
    assert {first, second} <= set(said.out.split())


def test_changed_and_lost_evidence_are_named_and_end_with_1(floor: Floor) -> None:
    first, second = floor.approved(), floor.approved()
    s3, bucket, folder = floor.client("s3"), floor.image.evidence_bucket, floor.image.names.evidence_folder
    s3.put_object(Bucket=bucket, Key=f"{folder}/{first}.json", Body=b"{}")
    s3.delete_object(Bucket=bucket, Key=f"{folder}/{second}.json")
    said = floor.run("history", floor.name, "--output", "json", who=ANN)
    assert said.code == 1
    assert {each["execution"]: each["evidence"] for each in said.data} == {first: "CHANGED", second: "GONE"}


def test_a_record_that_is_none_is_unreadable(floor: Floor) -> None:
    execution = floor.approved()
    key = f"{floor.image.names.decision_folder}/{execution}.json"
    floor.client("s3").put_object(Bucket=floor.image.evidence_bucket, Key=key, Body=b"\x1b[2J")
    said = floor.run("history", floor.name, who=ANN)
    assert said.code == 1
    assert "UNREADABLE" in said.out


def test_the_limit_takes_the_newest(floor: Floor) -> None:
    floor.approved(), floor.approved()
    assert len(floor.run("history", floor.name, "-n", "1", "--quiet", who=ANN).out.split()) == 1


def test_an_image_without_decisions_says_so(floor: Floor) -> None:
    assert "Nobody has decided" in floor.run("history", floor.name, who=ANN).out


def test_revocations_and_rollbacks_are_part_of_the_history_with_their_reason(floor: Floor) -> None:
    floor.approved()
    floor.approved()
    rolled = floor.run("rollback", floor.name, "--because", "It does not [red]boot", "--yes", "-q", who=REVOKER)
    assert rolled.code == 0, rolled.err
    revoked = floor.run("revoke", floor.name, "--because", "It holds a key", "--yes", "-q", who=REVOKER)
    assert revoked.code == 0, revoked.err
    said = floor.run("history", floor.name, who=APPROVERS[0])
    assert said.code == 0, said.err
    assert "revoked" in said.out
    assert "GoldenAmiRevoker/vera: It holds a key" in said.out
    assert "It does not [red]boot" in said.out


def test_who_only_reads_may_read_it(floor: Floor) -> None:
    floor.approved()
    said = floor.read("history", floor.name)
    assert (said.code, said.out.count("evidence ok")) == (0, 1), said.err
