"""The prelude calls AWS by the names of service and API, reads every page, and tells AWS's errors from others."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.conftest import Aws, error, load, prelude


class Client:
    """Stands for boto3's clients, and remembers what it was made and asked with."""

    made: dict[str, Any]

    def describe_images(self, **parameters: Any) -> dict[str, Any]:
        return {"Images": [], "asked": parameters}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    found = Client()

    def make(service: str, **options: Any) -> Client:
        found.made = {"service": service, **options}
        return found

    monkeypatch.setattr(boto3, "client", make)
    return found


@pytest.mark.parametrize("region", ["us-east-1", None])
def test_an_api_is_called_in_the_region_that_is_named(client: Client, region: str | None) -> None:
    answer = load("_aws").call("ec2", "DescribeImages", region=region, Owners=["self"])
    assert answer["asked"] == {"Owners": ["self"]}
    assert client.made["service"] == "ec2"
    assert client.made["region_name"] == region


def test_throttling_is_retried_and_no_call_outlives_its_step(client: Client) -> None:
    load("_aws").call("ec2", "DescribeImages")
    config = client.made["config"]
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) < 300


@given(st.lists(st.lists(st.integers()), min_size=1))
def test_the_items_of_every_page_are_found_in_their_order(pages: list[list[int]]) -> None:
    aws = Aws()

    def answer(_: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["Owners"] == ["self"]
        number = int(asked.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return {"Images": pages[number], **more}

    aws.answers["ec2", "DescribeImages"] = answer
    found = prelude(aws).pages("ec2", "DescribeImages", "Images", "NextToken", region="us-east-1", Owners=["self"])
    assert found == [item for page in pages for item in page]
    assert {region for _, region, _ in aws.requests} == {"us-east-1"}


def test_an_answer_without_its_items_is_no_empty_answer() -> None:
    aws = Aws()
    aws.answers["ec2", "DescribeImages"] = {}
    with pytest.raises(KeyError):
        prelude(aws).pages("ec2", "DescribeImages", "Images", "NextToken")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (error("ParameterNotFound"), "ParameterNotFound"),
        (EndpointConnectionError(endpoint_url="https://ec2"), ""),
        (ValueError("ParameterNotFound"), ""),
    ],
)
def test_only_an_error_of_aws_has_a_code(problem: Exception, code: str) -> None:
    assert load("_aws").code(problem) == code


@pytest.mark.parametrize(
    ("answer", "found"), [({"Parameter": {"Value": "ami-1"}}, "ami-1"), (error("ParameterNotFound"), "")]
)
def test_a_parameter_that_is_not_there_is_empty(answer: Any, found: str) -> None:
    aws = Aws()
    aws.answers["ssm", "GetParameter"] = answer
    assert prelude(aws).parameter("/golden-ami/web/ami", "us-east-1") == found
    assert aws.requests == [("GetParameter", "us-east-1", {"Name": "/golden-ami/web/ami"})]


@pytest.mark.parametrize(
    "problem", [error("AccessDeniedException"), EndpointConnectionError(endpoint_url="https://ssm")]
)
def test_a_parameter_that_cannot_be_read_is_not_empty(problem: Exception) -> None:
    aws = Aws()
    aws.answers["ssm", "GetParameter"] = problem
    with pytest.raises(type(problem)):
        prelude(aws).parameter("/golden-ami/web/ami")
