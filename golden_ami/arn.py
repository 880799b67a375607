"""Amazon Resource Names as values, and the partition that a Region belongs to.

Sources: "Identify AWS resources with ARNs" (IAM User Guide) and the Regions of each partition in botocore's
``partitions.json``; a test compares the table below with that file.
"""

import re
from dataclasses import dataclass
from typing import Self

PARTITIONS: dict[str, str] = {
    "aws": r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+",
    "aws-cn": r"cn-\w+-\d+",
    "aws-us-gov": r"us-gov-\w+-\d+",
    "aws-iso": r"us-iso-\w+-\d+",
    "aws-iso-b": r"us-isob-\w+-\d+",
    "aws-iso-e": r"eu-isoe-\w+-\d+",
    "aws-iso-f": r"us-isof-\w+-\d+",
    "aws-eusc": r"eusc-(de)-\w+-\d+",
}
"""Partition name to the pattern of its Region names."""

DNS_SUFFIXES: dict[str, str] = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}
"""Partition name to the suffix of its endpoints, as ``kms:ViaService`` and console links want it."""


def partition_of(region: str) -> str:
    """Name the partition of a Region.

    Parameters
    ----------
    region : str
        A Region name, such as ``eu-west-1``.

    Returns
    -------
    str
        ``aws``, ``aws-cn``, ``aws-us-gov``, ...

    Raises
    ------
    ValueError
        When no partition has such a Region name.
    """
    for partition, pattern in PARTITIONS.items():
        if re.fullmatch(pattern, region):
            return partition
    raise ValueError(f"{region!r} is not the name of an AWS Region; write it like eu-west-1")


@dataclass(frozen=True)
class Arn:
    """An ARN's six parts; ``str()`` gives it back.

    Attributes
    ----------
    partition, service, region, account, resource : str
        As they stand between the colons; ``region`` and ``account`` may be empty. ``resource`` keeps its colons.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ARN.

        Raises
        ------
        ValueError
            When the text is no ARN, is of an unknown partition, or holds a wildcard.
        """
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn" or not parts[2] or not parts[5]:
            raise ValueError(f"{text!r} is not an ARN; write arn:partition:service:region:account:resource")
        if parts[1] not in PARTITIONS:
            raise ValueError(f"{text!r} names the unknown partition {parts[1]!r}; use one of {', '.join(PARTITIONS)}")
        if "*" in text or "?" in text:
            raise ValueError(f"{text!r} holds a wildcard; name exactly one resource")
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"
