"""What an AMI's description says: receivers of a shared AMI see no tags."""

from _aws import call

MARK = " | golden-ami: "
LONGEST = 255
"""ModifyImageAttribute, ``Description`` (EC2 API Reference)."""


def describe(region: str, ami: str, words: str) -> None:
    """Put words behind the description that the AMI was built with, in the place of earlier ones."""
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="description")
    built = answer.get("Description", {}).get("Value", "").partition(MARK)[0]
    text = f"{built[: LONGEST - len(words) - len(MARK)]}{MARK}{words}"
    call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, Description={"Value": text})
