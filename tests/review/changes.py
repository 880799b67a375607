"""Twelve changes as pull requests bring them: what is edited, what is planned, and what the review has to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Stack = dict[str, Any]
COPY_KEY = "arn:aws:kms:eu-north-1:222222222222:key/11111111-2222-3333-4444-555555555555"


@dataclass(frozen=True)
class Change:
    """One pull request.

    Attributes
    ----------
    edits : tuple of (str, str)
        Replacements in the configuration.
    component : tuple of (str, str)
        A replacement in a component.
    tamper : callable or None
        What somebody does to the synthesised JSON, for what the configuration cannot express.
    says : tuple of str
        Texts that the review must have.
    fails : frozenset of str
        Rules that must fail, and no other ones.
    counts : mapping of str to int
        Resources that change, where the number is the point.
    """

    edits: tuple[tuple[str, str], ...] = ()
    component: tuple[str, str] | None = None
    tamper: Callable[[Stack], None] | None = None
    says: tuple[str, ...] = ()
    fails: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)


def _of(stack: Stack, kind: str, part: str) -> Stack:
    (found,) = (each for name, each in stack["resource"][kind].items() if part in name)
    return dict_of(found)


def dict_of(value: Any) -> Stack:
    assert isinstance(value, dict)
    return value


def _foreign_unit(stack: Stack) -> None:
    ours = "arn:aws:organizations::111111111111:ou/o-sandbox00001/ou-sbox-workloads1"
    theirs = "arn:aws:organizations::999999999999:ou/o-foreigner99/ou-frgn-workloads1"
    document = _of(stack, "aws_ssm_document", "approval_runbook")
    assert ours in document["content"]
    document["content"] = document["content"].replace(f"- {ours}", f"- {ours}\n      - {theirs}", 1)
    document["content"] = document["content"].replace(ours, theirs)


def _open_key(stack: Stack) -> None:
    key = _of(stack, "aws_kms_key", "encryption_key")
    bound = '"aws:PrincipalOrgID": "o-sandbox00001"'
    assert bound in key["policy"]
    key["policy"] = (
        key["policy"]
        .replace(bound, '"aws:PrincipalOrgID": "o-*"')
        .replace('"StringEquals": {\n          "aws:PrincipalOrgID"', '"StringLike": {\n          "aws:PrincipalOrgID"')
    )


def _unpinned(stack: Stack) -> None:
    stack["terraform"]["required_providers"]["aws"]["version"] = ">= 5.0"


def _keep_the_provider(stack: Stack) -> None:
    """Leave the Region's provider in, without which Terraform cannot plan the end of what it has made."""
    (home,) = stack["provider"]["aws"]
    stack["provider"]["aws"].append(home | {"alias": "eu-north-1", "region": "eu-north-1"})


CHANGES: dict[str, Change] = {
    "add an account": Change(
        edits=(("launch: [workloads]", 'launch: [workloads, "444444444444"]'),),
        says=("May launch", "account 444444444444"),
    ),
    "add a unit": Change(
        edits=(("launch: [workloads]", "launch: [workloads, sandboxes]"),),
        says=("organizational unit ou-sbox-sandboxes1 of organization o-sandbox00001",),
    ),
    "a unit of another organization": Change(
        tamper=_foreign_unit,
        says=("organization o-foreigner99, and ours is o-sandbox00001",),
        fails=frozenset({"no-external-principals"}),
    ),
    "swap an approver": Change(
        edits=(("role/GoldenAmiSecondApprover", "role/GoldenAmiStandIn"),),
        says=("role/GoldenAmiSecondApprover", "role/GoldenAmiStandIn", "Approvers"),
    ),
    "lower the quorum": Change(
        edits=(("required: 2", "required: 1"),),
        says=("wants 1 approvals, fewer than 2", "Approvals needed"),
        fails=frozenset({"quorum-floor"}),
    ),
    "widen the key policy": Change(
        tamper=_open_key,
        says=("every organization like o-*", "May use the key"),
        fails=frozenset({"no-public-permission"}),
    ),
    "edit a component": Change(
        component=("ServerTokens Prod", "ServerTokens Min"),
        says=("component golden-ami-web-server-web-server: 1.0.", "recipe golden-ami-web-server: 1.0."),
        counts={"replace": 2, "update": 1},
    ),
    "rename a deployment": Change(
        edits=(("  sandbox:\n    account", "  renamed:\n    account"),),
        says=("is replaced because of name, and its subscriptions have to be confirmed anew",),
        fails=frozenset({"no-destroy"}),
    ),
    "scanning off": Change(
        edits=(
            (
                '    version: "1.0"\n',
                '    version: "1.0"\n    scanning: { disabled_because: Inspector is slow }\n',
            ),
        ),
        says=("has image_scanning_enabled false", "leaves the scan out: Inspector is slow"),
        fails=frozenset({"scanning"}),
    ),
    "remove a Region": Change(
        edits=(("    copies:\n      eu-north-1:\n", ""), (f"        key: {COPY_KEY}\n", "")),
        tamper=_keep_the_provider,
        says=("eu-north-1", "Regions", "nothing holds it there any more"),
        counts={"destroy": 1},
    ),
    "drop retention": Change(
        edits=(("    log_retention_days: null", "    log_retention_days: null\n    retain_on_destroy: false"),),
        says=("is gone 7 days after its deletion", "force_destroy", "lets its evidence be deleted"),
        fails=frozenset({"retention"}),
    ),
    "change the provider's pin": Change(
        tamper=_unpinned,
        says=("is not pinned",),
        fails=frozenset({"provider-version"}),
    ),
}
