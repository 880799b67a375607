"""StartAutomationExecution: parameters, roles, permissions, tokens, tags, and how many run at once."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.automation.backend import MAX_CONCURRENT, automation_backends
from golden_ami.sandbox.automation.service import start_as
from tests.automation.conftest import ACCOUNT, Runbooks, allow, nap, script, step

TOKEN = "01234567-89ab-cdef-0123-456789abcdef"


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


GIVEN = [
    ("String", {}, ["a"], "a"),
    ("StringList", {}, ["a", "b"], ["a", "b"]),
    ("Integer", {}, ["-7"], -7),
    ("Boolean", {}, ["true"], True),
    ("StringMap", {}, ['{"a": {"b": 1}}'], {"a": {"b": 1}}),
    ("MapList", {}, ['{"a": 1}', '{"b": 2}'], [{"a": 1}, {"b": 2}]),
    ("String", {"allowedPattern": "^ami-[0-9a-f]+$"}, ["ami-1a"], "ami-1a"),
    ("String", {"allowedValues": ["a", "b"]}, ["b"], "b"),
    ("StringList", {"minItems": 2, "maxItems": 2}, ["a", "b"], ["a", "b"]),
    ("String", {}, ["x" * 512], "x" * 512),
    ("StringList", {}, ["x"] * 50, ["x"] * 50),
]


@pytest.mark.parametrize(("kind", "rules", "given", "value"), GIVEN)
def test_a_parameter_has_the_type_that_is_declared(runbooks: Runbooks, kind, rules, given, value) -> None:
    """ "Allowed values include the following: `String`, `StringList`, `Integer` `Boolean`, `MapList`, and `StringMap`."
    (Data elements and parameters)
    """
    declared = {"It": {"type": kind} | rules}
    echo = script("a", "return {'it': events['it']}", {"it": "{{ It }}"})
    seen = runbooks.run(echo, parameters=declared, given={"It": given})
    assert seen.payload("a") == {"it": value}
    assert [json.loads(each) if "Map" in kind else each for each in seen.shown["Parameters"]["It"]] == [
        json.loads(each) if "Map" in kind else each for each in given
    ]


@pytest.mark.parametrize(
    ("kind", "rules", "given", "message"),
    [
        ("String", {}, None, "required"),
        ("String", {}, ["a", "b"], "exactly one"),
        ("String", {"allowedPattern": "^ami-[0-9a-f]+$"}, ["ami-x"], "does not match"),
        ("StringList", {"allowedPattern": "^a$"}, ["a", "b"], "does not match"),
        ("String", {"allowedValues": ["a", "b"]}, ["c"], "is not one of"),
        ("String", {"maxChars": 3}, ["four"], "4 characters"),
        ("String", {"minChars": 3}, ["ab"], "2 characters"),
        ("StringList", {"minItems": 2}, ["a"], "1 items"),
        ("StringList", {"maxItems": 2}, ["a", "b", "c"], "3 items"),
        ("Integer", {}, ["1.5"], "no Integer"),
        ("Integer", {}, ["one"], "no Integer"),
        ("Boolean", {}, ["yes"], "no Boolean"),
        ("StringMap", {}, ["[]"], "no dict"),
        ("StringMap", {}, ["{"], "not JSON"),
        ("MapList", {}, ['{"a": 1}', "2"], "no dict"),
    ],
)
def test_a_value_that_breaks_the_declaration_is_refused(runbooks: Runbooks, kind, rules, given, message) -> None:
    """ "If a user inputs a value that isn't allowed, the execution fails to start." "If the user input doesn't match
    the allowed pattern, the execution fails to start." "The minimum number of items allowed." (Data elements and
    parameters)
    """
    name = runbooks.create(nap("a"), parameters={"It": {"type": kind} | rules})
    code, said = refusal(runbooks.start, name=name, **({"Parameters": {"It": given}} if given else {}))
    assert (code, message in said) == ("InvalidAutomationExecutionParametersException", True), said


@pytest.mark.parametrize("given", [["x" * 513], ["x"] * 51])
def test_values_are_limited_in_length_and_number(runbooks: Runbooks, given: list[str]) -> None:
    """0 to 50 values of 1 to 512 characters are the limits of StartAutomationExecution in the service's model."""
    name = runbooks.create(nap("a"), parameters={"It": {"type": "StringList"}})
    assert "It" in refusal(runbooks.start, name=name, Parameters={"It": given})[1]


def test_a_parameter_that_is_not_declared_is_refused(runbooks: Runbooks) -> None:
    """ "Any inputs supplied at start time need to be defined in the parameter list of the runbook." (Automation system
    variables, Supported scenarios)
    """
    code, said = refusal(runbooks.start, name=runbooks.create(nap("a")), Parameters={"Other": ["x"]})
    assert (code, "Other" in said) == ("InvalidAutomationExecutionParametersException", True)


