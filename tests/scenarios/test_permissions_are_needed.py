"""Every permission of a runbook's role is needed: without it, the step that uses it fails."""

import json
from typing import Any

import pytest

from golden_ami.permissions import automation_statements
from golden_ami.sandbox import automation
from golden_ami.sandbox.ram.models import ram_backends
from tests.runbooks.conftest import PATH as APPROVAL
from tests.runbooks.conftest import RETIREMENT, RICH, bind, load
from tests.scenarios.conftest import ACCOUNT, COPY, HOME, Factory
from tests.scenarios.permissions import assert_fails_at, each_of, granted, refused, without
from tests.unit.test_permissions import confinement, evidence_statements, outcome_statements, rollout_statements

pytestmark = pytest.mark.terraform


APPROVALS = granted(automation_statements(bind(load(APPROVAL), RICH), confinement(RICH, publishes=True)))
RETIREMENTS = granted(automation_statements(RETIREMENT, confinement(RICH, publishes=False)))
EVIDENCE = granted(evidence_statements())
OUTCOMES = granted(outcome_statements())
ROLLOUTS = granted(rollout_statements())

STEPS = {
    # Statement, to the first step that uses it.
    "approval": {
        "AddToThisShare": "shareEC2BuilderImage",
        "AddToThisShareParameter": "publishApprovedAmi",
        "DecryptEvidence": "assertApproval",
        "EncryptForThisTopic": "waitForAdministratorApproval",
        "LetRamWriteImagePolicies": "shareEC2BuilderImage",
        "LookForAmis": "publishApprovedAmi",
        "PublishTheApprovedImage": "publishApprovedAmi",
        "PublishToThisTopic": "waitForAdministratorApproval",
        "ReadAmisOfThisRecipe": "inspectBuiltImage",
        "ReadAssociations": "inspectTargets",
        "PassOnlyItsRole": "startEvidence",
        "ReadEvidence": "assertApproval",
        "ReadExecutions": "waitEvidence",
        "ReadImagesOfThisRecipe": "waitImageBuildingComplete",
        "ReadItsDistribution": "inspectTargets",
        "ReadShares": "inspectTargets",
        "ReadSteps": "assertApproval",
        "ReadTagsOfExecutions": "tellOutcome",
        "ReadTheApprovedImage": "assertApproval",
        "ReadThisPipeline": "inspectTargets",
        "ShareAmisOfThisRecipe": "shareEC2AMIImage",
        "StartTheEvidenceRunbook": "startEvidence",
        "StartThisPipeline": "executeImageCreation",
        "TagExecutionsWithTheirOutcome": "tellOutcome",
        "TagImagesOfThisRecipe": "executeImageCreation",
        "TagItsParameters": "publishApprovedAmi",
        "TakeOutOfThisShare": "takeBack",
        "TellWhatIsNotThere": "assertApproval",
        "WithdrawTheApprovedImage": "takeBack",
    },
    "evidence": {
        "AskInspector": "checkFindings",
        "CountFindingsOfThisRecipe": "checkFindings",
        "DecryptEvidence": "collectEvidence",
        "EncryptEvidence": "collectEvidence",
        "ListPackagesOfThisRecipe": "collectEvidence",
        "LookForAmis": "checkKeys",
        "LookForSnapshots": "checkKeys",
        "ReadEvidence": "collectEvidence",
        "ReadExecutions": "collectEvidence",
        "ReadFindingsOfThisRecipe": "checkFindings",
        "ReadImagesOfThisRecipe": "checkFindings",
        "ReadPoliciesOfAmiKeys": "checkKeys",
        "ReadTheApprovedImage": "collectEvidence",
        "ReadWorkflowsOfThisRecipe": "collectEvidence",
        "TellWhatIsNotThere": "collectEvidence",
        "WriteOnce": "collectEvidence",
    },
    "outcome": {
        "DecryptEvidence": "recordDecision",
        "DeprecateAmisOfThisRecipe": "markImage",
        "DisableAmisOfThisRecipe": "markImage",
        "EncryptEvidence": "recordDecision",
        "EncryptForThisTopic": "tellOutcome",
        "PublishToThisTopic": "tellOutcome",
        "ReadEvidence": "recordDecision",
        "ReadExecutions": "tellOutcome",
        "ReadImagesOfThisRecipe": "markImage",
        "ReadSteps": "tellOutcome",
        "ReadTagsOfExecutions": "tellOutcome",
        "TagAmisWithTheirOutcome": "markImage",
        "TagExecutionsWithTheirOutcome": "tellOutcome",
        "TagImagesWithTheirOutcome": "markImage",
        "TellWhatIsNotThere": "recordDecision",
        "WriteOnce": "recordDecision",
    },
    "retirement": {
        "DeleteImagesOfThisRecipe": "removeImage",
        "DeleteSnapshotsOfThisRecipe": "removeImage",
        "DeregisterAmisOfThisRecipe": "removeImage",
        "EncryptForThisTopic": "tellOutcome",
        "LetRamWriteImagePolicies": "unshareImage",
        "LookForAmis": "inspectImage",
        "LookForSnapshots": "inspectImage",
        "PublishToThisTopic": "tellOutcome",
        "ReadAmisOfThisRecipe": "unshareImage",
        "ReadAssociations": "unshareImage",
        "ReadExecutions": "tellOutcome",
        "ReadSteps": "tellOutcome",
        "ReadTagsOfExecutions": "tellOutcome",
        "PublishTheApprovedImage": "withdrawImage",
        "ReadImagesOfThisRecipe": "withdrawImage",
        "ReadTheApprovedImage": "inspectImage",
        "ShareAmisOfThisRecipe": "unshareImage",
        "TagExecutionsWithTheirOutcome": "tellOutcome",
        "TakeOutOfThisShare": "unshareImage",
        "UnprotectAmisOfThisRecipe": "removeImage",
        "WithdrawTheApprovedImage": "withdrawImage",
    },
    "rollout": {
        "AddVersionsToThisTemplate": "createTemplateVersion",
        "LaunchAmisOfThisRecipe": "startRefresh",
        "LaunchWithThisTemplate": "startRefresh",
        "PassTheRoleOfInstances": "startRefresh",
        "ReadGroups": "inspectGroup",
        "ReadRefreshes": "waitRefresh",
        "ReadTheApprovedImage": "readApprovedImage",
        "ReadVersionsOfTemplates": "createTemplateVersion",
        "RefreshThisGroup": "startRefresh",
        "SetItsDefaultVersion": "setDefaultVersion",
        "TagWhatIsLaunched": "startRefresh",
    },
}


