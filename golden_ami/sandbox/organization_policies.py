"""Policies of an organization as Organizations keeps them: types that are switched on, limits, and their syntax.

moto knows no declarative policies and neither limits nor syntax. Of what the policies do, the denials of service
control policies are modelled, where access is judged at all (:mod:`golden_ami.sandbox.access`); EC2 obeys no
declarative policy here.

Source: CreatePolicy, UpdatePolicy, AttachPolicy, DetachPolicy (Organizations API Reference); "Quotas for AWS
Organizations"; "SCP syntax"; "EC2 policy syntax and examples" (Organizations User Guide).
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.organizations.exceptions import (
    ConstraintViolationException,
    InvalidInputException,
    PolicyTypeNotEnabledException,
    TargetNotFoundException,
)
from moto.organizations.models import FakePolicy, FakeRoot, OrganizationsBackend
from moto.organizations.responses import OrganizationsResponse

from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.validation import problems

SERVICE_CONTROL: Final = "SERVICE_CONTROL_POLICY"
DECLARATIVE: Final = "DECLARATIVE_POLICY_EC2"
_ARN: Final = "arn:{0}:organizations::{1}:policy/{2}/declarative_policy_ec2/{3}"
_CHARACTERS: Final = MappingProxyType({SERVICE_CONTROL: 5_120, DECLARATIVE: 10_000})
_ATTACHMENTS: Final = MappingProxyType({SERVICE_CONTROL: 5, DECLARATIVE: 10})
"""Most policies of a type on one target, AWS's own FullAWSAccess included."""

_STATEMENT: Final = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_EC2: Final = frozenset(
    {
        "allowed_images_settings",
        "exception_message",
        "image_block_public_access",
        "instance_metadata_defaults",
        "serial_console_access",
        "snapshot_block_public_access",
        "vpc_block_public_access",
    }
)
_STATES: Final = MappingProxyType(
    {
        "allowed_images_settings": frozenset({"enabled", "disabled", "audit_mode"}),
        "image_block_public_access": frozenset({"block_new_sharing", "unblocked"}),
    }
)


class _Malformed(ServiceException):
    def __init__(self) -> None:
        super().__init__(
            "MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified policy type.",
        )


class _NotAttached(ServiceException):
    def __init__(self) -> None:
        super().__init__("PolicyNotAttachedException", "The policy isn't attached to the specified target.")


class _AttachedTwice(ServiceException):
    def __init__(self) -> None:
        super().__init__(
            "DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target."
        )


def install() -> None:
    """Let moto's Organizations keep policies so; doing it twice does nothing more."""
    for known in (FakeRoot, FakePolicy):
        if DECLARATIVE not in known.SUPPORTED_POLICY_TYPES:
            known.SUPPORTED_POLICY_TYPES.append(DECLARATIVE)
    for operation in (create_policy, update_policy, attach_policy, detach_policy):
        setattr(OrganizationsResponse, operation.__name__, operation)


def create_policy(response: OrganizationsResponse) -> str:
    """Answer CreatePolicy."""
    given = _checked(response, "CreatePolicy")
    kind = given["Type"]
    if kind not in _CHARACTERS:
        raise NotImplementedError(f"Policies of type {kind} are not modelled.")
    _check_content(kind, given["Content"])
    backend = response.organizations_backend
    # moto makes no policy of a type whose ARNs it does not know.
    made = backend.create_policy(**{**given, "Type": SERVICE_CONTROL})["Policy"]["PolicySummary"]["Id"]
    policy = backend.get_policy_by_id(made)
    policy.type = kind
    if kind == DECLARATIVE:
        policy._arn_format = _ARN
    return json.dumps(policy.describe())


def update_policy(response: OrganizationsResponse) -> str:
    """Answer UpdatePolicy."""
    given = _checked(response, "UpdatePolicy")
    backend = response.organizations_backend
    if "Content" in given:
        _check_content(backend.get_policy_by_id(given["PolicyId"]).type, given["Content"])
    return json.dumps(backend.update_policy(**given))


