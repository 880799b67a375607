"""``golden-ami retire``: nothing goes unasked, nothing goes that somebody needs, and every failure is told."""

import json
from datetime import timedelta

import pytest

from golden_ami.operate.connection import Connection
from golden_ami.permissions import Statement
from tests.operate.conftest import APPROVERS, READER, RETIRER, Floor, Said
from verification.configurations import COPY, HOME

DAY = 24 * 3600


def images(floor: Floor) -> list[str]:
    return floor.read("images", floor.name, "--quiet").out.split()


def dry(floor: Floor, *options: str) -> dict[str, str]:
    """Why each version stays, by its build number; those that go have no reason."""
    said = floor.read("retire", floor.name, "--output", "json", *options)
    assert said.code == 0, said.err
    return {each["version"]["version"].rpartition("/")[2]: each["stays_because"] for each in said.data}


def apply(floor: Floor, *options: str, who: tuple[str, str] = RETIRER) -> Said:
    return floor.read("retire", floor.name, "--apply", *options, who=who)


def ami(floor: Floor, image: str, region: str = HOME) -> str:
    filters = [{"Name": "tag:Ec2ImageBuilderArn", "Values": [image]}]
    (found,) = floor.client("ec2", region=region).describe_images(Filters=filters)["Images"]
    return str(found["ImageId"])


@pytest.fixture
def old(floor: Floor) -> Floor:
    """A factory with an approved version, the one before, and one before that."""
    for _ in range(3):
        floor.approved()
    return floor


