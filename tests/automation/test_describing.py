"""Get and Describe: filters, pages, and how long an execution is remembered."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.automation.conftest import Runbooks, allow, failing, nap, step

NONE = "0" * 36


@pytest.fixture(scope="module")
def three(runbooks: Runbooks) -> list[str]:
    """Executions that have succeeded, failed and that wait, an hour between each."""
    approve = step("ask", "approve", {"Approvers": ["ann"]}, timeoutSeconds=2_592_000)
    steps = [[nap("a"), nap("b")], [failing("a"), nap("b")], [nap("a"), approve]]
    started = []
    for each in steps:
        started.append(runbooks.start(runbooks.create(*each), Tags=[{"Key": f"tag-{len(started)}", "Value": "x"}]))
        runbooks.local.clock.advance(3600)
    return started


def found(runbooks: Runbooks, **filters: Any) -> list[str]:
    asked = [{"Key": key, "Values": values} for key, values in filters.items()]
    answer = runbooks.ssm.describe_automation_executions(**({"Filters": asked} if asked else {}))
    return [each["AutomationExecutionId"] for each in answer["AutomationExecutionMetadataList"]]


def test_the_newest_execution_comes_first(runbooks: Runbooks, three: list[str]) -> None:
    """ "Provides details about all active and terminated Automation executions." (DescribeAutomationExecutions) Their
    order is not documented.
    """
    assert found(runbooks) == three[::-1]


@pytest.mark.parametrize(
    ("key", "values", "which"),
    [
        ("ExecutionStatus", ["Success"], [0]),
        ("ExecutionStatus", ["Failed", "Waiting"], [2, 1]),
        ("ExecutionStatus", ["TimedOut"], []),
        ("DocumentNamePrefix", ["Doc"], [2, 1, 0]),
        ("DocumentNamePrefix", ["doc"], []),
        ("CurrentAction", ["aws:approve"], [2]),
        ("TagKey", ["tag-1"], [1]),
        ("TagKey", ["tag-1", "tag-0"], [1, 0]),
    ],
)
def test_a_filter_keeps_what_has_one_of_its_values(runbooks: Runbooks, three, key, values, which) -> None:
    """ "The values used to limit the execution information associated with the filter's key."
    (AutomationExecutionFilter, Values)
    """
    assert found(runbooks, **{key: values}) == [three[index] for index in which]


def test_filters_by_id_and_time_combine(runbooks: Runbooks, three: list[str]) -> None:
    """ "One or more keys to limit the results." (AutomationExecutionFilter, Key)"""
    began = runbooks.see(three[1]).shown["ExecutionStartTime"]
    before, after = ((began + timedelta(minutes=minutes)).isoformat() for minutes in (-1, 1))
    assert found(runbooks, ExecutionId=[three[1]]) == [three[1]]
    assert found(runbooks, StartTimeBefore=[after]) == [three[1], three[0]]
    assert found(runbooks, StartTimeAfter=[before.replace("+00:00", "Z")]) == [three[2], three[1]]
    assert found(runbooks, StartTimeAfter=[before], StartTimeBefore=[after]) == [three[1]]
    assert found(runbooks, StartTimeAfter=[before], ExecutionStatus=["Success"]) == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"Filters": [{"Key": "OpsItemId", "Values": ["x"]}]}, "InvalidFilterKey"),
        ({"Filters": [{"Key": "StartTimeAfter", "Values": ["yesterday"]}]}, "InvalidFilterValue"),
        ({"NextToken": "nonsense"}, "InvalidNextToken"),
        ({"MaxResults": 51}, "ValidationException"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(runbooks: Runbooks, three, request_, code: str) -> None:
    """ "The specified key isn't valid." "The filter value isn't valid. Verify the value and try again." "The specified
    token isn't valid." (DescribeAutomationExecutions, Errors)
    """
    with pytest.raises(ClientError) as caught:
        runbooks.ssm.describe_automation_executions(**request_)
    assert caught.value.response["Error"]["Code"] == code


def test_pages_hold_everything_once(runbooks: Runbooks, three: list[str]) -> None:
    """ "The call also returns a token that you can specify in a subsequent call to get the next set of results."
    (DescribeAutomationExecutions, MaxResults)
    """
    pages = runbooks.ssm.get_paginator("describe_automation_executions").paginate(PaginationConfig={"PageSize": 1})
    listed = [[each["AutomationExecutionId"] for each in page["AutomationExecutionMetadataList"]] for page in pages]
    assert listed == [[each] for each in three[::-1]]


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        (None, None, ["a", "ask"]),
        ("StepName", "a", ["a"]),
        ("StepExecutionStatus", "Waiting", ["ask"]),
        ("Action", "aws:sleep", ["a"]),
        ("StepExecutionId", "ask", ["ask"]),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_steps_are_described_in_their_order(runbooks: Runbooks, three, key, value, names, backwards: bool) -> None:
    """ "Indicates whether to list step executions in reverse order by start time." (DescribeAutomationStepExecutions,
    ReverseOrder)
    """
    if key == "StepExecutionId":
        value = runbooks.see(three[2]).steps[value]["StepExecutionId"]
    filters = {"Filters": [{"Key": key, "Values": [value]}]} if key else {}
    answer = runbooks.ssm.describe_automation_step_executions(
        AutomationExecutionId=three[2], ReverseOrder=backwards, **filters
    )
    assert [each["StepName"] for each in answer["StepExecutions"]] == (names[::-1] if backwards else names)


def test_people_see_only_what_their_policies_allow(runbooks: Runbooks, three: list[str]) -> None:
    """ "By default, all requests are implicitly denied." (Access management for AWS resources)"""
    one = f"arn:aws:ssm:eu-west-1:222222222222:automation-execution/{three[0]}"
    person = runbooks.person(runbooks.role(allow("ssm:GetAutomationExecution", resource=one), service=None))
    assert person.get_automation_execution(AutomationExecutionId=three[0])
    for call, asked in (
        (person.get_automation_execution, {"AutomationExecutionId": three[1]}),
        (person.describe_automation_step_executions, {"AutomationExecutionId": three[0]}),
        (person.describe_automation_executions, {}),
        (person.stop_automation_execution, {"AutomationExecutionId": three[2]}),
    ):
        with pytest.raises(ClientError, match="is not authorized to perform: ssm:"):
            call(**asked)


def test_an_execution_that_has_ended_is_remembered_for_thirty_days(runbooks: Runbooks, three: list[str]) -> None:
    """Not documented on a page that could be quoted: 30 days is a quota of Systems Manager."""
    runbooks.local.clock.advance(29 * 86_400 - 3 * 3600)
    assert found(runbooks) == three[::-1]
    runbooks.local.clock.advance(86_400 + 3 * 3600)
    assert found(runbooks) == [three[2]]
    for identifier in (three[0], NONE):
        with pytest.raises(runbooks.ssm.exceptions.AutomationExecutionNotFoundException):
            runbooks.ssm.get_automation_execution(AutomationExecutionId=identifier)
