"""Inspector's findings on running instances, and what the sandbox refuses to say of findings."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from golden_ami.sandbox.imagebuilder.scenario import Vulnerability
from golden_ami.sandbox.inspector2.findings import become_known
from golden_ami.sandbox.server import LocalAws

ACCOUNT = "222222222222"
HOME = "eu-west-1"
HIGH = Vulnerability(severity="HIGH", id="CVE-2026-0001", package="openssl")
LOW = Vulnerability(severity="LOW", id="CVE-2026-0002", package="bash")


@pytest.fixture
def inspector(local: LocalAws) -> Iterator[Any]:
    client = local.client("inspector2")
    client.enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    yield client
    client.disable(accountIds=[ACCOUNT], resourceTypes=["EC2"])


def launched(local: LocalAws, number: int) -> str:
    ec2 = local.client("ec2")
    source = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    ami = str(ec2.create_image(InstanceId=source, Name=source)["ImageId"])
    if number:
        ec2.run_instances(ImageId=ami, MinCount=number, MaxCount=number)
    return ami


def counted(inspector: Any, *amis: str, **options: Any) -> list[dict[str, Any]]:
    wanted = [{"comparison": "EQUALS", "value": ami} for ami in amis]
    pages = inspector.get_paginator("list_finding_aggregations").paginate(
        aggregationType="AMI", aggregationRequest={"amiAggregation": {"amis": wanted}}, **options
    )
    return [each["amiAggregation"] for page in pages for each in page["responses"]]


def test_what_becomes_known_is_counted_on_each_running_instance(local: LocalAws, inspector: Any) -> None:
    ami = launched(local, 3)
    become_known(ami, [HIGH, HIGH, LOW], account=ACCOUNT, region=HOME)
    (found,) = counted(inspector, ami)
    assert (found["accountId"], found["affectedInstances"]) == (ACCOUNT, 3)
    assert (found["severityCounts"]["high"], found["severityCounts"]["all"]) == (6, 9)


def test_an_ami_that_nothing_runs_from_has_no_count(local: LocalAws, inspector: Any) -> None:
    ami = launched(local, 0)
    become_known(ami, [HIGH], account=ACCOUNT, region=HOME)
    assert counted(inspector, ami) == []


def test_counts_come_in_pages(local: LocalAws, inspector: Any) -> None:
    amis = [launched(local, 1) for _ in range(3)]
    for ami in amis:
        become_known(ami, [LOW], account=ACCOUNT, region=HOME)
    assert {each["ami"] for each in counted(inspector, *amis, PaginationConfig={"PageSize": 1})} == set(amis)


def test_who_has_not_activated_inspector_is_refused(local: LocalAws) -> None:
    with pytest.raises(ClientError, match="AccessDeniedException"):
        counted(local.client("inspector2", region="eu-north-1"), "ami-0123456789abcdef0")


@pytest.mark.parametrize("operation", ["list_findings", "list_finding_aggregations"])
def test_what_is_not_modelled_is_refused_and_never_empty(inspector: Any, operation: str) -> None:
    given = {} if operation == "list_findings" else {"aggregationType": "ACCOUNT"}
    with pytest.raises(ClientError, match="NotImplemented"):
        getattr(inspector, operation)(**given)
