"""An image that was built and scanned, as the evidence runbook finds it, and the evidence that it writes."""

import json
from datetime import UTC, datetime
from typing import Any

from golden_ami.evidence import Evidence
from tests.runbooks.conftest import NAMES, ORGANIZATION, SHARE, UNIT
from tests.runbooks.scripts.bucket import BUCKET, KEY, Bucket
from tests.runbooks.scripts.conftest import EXECUTION, OLDER, Aws, built, error, load

STARTER = "arn:aws:sts::222222222222:assumed-role/Starter/carol"
APPROVERS = ["arn:aws:iam::222222222222:role/Approver", "arn:aws:iam::222222222222:role/SecurityOnCall"]
OLD_KEY = f"{NAMES.evidence_folder}/before.json"
WAIVER = {"id": "CVE-2026-0001", "reason": "not reachable", "owner": "sec@example.com", "expires": "2026-12-31"}
EVENTS = {
    "execution": EXECUTION,
    "image": built()["image"]["arn"],
    "bucket": BUCKET,
    "folder": NAMES.evidence_folder,
    "limits": {"critical": "0"},
    "launch": [ORGANIZATION, "333333333333"],
    "share": SHARE,
    "receivers": [UNIT],
    "parameter": NAMES.parameter,
    "approvers": APPROVERS,
    "required": 2,
    "configuration": "0123456789abcdef",
}
RECIPE = {
    "arn": NAMES.scope.arn("imagebuilder", "image-recipe/golden-ami-web-server/1.0.1"),
    "parentImage": "ami-00000000000000001",
    "components": [{"componentArn": NAMES.scope.arn("imagebuilder", "component/nginx/1.0.0/1")}],
}
WORKFLOW = {
    "workflowBuildVersionArn": "arn:aws:imagebuilder:eu-west-1:aws:workflow/test/test-image/1.0.0/1",
    "workflowExecutionId": "wf-1",
    "type": "TEST",
    "status": "COMPLETED",
    "totalStepCount": 5,
    "totalStepsSucceeded": 5,
    "totalStepsFailed": 0,
    "totalStepsSkipped": 0,
}


def finding(identifier: str, severity: str = "HIGH", *packages: str, score: float = 7.5) -> dict[str, Any]:
    """Make a finding as Image Builder lists it."""
    found = [{"name": name, "version": "1.0", "fixedInVersion": "1.1"} for name in packages or ("openssl",)]
    details = {"vulnerabilityId": identifier, "vulnerablePackages": found, "sourceUrl": f"https://nvd/{identifier}"}
    described = {"severity": severity, "inspectorScore": score, "title": f"{identifier} - title", "fixAvailable": "YES"}
    return {**described, "packageVulnerabilityDetails": details}


def package(name: str, version: str) -> dict[str, str]:
    """Make a package as Image Builder lists it."""
    return {"packageName": name, "packageVersion": version}


class Built(Aws):
    """What of it may be asked for; every list comes one item to a page.

    Attributes
    ----------
    approved : dict, optional
        The record of the image that was approved last.
    """

    def __init__(self) -> None:
        super().__init__()
        state = {"tags": {"golden-ami:execution": EXECUTION}, "scanState": {"status": "COMPLETED"}}
        self.image: dict[str, Any] = built()["image"] | state | {"imageRecipe": RECIPE}
        self.findings: list[dict[str, Any]] = []
        self.packages: list[dict[str, str]] = []
        self.workflows: list[dict[str, Any]] = [WORKFLOW]
        self.approved: dict[str, Any] | None = None
        self.bucket = Bucket(self)
        execution = {"DocumentName": NAMES.approval.document, "DocumentVersion": "3", "ExecutedBy": STARTER}
        execution["ExecutionStartTime"] = datetime(2026, 3, 1, 12, tzinfo=UTC)  # type: ignore[assignment]
        self.answers |= {
            ("imagebuilder", "GetImage"): lambda *_: {"image": self.image},
            ("imagebuilder", "ListImageScanFindings"): lambda _, asked: _page("findings", self.findings, asked),
            ("imagebuilder", "ListImagePackages"): lambda _, asked: _page("imagePackageList", self.packages, asked),
            ("imagebuilder", "ListWorkflowExecutions"): lambda _, asked: _page(
                "workflowExecutions", self.workflows, asked
            ),
            ("ssm", "GetAutomationExecution"): {"AutomationExecution": execution},
            ("ssm", "GetParameter"): self._record,
        }

    def collect(self, **events: Any) -> dict[str, str]:
        """Run the script; an event of None is one that the document leaves out."""
        given = {key: value for key, value in {**EVENTS, **events}.items() if value is not None}
        return dict(load("collect_evidence", self).handler(given, {}))

    def evidence(self, **events: Any) -> Any:
        """Collect, and read what was written; it is what whoever shows it expects."""
        self.collect(**events)
        Evidence.parse(self.bucket.objects[KEY])
        return self.bucket.document()

    def approve_as_before(self) -> None:
        """Let what there is be the image that was approved last, with its evidence."""
        self.collect()
        digest = self.bucket.keep(OLD_KEY, self.bucket.objects.pop(KEY))
        self.approved = {"image": OLDER, "execution": "before", "evidence": digest}

    def _record(self, _: str, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["Name"] == NAMES.parameter + "/approved"
        if self.approved is None:
            raise error("ParameterNotFound")
        return {"Parameter": {"Value": json.dumps(self.approved)}}


def _page(name: str, items: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    number = int(asked.get("nextToken", 0))
    more = {"nextToken": str(number + 1)} if number + 1 < len(items) else {}
    return {name: items[number : number + 1], **more}
