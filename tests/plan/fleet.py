"""Several deployments on a local AWS, their states in S3, and the real command over the real tools."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws
from golden_ami.terraform import provider_environment
from tests.rollouts.command import start_rollout

ROOT = Path(__file__).parent.parent.parent
BUCKET = "example-states"
OTHER_ACCOUNT = "333333333333"
HUB = "arn:aws:iam::222222222222:role/Hub"


class Fleet:
    """A folder with a project in it that synthesises with this checkout."""

    def __init__(self, folder: Path, local: LocalAws) -> None:
        self.folder, self.local = folder, local
        self.environment = provider_environment(local.isolated_environment(os.environ), workdir=folder)
        self.environment |= {"GOLDEN_AMI_CONFIG": "fleet.yaml"}
        app = {"language": "python", "app": f"{ROOT}/.venv/bin/python {ROOT}/main.py", "projectId": "fleet"}
        (folder / "cdktf.json").write_text(json.dumps({**app, "sendCrashReports": "false"}))
        (folder / "node_modules").symlink_to(ROOT / "node_modules")

    def prepare(self) -> None:
        """Make what a platform team has made before: organization, bucket of states, another account."""
        prepare_organization(self.local)
        place = {"LocationConstraint": self.local.region}
        self.local.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        iam = self.local.client("iam", account=OTHER_ACCOUNT)
        iam.create_service_linked_role(AWSServiceName="imagebuilder.amazonaws.com")
        inspector = self.local.client("inspector2", account=OTHER_ACCOUNT, region="eu-west-1")
        inspector.enable(accountIds=[OTHER_ACCOUNT], resourceTypes=["EC2"])

    def configure(self, deployments: dict[str, dict[str, Any]], *, state: dict[str, Any] | None = None) -> None:
        """Write the configuration: small factories, which a local AWS applies in a minute."""
        content = {
            "organization": {"id": "o-sandbox00001", "management_account": "111111111111"},
            "state": state or {"backend": "s3", "bucket": BUCKET, "region": self.local.region},
            "images": {
                "base": {
                    "description": "Amazon Linux 2023",
                    "version": "1.0",
                    "parent": "aws:amazon-linux-2023-x86",
                    "components": [{"aws": "update-linux"}],
                }
            },
            "defaults": {
                "account": "222222222222",
                "approval": {"approvers": ["role/GoldenAmiApprover"]},
                "sharing": {"launch": ["organization"]},
                "log_retention_days": None,
                "retain_on_destroy": False,
            },
            "deployments": deployments,
        }
        with (self.folder / "fleet.yaml").open("w") as file:
            YAML().dump(content, file)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return start_rollout(self.folder, self.environment, *arguments)

    def rollout(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        said, _ = process.communicate()
        return process.returncode, said

    def report(self, name: str = "report") -> dict[str, Any]:
        return dict(json.loads((self.folder / ".rollout" / f"{name}.json").read_text()))

    def entry(self, stack: str) -> dict[str, Any]:
        try:
            found = [each for each in self.report()["stacks"] if each["name"] == stack]
        except FileNotFoundError:
            found = []
        return found[0] if found else {}

    def terraform(self, stack: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["terraform", f"-chdir={self.folder / 'cdktf.out' / 'stacks' / stack}", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
