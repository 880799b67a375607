"""The RAM resource share of an image: open to its receivers inside the organization, and empty until an approval."""

from cdktf_cdktf_provider_aws.ram_principal_association import RamPrincipalAssociation
from cdktf_cdktf_provider_aws.ram_resource_share import RamResourceShare
from constructs import Construct

from golden_ami.config import ImageFactory
from stacks.text import digest


class Share(Construct):
    """A share of ours; the runbook adds images to it.

    Attributes
    ----------
    arn : str
        ARN, whose last part AWS chooses.
    """

    def __init__(self, scope: Construct, id: str, *, factory: ImageFactory) -> None:
        super().__init__(scope, id)
        share = RamResourceShare(self, "share", name=factory.names.share, allow_external_principals=False)
        for principal in factory.image_builder_principals:
            RamPrincipalAssociation(
                self,
                f"principal-{digest(principal)[:8]}",
                resource_share_arn=share.arn,
                principal=principal,
            )
        self.arn = share.arn
