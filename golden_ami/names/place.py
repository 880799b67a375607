"""An account and a Region, and the ARNs of what is there."""

from dataclasses import dataclass

from golden_ami.arn import DNS_SUFFIXES, Arn, partition_of


@dataclass(frozen=True, kw_only=True)
class PlaceNames:
    """Where something is.

    Attributes
    ----------
    account : str
        Twelve digits.
    region : str
        Home Region.
    """

    account: str
    region: str

    @property
    def partition(self) -> str:
        """Partition of the home Region."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """Suffix of service endpoints in this partition, such as ``amazonaws.com``."""
        return DNS_SUFFIXES[self.partition]

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        """Build an ARN in this partition, and by default this Region and account."""
        region = self.region if region is None else region
        account = self.account if account is None else account
        return str(Arn(self.partition, service, region, account, resource))

    def iam(self, resource: str) -> str:
        """Build the ARN of an IAM entity of this account, such as ``role/Admin``."""
        return self.arn("iam", resource, region="")

    @property
    def root(self) -> str:
        """The account as a principal."""
        return self.iam("root")
