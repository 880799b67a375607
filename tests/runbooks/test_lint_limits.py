"""What the rules let pass because it cannot be judged, and where their limits are."""

import sys
from pathlib import Path
from typing import Any

import pytest

from golden_ami.errors import RunbookError
from golden_ami.runbook import load
from golden_ami.runbook.lint import examine, structure
from golden_ami.runbooks import OUTCOME
from tests.runbooks.test_lint_sound import Change, findings, inputs, of, step


def describing(service: str, api: str, selector: str, kind: str = "String", **given: Any) -> Change:
    """Turn the step that refuses into one that reads something."""

    def change(content: dict[str, Any]) -> None:
        found = step(content, "refuse")
        found["action"] = "aws:executeAwsApi"
        found["inputs"] = {"Service": service, "Api": api, **given}
        found["outputs"] = [{"Name": "it", "Selector": selector, "Type": kind}]

    return change


@pytest.mark.parametrize(
    "change",
    [
        describing("ec2", "DescribeImages", "$.Images[?(@.State=='available')].ImageId"),
        describing("ec2", "DescribeImages", "$.Images[*].ImageId", "StringList"),
        describing("ec2", "DescribeImages", "$['Images'][0]['ImageId']"),
        describing("ec2", "DescribeImages", "$.ResponseMetadata.RequestId"),
        describing("ec2", "DescribeImages", "$.Images", "MapList", MaxResults="5", DryRun="false"),
        describing("ec2", "DescribeImages", "$.Images[0]", "StringMap", MaxResults=5, DryRun=False),
        describing("sns", "GetTopicAttributes", "$.Attributes.Owner", TopicArn="{{ global:ACCOUNT_ID }}-x"),
        describing("ec2", "DescribeImages", "$.Images[0].Public", "Boolean", Owners=["{{ global:ACCOUNT_ID }}"]),
        describing("organizations", "DescribeOrganization", "$.Organization.Id"),
    ],
)
def test_what_fits_or_cannot_be_judged_passes(change: Change) -> None:
    assert findings(change) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            describing("ec2", "DescribeImages", "$.Images", "MapList", MaxResults="all"),
            "MaxResults is of type integer, and 'all' is not",
        ),
        (
            describing("ec2", "DescribeImages", "$.Images", "MapList", DryRun=1),
            "DryRun is of type boolean, and 1 is not",
        ),
        (
            describing("ec2", "DescribeImages", "$.Images", "MapList", DryRun="no"),
            "DryRun is of type boolean, and 'no' is",
        ),
        (
            describing("ec2", "DescribeImages", "$.Images", "MapList", Owners="{{ Pipeline }}"),
            "Owners is of type list, and 'Pipeline' is a String",
        ),
        (
            describing("ec2", "DescribeImages", "$.NextToken[0]"),
            "Selector '$.NextToken[0]' of output it leads nowhere: [0] is asked of the type string",
        ),
        (
            describing("ec2", "DeleteSnapshot", "$.SnapshotId", SnapshotId="snap-1"),
            "Selector '$.SnapshotId' of output it leads nowhere: the API answers with nothing",
        ),
        (
            describing("organizations", "DescribeOrganization", "$.Organization.Id", Id="o-1"),
            "DescribeOrganization takes no Id",
        ),
        (
            describing("sns", "GetTopicAttributes", "$.Attributes", TopicArn="x"),
            "output it is of type map, and no String; write Type: StringMap",
        ),
    ],
)
def test_what_does_not_fit_is_found(change: Change, problem: str) -> None:
    (found,) = findings(change)
    assert found.startswith(f"step refuse: {problem}")


def test_other_actions_may_put_out_anything() -> None:
    def change(content: dict[str, Any]) -> None:
        found = step(content, "refuse")
        found |= {"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1"]}}
        step(content, "ask")["inputs"]["Message"] = "{{ refuse.Output }} {{ ask.ApprovalStatus }}"

    (found,) = findings(change)
    assert found.startswith("step ask: refers to 'ask.ApprovalStatus', which is a step that does not run before it")


@pytest.mark.parametrize(
    "script",
    [
        "def call(service, api, **given):\n    return api\n\n\n"
        "def handler(events, context):\n    return call('sns', 'Publish', **{'Nothing': 1})\n",
        "import boto3\n\n\ndef handler(events, context):\n    return boto3.client('sns').publish(Nothing=1)\n",
    ],
)
def test_parameters_that_cannot_be_read_are_not_judged(script: str) -> None:
    assert findings(inputs("look", Script=script)) == []


def test_powershell_is_not_read() -> None:
    assert findings(inputs("look", Runtime="PowerShell 7.4", Script="Write-Output 1", Handler=None)) == []


def test_a_failure_that_leads_to_a_script_that_cannot_be_read_is_that_scripts_fault() -> None:
    found = findings(inputs("look", Script="gone.py"), of("wait", onFailure="step:look"))
    assert [each.split(":")[0] for each in found if "gone.py" in each] == ["step look"]


@pytest.mark.parametrize("step", ["start", "wait", "look", "ask"])
def test_no_failure_goes_on_as_if_there_were_none(step: str) -> None:
    found = [each for each in findings(of(step, onFailure="Continue")) if each.startswith(f"step {step}: onFailure")]
    assert len(found) == 1, found


def test_a_schema_that_has_changed_is_no_clean_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[structure.__module__]
    (tmp_path / "schema.json").write_text('{"properties": {}}')
    monkeypatch.setattr(module, "SCHEMA", tmp_path / "schema.json")
    module._schema.cache_clear()
    with pytest.raises(RunbookError, match="is not the schema that is known"):
        examine(load(OUTCOME))
