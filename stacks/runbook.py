"""A runbook as Systems Manager has it: the document, and the role that it assumes."""

from cdktf import Fn, Token
from cdktf_cdktf_provider_aws.ssm_document import SsmDocument
from constructs import Construct

from golden_ami.names import DeploymentNames
from golden_ami.permissions import Confinement, automation_statements, automation_trust
from golden_ami.runbook import BoundRunbook
from stacks.role import Role
from stacks.text import digest, escaped


class Runbook(Construct):
    """A document whose role may do what its steps do, and nothing else.

    Parameters
    ----------
    bound : BoundRunbook
        The document.
    document, role : str
        Names.
    confinement : Confinement
        What the role is confined to.

    Attributes
    ----------
    document : str
        Name, which waits for the document.
    """

    def __init__(
        self, scope: Construct, id: str, *, bound: BoundRunbook, document: str, role: str, confinement: Confinement
    ) -> None:
        super().__init__(scope, id)
        names: DeploymentNames = confinement.names
        assumed = Role(
            self,
            "role",
            name=role,
            description=f"Assumed by {document}",
            trust=automation_trust(names),
            statements=automation_statements(bound, confinement),
        )
        self.document = SsmDocument(
            self,
            "document",
            name=document,
            document_type="Automation",
            document_format="YAML",
            content=escaped(bound.render()),
            version_name=_version_name(bound, confinement.share_arn),
            depends_on=[assumed.policy],
        ).name


def _version_name(bound: BoundRunbook, share_arn: str | None) -> str:
    """Name the document's version after its content.

    Systems Manager refuses a version name twice, and an update of a version that is not the latest; a name that
    follows the content makes both visible in a plan. The share's id is AWS's choice, so Terraform adds its hash.
    """
    text = bound.render()
    if share_arn is None or not Token.is_unresolved(share_arn):
        return digest(text)[:16]
    stable = digest(text.replace(share_arn, "share"))[:16]
    return Token.as_string(Fn.join("-", [stable, Fn.substr(Fn.sha256(share_arn), 0, 8)]))
