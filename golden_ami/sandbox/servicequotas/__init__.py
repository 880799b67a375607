"""The quotas of AMIs, which moto's Service Quotas does not have.

Source: "Amazon EC2 service quotas", AMI quotas (EC2 User Guide), with AWS's default values; the codes are those of the
Service Quotas console.
"""

from typing import Any, Final

from moto.servicequotas.models import ServiceQuotasBackend

__all__ = ["install", "set_quota"]

_NAMES: Final = {"L-B665C33B": ("AMIs", 50_000.0), "L-70015FFA": ("AMI sharing", 1_000.0)}
_CHANGED: Final = "changed_quotas"


def install() -> None:
    """Let moto's Service Quotas know them."""
    known = ServiceQuotasBackend.get_service_quota
    if hasattr(known, "of_sandbox"):
        return

    def get_service_quota(self: ServiceQuotasBackend, service_code: str, quota_code: str) -> dict[str, Any]:
        if service_code == "ec2" and quota_code in _NAMES:
            return _quota(self, quota_code)
        return known(self, service_code, quota_code)

    get_service_quota.of_sandbox = True  # type: ignore[attr-defined]
    ServiceQuotasBackend.get_service_quota = get_service_quota  # type: ignore[method-assign]


def set_quota(backend: ServiceQuotasBackend, quota_code: str, value: float) -> None:
    """Change a quota of an account in a Region, as AWS does on request."""
    backend.__dict__.setdefault(_CHANGED, {})[quota_code] = value


def _quota(backend: ServiceQuotasBackend, quota_code: str) -> dict[str, Any]:
    name, usual = _NAMES[quota_code]
    arn = f"arn:aws:servicequotas:{backend.region_name}:{backend.account_id}:ec2/{quota_code}"
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": arn,
        "QuotaCode": quota_code,
        "QuotaName": name,
        "Value": backend.__dict__.get(_CHANGED, {}).get(quota_code, usual),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
