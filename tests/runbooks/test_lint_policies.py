"""What is no policy of a role is bad input, in a line that names the place, and never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from golden_ami.cli.runbook import app
from golden_ami.errors import PolicyError
from golden_ami.runbook.lint import load_policies
from golden_ami.runbooks import OUTCOME
from tests.runbooks.judging import allow, api, document, judged
from tests.unit.test_cli import golden_ami

ALLOWED: dict[str, Any] = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}


def changed(**changes: Any) -> Any:
    """Write the statement with a change; None leaves an element out."""
    return {"Statement": [{key: value for key, value in {**ALLOWED, **changes}.items() if value is not None}]}


REFUSED: dict[str, tuple[Any, str]] = {
    "a text": ("sns:Publish", " has no Statement; name an identity-based policy"),
    "nothing": (None, " has no Statement; name an identity-based policy"),
    "no statement": ({"Version": "2012-10-17"}, " has no Statement; name an identity-based policy"),
    "an empty list": ([], " is an empty list; name an identity-based policy"),
    "a list of statements": ([ALLOWED], " [0] has no Statement; name an identity-based policy"),
    "a later document": ([changed(), 7], " [1] has no Statement; name an identity-based policy"),
    "a configuration": ({"deployments": {}}, " has no Statement; name an identity-based policy"),
    "another version": (
        {"Version": "2026-01-01", **changed()},
        " Version: '2026-01-01' is none of IAM's; write '2012-10-17'",
    ),
    "a version that is a list": ({"Version": [], **changed()}, " Version: [] is none of IAM's; write '2012-10-17'"),
    "a statement that is a text": (
        {"Statement": ["all"]},
        " Statement[0]: 'all' is no statement; write Effect, Action and Resource",
    ),
    "an unknown effect": (changed(Effect="allow"), " Statement[0].Effect: 'allow' is no effect; write Allow or Deny"),
    "no effect": (changed(Effect=None), " Statement[0].Effect: None is no effect; write Allow or Deny"),
    "no action": (changed(Action=None), " Statement[0] has neither of Action and NotAction; write Action"),
    "both actions": (changed(NotAction="iam:*"), " Statement[0] has both of Action and NotAction; write Action"),
    "no resource": (changed(Resource=None), " Statement[0] has neither of Resource and NotResource; write Resource"),
    "an empty action": (
        changed(Action=[]),
        " Statement[0].Action: [] is neither a text nor a list of texts; write one",
    ),
    "an action that is a number": (
        changed(Action=[7]),
        " Statement[0].Action: [7] is neither a text nor a list of texts; write one",
    ),
    "a resource that is a mapping": (
        changed(Resource={"Ref": "Topic"}),
        " Statement[0].Resource: {'Ref': 'Topic'} is neither a text nor a list of texts; write one",
    ),
    "an action without service": (
        changed(Action="Publish"),
        " Statement[0]: 'Publish' is no action; write one such as 'sns:Publish'",
    ),
    "an action with a wildcard for its service": (
        changed(Action="s*:Publish"),
        " Statement[0]: 's*:Publish' is no action; write one such as 'sns:Publish'",
    ),
    "an action that ends lines and rings": (
        changed(Action="sns:Publish\n\x1b[31m\ud800"),
        " Statement[0]: 'sns:Publish\\n\\x1b[31m\\ud800' is no action; write one such as 'sns:Publish'",
    ),
    "a condition that is a list": (
        changed(Condition=["x"]),
        " Statement[0].Condition: ['x'] is no mapping of operators to keys and values; write such a mapping",
    ),
    "a condition without keys": (
        changed(Condition={"StringEquals": "x"}),
        " Statement[0].Condition: {'StringEquals': 'x'} is no mapping of operators to keys and values; "
        "write such a mapping",
    ),
    "a trust policy": (
        changed(Principal={"Service": "ssm.amazonaws.com"}, Resource=None),
        " Statement[0] has a Principal, as trust policies and policies of resources have; "
        "name an identity-based policy of the role",
    ),
    "an unknown element": (
        changed(Actions="sns:Publish"),
        " Statement[0]: 'Actions' is no element of a statement; remove it",
    ),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_policy_is_refused_with_its_place(content: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text(json.dumps(content))
    with pytest.raises(PolicyError) as refused:
        load_policies(path)
    assert str(refused.value) == f"{path}{words}"
    assert str(refused.value).isascii()


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", " is not JSON: Expecting value"),
    "YAML": (b"Statement: []", " is not JSON: Expecting value"),
    "cut short": (b'{"Statement": [', " is not JSON: Expecting value"),
    "UTF-16": ('{"Statement": []}'.encode("utf-16"), " is not UTF-8; write the policy as JSON, in UTF-8"),
    "zeros": (b"\0" * 100, " is not JSON: Expecting value"),
    "a key that is there twice": (
        b'{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Effect": "Allow"}}',
        " is not JSON: the key 'Effect' is there twice; write the policy as JSON",
    ),
    "a number without end": (b'{"Statement": ' + b"9" * 5000 + b"}", " is not JSON: Exceeds the limit"),
    "lists without end": (b"[" * 100_000, " is nested too deeply; name an identity-based policy"),
    "mappings without end": (b'{"Statement":' * 100_000, " is nested too deeply; name an identity-based policy"),
    "a condition without end": (
        b'{"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", "Condition": '
        + b'{"a":' * 900
        + b"1"
        + b"}" * 900
        + b"}]}",
        " Statement[0].Condition: ",
    ),
}


@pytest.mark.parametrize(("raw", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(raw: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_bytes(raw)
    with pytest.raises(PolicyError) as refused:
        load_policies(path)
    assert str(refused.value).startswith(f"{path}{words}")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "cannot be read: No such file or directory; name a policy document"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory; name a policy document"),
        (lambda path: path.write_text("[]"), "is an empty list; name an identity-based policy"),
    ],
    ids=["missing", "a folder", "no policy"],
)
def test_bad_input_is_one_line_and_exit_code_2(make: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    make(path)
    done = golden_ami("runbook", "lint", str(OUTCOME), "--policy", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{path} {words}\n")


def test_standard_input_is_named_so() -> None:
    refused = CliRunner().invoke(app, ["lint", str(OUTCOME), "--policy", "-"], input="[]").exception
    assert str(refused) == "standard input is an empty list; name an identity-based policy"


def test_a_pattern_of_many_stars_is_judged_at_once(tmp_path: Path) -> None:
    step = api("sns", "Publish", TopicArn="arn:aws:sns:eu-west-1:222222222222:Automation" + "a" * 200)
    resource = "arn:aws:sns:" + "*a" * 90 + "b"
    pattern = "sns:" + "*?" * 40
    assert len(judged(document(step), tmp_path, allow("sns:Publish", pattern, resource=resource))[0]) == 2


def test_brackets_mean_nothing_in_a_pattern(tmp_path: Path) -> None:
    step = api("sns", "Publish", TopicArn="arn:aws:sns:eu-west-1:222222222222:A")
    (finding,) = judged(document(step), tmp_path, allow("sns:Publish", resource="arn:aws:sns:*:[A-Z]"))[0]
    assert "no policy of the role allows that on" in finding


def test_a_policy_may_be_one_statement_and_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"Statement": ALLOWED}).encode())
    (statement,) = load_policies(path)
    assert statement.allows
    assert statement.where == f"{path} Statement[0]"
