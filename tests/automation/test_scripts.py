"""aws:executeScript: what goes in, what comes out, and what a script may do."""

from typing import Any

import pytest

from tests.automation.conftest import Runbooks, allow, script, step

PAYLOAD = {"text": "a", "number": 1, "yes": True, "list": ["a", 2], "map": {"a": {"b": None}}}


def test_the_payload_reaches_the_handler_with_its_types(runbooks: Runbooks) -> None:
    """ "A JSON or YAML object that will be passed to the first parameter of the handler." "The JSON representation of
    the object returned by your function." (aws:executeScript)
    """
    seen = runbooks.run(script("a", "return [events, context]", PAYLOAD))
    assert seen.payload("a") == [PAYLOAD, {}]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("String", "text"),
        ("Integer", 7),
        ("Boolean", False),
        ("StringList", ["a", "b"]),
        ("StringMap", {"a": 1}),
        ("MapList", [{"a": 1}, {"b": 2}]),
    ],
)
def test_a_parameter_keeps_its_type_on_its_way(runbooks: Runbooks, kind: str, value: Any) -> None:
    """ "Parameter types in runbooks are static. This means the parameter type can't be changed after it's defined."
    (Using action outputs as inputs)
    """
    first = script("a", "return events['it']", {"it": "{{ It }}"}, puts_out=kind)
    second = script("b", "return [events['it'], type(events['it']).__name__]", {"it": "{{ a.Payload }}"})
    seen = runbooks.run(first, second, parameters={"It": {"type": kind, "default": value}})
    assert seen.payload("b") == [value, type(value).__name__]


@pytest.mark.parametrize(
    ("body", "handler", "message"),
    [
        ("raise KeyError('gone')", "handler", "KeyError: 'gone'"),
        ("return 1", "other", "defines no function 'other'"),
        ("return {1, 2}", "handler", "TypeError"),
        ("import nothing_of_that_name", "handler", "ModuleNotFoundError"),
        ("return 1 +", "handler", "SyntaxError"),
        ("return 'x' * (100 * 1024)", "handler", "more than 102400 bytes"),
        ("return list(range(101))", "handler", "more than 100 items"),
        ("raise SystemExit(1)", "handler", "SystemExit"),
    ],
)
def test_a_script_that_ends_badly_fails_its_step(runbooks: Runbooks, body: str, handler: str, message: str) -> None:
    """ "You must ensure the function defined in the handler has two parameters, `events` and `context`." "Up to 100KB
    is returned. If you output a list, a maximum of 100 items is returned." (aws:executeScript) Whether more than that
    fails the step or is cut is not documented: here it is refused.
    """
    bad = script("a", body)
    bad["inputs"]["Handler"] = handler
    seen = runbooks.run(bad)
    assert (seen.status, message in seen.message("a")) == ("Failed", True), seen.message("a")


@pytest.mark.parametrize(("body", "size"), [("return 'x' * 102000", 102000), ("return list(range(100))", 100)])
def test_as_much_output_as_may_be_comes_out(runbooks: Runbooks, body: str, size: int) -> None:
    """ "Up to 100KB is returned. If you output a list, a maximum of 100 items is returned." (aws:executeScript)"""
    assert len(runbooks.run(script("a", body)).payload("a")) == size


@pytest.mark.parametrize(("runtime", "status"), [("python3.11", "Success"), ("python3.99", "Failed"), ("", "Failed")])
def test_only_runtimes_of_automation_run(runbooks: Runbooks, runtime: str, status: str) -> None:
    """ "The runtime language to be used for running the provided script." (aws:executeScript)"""
    bad = script("a", "return 1")
    bad["inputs"]["Runtime"] = runtime
    assert runbooks.run(bad).status == status


def test_a_script_of_an_attachment_is_not_modelled(runbooks: Runbooks) -> None:
    seen = runbooks.run(step("a", "executeScript", {"Runtime": "python3.11", "Handler": "x.y", "Attachment": "x.zip"}))
    assert (seen.status, "not modelled" in seen.message("a")) == ("Failed", True)


