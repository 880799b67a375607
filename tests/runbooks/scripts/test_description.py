"""Receivers read in an AMI's description what it is and that it was approved, or that it no longer is."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.runbooks.scripts.bucket import DIGEST
from tests.runbooks.scripts.conftest import AMIS, Aws, Script, error, load

REGION, AMI = "us-east-1", AMIS["us-east-1"]
MARK = " | golden-ami: "
APPROVED = f"approved 2026-03-02, evidence SHA-256 {DIGEST}"
NOT_APPROVED = "NOT APPROVED: it was shared, and taken back"


def _long(longest: int) -> st.SearchStrategy[str]:
    """Draw texts of every length, long ones as often as short ones."""
    texts = st.builds(lambda text, length: (text * length)[:length], st.text(min_size=1), st.integers(0, longest))
    return texts.filter(lambda text: MARK not in text)


built_with, words_of = _long(255), _long(240)


class Ami(Aws):
    """One AMI with its description; EC2 takes 255 characters."""

    def __init__(self, description: str) -> None:
        super().__init__()
        self.description = description
        self.answers["ec2", "DescribeImageAttribute"] = lambda *_: {"Description": {"Value": self.description}}
        self.answers["ec2", "ModifyImageAttribute"] = self._modify

    def describe(self, words: str) -> str:
        """Run the script's function."""
        load("_description", self).describe(REGION, AMI, words)
        return self.description

    def _modify(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert set(asked) == {"ImageId", "Description"}
        assert len(asked["Description"]["Value"]) <= 255
        self.description = asked["Description"]["Value"]
        return {}


@given(built_with, words_of)
def test_the_words_are_said_in_full_behind_as_much_of_the_built_description_as_there_is_room_for(
    built: str, words: str
) -> None:
    found = Ami(built).describe(words)
    kept, mark, said = found.partition(MARK)
    assert len(found) <= 255
    assert (mark, said) == (MARK, words)
    assert built.startswith(kept)
    assert kept == built or len(found) == 255


@given(built_with, st.lists(words_of, min_size=1, max_size=4))
def test_only_the_last_words_are_said(built: str, said: list[str]) -> None:
    ami = Ami(built)
    for words in said:
        found = ami.describe(words)
    assert found.endswith(MARK + said[-1])
    assert found.count(MARK) == 1


@given(built_with, words_of)
def test_saying_it_twice_is_saying_it_once(built: str, words: str) -> None:
    ami = Ami(built)
    assert ami.describe(words) == ami.describe(words)


def test_an_approval_that_was_taken_back_is_not_read_any_more() -> None:
    ami = Ami("Web server")
    assert ami.describe(APPROVED) == f"Web server{MARK}{APPROVED}"
    assert ami.describe(NOT_APPROVED) == f"Web server{MARK}{NOT_APPROVED}"
    assert ami.describe(APPROVED) == f"Web server{MARK}{APPROVED}"


@pytest.mark.parametrize("answer", [{}, {"Description": {}}, {"Description": {"Value": ""}}])
def test_an_ami_that_was_built_without_a_description_gets_one(answer: dict[str, Any]) -> None:
    ami = Ami("")
    ami.answers["ec2", "DescribeImageAttribute"] = answer
    assert ami.describe(APPROVED) == MARK + APPROVED


def test_only_the_ami_of_its_region_is_described() -> None:
    ami = Ami("Web server")
    ami.describe(APPROVED)
    assert [(region, asked["ImageId"]) for _, region, asked in ami.requests] == [(REGION, AMI)] * 2


@pytest.mark.parametrize("api", ["DescribeImageAttribute", "ModifyImageAttribute"])
def test_a_description_that_cannot_be_set_is_an_error(aws: Aws, script: Script, api: str) -> None:
    aws.answers |= {("ec2", "DescribeImageAttribute"): {}, ("ec2", "ModifyImageAttribute"): {}}
    aws.answers["ec2", api] = error("InvalidAMIID.NotFound")
    with pytest.raises(ClientError, match="NotFound"):
        script("_description").describe(REGION, AMI, APPROVED)


@pytest.mark.parametrize("length", [241, 242, 255, 300])
def test_long_words_fit_too(length: int) -> None:
    assert len(Ami("Web server" * 20).describe("x" * length)) <= 255
