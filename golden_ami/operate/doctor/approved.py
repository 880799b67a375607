"""What consumers get is what was approved, everywhere, and is with those whom the configuration names."""

from collections.abc import Iterator

from golden_ami.config import ImageFactory
from golden_ami.operate.access import Access, read_access
from golden_ami.operate.doctor.check import Problem, check, error, guarded, undecided
from golden_ami.operate.doctor.site import DEPLOY, Site
from golden_ami.operate.receivers import in_words
from golden_ami.operate.record import Published, parameter, read_record
from golden_ami.operate.unknown import Unknown

_HISTORY = "see who changed it (`aws ssm get-parameter-history`), and approve, retire or revoke an image"


@check("approved-images", "consumers find the approved AMI everywhere, shared as configured")
def approved_images(site: Site) -> Iterator[Problem]:
    """Compare record, parameters, AMIs and their receivers."""
    for factory in site.factories:
        yield from guarded(factory.names.image, _approved, site, factory)


def _approved(site: Site, factory: ImageFactory) -> Iterator[Problem]:
    record = read_record(site.place, factory)
    yield from _parameters(site, factory, record.approved)
    if record.approved is not None:
        access = read_access(site.place, factory, record.approved.image)
        yield from _available(record.approved, access)
        yield from _exposure(site, factory, access)
    # Nobody looks at what was approved before, and it is still shared.
    if record.previous is not None:
        yield from _strangers(read_access(site.place, factory, record.previous.image))


def _parameters(site: Site, factory: ImageFactory, approved: Published | None) -> Iterator[Problem]:
    name = f"{factory.names.parameter}/ami"
    for region in factory.regions:
        wanted = approved.amis.get(region, "") if approved else ""
        found = parameter(site.place, name, region=region)
        if found != wanted:
            yield error(
                f"parameter {name} in {region} is {found or 'not there'}, and {wanted or 'nothing'} is approved",
                _HISTORY,
            )


def _available(approved: Published, access: Access) -> Iterator[Problem]:
    states = {each.ami: each.state for each in access.amis}
    for region, ami in approved.amis.items():
        state = states.get(ami, "not there")
        if state != "available":
            yield error(
                f"the approved {ami} in {region} is {state}",
                "build and approve a new version, or go back to the one before",
            )


def _exposure(site: Site, factory: ImageFactory, access: Access) -> Iterator[Problem]:
    yield from _strangers(access)
    for each in access.amis:
        if isinstance(each.receivers, Unknown):
            continue
        given = {receiver.principal for receiver in each.receivers}
        for principal in factory.launch_principals:
            if principal not in given:
                yield error(
                    f"{each.ami} in {each.region} is not shared with {in_words(site.place, principal)}",
                    "approve a version with this configuration; what was approved before it stays as it was",
                )
    shared = {receiver.principal for receiver in access.builders} if not isinstance(access.builders, Unknown) else set()
    if factory.image_builder_principals and not isinstance(access.builders, Unknown) and not shared:
        yield error(f"{access.image} is not in resource share {factory.names.share}", DEPLOY)


def _strangers(access: Access) -> Iterator[Problem]:
    for stranger in access.strangers:
        yield error(
            f"{access.name}: {stranger}",
            "end it (`aws ec2 modify-image-attribute --launch-permission Remove=...`), and find out who gave it "
            "(CloudTrail: ModifyImageAttribute, AssociateResourceShare)",
        )
    for unknown in access.unknowns:
        yield undecided(f"{access.name}: {unknown}", "attach the reader's policy to your role")
