"""Only plans are reviewed, and policies of a review say what they can say."""

import datetime
import io
import json
import sys
from pathlib import Path

import pytest

from golden_ami.review import reader
from golden_ami.review.hcl import evaluate
from golden_ami.review.judgement import Judge
from golden_ami.review.reader import PlanError, read
from golden_ami.review.review import review
from golden_ami.review.settings import ReviewPolicyError, Settings, load_settings
from golden_ami.review.unknown import Unknown, unknowns
from tests.review.building import ORGANIZATION, TODAY, approval, document, key, plan, plan_json, statement


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[1", "is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "it has no format_version"),
        ('{"version": 4, "terraform_version": "1.11.4"}', "it has no format_version"),
        ('{"format_version": "1.0", "values": {}}', "it has no planned_values"),
        ('{"format_version": "2.0", "planned_values": {}}', "has the format_version '2.0'"),
        ('{"format_version": "1.2", "planned_values": {}, "errored": true}', "is not complete"),
        ('{"format_version": "1.2", "planned_values": {}, "resource_changes": [1]}', "a resource change that is none"),
        ('{"format_version": "1.2", "planned_values": {}, "resource_changes": {}}', "it has no planned_values"),
    ],
)
def test_what_is_no_plan_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(PlanError, match=message) as caught:
        read(str(path))
    assert str(path) in str(caught.value)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST", 100)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json(key())))
    with pytest.raises(PlanError, match="has more than 100 bytes"):
        read(str(path))


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(PlanError, match="cannot be read: No such file"):
        read("nowhere.json")


def test_standard_input_is_a_plan_too(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.TextIOWrapper(io.BytesIO(json.dumps(plan_json(key())).encode()))
    monkeypatch.setattr(sys, "stdin", raw)
    found = review(["-"], Settings(organization=ORGANIZATION), today=TODAY)
    assert found.deployments[0].count("create") == 1


def test_a_plan_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json(configuration={"root_module": {"resources": 5}})))
    with pytest.raises(PlanError, match="is not shaped like a plan"):
        review([str(path)], Settings(), today=TODAY)


def test_a_plan_without_its_configuration_does_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json(configuration=None)))
    assert not review([str(path)], Settings(), today=TODAY).passes


def test_the_shipped_policy_is_the_strict_default() -> None:
    assert load_settings(Path(__file__).parent.parent.parent / "config" / "review" / "policy.yaml") == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("minimum_quorum: 0", "minimum_quorum: Input should be greater than or equal to 1"),
        ("minimum_quorom: 2", "minimum_quorom: Extra inputs are not permitted"),
        ("a: [", "is not YAML"),
        ("suppressions: [{rule: nope, reason: because it is, owner: me@x, expires: 2027-01-01}]", "'nope' is no rule"),
        ("suppressions: [{rule: logs, owner: me@x, expires: 2027-01-01}]", "reason: Field required"),
        ("suppressions: [{rule: logs, reason: because it is, expires: 2027-01-01}]", "owner: Field required"),
        ("suppressions: [{rule: logs, reason: because it is, owner: me@x}]", "expires: Field required"),
        ("suppressions: [{rule: logs, reason: because it is, owner: me@x, expires: soon}]", "'soon' is no day"),
    ],
)
def test_a_policy_that_says_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(ReviewPolicyError, match=message):
        load_settings(path)


def _suppressed(expires: str, **more: str) -> Settings:
    kept = {"rule": "quorum-floor", "reason": "one person is on call", "owner": "team", "expires": expires} | more
    return Settings.model_validate({"organization": ORGANIZATION, "suppressions": [kept]})


@pytest.mark.parametrize(
    ("settings", "failing", "warnings"),
    [
        (_suppressed("2026-11-25"), [], 0),
        (_suppressed("2026-11-24"), ["quorum-floor", "expired-suppression"], 0),
        (_suppressed("2026-12-31", deployment="prod"), [], 0),
        (_suppressed("2026-12-31", deployment="other"), ["quorum-floor"], 1),
        (_suppressed("2026-12-31", address="aws_ssm_document.document"), [], 0),
        (_suppressed("2026-12-31", address="aws_ssm_document.other"), ["quorum-floor"], 1),
        (_suppressed("2026-12-31", rule="logs"), ["quorum-floor"], 1),
    ],
)
def test_a_suppression_holds_where_and_while_it_says(settings: Settings, failing: list[str], warnings: int) -> None:
    judge = Judge(settings, TODAY)
    judge.judge(plan(document(approval(required=1)), key(statement({"AWS": "arn:aws:iam::222222222222:root"}))))
    verdict = judge.verdict()
    assert [each.rule for each in verdict.failing] == failing
    assert len(verdict.warnings) == warnings
    assert all(each.suppression and each.suppression.expires >= TODAY for each in verdict.accepted)


def test_days_are_compared_as_days() -> None:
    judge = Judge(_suppressed("2026-11-25"), datetime.date(2026, 11, 26))
    assert [each.rule for each in judge.verdict().failing] == ["expired-suppression"]


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("$${escaped} %%{too}", "${escaped} %{too}"),
        ('${jsonencode({"a" = [1, true, null, "x"]})}', '{"a": [1, true, null, "x"]}'),
        ("${aws_kms_key.k.arn}", Unknown(("aws_kms_key.k.arn",))),
        ("${1 + 1}", Unknown(("r",))),
        ("${jsonencode({)}", Unknown(("r",))),
        ("%{ if x }a%{ endif }", Unknown(("r",))),
        ('${jsonencode({"a" = "x", "a" = "y"})}', Unknown(("r",))),
        ("${" + "[" * 100 + "]" * 100 + "}", Unknown(("r",))),
    ],
)
def test_a_template_is_read_as_far_as_it_is_understood(template: str, value: object) -> None:
    assert evaluate(template, ["r"]) == value


def test_a_template_keeps_what_is_unknown_in_its_place() -> None:
    text = evaluate('{"a": "${aws_kms_key.k.arn}/*", "b": "${sha256(var.x)}"}', [])
    assert [each.references for each in unknowns(text)] == [("aws_kms_key.k.arn",), ("var.x",)]
    assert str(text).startswith('{"a": "')
