"""Whatever a plan says is shown as text: on a terminal, in a comment, to a program and to a scanner."""

import io
import json
import re

import jsonschema
import pytest
from rich.console import Console

from golden_ami.review.judgement import Judge
from golden_ami.review.parsing import parse
from golden_ami.review.render.markdown import LIMIT, MARKER, as_markdown, code
from golden_ami.review.render.program import as_json
from golden_ami.review.render.sarif import as_sarif
from golden_ami.review.render.terminal import show
from golden_ami.review.review import Review, review_plan
from golden_ami.review.settings import Settings
from golden_ami.review.shortened import redacted
from tests.review.building import (
    ORGANIZATION,
    TODAY,
    Raw,
    allow,
    approval,
    document,
    key,
    plan_json,
    policy,
    resource,
    role_policy,
    statement,
)

HOSTILE = (
    "</code></details><script>alert(1)</script>",
    "`**bold** [link](https://example.com) @everybody #1 <img src=x onerror=alert(1)>`",
    "```\n# heading\n```",
    "\x1b[2J\x1b[31mred",
    "line\r\nanother | cell | --- |",
    "\u202egnirts\u202c \u200b",
    "a" * 5_000,
    "<!-- golden-ami review -->",
)


def reviewed(*plans: list[Raw], settings: Settings | None = None) -> Review:
    settings = settings or Settings(organization=ORGANIZATION)
    judge = Judge(settings, TODAY)
    found = [
        review_plan(parse(plan_json(*resources), f"stacks/d{number}/plan.json"), settings, judge)
        for number, resources in enumerate(plans)
    ]
    return Review(tuple(found), judge.verdict())


def _hostile(text: str) -> list[Raw]:
    named = resource("aws_kms_key", text, {"policy": policy(statement({"AWS": text}, text)), "description": text})
    step = {"name": text, "action": text, "inputs": {"Approvers": [text], "x": text}}
    changed = resource(
        "aws_ssm_document",
        "d",
        {"name": text, "content": json.dumps(approval(steps=[step], description=text)), "document_type": text},
        before={"name": text, "content": json.dumps(approval()), "document_type": "Automation"},
    )
    told = resource("aws_sns_topic_subscription", "s", {"protocol": text, "endpoint": text})
    return [named, changed, told, role_policy(allow(text, text), role=text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_shows_any_text_as_text(text: str) -> None:
    comment = as_markdown(reviewed(_hostile(text)))
    assert comment.startswith(MARKER)
    outside = _outside_of_code(comment)
    for sign in ("<script", "<img", "onerror", "@everybody", "](https", "\x1b", "\u202e", "\u200b"):
        assert sign not in outside
    assert outside.count("<details>") == outside.count("</details>") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u202a-\u202e]", comment)


def _outside_of_code(comment: str) -> str:
    """Take away fenced blocks, then code spans: a run of backticks ends at the next of its length (CommonMark)."""
    fences = re.compile(r"^(`{3,})diff\n.*?^\1$", re.MULTILINE | re.DOTALL)
    plain = fences.sub("", comment)
    return re.sub(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", plain)


@pytest.mark.parametrize("text", [*HOSTILE, "`", "``", "a`b``c", " ", ""])
def test_code_is_one_span_that_ends_where_it_should(text: str) -> None:
    span = code(text)
    assert "\n" not in span
    assert _outside_of_code(span) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_gets_no_control_characters(text: str) -> None:
    stream = io.StringIO()
    show(reviewed(_hostile(text)), Console(file=stream, width=200))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u202a-\u202e]", stream.getvalue())


@pytest.mark.parametrize("text", HOSTILE)
def test_programs_and_scanners_get_json(text: str) -> None:
    review = reviewed(_hostile(text))
    assert json.loads(as_json(review))["passes"] is False
    for result in json.loads(as_sarif(review))["runs"][0]["results"]:
        assert result["message"]["text"].isprintable()


SARIF = {
    # What the SARIF 2.1.0 schema, and GitHub's code scanning, require of what is written here.
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {"shortDescription": {"$ref": "#/$defs/text"}},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "text": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "locations", "partialFingerprints"],
            "properties": {
                "message": {"$ref": "#/$defs/text"},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "locations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["physicalLocation"],
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation", "region"],
                                "properties": {
                                    "artifactLocation": {
                                        "properties": {"uri": {"type": "string", "pattern": r"^[A-Za-z0-9/._%-]+$"}}
                                    },
                                    "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                                },
                            }
                        },
                    },
                },
                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                "suppressions": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["kind"],
                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                    },
                },
            },
        },
    },
}


def test_findings_are_sarif() -> None:
    accepted = Settings.model_validate(
        {
            "organization": ORGANIZATION,
            "suppressions": [
                {"rule": "quorum-floor", "reason": "one person is on call", "owner": "team", "expires": "2027-01-01"}
            ],
        }
    )
    review = reviewed([document(approval(required=1)), key(statement("*"))], settings=accepted)
    content = json.loads(as_sarif(review))
    jsonschema.Draft202012Validator(SARIF).validate(content)
    (run,) = content["runs"]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])
    levels = {each["ruleId"]: (each["level"], bool(each.get("suppressions"))) for each in run["results"]}
    assert levels["quorum-floor"] == ("note", True)
    assert levels["no-public-permission"] == ("error", False)
    prints = [each["partialFingerprints"]["finding/v1"] for each in run["results"]]
    assert len(set(prints)) == len(prints)


def test_account_ids_are_numbered_on_request_and_nothing_gets_longer() -> None:
    comment = as_markdown(reviewed([key(statement({"AWS": "arn:aws:iam::999999999999:root"}))]))
    assert "999999999999" in comment
    hidden = redacted(comment)
    assert not re.search(r"(?<!\d)\d{12}(?!\d)", hidden)
    assert len(hidden) == len(comment)
    assert redacted("1 111111111111 222222222222 111111111111") == "1 account-0001 account-0002 account-0001"


@pytest.mark.parametrize("deployments", [1, 40, 300])
def test_a_comment_is_never_too_long_and_keeps_its_findings(deployments: int) -> None:
    noise = [role_policy(*[allow(f"service{n}:Action", f"arn:aws:sns:eu-west-1:222222222222:{n}") for n in range(200)])]
    plans = [[*noise, document(approval(principals=(f"{number:012}",)))] for number in range(deployments)]
    comment = as_markdown(reviewed(*plans, [key(statement("*"))]))
    assert len(comment.encode()) <= LIMIT
    assert "**no-public-permission** `statement 1 lets in everybody`" in comment
    if deployments > 100:
        assert re.search(r"Left out for the length of a comment:\*\* \d+ deployment's details", comment)


def test_findings_are_cut_last_and_counted() -> None:
    plans = [[key(statement({"AWS": f"arn:aws:iam::{number:012}:root"}, "x" * 400))] for number in range(900)]
    comment = as_markdown(reviewed(*plans))
    assert len(comment.encode()) <= LIMIT
    shown = comment.count("- **no-external-principals**")
    left = re.search(r"Left out for the length of a comment:\*\* (\d+) findings", comment)
    assert left
    assert shown + int(left[1]) == 900
    assert "May use the key" not in comment