def test_without_a_value_the_default_counts(runbooks: Runbooks) -> None:
    """ "The default value of the parameter or a reference to a parameter in Parameter Store." (Data elements and
    parameters, default)
    """
    echo = script("a", "return events['it']", {"it": "{{ It }}"})
    assert runbooks.run(echo, parameters={"It": {"type": "String", "default": ""}}).payload("a") == ""


@pytest.mark.parametrize(
    ("name", "version", "code"),
    [
        ("None-Such", None, "AutomationDefinitionNotFoundException"),
        ("own", "7", "AutomationDefinitionVersionNotFoundException"),
        ("own", "$LATEST", None),
        ("own", "$DEFAULT", None),
        ("own", "1", None),
        ("arn", None, None),
    ],
)
def test_a_document_is_found_by_name_and_version(runbooks: Runbooks, name: str, version, code) -> None:
    """ "An Automation runbook with the specified name and version couldn't be found." (StartAutomationExecution,
    Errors)
    """
    own = runbooks.create(nap("a"))
    name = {"own": own, "arn": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/{own}"}.get(name, name)
    asked = {"DocumentVersion": version} if version else {}
    if code:
        assert refusal(runbooks.start, name=name, **asked)[0] == code
    else:
        assert runbooks.see(runbooks.start(name, **asked)).status == "Success"


@pytest.mark.parametrize("by_parameter", [False, True])
@pytest.mark.parametrize("role", ["arn:aws:iam::222222222222:role/None", "lambda", "nonsense"])
def test_a_role_that_cannot_be_assumed_is_refused_at_the_start(runbooks: Runbooks, role: str, by_parameter) -> None:
    """ "The defined assume role is unable to be assumed." (Troubleshooting Systems Manager Automation)"""
    role = runbooks.role(service="lambda.amazonaws.com") if role == "lambda" else role
    content = {"parameters": {"Role": {"type": "String", "default": role}}} if by_parameter else {}
    name = runbooks.create(nap("a"), assumeRole="{{ Role }}" if by_parameter else role, **content)
    code, said = refusal(runbooks.start, name=name)
    assert (code, "unable to be assumed" in said) == ("InvalidAutomationExecutionParametersException", True)


def test_a_role_that_breaks_meanwhile_fails_the_next_step(runbooks: Runbooks) -> None:
    """Not documented: when the role is assumed again. Here it is before each try of each step."""
    role = runbooks.role()
    identifier = runbooks.begin(
        step("ask", "approve", {"Approvers": ["ann"]}, timeoutSeconds=60, onFailure="Continue"),
        nap("after"),
        assumeRole=role,
    )
    runbooks.iam.delete_role(RoleName=role.rpartition("/")[2])
    runbooks.local.clock.advance(61)
    seen = runbooks.see(identifier)
    assert (seen.status, "unable to be assumed" in seen.message("after")) == ("Failed", True)


def test_who_starts_needs_the_permission_to_start_and_to_pass_the_role(runbooks: Runbooks) -> None:
    """ "An authorization check is performed to verify that the calling user is permitted to pass the given
    `assumeRole`." (Automation system variables, Supported scenarios)
    """
    role, other = runbooks.role(), runbooks.role()
    fixed = runbooks.create(nap("a"), assumeRole=role)
    given = runbooks.create(nap("a"), assumeRole="{{ Role }}", parameters={"Role": {"type": "String"}})
    definition = "arn:aws:ssm:eu-west-1:222222222222:automation-definition"
    starts = allow("ssm:StartAutomationExecution", resource=[f"{definition}/{name}:*" for name in (fixed, given)])
    to_ssm = {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    passes = [allow("iam:PassRole", resource=role, Condition=each) for each in (to_ssm, to_ec2)]
    people = {
        "nobody": runbooks.person(runbooks.role(passes[0], service=None)),
        "starter": runbooks.person(runbooks.role(starts, service=None)),
        "misled": runbooks.person(runbooks.role(starts, passes[1], service=None)),
        "both": runbooks.person(runbooks.role(starts, passes[0], service=None)),
    }
    asked = {"fixed": {"DocumentName": fixed}}
    asked |= {each: {"DocumentName": given, "Parameters": {"Role": [each]}} for each in (role, other)}
    for who, person in people.items():
        for what, request in asked.items():
            if who == "both" and what != other:
                assert person.start_automation_execution(**request)["AutomationExecutionId"]
            else:
                assert refusal(person.start_automation_execution, **request)[0] == "AccessDeniedException", (who, what)


def test_without_a_role_the_starters_permissions_are_used(runbooks: Runbooks) -> None:
    """ "If no IAM service role is specified, the permissions of the user who started the automation." (Using scripts in
    runbooks)
    """
    runbooks.ssm.put_parameter(Name="/read-me", Value="x", Type="String")
    name = runbooks.create(step("a", "executeAwsApi", {"Service": "ssm", "Api": "GetParameter", "Name": "/read-me"}))
    start = allow("ssm:StartAutomationExecution")
    for more, status in (([], "Failed"), ([allow("ssm:GetParameter")], "Success")):
        person = runbooks.person(runbooks.role(start, *more, service=None), session="sam")
        seen = runbooks.see(person.start_automation_execution(DocumentName=name)["AutomationExecutionId"])
        assert seen.status == status
        assert seen.shown["ExecutedBy"].endswith("/sam")


def test_a_client_token_starts_once(runbooks: Runbooks) -> None:
    """ "The token must be unique, is case insensitive, enforces the UUID format, and can't be reused." "Error returned
    when an idempotent operation is retried and the parameters don't match the original call to the API with the same
    idempotency token." (StartAutomationExecution, ClientToken and Errors)
    """
    name, other = runbooks.create(nap("a")), runbooks.create(nap("a"))
    first = runbooks.start(name, ClientToken=TOKEN)
    assert runbooks.start(name, ClientToken=TOKEN.upper()) == first
    assert refusal(runbooks.start, name=other, ClientToken=TOKEN)[0] == "IdempotentParameterMismatch"
    assert runbooks.start(name, ClientToken=TOKEN.replace("0", "1")) != first
    assert refusal(runbooks.start, name=name, ClientToken="x" * 36)[0] == "ValidationException"


def test_tags_are_those_of_the_execution(runbooks: Runbooks) -> None:
    """ "You can specify a maximum of five tags for an automation." (StartAutomationExecution, Tags)"""
    name = runbooks.create(nap("a"))
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(6)]
    identifier = runbooks.start(name, Tags=tags[:5])
    asked = {"ResourceType": "Automation", "ResourceId": identifier}
    runbooks.ssm.add_tags_to_resource(**asked, Tags=[{"Key": "k0", "Value": "w"}])
    found = runbooks.ssm.list_tags_for_resource(**asked)["TagList"]
    assert {each["Key"]: each["Value"] for each in found} == {"k0": "w", "k1": "v", "k2": "v", "k3": "v", "k4": "v"}
    assert refusal(runbooks.start, name=name, Tags=tags)[0] == "ValidationException"
    none = asked | {"ResourceId": "0" * 36}
    assert refusal(runbooks.ssm.list_tags_for_resource, **none)[0] == "AutomationExecutionNotFoundException"


@pytest.mark.parametrize("more", [{"Mode": "Interactive"}, {"TargetParameterName": "It", "Targets": []}])
def test_what_is_not_modelled_of_a_start_is_said_to_be_so(runbooks: Runbooks, more: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        runbooks.start(runbooks.create(nap("a")), **more)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_hundred_run_and_the_others_wait_for_them_in_their_order(runbooks: Runbooks) -> None:
    """ "By default, Automation lets you run up to 100 concurrent automations at a time." (Allowing Automation to adapt
    to your concurrency needs) "When an Automation completes (or reaches a terminal state), the first execution in the
    queue starts." (AWS Systems Manager Automation Concepts)
    """
    name = runbooks.create(step("ask", "approve", {"Approvers": ["ann"]}, timeoutSeconds=3600))
    started = [runbooks.ssm.start_automation_execution(DocumentName=name)["AutomationExecutionId"] for _ in range(103)]
    statuses = [runbooks.see(each).status for each in started]
    assert (statuses.count("Waiting"), statuses.count("Pending")) == (MAX_CONCURRENT, 3) == (100, 3)
    stopped = started[statuses.index("Pending")]
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=stopped)
    seen = runbooks.see(stopped)
    assert (seen.status, seen.statuses) == ("Cancelled", {"ask": "Pending"})
    runbooks.ssm.stop_automation_execution(AutomationExecutionId=started[statuses.index("Waiting")])
    assert [runbooks.see(each).status for each in started[100:]] == ["Cancelled", "Waiting", "Pending"]
    runbooks.local.clock.advance(3601)
    assert runbooks.see(started[102]).status == "Waiting"
    runbooks.local.clock.advance(3601)
    assert {runbooks.see(each).status for each in started} == {"TimedOut", "Cancelled"}


def test_many_start_at_once_and_none_is_lost(runbooks: Runbooks) -> None:
    name = runbooks.create(nap("a"))
    backend, principal = automation_backends[ACCOUNT]["eu-west-1"], Principal.of_key("nobody", ACCOUNT, "eu-west-1")
    before = sys.getswitchinterval()
    # Threads take turns in the middle of whatever they count.
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            started = list(pool.map(lambda _: start_as(backend, principal, {"DocumentName": name}), range(64)))
    finally:
        sys.setswitchinterval(before)
    assert len(set(started)) == 64
    assert {runbooks.see(each).status for each in started} == {"Success"}
