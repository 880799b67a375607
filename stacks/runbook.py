"""A runbook as Systems Manager has it: the document, and the role that it assumes."""

from collections.abc import Sequence

from cdktf import Fn, Token
from constructs import Construct

from golden_ami.names import RunbookNames
from golden_ami.permissions import Confinement, automation_statements, automation_trust
from golden_ami.runbook import BoundRunbook
from stacks.document import automation_document
from stacks.role import Role
from stacks.text import digest


class Runbook(Construct):
    """A document whose role may do what its steps do, and nothing else.

    Parameters
    ----------
    bound : BoundRunbook
        The document.
    names : RunbookNames
        Of the document and its role.
    confinement : Confinement
        What the role is confined to.
    unknown : sequence of str or None
        What stands in the document and may be AWS's choice.

    Attributes
    ----------
    document : str
        Name, which waits for the document.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bound: BoundRunbook,
        names: RunbookNames,
        confinement: Confinement,
        unknown: Sequence[str | None] = (),
    ) -> None:
        super().__init__(scope, id)
        assumed = Role(
            self,
            "role",
            name=names.role,
            description=f"Assumed by {names.document}",
            trust=automation_trust(confinement.names),
            statements=automation_statements(bound, confinement),
        )
        self.document = automation_document(
            self,
            "document",
            name=names.document,
            text=bound.render(),
            version_name=_version_name(bound, unknown),
            depends_on=assumed.policy,
        ).name


def _version_name(bound: BoundRunbook, unknown: Sequence[str | None]) -> str:
    """Name the document's version after its content.

    Systems Manager refuses a version name twice, and an update of a version that is not the latest; a name that
    follows the content makes both visible in a plan. Ids are AWS's choice, so Terraform adds the hash of them.
    """
    text = bound.render()
    chosen = list(dict.fromkeys(each for each in unknown if each and Token.is_unresolved(each)))
    if not chosen:
        return digest(text)[:16]
    for number, each in enumerate(chosen):
        text = text.replace(each, f"chosen-by-aws-{number}")
    hashed = Fn.sha256(Token.as_string(Fn.join(" ", chosen)))
    return Token.as_string(Fn.join("-", [digest(text)[:16], Fn.substr(hashed, 0, 8)]))
