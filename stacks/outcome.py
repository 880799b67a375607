"""Nobody is left without an answer: whatever ends, EventBridge notices, and a runbook tells."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.config.evidence import Quarantine
from golden_ami.confinements import outcome_confinement
from golden_ami.ends import ENDED, NOT_WELL, outcome_rules, pattern, told_documents
from golden_ami.names import DeploymentNames
from golden_ami.permissions import event_statements, event_trust
from golden_ami.runbooks import outcome_runbook
from stacks.event import dead_letters, start
from stacks.role import Role
from stacks.runbook import Runbook


class Outcome(Construct):
    """The outcome runbook, the rules that start it, and the rule for the case that it fails itself.

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
        runbook = Runbook(
            self,
            "runbook",
            bound=outcome_runbook(names, topic_arn=topic_arn, evidence_bucket=evidence_bucket, quarantine=quarantine),
            names=names.outcome,
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
            description=f"EventBridge starts {names.outcome.document}",
            trust=event_trust(names, *names.outcome_rules),
            statements=event_statements(names),
        )
        queue = dead_letters(
            self, names, name=names.outcome_dead_letter_queue, rules=(*names.outcome_rules, names.untold_rule)
        )
        for number, (name, documents) in enumerate(outcome_rules(names, told_documents(factories)), start=1):
            suffix = f"-{number}" if number > 1 else ""
            rule = CloudwatchEventRule(
                self,
                f"ended{suffix}",
                name=name,
                description=f"An execution has ended: {', '.join(sorted(documents))}"[:512],
                event_pattern=pattern(documents, ENDED),
            )
            start(
                self,
                f"tell{suffix}",
                rule=rule.name,
                definition_arn=names.outcome.default_arn,
                role=starter,
                dead_letters=queue,
            )
        untold = CloudwatchEventRule(
            self,
            "untold",
            name=names.untold_rule,
            description=f"{runbook.document} has failed",
            event_pattern=pattern([names.outcome.document], NOT_WELL),
        )
        CloudwatchEventTarget(
            self,
            "say-so",
            rule=untold.name,
            arn=topic_arn,
            input_transformer={
                "input_paths": {"execution": "$.detail.ExecutionId", "status": "$.detail.Status"},
                "input_template": '"An execution has ended, and its outcome could not be told: '
                f"{names.outcome.document} <execution> ended <status>. Look at it in Systems Manager, {names.region}."
                '"',
            },
            dead_letter_config={"arn": queue},
        )
