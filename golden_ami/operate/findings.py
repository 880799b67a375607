"""Findings of images, counted by severity: when people decided, and on what runs now."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golden_ami.errors import OperationError
from golden_ami.operate.faults import code_of
from golden_ami.operate.place import Place
from golden_ami.operate.unknown import Unknown, asked

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory

SEVERITIES = ("critical", "high", "medium", "low", "informational", "untriaged")

_MOST_AMIS = 10
"""Filters of one kind in a request (AmiAggregation, Inspector API Reference)."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Findings by severity.

    Attributes
    ----------
    by_severity : mapping of str to int
        Those that there are, the worst first.
    waived : int
        How many of them do not count.
    """

    by_severity: Mapping[str, int]
    waived: int = 0

    def __str__(self) -> str:
        """Write it in words."""
        words = ", ".join(f"{number} {severity}" for severity, number in self.by_severity.items()) or "none"
        return f"{words} ({self.waived} waived)" if self.waived else words


def at_approval(place: Place, factory: "ImageFactory", execution: str) -> Counts | Unknown | None:
    """Count the findings of the evidence that an execution has collected; None: it has collected none."""
    key = f"{factory.names.evidence_folder}/{execution}.json"

    def read() -> Counts | None:
        try:
            stored = place.connection.client("s3").get_object(Bucket=factory.evidence_bucket, Key=key)
        except Exception as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        return _of_evidence(stored["Body"].read(), key)

    return asked(read)


def _of_evidence(content: bytes, key: str) -> Counts:
    try:
        findings = json.loads(content)["findings"]
        severities = Counter(str(each["severity"]).lower() for each in findings)
        waived = sum(bool(each.get("waiver")) for each in findings)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OperationError(f"{key} is no evidence", remedy="compare it with its decision's digest") from error
    return Counts(by_severity=_ordered(severities), waived=waived)


def on_instances(place: Place, region: str, amis: Sequence[str]) -> dict[str, Counts] | Unknown:
    """Count what Inspector has found on this account's running instances of AMIs in a Region.

    An AMI without findings is in the answer, with none: Inspector was asked, and it scans instances there.
    """
    return asked(lambda: _on_instances(place, region, amis)) if amis else {}


def _on_instances(place: Place, region: str, amis: Sequence[str]) -> dict[str, Counts]:
    inspector = place.connection.client("inspector2", region=region)
    status = scanning_status(place, region)
    if status != "ENABLED":
        raise OperationError(
            f"Inspector does not scan instances in {region} ({status})", remedy="activate it for EC2 there"
        )
    found: dict[str, Counter[str]] = {ami: Counter() for ami in amis}
    for start in range(0, len(amis), _MOST_AMIS):
        wanted = [{"comparison": "EQUALS", "value": ami} for ami in amis[start : start + _MOST_AMIS]]
        pages = inspector.get_paginator("list_finding_aggregations").paginate(
            aggregationType="AMI", aggregationRequest={"amiAggregation": {"amis": wanted}}
        )
        for each in (response["amiAggregation"] for page in pages for response in page.get("responses", [])):
            # Inspector scans AMIs themselves, too, where that is on; here it is about what runs.
            if each.get("scanSource", "INSTANCE_SCAN") == "INSTANCE_SCAN" and each["ami"] in found:
                found[each["ami"]] += _counted(each.get("severityCounts", {}))
    return {ami: Counts(by_severity=_ordered(counts)) for ami, counts in found.items()}


def scanning_status(place: Place, region: str) -> str:
    """Ask whether Inspector scans this account's instances in a Region."""
    account = place.names.account
    answer = place.connection.client("inspector2", region=region).batch_get_account_status(accountIds=[account])
    for each in answer.get("accounts", []):
        if each["accountId"] == account:
            return str(each["resourceState"]["ec2"]["status"])
    return "DISABLED"


def _counted(counts: Mapping[str, Any]) -> Counter[str]:
    """Count by severity; what Inspector counts in ``all`` only is called other."""
    known = Counter({severity: int(counts.get(severity, 0)) for severity in SEVERITIES})
    known["other"] = max(0, int(counts.get("all", 0)) - known.total())
    return known


def _ordered(counts: Counter[str]) -> dict[str, int]:
    others = sorted(set(counts) - set(SEVERITIES))
    return {severity: counts[severity] for severity in (*SEVERITIES, *others) if counts[severity]}
