"""What an AMI's description says: receivers of a shared AMI see no tags."""

from _aws import call

MARK = " | golden-ami: "
LONGEST = 255
"""ModifyImageAttribute, ``Description`` (EC2 API Reference)."""


TAKEN_BACK = "NOT APPROVED: it was shared, and taken back"


def describe(region: str, ami: str, words: str) -> None:
    """Put words behind the description that the AMI was built with, in the place of earlier ones."""
    words = words[: LONGEST - len(MARK)]
    built = _described(region, ami).partition(MARK)[0]
    text = f"{built[: LONGEST - len(words) - len(MARK)]}{MARK}{words}"
    call("ec2", "ModifyImageAttribute", region=region, ImageId=ami, Description={"Value": text})


def take_back(region: str, ami: str) -> None:
    """Say that an approval does not hold any more, wherever it is said."""
    if says(region, ami, "approved"):
        describe(region, ami, TAKEN_BACK)


def says(region: str, ami: str, words: str) -> bool:
    """Tell whether such words were put behind the description."""
    return f"{MARK}{words}" in _described(region, ami)


def _described(region: str, ami: str) -> str:
    answer = call("ec2", "DescribeImageAttribute", region=region, ImageId=ami, Attribute="description")
    return str(answer.get("Description", {}).get("Value", ""))
