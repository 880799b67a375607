"""``golden-ami revoke`` and ``rollback``: nothing is taken back unseen or unasked, and the end is told as it is."""

import json
from typing import Any
from unittest.mock import patch

import pytest

from tests.operate.conftest import READER, REVOKER, Floor, Said, Terminal
from verification.configurations import COPY, HOME

BECAUSE = ("--because", "it leaks")


def act(floor: Floor, *arguments: str, who: tuple[str, str] = REVOKER, **variables: str) -> Said:
    return floor.read(arguments[0], floor.name, *arguments[1:], who=who, **variables)


def record(floor: Floor) -> dict[str, Any]:
    value = floor.client("ssm").get_parameter(Name=f"{floor.image.names.parameter}/approved")["Parameter"]["Value"]
    return dict(json.loads(value))


def started(floor: Floor, document: str) -> list[str]:
    filters = [{"Key": "DocumentNamePrefix", "Values": [document]}]
    found = floor.client("ssm").describe_automation_executions(Filters=filters)["AutomationExecutionMetadataList"]
    return [each["AutomationExecutionId"] for each in found]


def test_what_would_change_is_shown_and_nothing_starts_without_an_answer(floor: Floor) -> None:
    for _ in range(2):
        floor.approved()
    previous = record(floor)["previous"]
    said = act(floor, "revoke", *BECAUSE)
    assert said.code == 2
    assert "unit workloads (ou-sbox-workloads1)" in said.err
    assert f"{HOME}: {previous['amis'][HOME]}" in said.err
    assert "add --yes" in said.err
    assert started(floor, floor.image.names.revocation.document) == []


@pytest.mark.parametrize(("answer", "number"), [("n\n", 0), ("\n", 0), ("y\n", 1)])
def test_only_a_yes_starts_it(floor: Floor, answer: str, number: int) -> None:
    floor.approved()
    with patch("sys.stdin", Terminal(answer)):
        said = act(floor, "revoke", *BECAUSE)
    assert said.code == (0 if number else 1)
    assert len(started(floor, floor.image.names.revocation.document)) == number


def test_ctrl_c_at_the_question_starts_nothing(floor: Floor) -> None:
    floor.approved()
    with patch("sys.stdin", Terminal("")):
        said = act(floor, "revoke", *BECAUSE)
    assert (said.code, said.err.splitlines()[-1]) == (130, "Nothing was started.")
    assert started(floor, floor.image.names.revocation.document) == []


def test_who_revokes_and_waits_sees_that_nobody_has_it_any_more(floor: Floor) -> None:
    for _ in range(2):
        floor.approved()
    approved, previous = record(floor)["image"], record(floor)["previous"]["image"]
    said = act(floor, "revoke", *BECAUSE, "--yes", "--wait", "--output", "json")
    assert said.code == 0, said.err
    assert (said.data["image"], said.data["outcome"]) == (approved, "revoked")
    assert record(floor)["image"] == previous
    access = floor.read("who-can-launch", approved, "--output", "json").data
    assert [ami["receivers"] for ami in access["amis"]] == [[], []]
    assert access["builders"] == []
    roles = [each["version"]["role"] for each in floor.read("images", floor.name, "--output", "json").data]
    assert roles == ["revoked", "approved"]


def test_without_a_version_before_consumers_lose_the_parameter(floor: Floor) -> None:
    floor.approved()
    said = act(floor, "revoke", *BECAUSE)
    assert f"{COPY}: not there any more" in said.err


def test_the_execution_says_how_to_watch_it_and_has_exactly_its_parameters(floor: Floor) -> None:
    floor.approved()
    said = act(floor, "revoke", *BECAUSE, "--yes")
    (execution,) = started(floor, floor.image.names.revocation.document)
    assert f"golden-ami watch {execution}" in said.out
    ssm = floor.client("ssm")
    found = ssm.get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    assert found["Parameters"]["RevokeBecause"] == ["it leaks"]
    assert set(found["Parameters"]) <= {"ImageBuildVersionArn", "RevokeBecause"}
    assert found["ExecutedBy"].endswith("/GoldenAmiRevoker/vera")


def test_a_rollback_shows_what_becomes_current_and_starts_with_the_reason(floor: Floor) -> None:
    for _ in range(2):
        floor.approved()
    previous = record(floor)["previous"]
    said = act(floor, "rollback", *BECAUSE, "--yes", "--quiet")
    assert said.code == 0, said.err
    shown = act(floor, "rollback", *BECAUSE)
    assert previous["image"] in "".join(shown.err.split())
    ssm, execution = floor.client("ssm"), said.out.strip()
    found = ssm.get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    assert found["DocumentName"] == floor.image.names.rollback.document
    assert found["Parameters"]["RollbackBecause"] == ["it leaks"]


def test_who_rolls_back_and_waits_sees_consumers_get_the_one_before(floor: Floor) -> None:
    for _ in range(2):
        floor.approved()
    current, previous = record(floor)["image"], record(floor)["previous"]["image"]
    said = act(floor, "rollback", *BECAUSE, "--yes", "--wait")
    assert said.code == 0, said.out + said.err
    assert "rolled-back" in said.out
    assert (record(floor)["image"], record(floor)["previous"]["image"]) == (previous, current)


def test_a_version_that_was_never_built_does_not_count_as_revoked(floor: Floor) -> None:
    floor.approved()
    arn = record(floor)["image"]
    said = floor.read("revoke", arn.replace("/1.0.0/1", "/1.0.0/7"), *BECAUSE, "--yes", "--wait", who=REVOKER)
    assert (said.code, "never built" in said.err) == (2, True)
    assert started(floor, floor.image.names.revocation.document) == []


def test_revoking_again_changes_nothing_and_is_fine(floor: Floor) -> None:
    floor.approved()
    arn = record(floor)["image"]
    for _ in range(2):
        said = floor.read("revoke", arn, *BECAUSE, "--yes", "--wait", "-q", who=REVOKER)
        assert said.code == 0, said.err
    assert "gains or loses anything" in floor.read("revoke", arn, *BECAUSE, who=REVOKER).err


def test_there_is_nothing_to_go_back_to_before_the_second_approval(floor: Floor) -> None:
    floor.approved()
    said = act(floor, "rollback", *BECAUSE, "--yes")
    assert said.code == 1
    assert "was approved before the current one" in said.err
    assert started(floor, floor.image.names.rollback.document) == []


def test_a_reader_cannot_revoke(floor: Floor) -> None:
    floor.approved()
    said = act(floor, "revoke", *BECAUSE, "--yes", who=READER)
    assert said.code == 1
    assert "ssm:StartAutomationExecution" in said.err
    assert started(floor, floor.image.names.revocation.document) == []


@pytest.mark.parametrize("because", ["", "  ", "None", "x" * 501, "{{ global:REGION }}"])
def test_a_reason_that_is_none_is_refused_before_aws_is_asked(floor: Floor, because: str) -> None:
    said = act(floor, "revoke", "--because", because, "--yes")
    assert said.code == 2
    assert "--because" in said.err


def test_a_failure_of_the_runbook_is_a_failure_of_the_command(floor: Floor) -> None:
    floor.approved()
    role = floor.image.names.revocation.role
    policy = floor.client("iam").get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    statements = [each for each in policy["Statement"] if "ec2:ModifyImageAttribute" not in each["Action"]]
    broken = json.dumps(policy | {"Statement": statements})
    floor.client("iam").put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=broken)
    said = act(floor, "revoke", *BECAUSE, "--yes", "--wait")
    assert said.code == 1
    assert "revoked" not in said.out.split()[1]
