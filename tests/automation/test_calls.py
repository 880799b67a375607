"""aws:executeAwsApi, aws:waitForAwsResourceProperty and aws:assertAwsResourceProperty."""

from typing import Any

import pytest

from tests.automation.conftest import Runbooks, allow, nap, script, step

SELECTORS = [
    ("$.Images[0].ImageId", "String", "ami"),
    ("$.Images[0].Public", "Boolean", False),
    ("$.Images[0].BlockDeviceMappings[0].Ebs.VolumeSize", "Integer", 15),
    ("$.Images[0].Tags[0]", "StringMap", {"Key": "n", "Value": "7"}),
    ("$.Images[0].Tags", "MapList", [{"Key": "n", "Value": "7"}]),
    ("$.Images..ImageId", "StringList", ["ami"]),
    ("$..Ebs", "MapList", 1),
    ("$.Images[0].BlockDeviceMappings[0].Ebs.VolumeSize", "String", "15"),
    ("$.Images[0].Public", "String", "false"),
    ("$.Images[0].Tags[0].Value", "Integer", 7),
    ("$.Images[0].ImageId", "StringList", ["ami"]),
]


@pytest.fixture(scope="module")
def ami(runbooks: Runbooks) -> str:
    ec2 = runbooks.local.client("ec2")
    mapping = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 15}}
    identifier = ec2.register_image(Name="mine", RootDeviceName="/dev/sda1", BlockDeviceMappings=[mapping])["ImageId"]
    ec2.create_tags(Resources=[identifier], Tags=[{"Key": "n", "Value": "7"}])
    return str(identifier)


def describe(ami: str, action: str = "executeAwsApi", *, name: str = "a", **properties: Any) -> dict[str, Any]:
    inputs = {"Service": "ec2", "Api": "DescribeImages", "ImageIds": [ami]} | properties.pop("inputs", {})
    return step(name, action, inputs, **properties)


@pytest.mark.parametrize(("selector", "kind", "value"), SELECTORS)
def test_a_selector_puts_out_a_value_of_the_declared_type(runbooks: Runbooks, ami, selector, kind, value) -> None:
    """ "The automation then applies `Selector - "$.Images[0].ImageId"` to the API response and assigns the selected
    value to the output `ImageId` variable." "The return type of this operator is always a JSON array." (Using action
    outputs as inputs, Using JSONPath in runbooks) Which conversions there are is not documented: here those that lose
    nothing.
    """
    output = {"Name": "It", "Selector": selector, "Type": kind}
    seen = runbooks.run(describe(ami, outputs=[output]), script("b", "return events['it']", {"it": "{{ a.It }}"}))
    found = seen.payload("b")
    assert (len(found) if value == 1 else found) == (value if not isinstance(value, str | list) else _named(value, ami))


def _named(value: Any, ami: str) -> Any:
    if isinstance(value, list):
        return [_named(each, ami) for each in value]
    return ami if value == "ami" else value


@pytest.mark.parametrize(
    ("selector", "kind", "message"),
    [
        ("$.Images[0].ImageId", "Integer", "cannot be converted to Integer"),
        ("$.Images[0].ImageId", "Boolean", "cannot be converted to Boolean"),
        ("$.Images[0].ImageId", "StringMap", "cannot be converted to StringMap"),
        ("$.Images[0].Tags[0]", "MapList", "cannot be converted to MapList"),
        ("Images[0].ImageId", "String", "must be a JSONPath"),
        ("$.Images[", "String", "Invalid selector"),
    ],
)
def test_a_value_that_does_not_have_the_type_fails_the_step(runbooks: Runbooks, ami, selector, kind, message) -> None:
    """ "A JSONPath expression is a string beginning with "$."" (Using JSONPath in runbooks)"""
    seen = runbooks.run(describe(ami, outputs=[{"Name": "It", "Selector": selector, "Type": kind}]))
    assert (seen.status, message in seen.message("a")) == ("Failed", True), seen.message("a")


def test_a_selector_that_finds_nothing_puts_nothing_out(runbooks: Runbooks, ami: str) -> None:
    """Not documented: whether the step fails at once. Here whoever refers to the output does."""
    output = {"Name": "It", "Selector": "$.Images[0].Nothing", "Type": "String"}
    seen = runbooks.run(describe(ami, outputs=[output]), script("b", "return 1", {"it": "{{ a.It }}"}))
    assert seen.statuses == {"a": "Success", "b": "Failed"}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"Service": "ec3"}, "ec3"),
        ({"Api": "DescribeNothing"}, "The API DescribeNothing of ec2 does not exist"),
        ({"ImageIds": "one"}, "Parameter validation failed"),
        ({"Pictures": ["x"]}, "Parameter validation failed"),
        ({"ImageIds": ["ami-none"]}, "InvalidAMIID"),
    ],
)
def test_a_call_that_boto3_or_aws_refuses_fails_the_step(runbooks: Runbooks, ami, inputs, message) -> None:
    """ "Inputs are defined by the API operation that you choose." "You can view the API operations (also called
    methods) by choosing a service in the left navigation on the following Services Reference page." (aws:executeAwsApi)
    """
    seen = runbooks.run(describe(ami, inputs=inputs))
    assert (seen.status, message in seen.message("a")) == ("Failed", True), seen.message("a")


