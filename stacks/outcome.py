"""Nobody is left without an answer: whatever ends, EventBridge notices, and a runbook tells."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.config.evidence import Quarantine
from golden_ami.confinements import outcome_confinement
from golden_ami.names import DeploymentNames
from golden_ami.permissions import event_statements, event_trust
from golden_ami.runbooks import outcome_runbook
from stacks.event import dead_letters, ended, start
from stacks.role import Role
from stacks.runbook import Runbook

_ENDED = ("Success", "Failed", "TimedOut", "Cancelled")
_NOT_TOLD = ("Failed", "TimedOut", "Cancelled")


class Outcome(Construct):
    """The outcome runbook, the rule that starts it, and the rule for the case that it fails itself.

    Parameters
    ----------
    names : DeploymentNames
        Names of the deployment.
    topic_arn, key_arn : str
        Topic of requests and outcomes, and the key of it and of the evidence.
    factories : sequence of ImageFactory
        The images whose runbooks' ends are told.
    evidence_bucket : str
        Bucket of evidence and decisions.
    quarantine : Quarantine
        What happens to AMIs that were not approved.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: DeploymentNames,
        topic_arn: str,
        key_arn: str,
        factories: Sequence[ImageFactory],
        evidence_bucket: str,
        quarantine: Quarantine,
    ) -> None:
        super().__init__(scope, id)
        documents = [
            document
            for factory in factories
            for document in (
                factory.names.approval_document,
                factory.names.retirement_document,
                factory.names.revocation_document,
                factory.names.rollback_document,
                *([factory.names.rollout_document] if factory.rollout else []),
            )
        ]
        runbook = Runbook(
            self,
            "runbook",
            bound=outcome_runbook(names, topic_arn=topic_arn, evidence_bucket=evidence_bucket, quarantine=quarantine),
            document=names.outcome_document,
            role=names.outcome_role,
            confinement=outcome_confinement(
                names,
                factories,
                topic_arn=topic_arn,
                key_arn=key_arn,
                evidence_bucket=evidence_bucket,
                quarantine=quarantine,
            ),
        )
        starter = Role(
            self,
            "starter",
            name=names.outcome_starter_role,
            description=f"EventBridge starts {names.outcome_document}",
            trust=event_trust(names, names.outcome_rule),
            statements=event_statements(names),
        )
        queue = dead_letters(
            self, names, name=names.outcome_dead_letter_queue, rules=(names.outcome_rule, names.untold_rule)
        )
        rule = CloudwatchEventRule(
            self,
            "ended",
            name=names.outcome_rule,
            description=f"An execution has ended: {', '.join(sorted(documents))}"[:512],
            event_pattern=ended(documents, _ENDED),
        )
        start(
            self,
            "tell",
            rule=rule.name,
            definition_arn=names.outcome_definition_arn,
            role=starter,
            dead_letters=queue,
        )
        untold = CloudwatchEventRule(
            self,
            "untold",
            name=names.untold_rule,
            description=f"{runbook.document} has failed",
            event_pattern=ended([names.outcome_document], _NOT_TOLD),
        )
        CloudwatchEventTarget(
            self,
            "say-so",
            rule=untold.name,
            arn=topic_arn,
            input_transformer={
                "input_paths": {"execution": "$.detail.ExecutionId", "status": "$.detail.Status"},
                "input_template": '"An execution has ended, and its outcome could not be told: '
                f"{names.outcome_document} <execution> ended <status>. Look at it in Systems Manager, {names.region}."
                '"',
            },
            dead_letter_config={"arn": queue},
        )
