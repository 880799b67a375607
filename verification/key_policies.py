"""Policies that the key of an AMI may have, and whom they admit: a table apart from how runbooks find it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from verification.configurations import ORGANIZATION

_UNIT: Final = "ou-sbox-workloads1"
_ACCOUNT: Final = "444444444444"
_ACTIONS: Final = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*"]
Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KeyPolicy:
    """Statements beside the one of the key's own account.

    Attributes
    ----------
    statements : tuple of dict
        What they say.
    admits : bool
        Whether the unit and the account may launch with the key.
    of_account : bool
        Whether the account alone may, whatever the unit may.
    """

    statements: tuple[Statement, ...]
    admits: bool
    of_account: bool


def _anybody(operator: str, key: str, *values: str, **more: Any) -> Statement:
    condition = {operator: {key: list(values) if len(values) > 1 else values[0]}, **more}
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": _ACTIONS, "Resource": "*", "Condition": condition}


def _named(*principals: str) -> Statement:
    return {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": _ACTIONS, "Resource": "*"}


def _policy(admits: bool, of_account: bool, *statements: Statement) -> KeyPolicy:
    return KeyPolicy(statements=statements, admits=admits, of_account=of_account)


_WHOLE: Final = _anybody("StringEquals", "aws:PrincipalOrgID", ORGANIZATION)
_OTHER: Final = _anybody("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-sbox/ou-other/*")
_WITHIN: Final = _anybody(
    "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-sbox/{_UNIT}/*", f"{ORGANIZATION}/r-sbox/x/*"
)

POLICIES: Final[Mapping[str, KeyPolicy]] = MappingProxyType(
    {
        "for-the-path": _policy(
            True, True, _anybody("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORGANIZATION}/*")
        ),
        "for-the-unit": _policy(True, True, _WITHIN),
        "for-another-unit": _policy(False, True, _OTHER),
        "for-the-account": _policy(False, True, _named(_ACCOUNT)),
        "for-the-root-of-the-account": _policy(False, True, _named(f"arn:aws:iam::{_ACCOUNT}:root")),
        "for-one-of-two-accounts": _policy(
            False, True, _named("arn:aws:iam::555555555555:root", f"arn:aws:iam::{_ACCOUNT}:root")
        ),
        "for-another-account": _policy(False, False, _named("555555555555")),
        "for-the-root-of-another-account": _policy(False, False, _named("arn:aws:iam::555555555555:root")),
        "for-a-role": _policy(False, False, _named(f"arn:aws:iam::{_ACCOUNT}:role/one")),
        "if-of-the-account": _policy(
            False, True, _anybody("StringEquals", "aws:PrincipalAccount", "555555555555", _ACCOUNT)
        ),
        "if-called-by-the-account": _policy(False, True, _anybody("StringEquals", "kms:CallerAccount", _ACCOUNT)),
        "if-of-another-account": _policy(
            False, False, _anybody("StringEquals", "aws:PrincipalAccount", "555555555555")
        ),
        "of-a-foreign-organization": _policy(
            False, False, _anybody("StringEquals", "aws:PrincipalOrgID", "o-foreign00001")
        ),
        "of-all-but-one-organization": _policy(
            False, False, _anybody("StringNotEquals", "aws:PrincipalOrgID", ORGANIZATION)
        ),
        "through-ec2": _policy(
            True,
            True,
            _anybody(
                "StringEquals",
                "aws:PrincipalOrgID",
                ORGANIZATION,
                StringLike={"kms:ViaService": "ec2.*.amazonaws.com"},
            ),
        ),
        "from-somewhere": _policy(
            False,
            False,
            _anybody("StringEquals", "aws:PrincipalOrgID", ORGANIZATION, IpAddress={"aws:SourceIp": "192.0.2.0/24"}),
        ),
        "without-grants": _policy(False, False, {**_WHOLE, "Action": _ACTIONS[1:]}),
        "in-two-statements": _policy(True, True, {**_WHOLE, "Action": _ACTIONS[:2]}, {**_WHOLE, "Action": "kms:*e*"}),
        "denying-all": _policy(False, False, {**_WHOLE, "Effect": "Deny"}),
    }
)
"""By name."""