def attach_policy(response: OrganizationsResponse) -> str:
    """Answer AttachPolicy."""
    given = _checked(response, "AttachPolicy")
    backend = response.organizations_backend
    policy = backend.get_policy_by_id(given["PolicyId"])
    target = _target(backend, given["TargetId"])
    if policy.type not in {
        each["Type"] for root in backend.ou if isinstance(root, FakeRoot) for each in root.policy_types
    }:
        raise PolicyTypeNotEnabledException
    if policy in target.attached_policies:
        raise _AttachedTwice
    there = [each for each in target.attached_policies if each.type == policy.type]
    if len(there) >= _ATTACHMENTS.get(policy.type, 5):
        raise ConstraintViolationException(
            "You have attached the maximum number of policies of the given type to the entity."
        )
    backend.attach_policy(**given)
    return "{}"


def detach_policy(response: OrganizationsResponse) -> str:
    """Answer DetachPolicy."""
    given = _checked(response, "DetachPolicy")
    backend = response.organizations_backend
    policy = backend.get_policy_by_id(given["PolicyId"])
    target = _target(backend, given["TargetId"])
    if policy not in target.attached_policies:
        raise _NotAttached
    if policy.type == SERVICE_CONTROL and [each.type for each in target.attached_policies].count(SERVICE_CONTROL) == 1:
        raise ConstraintViolationException("You cannot remove the last policy attached to the specified target.")
    backend.detach_policy(**given)
    return "{}"


def service_control_policies(backend: OrganizationsBackend | None, account: str) -> list[Mapping[str, Any]]:
    """Give the policies of a member account and of all that it is in; nothing confines the management account."""
    if backend is None or account == backend.account_id:
        return []
    found: list[Mapping[str, Any]] = []
    target: Any = next((each for each in backend.accounts if each.id == account), None)
    while target is not None:
        found += [json.loads(each.content or "") for each in target.attached_policies if each.type == SERVICE_CONTROL]
        above = getattr(target, "parent_id", None)
        target = next((unit for unit in backend.ou if unit.id == above and unit is not target), None)
    return found


def _checked(response: OrganizationsResponse, operation: str) -> dict[str, Any]:
    parameters = response.request_params
    for problem in problems(parameters, get_service_model("organizations").operation_model(operation).input_shape):
        raise InvalidInputException(f"The parameter {problem.path} {problem.text}.")
    return parameters


def _target(backend: OrganizationsBackend, identifier: str) -> Any:
    known: list[Any] = [*backend.ou, *backend.accounts]
    target = next((each for each in known if each.id == identifier), None)
    if target is None:
        raise TargetNotFoundException
    return target


def _check_content(kind: str, content: str) -> None:
    if len(content) > _CHARACTERS.get(kind, len(content)):
        raise ConstraintViolationException("You have exceeded the maximum policy size.")
    try:
        document = json.loads(content)
        _SYNTAX[kind](document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _Malformed from error


def _check_statements(document: Any) -> None:
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        known = set(statement) <= _STATEMENT and statement["Effect"] in {"Allow", "Deny"}
        once = ("Action" in statement) != ("NotAction" in statement)
        if not known or not once or not ("Resource" in statement) != ("NotResource" in statement):
            raise ValueError(statement)


def _check_attributes(document: Any) -> None:
    attributes = document["ec2_attributes"]
    if set(document) != {"ec2_attributes"} or not set(attributes) <= _EC2:
        raise ValueError(document)
    for name, states in _STATES.items():
        if name in attributes and attributes[name]["state"]["@@assign"] not in states:
            raise ValueError(attributes[name])


_SYNTAX: Final = MappingProxyType({SERVICE_CONTROL: _check_statements, DECLARATIVE: _check_attributes})
