"""The runbooks with which an approved image is taken back, or gives way to the one before, and who may start them."""

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.confinements import revocation_confinement, rollback_confinement
from golden_ami.permissions import revoker_statements, to_policy
from golden_ami.runbooks import revocation_runbook, rollback_runbook
from stacks.runbook import Runbook
from stacks.text import policy


class Revocation(Construct):
    """Revocation and rollback of one image.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    organization_id : str
        The only organization that may receive it.
    topic_arn, key_arn : str
        Topic of requests and outcomes, and the key of it and of the evidence.
    share_arn : str or None
        Resource share that it may be in.

    Attributes
    ----------
    document, rollback_document : str
        Names, which wait for the documents.
    policy_arn : str
        Policy of those who start them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        factory: ImageFactory,
        organization_id: str,
        topic_arn: str,
        key_arn: str,
        share_arn: str | None,
    ) -> None:
        super().__init__(scope, id)
        names = factory.names
        self.document = Runbook(
            self,
            "revocation",
            bound=revocation_runbook(factory, topic_arn=topic_arn, share_arn=share_arn),
            names=names.revocation,
            confinement=revocation_confinement(factory, topic_arn=topic_arn, key_arn=key_arn, share_arn=share_arn),
            unknown=[share_arn],
        ).document
        self.rollback_document = Runbook(
            self,
            "rollback",
            bound=rollback_runbook(factory, organization_id=organization_id, topic_arn=topic_arn, share_arn=share_arn),
            names=names.rollback,
            confinement=rollback_confinement(factory, topic_arn=topic_arn, key_arn=key_arn, share_arn=share_arn),
            unknown=[share_arn],
        ).document
        self.policy_arn = IamPolicy(
            self,
            "revoker",
            name=names.revoker_policy,
            description=f"Start and watch {names.revocation.document} and {names.rollback.document}",
            policy=policy(to_policy(revoker_statements(names))),
        ).arn
