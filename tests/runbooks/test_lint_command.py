"""The command: what it prints and returns, what it says of the nine steps, and what it does without its helpers."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from golden_ami.cli.runbook import app
from golden_ami.errors import GoldenAmiError, RunbookError
from golden_ami.runbook import load
from golden_ami.runbook.lint import examine, models, structure
from golden_ami.runbooks import APPROVAL, FOLDER, OUTCOME

ROOT = Path(__file__).parent.parent.parent
NINE_STEPS = ROOT / "tests" / "scenarios" / "nine_steps.yaml"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_documents_have_no_faults(path: Path) -> None:
    done = run("lint", str(path))
    assert (done.exit_code, done.stdout) == (0, f"{path}: no faults\n")


SAYS_NOT = "does not say whether it isCritical, which is evaluated only when written"
SILENT = f"{SAYS_NOT}, and does not say what happens onFailure; write both"
FAULTS = [
    f"step executeImageCreation: {SILENT}",
    "step executeImageCreation: StartImagePipelineExecution is called without clientToken, so a second try starts a "
    "second one; write clientToken: '{{ automation:EXECUTION_ID }}'",
    f"step waitImageBuildingComplete: {SILENT}",
    "step waitImageBuildingComplete: its PropertySelector, 'image.state.status', does not begin with '$.'; "
    "write '$.image.state.status'",
    "step waitImageBuildingComplete: does not wait for CANCELLED, DEPRECATED, DELETED, DISABLED, and polls to its "
    "timeout when one comes; add them to DesiredValues, and branch on the value afterwards",
    f"step getBuildStatus: {SILENT}",
    "step getBuildStatus: output buildStatus has no Type; write it",
    f"step continueIfImageAvailable: {SILENT}",
    "step continueIfImageAvailable: what fits no choice skips to the last step, 'postProcessing' (Default), and ends "
    "as Success; lead Default to a step that fails",
    f"step waitForAdministratorApproval: {SILENT}",
    "step waitForAdministratorApproval: asks 2 times (maxAttempts), so that a denial is not the end; "
    "leave maxAttempts out",
    f"step getBuiltImage: {SILENT}",
    f"step shareEC2BuilderImage: {SAYS_NOT}; write it",
    "step shareEC2BuilderImage: onFailure goes on to 'shareEC2AMIImage', which shares something; "
    "lead it to a step that takes back, or that tells",
    f"step shareEC2AMIImage: {SAYS_NOT}; write it",
    "step shareEC2AMIImage: 'AMIPrincipals' is a list inside of a list, which AWS refuses as a list of one list; "
    "write '{{ AMIPrincipals }}' without the brackets around it",
    f"step postProcessing: {SILENT}",
]


def test_the_nine_steps_have_each_fault_once() -> None:
    done = run("lint", str(NINE_STEPS))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == FAULTS


def test_who_decides_is_asked_for() -> None:
    more = set(run("lint", str(NINE_STEPS), "--pinned").stdout.splitlines()) - set(FAULTS)
    assert {each.split(" is chosen")[0] for each in more} == {
        "step waitForAdministratorApproval: 'PipelineApproverArn'",
        "step waitForAdministratorApproval: 'SnsNotificationArn'",
        "step shareEC2BuilderImage: 'ResourceShareArn'",
        "step shareEC2AMIImage: 'AMIPrincipals'",
    }


def test_findings_are_printed_as_json() -> None:
    done = run("lint", str(NINE_STEPS), "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)["findings"]
    assert [f"{each['where']}: {each['problem']}; {each['remedy']}" for each in found] == FAULTS


@pytest.mark.parametrize("command", ["lint", "graph"])
@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "cannot be read"), ("a: [", "is not YAML"), ("a: 1", "has no schemaVersion"), ("- 1", "has no schemaV")],
)
def test_what_is_no_document_is_bad_input(command: str, text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if text is not None:
        path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "golden_ami", "runbook", command, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(RunbookError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_without_awss_schema_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure_module(), "SCHEMA", Path("gone.json"))
    done = run("lint", str(OUTCOME))
    assert done.exit_code == 0
    assert done.stderr == (
        "the structure was not checked by AWS's schema, because "
        "node_modules/aws-ssm-document-language-service is not installed\n"
    )


def structure_module() -> Any:
    return sys.modules[structure.__module__]


def without(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    real = importlib.import_module

    def fail(name: str, package: str | None = None) -> Any:
        if name.partition(".")[0] == missing:
            raise ImportError(name=missing)
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", fail)


def test_without_jsonschema_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "jsonschema")
    assert examine(load(OUTCOME)).left_out == (
        "the structure was not checked by AWS's schema, because jsonschema is not installed",
    )


def test_without_botocore_a_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "botocore")
    for cached in (models._session, models.service):
        cached.cache_clear()
    with pytest.raises(GoldenAmiError, match="need botocore, which is not installed; run `make setup`"):
        examine(load(APPROVAL))


def test_binding_loads_neither_botocore_nor_jsonschema() -> None:
    code = (
        "import sys; from golden_ami.names import DeploymentNames; from golden_ami.runbooks import outcome_runbook; "
        "names = DeploymentNames(deployment='a', account='222222222222', region='eu-west-1'); "
        "from golden_ami.config.evidence import Quarantine; "
        "outcome_runbook(names, topic_arn=names.topic_arn, evidence_bucket='e-v-i', quarantine=Quarantine()); "
        "print(*{'botocore', 'jsonschema'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""