def test_a_script_sleeps_on_the_sandboxs_clock(runbooks: Runbooks) -> None:
    before = runbooks.local.clock.now()
    assert runbooks.run(script("a", "time.sleep(300)")).status == "Success"
    assert 300 <= (runbooks.local.clock.now() - before).total_seconds() < 330


@pytest.mark.parametrize(
    ("limit", "seconds"), [({}, 600), ({"timeoutSeconds": 60}, 60), ({"timeoutSeconds": 900}, 600)]
)
def test_a_script_that_takes_too_long_times_out(runbooks: Runbooks, limit: dict[str, int], seconds: int) -> None:
    """ "Each `aws:executeScript` action can run up to a maximum duration of 600 seconds (10 minutes). You can limit the
    timeout by specifying the `timeoutSeconds` parameter" (aws:executeScript)
    """
    seen = runbooks.run(script("a", f"time.sleep({seconds - 1})\ntime.sleep(2)\ntime.sleep(5000)", **limit))
    shown = seen.steps["a"]
    assert seen.status == "TimedOut"
    assert (shown["ExecutionEndTime"] - shown["ExecutionStartTime"]).total_seconds() == pytest.approx(seconds, abs=1)


GET = "return boto3.client('ssm').get_parameter(Name=events['name'])['Parameter']['Value']"


def test_a_script_calls_aws_with_the_permissions_of_the_role(runbooks: Runbooks) -> None:
    """ "The permissions of an IAM service role, or Assume role, that is specified in the runbook or passed in as a
    parameter." (Using scripts in runbooks, Permissions for using runbooks)
    """
    for name in ("/mine", "/other"):
        runbooks.ssm.put_parameter(Name=name, Value=f"value of {name}", Type="String")
    role = runbooks.role(allow("ssm:GetParameter", resource="arn:aws:ssm:*:*:parameter/mine"))
    seen = runbooks.run(script("a", GET, {"name": "/mine"}), script("b", GET, {"name": "/other"}), assumeRole=role)
    assert seen.payload("a") == "value of /mine"
    assert seen.statuses["b"] == "Failed"
    assert "is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:" in seen.message("b")


def test_a_script_can_handle_the_refusal_as_botocores_error(runbooks: Runbooks) -> None:
    body = "from botocore.exceptions import ClientError\ntry:\n    boto3.client('ssm').get_parameter(Name='x')\n"
    body += "except ClientError as error:\n    return error.response['Error']['Code']"
    assert runbooks.run(script("a", body), assumeRole=runbooks.role()).payload("a") == "AccessDeniedException"


def test_without_a_role_a_script_may_call_nothing(runbooks: Runbooks) -> None:
    """ "If no role is found, Automation attempts to run the Python or PowerShell script specified for
    `aws:executeScript` without any permissions." (Using scripts in runbooks)
    """
    runbooks.ssm.put_parameter(Name="/thing", Value="x", Type="String")
    seen = runbooks.run(script("a", GET, {"name": "/thing"}))
    assert (seen.status, "is not authorized to perform" in seen.message("a")) == ("Failed", True)


def test_a_call_whose_needs_are_unknown_does_not_happen(runbooks: Runbooks) -> None:
    """What the sandbox does not know the needs of is refused, even to a role that may do everything."""
    seen = runbooks.run(script("a", "boto3.client('sqs').list_queues()"), assumeRole=runbooks.role(allow("*")))
    assert (seen.status, "sqs:ListQueues" in seen.message("a")) == ("Failed", True)


def test_a_service_that_boto3_does_not_have_fails_the_step(runbooks: Runbooks) -> None:
    seen = runbooks.run(script("a", "boto3.client('nothing')"), assumeRole=runbooks.role(allow("*")))
    assert (seen.status, "nothing" in seen.message("a")) == ("Failed", True)
