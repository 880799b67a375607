"""The approval runbook of an image, the role it assumes, and the policies for those who use it."""

from cdktf import Fn, Token
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.ssm_document import SsmDocument
from constructs import Construct

from golden_ami.approval_runbook import approval_runbook
from golden_ami.config import ImageFactory
from golden_ami.permissions import (
    approver_statements,
    automation_statements,
    automation_trust,
    starter_statements,
    to_policy,
)
from golden_ami.runbook import BoundRunbook
from stacks.text import digest, escaped, policy


class Approval(Construct):
    """The runbook, with everything that decides who approves and who receives as literals.

    Parameters
    ----------
    factory : ImageFactory
        The image.
    organization_id : str
        The only organization that may receive it.
    topic_arn, key_arn : str
        Topic of requests and outcomes, and its key.
    share_arn : str or None
        Resource share; none leaves the seed's step 7 out.

    Attributes
    ----------
    document : str
        Name, which waits for the document.
    starter_policy_arn, approver_policy_arn : str
        ARNs.
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
        bound = approval_runbook(factory, organization_id=organization_id, topic_arn=topic_arn, share_arn=share_arn)
        role = IamRole(
            self,
            "role",
            name=names.automation_role,
            description=f"Assumed by {names.approval_document}",
            assume_role_policy=policy(automation_trust(names)),
        )
        allowed = IamRolePolicy(
            self,
            "policy",
            name="automation",
            role=role.name,
            policy=policy(
                to_policy(
                    automation_statements(
                        bound,
                        names,
                        topic_arn=topic_arn,
                        key_arn=key_arn,
                        share_arn=share_arn,
                        pipeline_arn=factory.pipeline_arn,
                        recipe=factory.pipeline.recipe if factory.pipeline else None,
                        regions=factory.regions,
                    )
                )
            ),
        )
        document = SsmDocument(
            self,
            "document",
            name=names.approval_document,
            document_type="Automation",
            document_format="YAML",
            content=escaped(bound.render()),
            version_name=_version_name(factory, bound, share_arn),
            depends_on=[allowed],
        )
        self.document = document.name
        self.starter_policy_arn = IamPolicy(
            self,
            "starter",
            name=names.starter_policy,
            description=f"Start, watch and stop {names.approval_document}",
            policy=policy(to_policy(starter_statements(names))),
        ).arn
        self.approver_policy_arn = IamPolicy(
            self,
            "approver",
            name=names.approver_policy,
            description=f"Approve or deny runs of {names.approval_document}",
            policy=policy(to_policy(approver_statements(names))),
        ).arn


def _version_name(factory: ImageFactory, bound: BoundRunbook, share_arn: str | None) -> str:
    """Name the document's version after its content.

    Systems Manager refuses a version name twice, and an update of a version that is not the latest; a name that
    follows the content makes both visible in a plan. The share's id is AWS's choice, so Terraform adds its hash.
    """
    text = bound.render()
    if share_arn is None or not Token.is_unresolved(share_arn):
        return digest(text)[:16]
    stable = digest(text.replace(share_arn, factory.names.share))[:16]
    return Token.as_string(Fn.join("-", [stable, Fn.substr(Fn.sha256(share_arn), 0, 8)]))
