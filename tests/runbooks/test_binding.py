"""Binding leaves a document whole, with every path to sharing through the assertion of the approval."""

import copy
import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from syrupy.assertion import SnapshotAssertion

from golden_ami.config import load as load_configuration
from golden_ami.config import resolve
from golden_ami.config.revocation import Revocation
from golden_ami.errors import RunbookError
from golden_ami.runbook import BoundRunbook, FixedBinding, Runbook, bind, lint, load
from golden_ami.runbook.document import edges, references
from golden_ami.runbook.scripts import embedded
from golden_ami.runbooks import APPROVAL as PATH
from golden_ami.runbooks import EVIDENCE as EVIDENCE_PATH
from golden_ami.runbooks import FOLDER, revocation_runbook
from tests.runbooks.conftest import (
    BINDINGS,
    EVIDENCE,
    MINIMAL,
    OUTCOME,
    REVOCATION,
    RICH,
    ROLLBACK,
    ROLLOUT,
    TEMPLATE_ONLY,
)

SHARING = {"shareEC2BuilderImage", "shareEC2AMIImage", "publishApprovedAmi"}
SEED = [
    "executeImageCreation",
    "waitImageBuildingComplete",
    "getBuildStatus",
    "continueIfImageAvailable",
    "waitForAdministratorApproval",
    "getBuiltImage",
    "shareEC2BuilderImage",
    "shareEC2AMIImage",
    "postProcessing",
]
every_binding = pytest.mark.parametrize("bound", [each for _, each in BINDINGS], ids=[name for name, _ in BINDINGS])


def _reachable(bound: BoundRunbook, *, without: str) -> set[str]:
    """Find the steps that execution can reach when one step is not there."""
    steps = {step["name"]: step for step in bound.steps()}
    names = list(steps)
    following = dict(zip(names, [*names[1:], None], strict=True))
    todo, seen = [names[0]], set()
    while todo:
        name = todo.pop()
        if name == without or name in seen:
            continue
        seen.add(name)
        todo += edges(steps[name], following[name]).values()
    return seen


@every_binding
def test_a_bound_document_has_no_faults(bound: BoundRunbook) -> None:
    assert lint(bound.content) == []


@every_binding
@pytest.mark.parametrize(
    "gate", ["inspectTargets", "waitForAdministratorApproval", "assertApproval", "inspectBuiltImage", "readEvidence"]
)
def test_no_path_shares_without_the_gate(bound: BoundRunbook, gate: str) -> None:
    assert not SHARING & _reachable(bound, without=gate)


@every_binding
def test_no_path_asks_before_the_scan(bound: BoundRunbook) -> None:
    assert "waitForAdministratorApproval" not in _reachable(bound, without="readEvidence")
    if bound.binding.scanning:
        assert "waitForAdministratorApproval" not in _reachable(bound, without="assertImageScanned")


@every_binding
def test_every_step_before_the_last_notice_fails_into_a_notice(bound: BoundRunbook) -> None:
    silent = [step["name"] for step in bound.steps() if step["onFailure"] == "Abort"]
    assert silent == ["tellOutcome"]


@every_binding
def test_every_end_is_told(bound: BoundRunbook) -> None:
    assert [step["name"] for step in bound.steps() if step.get("isEnd")] == ["tellOutcome"]


@every_binding
def test_a_failed_share_is_taken_back_before_the_notice(bound: BoundRunbook) -> None:
    names = [step["name"] for step in bound.steps()]
    sharing = bound.steps()[names.index("getBuiltImage") + 1 : names.index("postProcessing")]
    assert sharing
    for step in sharing:
        assert step["onFailure"] == step["onCancel"] == "step:takeBack"


@every_binding
def test_every_step_is_critical_so_that_the_status_is_true(bound: BoundRunbook) -> None:
    assert all(step["isCritical"] is True for step in bound.steps())


@every_binding
def test_rendering_and_reading_gives_the_same_document(bound: BoundRunbook) -> None:
    assert YAML(typ="safe").load(bound.render()) == bound.content


def test_the_seeds_nine_steps_are_there_in_their_order() -> None:
    names = [step["name"] for step in load(PATH).content["mainSteps"]]
    assert [name for name in names if name in SEED] == SEED


def test_a_pinned_document_takes_no_parameter_at_all() -> None:
    assert "parameters" not in bind(load(PATH), RICH).content


def test_an_unpinned_document_keeps_the_seeds_parameters() -> None:
    parameters = bind(load(PATH), RICH, pin=False).content["parameters"]
    seed = {"ImageBuilderPipelineArn", "PipelineApproverArn", "SnsNotificationArn", "ResourceShareArn", "AMIPrincipals"}
    assert seed <= set(parameters)


