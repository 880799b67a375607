"""The account below the factories, and each factory in it, made by AWS's APIs.

The glue between the product's documents, policies and names is written here as the stacks have it, which the scenarios
on the real Terraform check.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from golden_ami.config import ImageFactory
from golden_ami.confinements import outcome_confinement
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
from golden_ami.sandbox.keys import create_key_for
from golden_ami.sandbox.organization import prepare_organization
from verification.configurations import ACCOUNT, COPY, HOME, ORGANIZATION, Configuration
from verification.factory import PEOPLE, QUARANTINES, Factory, outcome
from verification.local import DirectAws

QUEUE: Final = "what-people-read"

_STARTING: Final = {PEOPLE[0]: starter_statements, PEOPLE[1]: revoker_statements}
_PROFILE: Final = "build"


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
        self._role(scope.outcome.role, automation_trust(scope), [])
        self._role(scope.outcome_starter_role, event_trust(scope, *scope.outcome_rules), event_statements(scope))
        self.document(scope.outcome.document, bound.render())
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
        self._rule(scope.untold_rule, [scope.outcome.document], NOT_WELL, say_so)

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
        self._allow(scope.outcome.role, automation_statements(outcome(scope), confinement))
        tell = {
            "Id": "tell",
            "Arn": scope.outcome.default_arn,
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
