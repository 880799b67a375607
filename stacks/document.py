"""An Automation document as a resource."""

from cdktf_cdktf_provider_aws.ssm_document import SsmDocument
from constructs import Construct, IDependable

from stacks.text import escaped


def automation_document(
    scope: Construct, id: str, *, name: str, text: str, version_name: str, depends_on: IDependable
) -> SsmDocument:
    """Make an Automation document of its whole text.

    Parameters
    ----------
    scope, id
        Where it is in the tree.
    name : str
        Its name.
    text : str
        YAML.
    version_name : str
        Follows the content: Systems Manager refuses a version name twice.
    depends_on : IDependable
        The policy of the role that it assumes, which has to be there first.
    """
    return SsmDocument(
        scope,
        id,
        name=name,
        document_type="Automation",
        document_format="YAML",
        content=escaped(text),
        version_name=version_name,
        depends_on=[depends_on],
    )
