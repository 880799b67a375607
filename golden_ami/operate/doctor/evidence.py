"""The bucket of evidence: nobody but its runbooks writes, nobody deletes, nothing is public."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from golden_ami.operate.doctor.check import Problem, check, error, guarded
from golden_ami.operate.doctor.site import DEPLOY, Site
from golden_ami.operate.faults import code_of

_ABSENT = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchPublicAccessBlockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


@check("evidence-bucket", "evidence is versioned, encrypted, private, and written by its runbooks only")
def evidence_bucket(site: Site) -> Iterator[Problem]:
    """Compare the bucket with what the configuration says; a brought one's policy and key are its owner's."""
    looks = [_versioning, _public_access]
    if not site.configured.existing.evidence_bucket:
        looks += [_encryption, _policy]
    if site.configured.evidence.lock_days:
        looks.append(_lock)
    bucket = site.configured.evidence_bucket(site.place.deployment)
    for look in looks:
        yield from guarded(bucket, look, site, bucket)


def _get(site: Site, operation: str, bucket: str) -> Mapping[str, Any]:
    """Ask S3; what is not configured is empty."""
    try:
        answer: Mapping[str, Any] = getattr(site.client("s3"), operation)(Bucket=bucket)
    except Exception as failure:
        if code_of(failure) in _ABSENT:
            return {}
        raise
    return answer


def _versioning(site: Site, bucket: str) -> Iterator[Problem]:
    if _get(site, "get_bucket_versioning", bucket).get("Status") != "Enabled":
        yield error(f"{bucket} keeps no versions", DEPLOY)


def _public_access(site: Site, bucket: str) -> Iterator[Problem]:
    block = _get(site, "get_public_access_block", bucket).get("PublicAccessBlockConfiguration", {})
    kinds = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    open_ones = [each for each in kinds if not block.get(each)]
    if open_ones:
        yield error(f"{bucket} may become public: {', '.join(open_ones)} is off", DEPLOY)


def _encryption(site: Site, bucket: str) -> Iterator[Problem]:
    rules = _get(site, "get_bucket_encryption", bucket).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    found = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    if [(each.get("SSEAlgorithm"), each.get("KMSMasterKeyID")) for each in found] != [("aws:kms", site.key)]:
        yield error(f"{bucket} does not encrypt with {site.key}", DEPLOY)


def _policy(site: Site, bucket: str) -> Iterator[Problem]:
    policy = json.loads(_get(site, "get_bucket_policy", bucket).get("Policy", "{}"))
    denials = [each for each in policy.get("Statement", []) if each["Effect"] == "Deny" and _everybody(each)]
    arn = site.names.bucket_arn(bucket)
    writers = {
        "evidence": sorted(factory.names.evidence.role_arn for factory in site.factories),
        "decisions": [site.names.outcome.role_arn],
    }
    for folder, roles in writers.items():
        if not any(_only_by(each, f"{arn}/{folder}/*", roles) for each in denials):
            yield error(f"the policy of {bucket} lets others than its runbook write {folder}/", DEPLOY)
    elsewhere = {f"{arn}/{folder}/*" for folder in writers}
    if not any(_does(each, "s3:PutObject") and set(_listed(each.get("NotResource"))) == elsewhere for each in denials):
        yield error(f"the policy of {bucket} lets somebody write beside the folders of evidence", DEPLOY)
    if site.configured.retain_on_destroy and not all(
        any(_does(each, action) and f"{arn}/*" in _listed(each.get("Resource")) for each in denials)
        for action in ("s3:DeleteObject", "s3:DeleteObjectVersion")
    ):
        yield error(f"the policy of {bucket} lets somebody delete evidence", DEPLOY)


def _everybody(statement: Mapping[str, Any]) -> bool:
    return statement.get("Principal") in ("*", {"AWS": "*"})


def _only_by(statement: Mapping[str, Any], objects: str, roles: list[str]) -> bool:
    excepted = statement.get("Condition", {}).get("ArnNotEquals", {}).get("aws:PrincipalArn", [])
    return (
        _does(statement, "s3:PutObject")
        and objects in _listed(statement.get("Resource"))
        and sorted(_listed(excepted)) == roles
    )


def _does(statement: Mapping[str, Any], action: str) -> bool:
    return action in _listed(statement.get("Action"))


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _lock(site: Site, bucket: str) -> Iterator[Problem]:
    wanted = site.configured.evidence
    found = _get(site, "get_object_lock_configuration", bucket).get("ObjectLockConfiguration", {})
    retention = found.get("Rule", {}).get("DefaultRetention", {})
    if (retention.get("Mode"), retention.get("Days")) != (wanted.lock_mode, wanted.lock_days):
        there = f"{retention['Mode']} for {retention.get('Days')} days" if retention else "off"
        yield error(
            f"{bucket}: object lock is {there}, and not {wanted.lock_mode} for {wanted.lock_days} days",
            DEPLOY,
        )
