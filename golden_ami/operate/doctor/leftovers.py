"""What is left over or left waiting: AMIs without an image, snapshots without an AMI, requests that nobody answers."""

from collections.abc import Iterator
from datetime import timedelta

from golden_ami.config import ImageFactory
from golden_ami.operate.amis import BUILT_AS, snapshots_of, tagged, tags
from golden_ami.operate.doctor.check import Problem, check, guarded, warning
from golden_ami.operate.doctor.site import Site
from golden_ami.operate.executions import listed, read
from golden_ami.operate.versions import versions_of


@check("orphans", "no AMI is without its image, and no snapshot without its AMI")
def orphans(site: Site) -> Iterator[Problem]:
    """Compare AMIs and snapshots, by the image that they were built as, with what there is."""
    for factory in site.factories:
        yield from guarded(factory.names.image, _orphans, site, factory)


def _orphans(site: Site, factory: ImageFactory) -> Iterator[Problem]:
    known = {version.image for version in versions_of(site.place, factory)}
    name = factory.names.image
    for region in factory.regions:
        amis = tagged(site.place, region, [factory.images_arn])
        for ami in amis:
            image = tags(ami)[BUILT_AS]
            if image not in known:
                yield warning(
                    f"{ami['ImageId']} in {region} belongs to {image}, which Image Builder does not have any more",
                    f"`golden-ami retire {name} --version {image} --apply`",
                )
        used = {snapshot for ami in amis for snapshot in snapshots_of(ami)}
        snapshots = site.place.connection.pages(
            "ec2",
            "describe_snapshots",
            "Snapshots",
            region=region,
            OwnerIds=["self"],
            Filters=[{"Name": f"tag:{BUILT_AS}", "Values": [factory.images_arn]}],
        )
        for snapshot in snapshots:
            if snapshot["SnapshotId"] not in used:
                image = tags(snapshot)[BUILT_AS]
                yield warning(
                    f"{snapshot['SnapshotId']} in {region} is of no AMI of {name} any more ({image})",
                    f"`golden-ami retire {name} --version {image} --apply`",
                )


@check("pending-approvals", "no request has waited for more than half of its time")
def pending_approvals(site: Site) -> Iterator[Problem]:
    """Find requests that are about to expire unanswered."""
    for factory in site.factories:
        half = timedelta(days=factory.approval.expires_after_days) / 2
        for execution in listed(site.place, [factory]):
            if execution.does != "approval" or execution.has_ended:
                continue
            asks, now = read(site.place, execution.id).asks, site.place.connection.now
            if asks is not None and asks.started is not None and now - asks.started > half:
                days = (now - asks.started).days
                yield warning(
                    f"{execution.id} has asked about {factory.names.image} for {days} days, and expires after "
                    f"{factory.approval.expires_after_days}",
                    f"remind the approvers: {', '.join(arn.split(':', 5)[-1] for arn in factory.approvers)}",
                )