def test_parameters_of_steps_that_are_left_out_are_left_out() -> None:
    parameters = bind(load(PATH), MINIMAL, pin=False).content["parameters"]
    assert not {"ResourceShareArn", "AMIPrincipals", "MaxScanAgeDays", "OrganizationId"} & set(parameters)


def test_no_evidence_is_written_of_an_image_with_too_many_findings_or_a_wrong_key() -> None:
    order = [step["name"] for step in EVIDENCE.steps()]
    assert order == ["checkFindings", "checkKeys", "collectEvidence", "wordRequest"]
    assert all(step["onFailure"] == "Abort" for step in EVIDENCE.steps())


def test_the_evidence_of_an_image_that_is_not_scanned_has_no_limits_and_says_why() -> None:
    values = EVIDENCE.binding.literals() | dict.fromkeys(("FindingLimits", "MaxScanAgeDays", "Waivers"))
    binding = FixedBinding(
        name="unscanned",
        values=values | {"NotScannedBecause": "It only runs here"},
        without=frozenset({"checkFindings"}),
    )
    steps = {step["name"]: step for step in bind(load(EVIDENCE_PATH), binding).steps()}
    payload = steps["collectEvidence"]["inputs"]["InputPayload"]
    assert "checkFindings" not in steps
    assert not {"limits", "waivers"} & set(payload)
    assert payload["unscanned"] == "It only runs here"


def test_nothing_changes_before_the_approved_image_is_known_and_the_group_is_inspected() -> None:
    order = [step["name"] for step in ROLLOUT.steps()]
    assert order[:3] == ["readApprovedImage", "inspectGroup", "createTemplateVersion"]
    assert order[3:] == ["startRefresh", "waitRefresh", "assertRefreshed", "setDefaultVersion"]
    assert {step["name"]: step["timeoutSeconds"] for step in ROLLOUT.steps()}["waitRefresh"] == 90 * 60


def test_without_a_group_a_rollout_changes_the_launch_template_only() -> None:
    assert [step["name"] for step in TEMPLATE_ONLY.steps()] == [
        "readApprovedImage",
        "createTemplateVersion",
        "setDefaultVersion",
    ]
    assert not {service for _, service, _ in TEMPLATE_ONLY.calls()} & {"autoscaling"}


@pytest.mark.parametrize("bound", [ROLLOUT, TEMPLATE_ONLY], ids=["group", "template only"])
def test_who_starts_a_rollout_names_an_execution_and_no_image(bound: BoundRunbook) -> None:
    assert list(bound.content["parameters"]) == ["ExecutionId"]


@pytest.mark.parametrize("field", ["name", "topic_arn", "share_arn", "organization_id"])
def test_values_cannot_smuggle_interpolation_into_the_document(field: str) -> None:
    with pytest.raises(RunbookError, match="would expand"):
        replace(RICH, **{field: "x{{ automation:EXECUTION_ID }}"})


def test_the_richest_document_fits_systems_managers_limit() -> None:
    accounts = tuple(f"{number:012}" for number in range(50))
    approvers = tuple(f"{RICH.approvers[0]}{number}" for number in range(10))
    richest = replace(RICH, approvers=approvers, launch_principals=accounts, image_builder_principals=accounts)
    assert len(bind(load(PATH), richest).render().encode()) < 64 * 1024


@pytest.mark.parametrize(
    "bound",
    [bind(load(PATH), RICH), bind(load(PATH), MINIMAL), EVIDENCE, OUTCOME, REVOCATION, ROLLBACK, ROLLOUT],
    ids=["rich", "minimal", "evidence", "outcome", "revocation", "rollback", "rollout"],
)
def test_the_deployed_document_changes_only_by_review(bound: BoundRunbook, snapshot: SnapshotAssertion) -> None:
    assert bound.render() == snapshot, "Review the difference, then run: make snapshots"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda step: step.pop("isCritical"), "does not say whether it isCritical"),
        (lambda step: step.pop("onFailure"), "does not say what happens onFailure"),
        (lambda step: step.update(nextStep="nowhere"), "goes to 'nowhere'"),
        (lambda step: step.update(nextStep="executeImageCreation"), "goes back to 'executeImageCreation'"),
        (lambda step: step.update(isEnd=True), "has both isEnd and nextStep"),
        (lambda step: step.pop("nextStep"), "has neither isEnd nor nextStep"),
        (lambda step: step.update(name="bad-name"), "neither letter, digit nor underscore"),
        (lambda step: step.update(name="executeImageCreation"), "is there twice"),
        (lambda step: step["inputs"].update(x="{{ Missing }}"), "refers to 'Missing', which is no parameter"),
        (lambda step: step["inputs"].update(x="{{ getBuiltImage.imageId }}"), "does not run before it"),
        (lambda step: step["inputs"].update(x="{{ executeImageCreation.nothing }}"), "does not put out"),
    ],
)
def test_lint_finds_each_fault(change: object, problem: str) -> None:
    content = load(PATH).content
    change(content["mainSteps"][2])  # type: ignore[operator]
    assert any(problem in each for each in lint(content))