def _forget_what_was_published(factory: Factory) -> None:
    """Let the parameters be new ones, which alone are tagged."""
    for region in (HOME, COPY):
        for leaf in ("ami", "approved"):
            if factory.published(region, leaf=leaf):
                name = f"{factory.images['web-server'].names.parameter}/{leaf}"
                factory.client("ssm", region=region).delete_parameter(Name=name)


def _breaks_while_it_publishes(factory: Factory) -> Any:
    """Let a first publication fail in its last step, so that the parameters have to be withdrawn."""
    role = factory.images["web-server"].names.approval.role
    iam = factory.client("iam")
    known = iam.get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    name = factory.images["web-server"].names.parameter
    ami_only = [f"arn:aws:ssm:{region}:{ACCOUNT}:parameter{name}/ami" for region in (HOME, COPY)]
    statements = [
        {**each, "Resource": ami_only} if each["Sid"] == "PublishTheApprovedImage" else each
        for each in known["Statement"]
    ]
    iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps({**known, "Statement": statements}))
    return lambda: iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(known))


def test_the_table_of_steps_names_every_statement() -> None:
    assert set(STEPS["approval"]) == {sid for sid, _ in APPROVALS}
    assert set(STEPS["evidence"]) == {sid for sid, _ in EVIDENCE}
    assert set(STEPS["outcome"]) == {sid for sid, _ in OUTCOMES}
    assert set(STEPS["retirement"]) == {sid for sid, _ in RETIREMENTS}
    assert set(STEPS["rollout"]) == {sid for sid, _ in ROLLOUTS}


