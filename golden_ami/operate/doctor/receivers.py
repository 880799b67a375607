"""Nobody outside is reached: resource shares, and the account's block of public AMIs."""

from collections.abc import Iterator

from golden_ami.config import ImageFactory
from golden_ami.operate.access import BLOCKED
from golden_ami.operate.doctor.check import Problem, check, error, guarded, warning
from golden_ami.operate.doctor.site import DEPLOY, Site
from golden_ami.operate.receivers import in_words
from golden_ami.operate.shares import described_share, principals_of


@check("resource-shares", "resource shares reach exactly the configured receivers")
def resource_shares(site: Site) -> Iterator[Problem]:
    """Compare each share with the configuration."""
    for factory in site.factories:
        if factory.image_builder_principals:
            yield from guarded(factory.names.share, _share, site, factory)


def _share(site: Site, factory: ImageFactory) -> Iterator[Problem]:
    name = factory.names.share
    found = described_share(site.place, factory)
    if found is None:
        yield error(f"there is no resource share {name}", DEPLOY)
        return
    arn = str(found["resourceShareArn"])
    if found["status"] != "ACTIVE":
        yield error(f"resource share {name} is {found['status']}", DEPLOY)
    if found["allowExternalPrincipals"]:
        yield error(
            f"resource share {name} admits accounts outside the organization",
            f"`aws ram update-resource-share --resource-share-arn {arn} --no-allow-external-principals`",
        )
    reached, named = principals_of(site.place, arn), factory.image_builder_principals
    for each in reached:
        if each not in named:
            yield error(
                f"resource share {name} reaches {in_words(site.place, each)}, whom the configuration does not name",
                f"`aws ram disassociate-resource-share --resource-share-arn {arn} --principals {each}`",
            )
    for each in named:
        if each not in reached:
            yield error(f"resource share {name} does not reach {in_words(site.place, each)}", DEPLOY)


@check("block-public-images", "no AMI can become public, in any Region", needs_deployment=False)
def block_public_images(site: Site) -> Iterator[Problem]:
    """Ask for the account's block in each Region."""
    for region in site.regions:
        yield from guarded(region, _block, site, region)


def _block(site: Site, region: str) -> Iterator[Problem]:
    state = site.client("ec2", region=region).get_image_block_public_access_state()["ImageBlockPublicAccessState"]
    if state == BLOCKED:
        return
    # Somebody else's business where the configuration says so, and before the deployment turns it on.
    says = error if site.configured.block_public_images and site.is_deployed else warning
    yield says(
        f"AMIs can become public in {region}: the account's block is {state}",
        f"`aws ec2 enable-image-block-public-access --image-block-public-access-state {BLOCKED} --region {region}`",
    )