def test_every_reference_of_the_source_document_is_declared() -> None:
    content = load(PATH).content
    assert lint(content) == []
    assert set(references(content["mainSteps"])) >= {"AMIPrincipals", "automation:EXECUTION_ID"}


@pytest.mark.parametrize(
    ("bound", "open_ones"),
    [(REVOCATION, {"ImageBuildVersionArn", "RevokeBecause"}), (ROLLBACK, {"RollbackBecause"})],
    ids=["revocation", "rollback"],
)
def test_who_takes_back_names_an_image_and_a_reason_and_no_receiver(bound: BoundRunbook, open_ones: set[str]) -> None:
    assert set(bound.content["parameters"]) == open_ones
    assert not any("default" in each for each in bound.content["parameters"].values())


def test_a_revocation_asks_nobody_and_disables_nothing_unless_the_configuration_says_so() -> None:
    factory = resolve(load_configuration(FOLDER.parent / "config" / "example.yaml"), "prod-us")[0]
    names = factory.names
    for approval, disable in itertools.product((True, False), repeat=2):
        chosen = replace(factory, revocation=Revocation(approval=approval, disable=disable))
        steps = {each["name"]: each for each in revocation_runbook(chosen, topic_arn="t", share_arn=None).steps()}
        assert ({"waitForAdministratorApproval", "assertRevocationApproved"} <= set(steps)) == approval
        assert ("disableRevokedAmis" in steps) == disable
        if approval:
            asks = steps["waitForAdministratorApproval"]
            assert asks["inputs"]["Approvers"] == list(factory.approvers)
            assert asks["timeoutSeconds"] == factory.approval.expires_after_days * 86_400
    assert len(names.revocation.role) <= 64


@pytest.mark.parametrize(
    ("text", "message"),
    [("mainSteps: []", "schemaVersion"), ("schemaVersion: '0.3'", "mainSteps"), ("a: [", "YAML")],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(RunbookError, match=message):
        load(path)


def test_a_script_in_which_one_name_means_two_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_shared.py").write_text("def given():\n    return _inner()\n\n\ndef _inner():\n    return 1\n")
    (tmp_path / "script.py").write_text("from _shared import given\n\n\ndef _inner():\n    return given()\n")
    with pytest.raises(RunbookError, match="_inner"):
        embedded(tmp_path, "script.py")


def test_docstrings_of_shared_functions_take_no_room_in_the_document(tmp_path: Path) -> None:
    (tmp_path / "_shared.py").write_text(
        'def given() -> str:\n    """Give it.\n\n    Always.\n    """\n    return "it"\n'
    )
    (tmp_path / "script.py").write_text(
        '"""Say it."""\n\nfrom _shared import given\n\n\ndef said():\n    return given()\n'
    )
    text = embedded(tmp_path, "script.py")
    assert "Give it" not in text
    assert "Say it" in text
    assert 'def given() -> str:\n    return "it"\n' in text


@pytest.mark.parametrize(
    "change",
    [
        lambda steps: steps.pop("waitImageBuildingComplete"),
        lambda steps: steps.pop("waitForAdministratorApproval"),
        lambda steps: steps["executeImageCreation"]["inputs"].pop("tags"),
        lambda steps: steps["executeImageCreation"]["inputs"].update(tags="{{ global:DATE }}"),
        lambda steps: steps["publishApprovedAmi"]["inputs"]["InputPayload"].pop("tags"),
    ],
    ids=["no build to wait for", "nobody asked", "no tags", "tags as text", "no tags of parameters"],
)
def test_a_document_without_a_place_for_what_is_configured_is_refused(change: Callable[[Any], object]) -> None:
    runbook = load(PATH)
    steps = {step["name"]: step for step in copy.deepcopy(runbook.content["mainSteps"])}
    change(steps)
    with pytest.raises(RunbookError, match="have no place in it"):
        bind(Runbook(runbook.path, {**runbook.content, "mainSteps": list(steps.values())}), RICH)


def test_a_step_that_calls_an_unknown_script_is_refused() -> None:
    runbook = load(PATH)
    steps = [dict(step) for step in runbook.content["mainSteps"]]
    steps[-1] = {**steps[-1], "inputs": {**steps[-1]["inputs"], "Script": "nothing.py"}}
    with pytest.raises(RunbookError, match=r"nothing\.py cannot be read"):
        bind(Runbook(runbook.path, {**runbook.content, "mainSteps": steps}), RICH)