@pytest.fixture
def spare(floor: Floor) -> Floor:
    """A factory with two versions that nobody was asked about."""
    for _ in range(2):
        floor.client("imagebuilder").start_image_pipeline_execution(imagePipelineArn=floor.image.pipeline_arn)
        floor.local.clock.advance(3600)
    return floor


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands be given sixty days after everything has happened."""
    known = Connection.now.fget
    monkeypatch.setattr(Connection, "now", property(lambda connection: known(connection) + timedelta(days=60)))


def test_without_apply_nothing_is_done(spare: Floor) -> None:
    before = images(spare)
    said = spare.read("retire", spare.name)
    assert said.code == 0
    assert "2 versions of" in said.out
    assert "add --apply" in said.out
    assert images(spare) == before


def test_approved_and_previous_stay_whatever_their_age(old: Floor) -> None:
    stays = dry(old)
    assert stays["1"] == ""
    assert stays["2"].startswith("it was approved before")
    assert stays["3"] == "it is the approved one"


def test_what_people_are_asked_about_stays(old: Floor) -> None:
    old.start()
    assert dry(old)["4"] == "people are asked about it"


def test_what_is_younger_stays(spare: Floor) -> None:
    assert dry(spare, "--older-than", "61d")["1"] == "it is younger than 61 days"


def test_the_newest_are_kept(spare: Floor) -> None:
    stays = dry(spare, "--keep", "1")
    assert (stays["1"], stays["2"]) == ("", "it is among the 1 newest that are kept")


def test_what_is_protected_stays(spare: Floor) -> None:
    protected = ami(spare, images(spare)[-1], COPY)
    spare.client("ec2", region=COPY).enable_image_deregistration_protection(ImageId=protected)
    assert dry(spare)["1"] == f"{protected} in {COPY} is protected against deregistration"


def test_what_runs_in_this_account_stays(spare: Floor) -> None:
    running = ami(spare, images(spare)[-1])
    spare.client("ec2").run_instances(ImageId=running, MinCount=1, MaxCount=1)
    assert dry(spare)["1"] == f"1 instance of this account runs {running} in {HOME}"


def test_what_cannot_be_seen_to_be_free_stays(spare: Floor) -> None:
    seen = (
        "ec2:DescribeImages",
        "imagebuilder:GetImage",
        "imagebuilder:ListImageBuildVersions",
        "imagebuilder:ListImages",
        "ssm:DescribeAutomationExecutions",
        "ssm:GetAutomationExecution",
        "ssm:GetParameter",
        "ssm:ListTagsForResource",
    )
    spare.let(READER[0], "reader", [Statement(sid="Some", actions=seen, resources=("*",))])
    assert dry(spare)["1"] == "whether it is in use is unknown: may not do ec2:DescribeInstances"


def test_with_apply_what_goes_is_gone_everywhere(old: Floor) -> None:
    for _ in range(2):
        old.approved()
    gone = images(old)[-3:]
    said = apply(old, "--quiet")
    assert said.code == 0, said.err
    assert sorted(said.out.split()) == sorted(gone)
    assert not set(gone) & set(images(old))
    for region in (HOME, COPY):
        filters = [{"Name": "tag:Ec2ImageBuilderArn", "Values": gone}]
        ec2 = old.client("ec2", region=region)
        assert ec2.describe_images(Filters=filters, IncludeDisabled=True)["Images"] == []
        assert ec2.describe_snapshots(OwnerIds=["self"], Filters=filters)["Snapshots"] == []


def test_whatever_is_not_needed_goes_at_once_but_for_the_newest_that_are_kept(
    spare: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    for _ in range(2):
        spare.approved()
    denied = spare.start()
    spare.signal(denied, "Reject", APPROVERS[0])
    newest, approved, previous, *spares = images(spare)
    said = apply(spare, "--older-than", "0d", "--keep", "2")
    assert said.code == 0, said.err
    assert "1 retired, 0 failed." in said.out
    assert f"{'/'.join(spares[1].split('/')[-2:])}  retired" in said.err
    assert images(spare) == [newest, approved, previous, spares[0]]
    again = apply(spare, "--older-than", "0d", "--keep", "2")
    assert (again.code, again.out) == (0, "Nothing to retire.\n")


def test_the_approved_version_goes_only_with_a_reason(old: Floor) -> None:
    approved, previous, _ = images(old)
    refused = apply(old, "--version", approved)
    assert refused.code == 2
    assert "--because" in refused.err
    said = apply(old, "--version", approved, "--because", "it leaks")
    assert said.code == 0, said.err
    value = old.client("ssm").get_parameter(Name=f"{old.image.names.parameter}/approved")["Parameter"]["Value"]
    assert json.loads(value)["image"] == previous


def test_a_version_that_is_named_is_not_retired_without_apply(spare: Floor) -> None:
    said = spare.read("retire", spare.name, "--version", images(spare)[-1])
    assert said.code == 0
    assert "Nothing has been done" in said.out
    assert len(images(spare)) == 2


def test_a_retirement_that_fails_is_told_with_its_reason(spare: Floor) -> None:
    oldest = images(spare)[-1]
    spare.client("ec2").enable_image_deregistration_protection(ImageId=ami(spare, oldest), WithCooldown=True)
    said = apply(spare, "--version", oldest)
    assert said.code == 1
    assert "retirement-pending" in said.err
    assert "was protected" in said.err
    assert "0 retired, 1 failed." in said.out


def test_who_may_only_read_is_told_so_and_nothing_is_gone(spare: Floor) -> None:
    before = images(spare)
    said = apply(spare, who=READER)
    assert said.code == 1
    assert "may not do ssm:StartAutomationExecution" in said.err
    assert images(spare) == before


@pytest.mark.parametrize("options", [("--older-than", "soon"), ("--older-than", "-1d"), ("--because", "why not")])
def test_bad_options_are_said(floor: Floor, options: tuple[str, ...]) -> None:
    said = floor.read("retire", floor.name, *options)
    assert said.code == 2
    assert options[0] in said.err


def test_another_images_version_is_refused(floor: Floor) -> None:
    other = floor.image.names.scope.arn("imagebuilder", "image/golden-ami-other/1.0.0/1")
    assert apply(floor, "--version", other).code == 2