@each_of(APPROVALS)
def test_without_a_permission_the_approval_fails_at_the_step_that_uses_it(
    factory: Factory, sid: str, action: str
) -> None:
    _forget_what_was_published(factory)
    restore = _breaks_while_it_publishes(factory) if sid == "WithdrawTheApprovedImage" else None
    role = factory.images["web-server"].names.approval.role
    try:
        with without(factory, role, sid, action):
            execution = factory.start()
            if sid == "TakeOutOfThisShare":
                ram_backends[ACCOUNT][HOME].next_ends.append(None)
            if sid == "TellWhatIsNotThere":
                factory.lose_evidence()
            if factory.status(execution) == "Waiting":
                factory.approve(execution)
    finally:
        if restore:
            restore()
    steps = factory.steps(execution)
    assert STEPS["approval"][sid] in refused(steps, action), steps
    assert factory.status(execution) in {"Failed", "TimedOut"}
    assert factory.outcome(execution)
    finished = steps["postProcessing"]["StepStatus"] == "Success" or steps["takeBack"]["StepStatus"] == "Failed"
    if steps["executeImageCreation"]["StepStatus"] == "Success" and not finished:
        assert factory.is_private(factory.image_of(execution))


@each_of(RETIREMENTS)
def test_without_a_permission_the_retirement_fails_at_the_step_that_uses_it(
    factory: Factory, sid: str, action: str
) -> None:
    if sid == "WithdrawTheApprovedImage":
        _forget_what_was_published(factory)
    if sid == "ReadImagesOfThisRecipe":
        # Only an image that was approved before is looked at.
        factory.approve(factory.start())
    execution = factory.start()
    factory.approve(execution)
    image = factory.image_of(execution)
    for region, ami in factory.amis(image).items():
        factory.client("ec2", region=region).enable_image_deregistration_protection(ImageId=ami)
    with without(factory, factory.images["web-server"].names.retirement.role, sid, action):
        retirement = factory.retire(image, RetireApprovedBecause="to see what it needs")
    assert_fails_at(factory, retirement, STEPS["retirement"][sid], action)


@each_of(ROLLOUTS)
def test_without_a_permission_the_rollout_fails_at_the_step_that_uses_it(
    factory: Factory, sid: str, action: str
) -> None:
    execution = factory.start("fleet")
    with without(factory, factory.images["fleet"].names.rollout.role, sid, action):
        factory.decide(execution, "Approve", ("GoldenAmiApprover", "ann"))
    assert factory.status(execution) == "Success"
    rollout = factory.rollouts()[0]
    steps = factory.steps(rollout)
    assert STEPS["rollout"][sid] in refused(steps, action), steps
    assert factory.status(rollout) == "Failed"
    assert factory.outcome(rollout) == "role-broken"
    assert any("What is approved and shared stays so." in each["Message"] for each in factory.mail())


@each_of(EVIDENCE)
def test_without_a_permission_no_evidence_is_collected_and_nobody_is_asked(
    factory: Factory, sid: str, action: str
) -> None:
    if sid == "TellWhatIsNotThere":
        factory.approve(factory.start())
        factory.lose_evidence()
    factory.mail()
    with without(factory, factory.images["web-server"].names.evidence.role, sid, action):
        execution = factory.start()
    collection = factory.steps(factory.collection_of(execution))
    assert STEPS["evidence"][sid] in refused(collection, action), collection
    assert factory.status(execution) == "Failed"
    assert factory.outcome(execution) == "role-broken"
    assert factory.notices() == ["Golden AMI: role-broken"]


@each_of(OUTCOMES)
def test_without_a_permission_the_outcome_runbook_fails_and_eventbridge_says_so(
    factory: Factory, sid: str, action: str
) -> None:
    names = factory.images["web-server"].names.scope
    execution = factory.start()
    factory.mail()
    if sid == "TellWhatIsNotThere":
        factory.lose_evidence()
    with without(factory, names.outcome.role, sid, action):
        factory.client("ssm").stop_automation_execution(AutomationExecutionId=execution)
        automation.settle()
    filters = [{"Key": "DocumentNamePrefix", "Values": [names.outcome.document]}]
    found = factory.client("ssm").describe_automation_executions(Filters=filters)["AutomationExecutionMetadataList"]
    assert STEPS["outcome"][sid] in refused(factory.steps(found[0]["AutomationExecutionId"]), action)
    assert any("could not be told" in each["Message"] for each in factory.mail())
