"""A factory without Terraform, in about a second: what the runbooks find on AWS, made by its APIs.

Names, documents, policies and trusts are the product's own; the glue between them is written here as the stacks have
it, which the scenarios on the real Terraform check.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moto.iam.models import iam_backends

from golden_ami.config import ImageFactory
from golden_ami.config.evidence import Quarantine
from golden_ami.confinements import (
    approval_confinement,
    evidence_confinement,
    outcome_confinement,
    retirement_confinement,
    revocation_confinement,
    rollback_confinement,
)
from golden_ami.ends import ENDED, NOT_WELL, outcome_rules, pattern, told_documents
from golden_ami.names import IMAGE_TAG, OWNER_TAG, DeploymentNames
from golden_ami.permissions import (
    Statement,
    approver_statements,
    automation_statements,
    automation_trust,
    event_statements,
    event_trust,
    revoker_statements,
    starter_statements,
    to_policy,
)
from golden_ami.runbook import BoundRunbook
from golden_ami.runbooks import (
    approval_runbook,
    evidence_runbook,
    outcome_runbook,
    retirement_runbook,
    revocation_runbook,
    rollback_runbook,
)
from golden_ami.sandbox.keys import create_key_for
from golden_ami.sandbox.organization import prepare_organization
from verification.configurations import ACCOUNT, COPY, HOME, ORGANIZATION, Configuration
from verification.local import DirectAws

QUEUE: Final = "what-people-read"
PEOPLE: Final = ("GoldenAmiStarter", "GoldenAmiRevoker", "GoldenAmiApprover", "GoldenAmiReviewer", "GoldenAmiOutsider")
QUARANTINES: Final = {"one": Quarantine(disable=True, delete_after_days=30), "two": Quarantine()}
"""By deployment: disabling ends launch permissions, and so hides what was not taken back."""

_STARTING: Final = {PEOPLE[0]: starter_statements, PEOPLE[1]: revoker_statements}
_PROFILE: Final = "build"


@dataclass(frozen=True, kw_only=True)
class Factory:
    """One image's factory.

    Attributes
    ----------
    configuration : Configuration
        What it was made from.
    history : int
        Images that were approved before a scenario begins.
    image : ImageFactory
        The product's view of it.
    share_arn : str or None
        Its resource share.
    keys : mapping of str to str
        Region to ARN of the key of its AMIs.
    """

    configuration: Configuration
    history: int
    image: ImageFactory
    share_arn: str | None
    keys: Mapping[str, str]

    def approval(self) -> BoundRunbook:
        """Bind the approval runbook."""
        return approval_runbook(
            self.image,
            organization_id=ORGANIZATION,
            topic_arn=self.image.names.scope.topic_arn,
            share_arn=self.share_arn,
        )

    def evidence(self) -> BoundRunbook:
        """Bind the evidence runbook."""
        return evidence_runbook(self.image, organization_id=ORGANIZATION, keys=self.keys, share_arn=self.share_arn)

    def retirement(self) -> BoundRunbook:
        """Bind the retirement runbook."""
        return retirement_runbook(self.image, topic_arn=self.image.names.scope.topic_arn, share_arn=self.share_arn)

    def revocation(self) -> BoundRunbook:
        """Bind the revocation runbook."""
        return revocation_runbook(self.image, topic_arn=self.image.names.scope.topic_arn, share_arn=self.share_arn)

    def rollback(self) -> BoundRunbook:
        """Bind the rollback runbook."""
        return rollback_runbook(
            self.image,
            organization_id=ORGANIZATION,
            topic_arn=self.image.names.scope.topic_arn,
            share_arn=self.share_arn,
        )

    def dismiss_others_people(self) -> None:
        """Leave people what this factory lets them do: every call would look through what all others let them."""
        for role in iam_backends[ACCOUNT]["aws"].roles.values():
            if role.name in PEOPLE:
                role.policies = {name: text for name, text in role.policies.items() if name == self.image.names.image}

    def runbooks(self) -> Iterator[tuple[BoundRunbook, str, str, tuple[Statement, ...]]]:
        """Give each document of its own with its name, its role and what that may do, as the stack does."""
        names, common = self.image.names, self._common()
        approval, evidence, retirement = self.approval(), self.evidence(), self.retirement()
        for bound, document, role, confinement in (
            (
                approval,
                names.approval_document,
                names.automation_role,
                approval_confinement(self.image, **common),
            ),
            (
                evidence,
                names.evidence_document,
                names.evidence_role,
                evidence_confinement(self.image, keys=self.keys, key_arn=None),
            ),
            (
                retirement,
                names.retirement_document,
                names.retirement_role,
                retirement_confinement(self.image, **common),
            ),
            (
                self.revocation(),
                names.revocation_document,
                names.revocation_role,
                revocation_confinement(self.image, **common),
            ),
            (
                self.rollback(),
                names.rollback_document,
                names.rollback_role,
                rollback_confinement(self.image, **common),
            ),
        ):
            yield bound, document, role, automation_statements(bound, confinement)

    def _common(self) -> dict[str, Any]:
        return {"topic_arn": self.image.names.scope.topic_arn, "key_arn": None, "share_arn": self.share_arn}


def outcome(scope: DeploymentNames) -> BoundRunbook:
    """Bind the outcome runbook of a deployment."""
    return outcome_runbook(
        scope,
        topic_arn=scope.topic_arn,
        evidence_bucket=scope.evidence_bucket,
        quarantine=QUARANTINES[scope.deployment],
    )


class Ground:
    """The account below the factories: organization, people, the topics and what tells outcomes.

    Parameters
    ----------
    local : DirectAws
        A local AWS that has just started.
    """

    def __init__(self, local: DirectAws) -> None:
        self._local = local
        self._images: dict[str, list[ImageFactory]] = {}
        prepare_organization(local)
        iam = local.client("iam")
        iam.create_instance_profile(InstanceProfileName=_PROFILE)
        for role in (PEOPLE[1], PEOPLE[-1]):
            self._role(role, _trusting_the_account(), [])
        # A session of it does not have its path.
        self._role(PEOPLE[-2], _trusting_the_account(), [], path="/people/")
        local.client("sqs").create_queue(QueueName=QUEUE)
        names = DeploymentNames(deployment="any", account=ACCOUNT, region=HOME)
        local.client("s3").create_bucket(
            Bucket=names.evidence_bucket, CreateBucketConfiguration={"LocationConstraint": HOME}
        )
        self._keys = {region: create_key_for(local, region, ORGANIZATION) for region in (HOME, COPY)}

    def build(self, configuration: Configuration, *, history: int) -> Factory:
        """Make the factory of a configuration, with nothing approved yet."""
        image = configuration.factory(history=history)
        scope = image.names.scope
        if scope.deployment not in self._images:
            self._deploy(scope)
        factory = Factory(
            configuration=configuration, history=history, image=image, share_arn=self._share(image), keys=self._keys
        )
        self._pipeline(image)
        for bound, document, role, statements in factory.runbooks():
            self._role(role, automation_trust(scope), statements)
            self.document(document, bound.render())
        self._images[scope.deployment].append(image)
        self._tell(scope, self._images[scope.deployment])
        self._let_in(image)
        return factory

    def document(self, name: str, content: str) -> None:
        """Create a document."""
        self._local.client("ssm").create_document(
            Name=name, Content=content, DocumentType="Automation", DocumentFormat="YAML"
        )

    def _deploy(self, scope: DeploymentNames) -> None:
        """Make what a deployment has once."""
        self._images[scope.deployment] = []
        self._local.client("sns").create_topic(Name=scope.topic)
        self._local.client("sns").subscribe(TopicArn=scope.topic_arn, Protocol="sqs", Endpoint=scope.arn("sqs", QUEUE))
        bound = outcome(scope)
        self._role(scope.outcome_role, automation_trust(scope), [])
        self._role(scope.outcome_starter_role, event_trust(scope, *scope.outcome_rules), event_statements(scope))
        self.document(scope.outcome_document, bound.render())
        self._local.client("sqs").create_queue(QueueName=scope.outcome_dead_letter_queue)
        say_so = {
            "Id": "say-so",
            "Arn": scope.topic_arn,
            "InputTransformer": {
                "InputPathsMap": {"execution": "$.detail.ExecutionId", "status": "$.detail.Status"},
                "InputTemplate": '"The outcome could not be told: <execution> ended <status>."',
            },
            "DeadLetterConfig": {"Arn": scope.arn("sqs", scope.outcome_dead_letter_queue)},
        }
        self._rule(scope.untold_rule, [scope.outcome_document], NOT_WELL, say_so)

    def _tell(self, scope: DeploymentNames, images: list[ImageFactory]) -> None:
        """Let the ends of all images so far be told, recorded and marked."""
        confinement = outcome_confinement(
            scope,
            images,
            topic_arn=scope.topic_arn,
            key_arn=None,
            evidence_bucket=scope.evidence_bucket,
            quarantine=QUARANTINES[scope.deployment],
        )
        self._allow(scope.outcome_role, automation_statements(outcome(scope), confinement))
        tell = {
            "Id": "tell",
            "Arn": scope.outcome_definition_arn,
            "RoleArn": scope.iam(f"role/{scope.outcome_starter_role}"),
            "InputTransformer": {
                "InputPathsMap": {"execution": "$.detail.ExecutionId"},
                "InputTemplate": '{"ExecutionId":["<execution>"]}',
            },
            "DeadLetterConfig": {"Arn": scope.arn("sqs", scope.outcome_dead_letter_queue)},
        }
        for rule, documents in outcome_rules(scope, told_documents(images)):
            self._rule(rule, documents, ENDED, tell)

    def _rule(self, name: str, documents: Sequence[str], statuses: Sequence[str], target: dict[str, Any]) -> None:
        events = self._local.client("events")
        events.put_rule(Name=name, EventPattern=pattern(documents, statuses))
        events.put_targets(Rule=name, Targets=[target])

    def _share(self, image: ImageFactory) -> str | None:
        if not image.image_builder_principals:
            return None
        answer = self._local.client("ram").create_resource_share(
            name=image.names.share, allowExternalPrincipals=False, principals=list(image.image_builder_principals)
        )
        return str(answer["resourceShare"]["resourceShareArn"])

    def _pipeline(self, image: ImageFactory) -> None:
        builder, name = self._local.client("imagebuilder"), image.names.base
        tags = {OWNER_TAG[0]: OWNER_TAG[1], IMAGE_TAG: image.names.image}
        recipe = builder.create_image_recipe(
            name=name,
            semanticVersion="1.0.0",
            parentImage=image.parent_image(),
            components=[{"componentArn": image.external_component_arn(each)} for each in image.image.components],
            clientToken=f"{name}-recipe",
        )
        infrastructure = builder.create_infrastructure_configuration(
            name=name, instanceProfileName=_PROFILE, clientToken=f"{name}-infrastructure"
        )
        ami = {"name": f"{name}-{{{{ imagebuilder:buildDate }}}}", "amiTags": tags, "description": "An image"}
        distribution = builder.create_distribution_configuration(
            name=name,
            distributions=[
                {"region": region, "amiDistributionConfiguration": ami | {"kmsKeyId": self._keys[region]}}
                for region in image.regions
            ],
            clientToken=f"{name}-distribution",
        )
        builder.create_image_pipeline(
            name=name,
            imageRecipeArn=recipe["imageRecipeArn"],
            infrastructureConfigurationArn=infrastructure["infrastructureConfigurationArn"],
            distributionConfigurationArn=distribution["distributionConfigurationArn"],
            imageScanningConfiguration={"imageScanningEnabled": image.image.scanning.enabled},
            clientToken=f"{name}-pipeline",
        )

    def _let_in(self, image: ImageFactory) -> None:
        """Give people their policies; the outsider may signal, but is no approver."""
        iam = self._local.client("iam")
        for role in PEOPLE:
            statements = _STARTING.get(role, approver_statements)(image.names)
            iam.put_role_policy(
                RoleName=role, PolicyName=image.names.image, PolicyDocument=json.dumps(to_policy(statements))
            )

    def _role(self, name: str, trust: Mapping[str, Any], statements: Iterable[Statement], *, path: str = "/") -> None:
        iam = self._local.client("iam")
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust))
        self._allow(name, statements)

    def _allow(self, role: str, statements: Iterable[Statement]) -> None:
        if granted := list(statements):
            policy = json.dumps(to_policy(granted))
            self._local.client("iam").put_role_policy(RoleName=role, PolicyName="role", PolicyDocument=policy)


def _trusting_the_account() -> dict[str, Any]:
    principal = {"AWS": "arn:aws:iam::222222222222:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}
