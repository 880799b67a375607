"""Whatever is approved is rolled out: EventBridge notices the approval, and a runbook of its own does it."""

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.config.rollout import Rollout as Settings
from golden_ami.confinements import rollout_confinement
from golden_ami.ends import pattern
from golden_ami.permissions import event_trust, rollout_event_statements, rollout_starter_statements, to_policy
from golden_ami.runbooks import rollout_runbook
from stacks.event import dead_letters, start
from stacks.role import Role
from stacks.runbook import Runbook
from stacks.text import policy


class Rollout(Construct):
    """The rollout runbook of an image, the rule that starts it, and the policy of those who start it again.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    rollout : Rollout
        What it is rolled out to.

    Attributes
    ----------
    document : str
        Name, which waits for the document.
    policy_arn : str
        Policy of those who roll out again.
    """

    def __init__(self, scope: Construct, id: str, *, factory: ImageFactory, rollout: Settings) -> None:
        super().__init__(scope, id)
        names = factory.names
        self.document = Runbook(
            self,
            "runbook",
            bound=rollout_runbook(names, rollout),
            names=names.rollout,
            confinement=rollout_confinement(factory, rollout),
        ).document
        starter = Role(
            self,
            "starter",
            name=names.approved_rule,
            description=f"EventBridge starts {names.rollout.document}",
            trust=event_trust(names.scope, names.approved_rule),
            statements=rollout_event_statements(names),
        )
        queue = dead_letters(self, names.scope, name=names.approved_dead_letter_queue, rules=[names.approved_rule])
        approved = CloudwatchEventRule(
            self,
            "approved",
            name=names.approved_rule,
            description=f"{names.approval.document} has ended well",
            event_pattern=pattern([names.approval.document], ["Success"]),
        )
        start(
            self,
            "roll-out",
            rule=approved.name,
            definition_arn=names.rollout.default_arn,
            role=starter,
            dead_letters=queue,
        )
        self.policy_arn = IamPolicy(
            self,
            "rollout-starter",
            name=names.rollout_starter_policy,
            description=f"Start and watch {names.rollout.document}",
            policy=policy(to_policy(rollout_starter_statements(names))),
        ).arn
