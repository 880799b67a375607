"""The runbooks of an image, and the policies for those who use them."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from golden_ami.config import ImageFactory
from golden_ami.confinements import approval_confinement, evidence_confinement, retirement_confinement
from golden_ami.permissions import (
    approver_statements,
    retirer_statements,
    starter_statements,
    to_policy,
)
from golden_ami.runbooks import approval_runbook, evidence_runbook, retirement_runbook
from stacks.runbook import Runbook
from stacks.text import policy


class Approval(Construct):
    """Approval, evidence and retirement, with everything that decides who approves and who receives as literals.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    organization_id : str
        The only organization that may receive it.
    topic_arn : str
        Topic of requests and outcomes.
    keys : mapping of str to str
        Region to key ARN; the home Region's is that of topic and evidence, too.
    share_arn : str or None
        Resource share; none leaves the seed's step 7 out.

    Attributes
    ----------
    document, retirement_document : str
        Names, which wait for the documents.
    policies : dict of str to str
        ARNs of the policies for people, by what they do.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        factory: ImageFactory,
        organization_id: str,
        topic_arn: str,
        keys: Mapping[str, str],
        share_arn: str | None,
    ) -> None:
        super().__init__(scope, id)
        names, key_arn = factory.names, keys[factory.regions[0]]
        Runbook(
            self,
            "evidence",
            bound=evidence_runbook(factory, organization_id=organization_id, keys=keys, share_arn=share_arn),
            names=names.evidence,
            confinement=evidence_confinement(factory, keys=keys, key_arn=key_arn),
            unknown=[*keys.values(), share_arn],
        )
        self.document = Runbook(
            self,
            "runbook",
            bound=approval_runbook(factory, organization_id=organization_id, topic_arn=topic_arn, share_arn=share_arn),
            names=names.approval,
            confinement=approval_confinement(factory, topic_arn=topic_arn, key_arn=key_arn, share_arn=share_arn),
            unknown=[share_arn],
        ).document
        self.retirement_document = Runbook(
            self,
            "retirement",
            bound=retirement_runbook(factory, topic_arn=topic_arn, share_arn=share_arn),
            names=names.retirement,
            confinement=retirement_confinement(factory, topic_arn=topic_arn, key_arn=key_arn, share_arn=share_arn),
            unknown=[share_arn],
        ).document
        self.policies = {
            does: IamPolicy(self, does, name=name, description=description, policy=policy(to_policy(statements))).arn
            for does, name, description, statements in (
                (
                    "starter",
                    names.starter_policy,
                    f"Start, watch and stop {names.approval.document}",
                    starter_statements(names),
                ),
                (
                    "approver",
                    names.approver_policy,
                    f"Approve or deny runs of {names.approval.document}",
                    approver_statements(
                        names,
                        images_arn=factory.images_arn,
                        evidence_bucket=factory.evidence_bucket,
                        key_arn=key_arn,
                    ),
                ),
                (
                    "retirer",
                    names.retirer_policy,
                    f"Start and watch {names.retirement.document}",
                    retirer_statements(names),
                ),
            )
        }
