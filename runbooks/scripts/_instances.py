"""What runs of an image in this account."""

from _aws import pages


def running(image: str) -> list[str]:
    """List the AMI of every instance that is tagged with an image; a stopped one may start again."""
    reservations = pages(
        "ec2",
        "DescribeInstances",
        "Reservations",
        "NextToken",
        Filters=[
            {"Name": "tag:golden-ami:image", "Values": [image]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
        ],
    )
    return [str(each["ImageId"]) for reservation in reservations for each in reservation["Instances"]]
