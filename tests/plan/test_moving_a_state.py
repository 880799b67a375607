"""A state moves from a local file to S3 as docs/state.md says, and nothing is planned afterwards."""

from pathlib import Path

import pytest

from golden_ami.rollouts.project import Project
from golden_ami.rollouts.synthesis import synthesise
from golden_ami.sandbox.server import LocalAws
from tests.plan.fleet import BUCKET, Fleet

pytestmark = pytest.mark.terraform

ONE = "-target=aws_ec2_image_block_public_access.block-public-images"


def test_a_state_moves_from_a_file_to_s3(tmp_path: Path) -> None:
    with LocalAws() as local:
        fleet = Fleet(tmp_path, local)
        fleet.prepare()
        project, config = Project(tmp_path), tmp_path / "fleet.yaml"
        fleet.configure({"first": {"region": "eu-west-1"}}, state={"backend": "local"})
        synthesise(project, config, fleet.environment)
        assert fleet.terraform("first", "init", "-input=false").returncode == 0
        done = fleet.terraform("first", "apply", "-auto-approve", "-input=false", "-no-color", ONE)
        assert done.returncode == 0, done.stderr
        before = fleet.terraform("first", "state", "list").stdout

        fleet.configure({"first": {"region": "eu-west-1"}})
        code, said = fleet.rollout()
        assert code == 1, "a state elsewhere is not taken for an empty one"
        assert "docs/state.md" in said
        assert "Contents" not in local.client("s3").list_objects_v2(Bucket=BUCKET)

        moved = fleet.terraform("first", "init", "-migrate-state", "-force-copy", "-input=false", "-no-color")
        assert moved.returncode == 0, moved.stderr
        assert fleet.terraform("first", "state", "list").stdout == before != ""
        found = local.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
        assert [each["Key"] for each in found] == ["golden-ami/first.tfstate"]
        plan = fleet.terraform("first", "plan", "-input=false", "-no-color", "-detailed-exitcode", ONE)
        assert plan.returncode == 0, plan.stdout