@pytest.mark.parametrize(("reference", "status"), [("{{ Amis }}", "Success"), (["{{ Amis }}"], "Failed")])
def test_a_list_inside_of_a_list_stays_a_list(runbooks: Runbooks, ami: str, reference: Any, status: str) -> None:
    """ "The output is a variable type that doesn't meet the requirements of the action in the subsequent step."
    (Automation system variables, Unsupported scenarios)
    """
    parameters = {"Amis": {"type": "StringList", "default": [ami]}}
    seen = runbooks.run(describe(ami, inputs={"ImageIds": reference}), parameters=parameters)
    assert (seen.status, "Invalid type for parameter ImageIds[0]" in seen.message("a")) == (status, status == "Failed")


def test_a_call_is_made_with_the_permissions_of_the_role(runbooks: Runbooks, ami: str) -> None:
    """ "the service role must be configured with permission to invoke those services" (Systems Manager Automation
    actions reference)
    """
    assert runbooks.run(describe(ami), assumeRole=runbooks.role(allow("ec2:DescribeImages"))).status == "Success"
    seen = runbooks.run(describe(ami), assumeRole=runbooks.role(allow("ec2:DescribeSnapshots")))
    assert (seen.status, "UnauthorizedOperation" in seen.message("a")) == ("Failed", True)


PROPERTY = {
    "Service": "ssm",
    "Api": "GetParameter",
    "PropertySelector": "$.Parameter.Value",
    "DesiredValues": ["b", "c"],
}


@pytest.mark.parametrize("value", ["b", "c"])
@pytest.mark.parametrize("action", ["waitForAwsResourceProperty", "assertAwsResourceProperty"])
def test_a_property_with_a_desired_value_is_enough(runbooks: Runbooks, action: str, value: str) -> None:
    """ "checks if the specified returned value matches a value in the `DesiredValues` list" (Using action outputs as
    inputs)
    """
    runbooks.ssm.put_parameter(Name=f"/{action}", Value=value, Type="String", Overwrite=True)
    output = {"Name": "Version", "Selector": "$.Parameter.Version", "Type": "Integer"}
    asked = step("a", action, PROPERTY | {"Name": f"/{action}"}, outputs=[output])
    seen = runbooks.run(asked)
    assert seen.status == "Success"
    assert seen.steps["a"]["Outputs"]["Version"][0].isdigit()


def test_waiting_asks_again_until_the_value_is_there(runbooks: Runbooks) -> None:
    """ "The step repeats the process until the response returns an instance state of `running`." (Using action outputs
    as inputs) How often it asks is not documented.
    """
    runbooks.ssm.put_parameter(Name="/later", Value="a", Type="String")
    change = {"Name": "/later", "Value": "b", "Type": "String", "Overwrite": True}
    runbooks.local.clock.schedule(1000, lambda: runbooks.ssm.put_parameter(**change))
    seen = runbooks.run(step("a", "waitForAwsResourceProperty", PROPERTY | {"Name": "/later"}))
    took = seen.steps["a"]["ExecutionEndTime"] - seen.steps["a"]["ExecutionStartTime"]
    assert seen.status == "Success"
    assert 1000 <= took.total_seconds() <= 1065


@pytest.mark.parametrize(
    ("properties", "seconds"),
    [({}, 3600), ({"timeoutSeconds": 90}, 90), ({"timeoutSeconds": 90, "maxAttempts": 2}, 180)],
)
def test_waiting_ends_after_the_timeout_of_every_try(runbooks: Runbooks, properties: Any, seconds: int) -> None:
    """ "The default timeout value for this action is 3600 seconds (one hour)." (aws:waitForAwsResourceProperty) "the
    step isn't considered to have timed out until all retries have been attempted" (Properties shared by all actions)
    """
    runbooks.ssm.put_parameter(Name="/never", Value="a", Type="String", Overwrite=True)
    waits = step("a", "waitForAwsResourceProperty", PROPERTY | {"Name": "/never"}, **properties)
    seen = runbooks.run(waits, nap("b"))
    took = seen.steps["a"]["ExecutionEndTime"] - seen.steps["a"]["ExecutionStartTime"]
    assert (seen.status, seen.ran) == ("TimedOut", ["a"])
    assert took.total_seconds() == pytest.approx(seconds, abs=2)


def test_waiting_for_a_call_that_is_refused_fails_at_once(runbooks: Runbooks) -> None:
    """Not documented: whether an error of the API ends the waiting. Here it does."""
    seen = runbooks.run(step("a", "waitForAwsResourceProperty", PROPERTY | {"Name": "/none"}))
    assert (seen.status, "ParameterNotFound" in seen.message("a")) == ("Failed", True)


@pytest.mark.parametrize("selector", ["$.Parameter.Value", "$.Parameter.Nothing"])
def test_an_assertion_fails_at_once(runbooks: Runbooks, selector: str) -> None:
    """ "The step fails if the instance state isn't `running`." (Using action outputs as inputs)"""
    runbooks.ssm.put_parameter(Name="/wrong", Value="a", Type="String", Overwrite=True)
    before = runbooks.local.clock.now()
    asserts = step("a", "assertAwsResourceProperty", PROPERTY | {"Name": "/wrong", "PropertySelector": selector})
    seen = runbooks.run(asserts)
    assert (seen.status, "Assertion failed" in seen.message("a")) == ("Failed", True)
    assert (runbooks.local.clock.now() - before).total_seconds() < 5
