"""``golden-ami doctor``: what is broken is found by its check, with a remedy; what cannot be read is never fine."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto.servicequotas.models import servicequotas_backends
from ruamel.yaml import YAML

from golden_ami.operate.doctor.registry import CHECKS
from golden_ami.permissions import Statement
from golden_ami.sandbox.servicequotas import set_quota
from tests.operate.conftest import READER, Floor
from tests.operate.sound import policy_of, sound
from verification.configurations import ACCOUNT, COPY, HOME

STRANGER = "999999999999"
Undo = Callable[[], Any] | None


@dataclass(frozen=True)
class Break:
    """One thing that is broken, and what must be said of it."""

    check: str
    does: Callable[[Floor], Undo]
    what: str
    remedy: str
    severity: str = "error"


@pytest.fixture
def whole(floor: Floor) -> Iterator[Floor]:
    """A deployment with an approved image, and nothing wrong with it."""
    with sound(floor):
        floor.approved()
        yield floor


@pytest.fixture
def fresh(floor: Floor) -> Iterator[Floor]:
    """A deployment with nothing wrong, and no image yet."""
    with sound(floor):
        yield floor


def findings(floor: Floor, *options: str) -> list[dict[str, str]]:
    said = floor.read("doctor", "--output", "json", *options)
    found = list(said.data)
    assert said.code == (1 if any(each["severity"] == "error" for each in found) else 0), said.err
    return found


def wrong(floor: Floor, *options: str) -> list[dict[str, str]]:
    return [each for each in findings(floor, *options) if each["severity"] != "ok"]


def rewrite(floor: Floor, change: Callable[[Any], None]) -> None:
    with floor.config.open() as file:
        content = YAML(typ="safe", pure=True).load(file)
    change(content)
    with floor.config.open("w") as file:
        YAML(typ="safe", pure=True).dump(content, file)


def _foreign_organization(floor: Floor) -> None:
    rewrite(floor, lambda content: content["organization"].update(id="o-elsewhere01"))


def _no_inspector(floor: Floor) -> Undo:
    inspector = floor.client("inspector2")
    inspector.disable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    return lambda: inspector.enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])


def _no_service_role(floor: Floor) -> Undo:
    iam = floor.client("iam")
    iam.delete_role(RoleName="AWSServiceRoleForImageBuilder")
    return lambda: iam.create_service_linked_role(AWSServiceName="imagebuilder.amazonaws.com")


def _low_quota(floor: Floor) -> Undo:
    backend = servicequotas_backends[ACCOUNT][COPY]
    set_quota(backend, "L-70015FFA", 2)
    return lambda: set_quota(backend, "L-70015FFA", 1000)


def _public_images(floor: Floor) -> Undo:
    ec2 = floor.client("ec2", region=COPY)
    ec2.disable_image_block_public_access()
    return lambda: ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")


def _disabled_key(floor: Floor) -> Undo:
    kms, key = floor.client("kms", region=COPY), floor.factory.keys[COPY].rpartition("/")[2]
    kms.disable_key(KeyId=key)
    return lambda: kms.enable_key(KeyId=key)


def _closed_key(floor: Floor) -> Undo:
    kms, key = floor.client("kms", region=COPY), floor.factory.keys[COPY]
    policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy.replace("o-sandbox00001", "o-elsewhere01"))
    return lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


def _no_versions(floor: Floor) -> None:
    versioning = {"Status": "Suspended"}
    floor.client("s3").put_bucket_versioning(Bucket=floor.image.evidence_bucket, VersioningConfiguration=versioning)


def _open_bucket(floor: Floor) -> None:
    floor.client("s3").delete_public_access_block(Bucket=floor.image.evidence_bucket)


def _other_encryption(floor: Floor) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    floor.client("s3").put_bucket_encryption(
        Bucket=floor.image.evidence_bucket, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def _policy_without(number: int) -> Callable[[Floor], None]:
    def does(floor: Floor) -> None:
        statements = policy_of(floor)
        del statements[number]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        floor.client("s3").put_bucket_policy(Bucket=floor.image.evidence_bucket, Policy=policy)

    return does


def _edited_runbook(floor: Floor) -> None:
    """Let somebody lower the number of approvals, by hand, and make it the default."""
    ssm, name = floor.client("ssm"), floor.image.names.approval.document
    text = ssm.get_document(Name=name, DocumentFormat="YAML")["Content"].replace(
        "MinRequiredApprovals: 2", "MinRequiredApprovals: 1"
    )
    ssm.update_document(Name=name, Content=text, DocumentVersion="$LATEST", DocumentFormat="YAML")
    ssm.update_document_default_version(Name=name, DocumentVersion="2")


def _second_version(floor: Floor) -> None:
    ssm, name = floor.client("ssm"), floor.image.names.approval.document
    text = ssm.get_document(Name=name, DocumentFormat="YAML")["Content"] + "\n# another\n"
    ssm.update_document(Name=name, Content=text, DocumentVersion="$LATEST", DocumentFormat="YAML")


def _no_runbook(floor: Floor) -> None:
    floor.client("ssm").delete_document(Name=floor.image.names.evidence.document)


def _trusting(floor: Floor) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = floor.client("iam")
    iam.update_assume_role_policy(RoleName=floor.image.names.retirement.role, PolicyDocument=policy)


def _powerless(floor: Floor) -> None:
    iam, role = floor.client("iam"), floor.image.names.evidence.role
    policy = iam.get_role_policy(RoleName=role, PolicyName="role")["PolicyDocument"]
    policy["Statement"] = [each for each in policy["Statement"] if "kms:GetKeyPolicy" not in each["Action"]]
    iam.put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=json.dumps(policy))


def _denied(floor: Floor) -> None:
    statement = {"Effect": "Deny", "Action": "sns:Publish", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = floor.client("iam")
    iam.put_role_policy(RoleName=floor.image.names.retirement.role, PolicyName="more", PolicyDocument=policy)


def _rule_off(floor: Floor) -> Undo:
    events, rule = floor.client("events"), floor.image.names.scope.untold_rule
    events.disable_rule(Name=rule)
    return lambda: events.enable_rule(Name=rule)


def _unnoticed(floor: Floor) -> None:
    events, rule = floor.client("events"), _rule_about(floor, floor.image.names.approval.document)
    pattern = json.loads(rule["EventPattern"])
    pattern["detail"]["Definition"].remove(floor.image.names.approval.document)
    events.put_rule(Name=rule["Name"], EventPattern=json.dumps(pattern, separators=(",", ":")))


def _rule_about(floor: Floor, document: str) -> dict[str, Any]:
    rules = floor.client("events").list_rules(NamePrefix=floor.image.names.scope.outcome_rule)["Rules"]
    (found,) = [rule for rule in rules if f'"{document}"' in rule["EventPattern"]]
    return dict(found)


def _no_target(floor: Floor) -> Undo:
    events, rule = floor.client("events"), floor.image.names.scope.untold_rule
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    events.remove_targets(Rule=rule, Ids=[each["Id"] for each in targets])
    return lambda: events.put_targets(Rule=rule, Targets=targets)


def _dead_letter(floor: Floor) -> Undo:
    sqs = floor.client("sqs")
    url = sqs.get_queue_url(QueueName=floor.image.names.scope.outcome_dead_letter_queue)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="lost")
    return lambda: sqs.purge_queue(QueueUrl=url)


def _nobody_listens(floor: Floor) -> Undo:
    sns, topic = floor.client("sns"), floor.image.names.scope.topic_arn
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    for each in found:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    return lambda: [
        sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"]) for each in found
    ]


def _no_schedule(floor: Floor) -> None:
    schedule = {"expression": "cron(0 6 ? * MON *)"}
    floor.client("iam")
    rewrite(floor, lambda content: content["deployments"]["two"].update(schedule=schedule))


def _external_share(floor: Floor) -> None:
    ram = floor.client("ram")
    ram.update_resource_share(resourceShareArn=floor.factory.share_arn, allowExternalPrincipals=True)


def _share_reaches(floor: Floor) -> None:
    ram = floor.client("ram")
    ram.associate_resource_share(resourceShareArn=floor.factory.share_arn, principals=["333333333333"])


def _other_parameter(floor: Floor) -> None:
    ssm, name = floor.client("ssm", region=COPY), f"{floor.image.names.parameter}/ami"
    ssm.delete_parameter(Name=name)


def _launchable(floor: Floor, operation: str, permission: dict[str, str]) -> None:
    value = floor.client("ssm").get_parameter(Name=f"{floor.image.names.parameter}/approved")["Parameter"]["Value"]
    ec2, ami = floor.client("ec2", region=COPY), json.loads(value)["amis"][COPY]
    ec2.modify_image_attribute(ImageId=ami, LaunchPermission={operation: [permission]})


def _shared_with_more(floor: Floor) -> None:
    _launchable(floor, "Add", {"UserId": STRANGER})


def _shared_with_less(floor: Floor) -> None:
    _launchable(floor, "Remove", {"UserId": "444444444444"})


def _deregistered(floor: Floor) -> None:
    value = floor.client("ssm").get_parameter(Name=f"{floor.image.names.parameter}/approved")["Parameter"]["Value"]
    floor.client("ec2", region=COPY).deregister_image(
        ImageId=json.loads(value)["amis"][COPY], DeleteAssociatedSnapshots=True
    )


BEFORE = (
    Break("organization", _foreign_organization, "not in o-elsewhere01", "mend organization.id"),
    Break("inspector", _no_inspector, f"Inspector is DISABLED for EC2 in {HOME}", "aws inspector2 enable"),
    Break("service-linked-roles", _no_service_role, "AWSServiceRoleForImageBuilder", "create-service-linked-role"),
    Break("quotas", _low_quota, f"2 receivers of an AMI in {COPY}, and the quota is 2", "--quota-code L-70015FFA"),
    Break("block-public-images", _public_images, f"AMIs can become public in {COPY}", "enable-image-block"),
    Break("keys", _disabled_key, "is Disabled: nothing launches", "enable-key"),
    Break("keys", _closed_key, "does not let unit workloads", "admit the organization"),
    Break("evidence-bucket", _no_versions, "keeps no versions", "deploy again"),
    Break("evidence-bucket", _open_bucket, "may become public: BlockPublicAcls", "deploy again"),
    Break("evidence-bucket", _other_encryption, "does not encrypt with arn:aws:kms", "deploy again"),
    Break("evidence-bucket", _policy_without(0), "lets others than its runbook write evidence/", "deploy again"),
    Break("evidence-bucket", _policy_without(1), "lets others than its runbook write decisions/", "deploy again"),
    Break("evidence-bucket", _policy_without(2), "write beside the folders", "deploy again"),
    Break("evidence-bucket", _policy_without(3), "lets somebody delete evidence", "deploy again"),
    Break("runbooks", _edited_runbook, "is not what the configuration makes", "golden-ami runbook render"),
    Break("runbooks", _second_version, "version 1 of GoldenAmiApproval", "CloudTrail: UpdateDocument"),
    Break("runbooks", _no_runbook, "there is no runbook GoldenAmiEvidence-", "deploy again"),
    Break("roles", _trusting, "trusts others", "deploy again"),
    Break("permissions", _powerless, "may not do kms:GetKeyPolicy on arn:aws:kms", "boundary"),
    Break("permissions", _denied, "is denied sns:Publish on arn:aws:sns", "boundary"),
    Break("outcome-rules", _rule_off, "is DISABLED", "aws events enable-rule"),
    Break("outcome-rules", _unnoticed, "does not notice GoldenAmiApproval-", "deploy again"),
    Break("outcome-rules", _no_target, "does not start or tell arn:aws:sns", "deploy again"),
    Break("dead-letters", _dead_letter, "1 event was not delivered", "receive-message"),
    Break("topic", _nobody_listens, "no confirmed subscription", "approval.subscriptions"),
    Break("schedules", _no_schedule, "there is no schedule golden-ami-two-", "deploy again"),
    Break("resource-shares", _external_share, "outside the organization", "--no-allow-external-principals"),
    Break("resource-shares", _share_reaches, "reaches account 333333333333", "disassociate-resource-share"),
)
AFTER = (
    Break("approved-images", _other_parameter, f"in {COPY} is not there, and ami-", "get-parameter-history"),
    Break("approved-images", _shared_with_more, f"account {STRANGER}, NOT IN THE CONFIGURATION", "Remove="),
    Break("approved-images", _shared_with_less, "is not shared with account 444444444444", "approve a version"),
    Break("approved-images", _deregistered, f"in {COPY} is not there", "build and approve a new version"),
)
KNOCK_ON = {
    "organization": {"approved-images", "evidence-bucket", "keys", "ram-sharing", "resource-shares", "runbooks"},
    "schedules": {"dead-letters", "roles"},
}
"""Checks that what is broken concerns, too: a schedule has a role and a queue, and keys admit an organization."""


def _names(breaks: tuple[Break, ...]) -> Any:
    return pytest.mark.parametrize("broken", breaks, ids=[f"{each.check}: {each.what[:30]}" for each in breaks])


def _finds(floor: Floor, broken: Break) -> None:
    undo = broken.does(floor)
    try:
        found = wrong(floor)
    finally:
        if undo:
            undo()
    allowed = {broken.check} | KNOCK_ON.get(broken.check, set())
    assert {each["check"] for each in found} <= allowed, found
    ours = [each for each in found if each["check"] == broken.check]
    assert ours, found
    assert all(each["severity"] == broken.severity for each in ours), ours
    assert any(broken.what in each["what"] and broken.remedy in each["remedy"] for each in ours), ours


def test_nothing_is_wrong_with_a_sound_deployment_and_a_reader_may_see_it(whole: Floor) -> None:
    assert wrong(whole) == []
    assert [each["check"] for each in findings(whole)] == list(CHECKS)


@_names(BEFORE)
def test_what_is_broken_is_found_by_its_check_alone(fresh: Floor, broken: Break) -> None:
    _finds(fresh, broken)


@_names(AFTER)
def test_what_consumers_get_is_compared_with_what_was_approved(whole: Floor, broken: Break) -> None:
    _finds(whole, broken)


def test_every_check_is_broken_somewhere_here() -> None:
    elsewhere = {"ram-sharing", "key-alias", "pending-approvals", "orphans"}
    assert {each.check for each in (*BEFORE, *AFTER)} | elsewhere == set(CHECKS)


def test_a_key_without_its_alias_is_one_error_and_the_rest_is_unknown(fresh: Floor) -> None:
    kms, alias = fresh.client("kms"), fresh.image.names.scope.key_alias
    kms.delete_alias(AliasName=alias)
    try:
        found = wrong(fresh)
    finally:
        kms.create_alias(AliasName=alias, TargetKeyId=fresh.factory.keys[HOME])
    assert [each["check"] for each in found if each["severity"] == "error"] == ["key-alias"]
    assert all(alias in each["what"] for each in found)


def test_a_member_account_does_not_pretend_to_see_whether_ram_shares(fresh: Floor) -> None:
    ram, principals = fresh.client("ram"), list(fresh.image.image_builder_principals)
    ram.disassociate_resource_share(resourceShareArn=fresh.factory.share_arn, principals=principals)
    (found,) = wrong(fresh, "--check", "ram-sharing")
    assert found["severity"] == "unknown"
    assert "AWSServiceRole" in found["what"] or "cannot see" in found["what"]
    assert "enable-sharing-with-aws-organization" in found["remedy"]


def test_a_request_that_nobody_answers_is_said(fresh: Floor) -> None:
    execution = fresh.start()
    assert wrong(fresh, "--check", "pending-approvals") == []
    # Dates of answers have whole seconds.
    fresh.local.clock.advance(5 * 24 * 3600 + 60)
    (found,) = wrong(fresh, "--check", "pending-approvals")
    assert found["severity"] == "warning"
    assert f"{execution} has asked about {fresh.name} for 5 days" in found["what"]
    assert "GoldenAmiApprover" in found["remedy"]


def test_amis_and_snapshots_without_their_image_are_said(whole: Floor) -> None:
    arn = whole.read("images", whole.name, "--quiet").out.strip()
    denied = whole.start()
    whole.signal(denied, "Reject", ("GoldenAmiApprover", "ann"))
    lost = whole.read("images", whole.name, "--quiet").out.split()[0]
    assert lost != arn
    whole.client("imagebuilder").delete_image(imageBuildVersionArn=lost)
    ec2 = whole.client("ec2", region=COPY)
    filters = [{"Name": "tag:Ec2ImageBuilderArn", "Values": [lost]}]
    (ami,) = ec2.describe_images(Filters=filters, IncludeDisabled=True)["Images"]
    ec2.deregister_image(ImageId=ami["ImageId"])
    found = wrong(whole, "--check", "orphans")
    assert {each["severity"] for each in found} == {"warning"}
    assert len(found) == 2
    assert any("snap-" in each["what"] and COPY in each["what"] for each in found)
    assert any("ami-" in each["what"] and HOME in each["what"] for each in found)
    assert all(f"golden-ami retire {whole.name} --version {lost} --apply" in each["remedy"] for each in found)


def test_who_may_read_nothing_hears_unknown_with_what_is_lacking(fresh: Floor) -> None:
    fresh.let(READER[0], "reader", [Statement(sid="Nothing", actions=("s3:ListAllMyBuckets",), resources=("*",))])
    found = findings(fresh)
    by_check = {name: {each["severity"] for each in found if each["check"] == name} for name in CHECKS}
    # Nothing is configured that it could look for.
    assert by_check.pop("schedules") == {"ok"}
    assert all(severities == {"unknown"} for severities in by_check.values()), by_check
    unknown = [each for each in found if each["severity"] == "unknown"]
    assert all("may not do " in each["what"] and "reader's policy" in each["remedy"] for each in unknown)


def test_before_a_deployment_its_checks_wait_for_it(fresh: Floor) -> None:
    def elsewhere(content: Any) -> None:
        content["deployments"] = {"three": content["deployments"]["two"]}
        image = content["images"].popitem()[1]
        content["images"]["nothing-yet"] = image
        content["deployments"]["three"]["images"] = {"nothing-yet": None}

    rewrite(fresh, elsewhere)
    said = fresh.run("doctor", "--output", "json")
    assert said.code == 0, said.out
    waiting = {each["check"] for each in said.data if each["severity"] == "waiting"}
    assert waiting == {name for name, check in CHECKS.items() if check.needs_deployment}


def test_checks_are_chosen_by_name_and_listed(fresh: Floor) -> None:
    assert [each["check"] for each in findings(fresh, "--check", "topic", "--check", "keys")] == ["keys", "topic"]
    assert fresh.read("doctor", "--list", "--quiet").out.split() == list(CHECKS)
    said = fresh.read("doctor", "--check", "everything")
    assert said.code == 2
    assert "ram-sharing" in said.err


def test_a_person_sees_symbol_check_finding_and_remedy(fresh: Floor) -> None:
    _open_bucket(fresh)
    said = fresh.read("doctor", COLUMNS="80")
    assert said.code == 1
    assert "X  evidence-bucket" in said.out
    assert "-> look at `npx cdktf diff`" in said.out
    assert "1 error" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
