"""Bucket policies with their conditions: who writes where, and who deletes nothing.

moto looks at effect, action and resource alone, so that a denial for all but one role would be one for everybody. What
denies is judged here; what allows is left to identity-based policies, as within one account it is.
"""

import json
from typing import Any, Final

from flask import has_request_context, request
from moto.core.responses import BaseResponse
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import FakeBucket

from golden_ami.sandbox.access import Need, Principal, Verdict, judge

_EVERYBODY: Final = ("*", {"AWS": "*"})
_SEVERAL: Final = "delete"
"""Query of a request for several objects, which is answered for each of them."""


def install() -> None:
    """Let moto's buckets ask here."""
    FakeBucket.get_permission = permission  # type: ignore[method-assign, assignment]


def permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """Judge a request by the policy of its bucket.

    Raises
    ------
    S3AccessDeniedError
        When it is denied.
    """
    if bucket.policy is None or not has_request_context():
        return PermissionResult.NEUTRAL
    found = BaseResponse.access_key_regex.search(request.headers.get("Authorization", ""))
    principal = Principal.of_key(found[1] if found else "", bucket.account_id, bucket.region_name)
    context = {"aws:PrincipalArn": [principal.entity], "aws:SecureTransport": ["true"]}
    policy = {"Statement": [each for each in _statements(bucket) if each.get("Principal") in _EVERYBODY]}
    if judge([policy], Need(action=action, resource=resource, context=context)) is not Verdict.DENIED:
        return PermissionResult.NEUTRAL
    if _SEVERAL in request.args:
        return PermissionResult.DENIED
    raise S3AccessDeniedError


def _statements(bucket: FakeBucket) -> list[dict[str, Any]]:
    statements = json.loads(bucket.policy or b"{}").get("Statement", [])
    return list(statements) if isinstance(statements, list) else [statements]
