"""Only the image that is approved now is rolled out, and only when everything that says so agrees."""

import json
from typing import Any

import pytest

from tests.runbooks.conftest import NAMES
from tests.runbooks.scripts.conftest import AMIS, EXECUTION, HOME, IMAGE, Aws, Script, error

EVENTS = {"execution": EXECUTION, "parameter": NAMES.parameter, "home": HOME}
RECORD = {"image": IMAGE, "amis": AMIS, "execution": EXECUTION}


def published(aws: Aws, record: Any, ami: str | None = AMIS[HOME]) -> None:
    """Let Systems Manager have a record and an AMI, or none of them."""
    values = {f"{NAMES.parameter}/approved": record and json.dumps(record), f"{NAMES.parameter}/ami": ami}

    def answer(region: str, asked: dict[str, Any]) -> Any:
        assert region == HOME
        if values[asked["Name"]] is None:
            raise error("ParameterNotFound")
        return {"Parameter": {"Value": values[asked["Name"]]}}

    aws.answers["ssm", "GetParameter"] = answer


def test_the_ami_of_the_home_region_is_rolled_out(aws: Aws, script: Script) -> None:
    published(aws, RECORD)
    assert script("read_approved").handler(EVENTS, {}) == {"image": IMAGE, "ami": AMIS[HOME]}


@pytest.mark.parametrize(
    ("record", "ami", "words"),
    [
        (None, None, "No image is approved now"),
        ({**RECORD, "execution": "another"}, AMIS[HOME], "is approved now, by execution another, and not what"),
        (RECORD, "ami-somebody-elses", "but ami-somebody-elses is published"),
        (RECORD, None, "but none is published"),
        ({**RECORD, "amis": {"us-east-1": AMIS["us-east-1"]}}, AMIS[HOME], "has none in eu-west-1"),
    ],
    ids=["nothing", "another execution", "another AMI", "no AMI", "no AMI of this Region"],
)
def test_another_one_is_refused(aws: Aws, script: Script, record: Any, ami: str | None, words: str) -> None:
    published(aws, record, ami)
    with pytest.raises(ValueError, match=words):
        script("read_approved").handler(EVENTS, {})


def test_the_version_becomes_the_default_one(aws: Aws, script: Script) -> None:
    published(aws, RECORD)
    aws.answers["ec2", "ModifyLaunchTemplate"] = {}
    events = EVENTS | {"template": "lt-0123456789abcdef0", "version": "7"}
    assert script("set_default_version").handler(events, {}) == {"version": "7"}
    (asked,) = aws.requested("ModifyLaunchTemplate")
    assert asked == {"LaunchTemplateId": "lt-0123456789abcdef0", "DefaultVersion": "7"}


def test_a_version_whose_image_was_taken_back_meanwhile_does_not(aws: Aws, script: Script) -> None:
    published(aws, None)
    with pytest.raises(ValueError, match="No image is approved now"):
        script("set_default_version").handler(EVENTS | {"template": "lt-0", "version": "7"}, {})
    assert aws.requested("ModifyLaunchTemplate") == []
