"""Evaluation of policies: its laws, and the operators of conditions that are modelled."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from golden_ami.sandbox.access import Need, Verdict, judge

TOPIC = "arn:aws:sns:eu-west-1:222222222222:Automation-a"

_actions = st.sampled_from(["sns:Publish", "sns:*", "*", "SNS:publish", "ssm:GetParameter", "sns:Pub?ish", "s3:*"])
_resources = st.sampled_from(["*", TOPIC, TOPIC[:-1] + "*", "arn:aws:sns:*:*:Automation-?", "arn:aws:sns:::other"])
_conditions = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:ResourceTag/a": "x"}},
        {"StringNotEquals": {"aws:ResourceTag/a": ["x", "y"]}},
        {"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        {"Null": {"aws:ResourceTag/a": "true"}},
        {"BoolIfExists": {"ram:AllowsExternalPrincipals": "false"}},
    ]
)
_elements = {"Action": _actions, "Resource": _resources, "Condition": _conditions}
_allows = st.fixed_dictionaries({"Effect": st.just("Allow")} | _elements)
_denies = st.fixed_dictionaries({"Effect": st.just("Deny")} | _elements)
_policies = st.lists(_allows | _denies, max_size=6)
_contexts = st.fixed_dictionaries(
    {},
    optional={
        "aws:ResourceTag/a": st.sampled_from([["x"], ["z"]]),
        "aws:TagKeys": st.lists(st.sampled_from(["a", "b", "ab"]), max_size=3),
        "ram:AllowsExternalPrincipals": st.sampled_from([["true"], ["false"]]),
    },
)
_needs = st.builds(
    Need,
    action=st.sampled_from(["sns:Publish", "ssm:GetParameter", "s3:GetObject"]),
    resource=st.sampled_from([TOPIC, "*", "arn:aws:sns:::other"]),
    context=_contexts,
)
ALWAYS = {"Action": "*", "Resource": "*"}


def verdict(need: Need, *statements: Any) -> Verdict:
    return judge([{"Version": "2012-10-17", "Statement": list(statements)}], need)


@given(statements=_policies, denial=_denies, place=st.integers(0, 6), need=_needs)
def test_an_explicit_deny_always_wins(statements: list[Any], denial: Any, place: int, need: Need) -> None:
    """ "If policies that apply to a request include an Allow statement and a Deny statement, the Deny statement trumps
    the Allow statement." (The difference between explicit and implicit denies)
    """
    assume(verdict(need, denial) is Verdict.DENIED)
    assert verdict(need, *statements[:place], denial, *statements[place:]) is Verdict.DENIED


@given(statements=_policies, random=st.randoms(use_true_random=False), need=_needs)
def test_neither_order_nor_grouping_of_statements_matters(statements: list[Any], random: Any, need: Need) -> None:
    """ "The order in which the policies are evaluated is not important" (Evaluation logic, SNS Developer Guide)"""
    shuffled = random.sample(statements, len(statements))
    assert verdict(need, *statements) is judge([{"Statement": each} for each in shuffled], need)


@given(statements=_policies, extra=_allows, need=_needs)
def test_removing_an_allow_never_allows_more(statements: list[Any], extra: Any, need: Need) -> None:
    """ "Because an IAM principal is denied access by default, they must be explicitly allowed to perform an action."
    (The difference between explicit and implicit denies)
    """
    if verdict(need, *statements) is Verdict.ALLOWED:
        assert verdict(need, *statements, extra) is Verdict.ALLOWED


@given(statements=_policies, extra=_denies, need=_needs)
def test_adding_a_deny_never_allows_more(statements: list[Any], extra: Any, need: Need) -> None:
    if verdict(need, *statements, extra) is Verdict.ALLOWED:
        assert verdict(need, *statements) is Verdict.ALLOWED


@given(statements=st.lists(_denies, max_size=6), need=_needs)
def test_nothing_is_allowed_by_default(statements: list[Any], need: Need) -> None:
    """ "By default, all requests are implicitly denied." (Access management for AWS resources)"""
    assert verdict(need, *statements) is not Verdict.ALLOWED
    assert verdict(need) is Verdict.SILENT


@pytest.mark.parametrize(
    ("element", "pattern", "matches"),
    [
        ("Action", "sns:Publish", True),
        ("Action", "SNS:PUBLISH", True),
        ("Action", "sns:Pub*", True),
        ("Action", "sns:?ublish", True),
        ("Action", ["s3:*", "sns:*"], True),
        ("Action", "*", True),
        ("Action", "sns:Pub", False),
        ("Action", "sns:[P]ublish", False),
        ("Resource", TOPIC, True),
        ("Resource", "*", True),
        ("Resource", "arn:aws:sns:*:222222222222:Automation-*", True),
        ("Resource", "arn:aws:sns:*", True),
        ("Resource", ["arn:aws:sns:::x", TOPIC], True),
        ("Resource", TOPIC.upper(), False),
        ("Resource", TOPIC + "?", False),
        ("Resource", "arn:aws:sns:eu-west-?:333333333333:*", False),
    ],
)
def test_actions_and_resources_match_by_wildcards(element: str, pattern: Any, matches: bool) -> None:
    """ "You can use wildcard characters (* and ?) within the individual segments of an ARN (the parts separated by
    colons)"; as the last character of one, the asterisk "can expand to match beyond colon boundaries" (IAM JSON policy
    elements: Resource)
    """
    found = verdict(Need(action="sns:Publish", resource=TOPIC), {"Effect": "Allow"} | ALWAYS | {element: pattern})
    assert found is (Verdict.ALLOWED if matches else Verdict.SILENT)


ARN = "arn:aws:iam::222222222222:role/a/b"
OPERATORS = [
    # operator, values in the policy, values in the request (None: the key is missing), whether it holds
    ("StringEquals", "a", ["a"], True),
    ("StringEquals", "a", ["A"], False),
    ("StringEquals", ["a", "b"], ["b"], True),
    ("StringEquals", "a*", ["ab"], False),
    ("StringEquals", "a", None, False),
    ("StringEquals", "a", [], False),
    ("StringNotEquals", "a", ["b"], True),
    ("StringNotEquals", ["a", "b"], ["b"], False),
    ("StringNotEquals", "a", None, True),
    ("StringEqualsIgnoreCase", "a", ["A"], True),
    ("StringNotEqualsIgnoreCase", "a", ["A"], False),
    ("StringLike", "a*c?", ["abbcd"], True),
    ("StringLike", "a", ["A"], False),
    ("StringLike", "a*", None, False),
    ("StringNotLike", "a*", ["ab"], False),
    ("StringNotLike", "a*", None, True),
    ("Bool", "true", ["true"], True),
    ("Bool", True, ["true"], True),
    ("Bool", "false", ["true"], False),
    ("Bool", "false", None, False),
    ("BoolIfExists", "false", None, True),
    ("ArnEquals", "arn:aws:iam::222222222222:role/*", [ARN], True),
    ("ArnLike", "arn:aws:iam::*:role/?/b", [ARN], True),
    ("ArnLike", "arn:aws:*:role/a/b", [ARN], False),
    ("ArnNotLike", "arn:aws:iam::*:role/a/b", [ARN], False),
    ("ArnNotEquals", "arn:aws:iam::*:role/c", [ARN], True),
    ("Null", "true", None, True),
    ("Null", "true", ["a"], False),
    ("Null", "false", ["a"], True),
    ("Null", False, None, False),
    ("Null", "true", [], True),
    ("StringEqualsIfExists", "a", None, True),
    ("StringEqualsIfExists", "a", ["b"], False),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
    ("ForAllValues:StringEquals", ["a", "b"], None, True),
    ("ForAllValues:StringEquals", ["a", "b"], [], True),
    ("ForAllValues:StringLike", "a*", ["ab", "ac"], True),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], True),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
    ("ForAnyValue:StringEquals", ["a", "b"], None, False),
    ("ForAnyValue:StringEquals", ["a", "b"], [], False),
    ("ForAnyValue:StringNotEquals", "a", ["a", "b"], True),
    ("ForAnyValue:StringNotEquals", "a", None, False),
]


def allows(condition: Any, context: dict[str, Sequence[str]]) -> bool:
    need = Need(action="sns:Publish", resource=TOPIC, context=context)
    return verdict(need, {"Effect": "Allow", "Condition": condition} | ALWAYS) is Verdict.ALLOWED


@pytest.mark.parametrize(("operator", "wanted", "found", "holds"), OPERATORS)
def test_an_operator_holds_as_documented(operator: str, wanted: Any, found: list[str] | None, holds: bool) -> None:
    """ "If the key that you specify in a policy condition is not present in the request context, the values do not
    match and the condition is false. If the policy condition requires that the key is not matched, such as
    StringNotLike or ArnNotLike, and the right key is not present, the condition is true." (IAM JSON policy elements:
    Condition operators) "The ForAllValues set operator also returns true if there are no context keys in the request."
    (Multivalued context key examples) "For no matching context key or a null dataset, the condition returns `false`."
    (Single-valued vs. multivalued context keys, ForAnyValue)
    """
    assert allows({operator: {"aws:Key": wanted}}, {} if found is None else {"AWS:key": found}) is holds


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True), (False, False)])
def test_every_key_and_every_operator_must_hold(first: bool, second: bool) -> None:
    keys = {"aws:one": "x" if first else "y", "aws:two": "x" if second else "y"}
    context = {"aws:one": ["x"], "aws:two": ["x"]}
    assert allows({"StringEquals": keys}, context) is (first and second)
    one, two = ({name: value} for name, value in keys.items())
    assert allows({"StringEquals": one, "StringLike": two}, context) is (first and second)


@pytest.mark.parametrize(
    "statement",
    [
        {"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "5"}}},
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"DateGreaterThanIfExists": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}},
        {"Condition": {"StringEquals": {"aws:Key": "${aws:username}"}}},
        {"Resource": "arn:aws:s3:::${aws:username}"},
        {"NotAction": "s3:*"},
        {"NotPrincipal": "*"},
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_what_is_not_modelled_is_an_error_and_never_a_match(statement: dict[str, Any], effect: str) -> None:
    with pytest.raises(NotImplementedError, match="not modelled"):
        verdict(Need(action="sns:Publish", resource=TOPIC), {"Effect": effect} | ALWAYS | statement)


@given(st.sampled_from(["a/1", "a/2", "b/1", "c"]), st.sets(st.sampled_from(["a/*", "b/*", "c", "*"]), min_size=1))
def test_not_resource_is_exactly_what_resource_is_not(path: str, patterns: set[str]) -> None:
    need = Need(action="s3:PutObject", resource=f"arn:aws:s3:::evidence/{path}")
    named = [f"arn:aws:s3:::evidence/{pattern}" for pattern in sorted(patterns)]
    base = {"Effect": "Deny", "Action": "s3:PutObject"}
    within, without = verdict(need, base | {"Resource": named}), verdict(need, base | {"NotResource": named})
    assert {within, without} == {Verdict.DENIED, Verdict.SILENT}
