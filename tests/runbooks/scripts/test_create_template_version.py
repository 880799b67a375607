"""A rollout makes one version of the launch template, from the default one, however often it is started."""

from typing import Any

import pytest

from tests.runbooks.scripts.conftest import AMIS, EXECUTION, HOME, Aws, Script, error

TEMPLATE = "lt-0123456789abcdef0"
AMI = AMIS[HOME]
EVENTS = {"template": TEMPLATE, "execution": EXECUTION, "ami": AMI}


class Template:
    """A launch template; EC2 remembers client tokens, and answers with each version that was asked for."""

    def __init__(self, aws: Aws, *versions: tuple[str, str], default: int = 1) -> None:
        self.versions = [self._version(ami, description) for ami, description in versions]
        self.default = default
        self.tokens: dict[str, int] = {}
        aws.answers["ec2", "DescribeLaunchTemplateVersions"] = self._describe
        aws.answers["ec2", "CreateLaunchTemplateVersion"] = self._create

    @staticmethod
    def _version(ami: str, description: str) -> dict[str, Any]:
        described = {"VersionDescription": description} if description else {}
        return {"LaunchTemplateData": {"ImageId": ami, "InstanceType": "t3.micro"}, **described}

    def _numbered(self, number: int) -> dict[str, Any]:
        return {**self.versions[number - 1], "VersionNumber": number, "DefaultVersion": number == self.default}

    def _describe(self, _: str, asked: dict[str, Any]) -> Any:
        assert asked == {"LaunchTemplateId": TEMPLATE, "Versions": ["$Default", "$Latest"]}
        numbers = sorted({self.default, len(self.versions)})
        return {"LaunchTemplateVersions": [self._numbered(number) for number in numbers]}

    def _create(self, _: str, asked: dict[str, Any]) -> Any:
        if asked["ClientToken"] not in self.tokens:
            assert asked["SourceVersion"] == str(self.default)
            self.versions.append(self._version(asked["LaunchTemplateData"]["ImageId"], asked["VersionDescription"]))
            self.tokens[asked["ClientToken"]] = len(self.versions)
        return {"LaunchTemplateVersion": self._numbered(self.tokens[asked["ClientToken"]])}


def _rolled(script: Script, **events: str) -> str:
    return str(script("create_template_version").handler(EVENTS | events, {})["version"])


def test_a_version_like_the_default_one_but_for_the_ami_is_made(aws: Aws, script: Script) -> None:
    template = Template(aws, ("ami-old", ""), ("ami-draft", "somebody tries something"))
    assert _rolled(script) == "3"
    assert template.versions[2]["LaunchTemplateData"]["ImageId"] == AMI
    (asked,) = aws.requested("CreateLaunchTemplateVersion")
    assert asked["LaunchTemplateData"] == {"ImageId": AMI}
    assert len(asked["ClientToken"]) <= 128


def test_a_second_rollout_of_the_same_approval_makes_no_second_one(aws: Aws, script: Script) -> None:
    template = Template(aws, ("ami-old", ""))
    assert _rolled(script) == _rolled(script) == "2"
    template.default = 2
    assert _rolled(script) == "2"
    assert len(aws.requested("CreateLaunchTemplateVersion")) == 1


@pytest.mark.parametrize("done", [True, False], ids=["and was made", "and was not made"])
def test_a_try_that_broke_is_made_good_by_the_next(aws: Aws, script: Script, done: bool) -> None:
    template = Template(aws, ("ami-old", ""))
    aws.broken = {2: done}
    with pytest.raises(type(error("x"))):
        _rolled(script)
    assert _rolled(script) == "2"
    assert len(template.versions) == 2


def test_two_rollouts_at_the_same_time_make_one_version(aws: Aws, script: Script) -> None:
    template = Template(aws, ("ami-old", ""))
    seen = template._describe("", {"LaunchTemplateId": TEMPLATE, "Versions": ["$Default", "$Latest"]})
    aws.answers["ec2", "DescribeLaunchTemplateVersions"] = seen
    assert _rolled(script) == _rolled(script) == "2"
    assert len(template.versions) == 2


def test_what_somebody_has_mended_since_is_not_undone(aws: Aws, script: Script) -> None:
    template = Template(aws, ("ami-old", ""))
    assert _rolled(script) == "2"
    template.versions.append(Template._version("ami-old", "with more memory"))
    template.default = 3
    assert _rolled(script) == "4"
    assert [asked["SourceVersion"] for asked in aws.requested("CreateLaunchTemplateVersion")] == ["1", "3"]


def test_another_approval_has_a_version_of_its_own(aws: Aws, script: Script) -> None:
    template = Template(aws, ("ami-old", ""))
    assert _rolled(script) == "2"
    template.default = 2
    assert _rolled(script, execution="22222222-2222-3333-4444-555555555555", ami="ami-0fedcba9876543210") == "3"
