"""Who may decide, who has decided, and who is who; as ``runbooks/scripts/assert_approval.py`` judges it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from golden_ami.operate.executions import Step

ASKING: Final = "waitForAdministratorApproval"
APPROVE: Final = "Approve"
REJECT: Final = "Reject"
_WORDS: Final = {APPROVE: "approved", REJECT: "denied"}


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What somebody has decided, as Systems Manager tells it.

    Attributes
    ----------
    who : str
        ARN of the principal.
    decision : str
        ``Approve`` or ``Reject``, or whatever was written there.
    comment : str
        May be empty.
    """

    who: str
    decision: str
    comment: str

    @property
    def word(self) -> str:
        """The decision as people say it."""
        return _WORDS.get(self.decision, self.decision or "said")


def decided(step: Step | None) -> tuple[Decided, ...]:
    """Read the decisions of an approval step; nothing while Systems Manager does not tell them.

    They are texts of JSON objects, or of lists of them, with keys in any case.
    """
    found = []
    for text in step.outputs.get("ApproverDecisions", ()) if step else ():
        value = _parsed(text)
        for record in value if isinstance(value, list) else [value]:
            given = record if isinstance(record, dict) else {"comment": record}
            fields = {str(key).lower(): str(inner) for key, inner in given.items() if inner is not None}
            found.append(
                Decided(
                    who=fields.get("approver", ""),
                    decision=fields.get("decision", ""),
                    comment=fields.get("comment", ""),
                )
            )
    return tuple(found)


def approvers_of(step: Step) -> tuple[str, ...]:
    """Read from a step's inputs who may approve."""
    value = _parsed(step.inputs.get("Approvers", ""))
    if isinstance(value, list):
        return tuple(map(str, value))
    return tuple(each.strip() for each in str(value).strip("[]").split(",") if each.strip())


def required_by(step: Step) -> int:
    """Read from a step's inputs how many must approve."""
    given = str(step.inputs.get("MinRequiredApprovals", "1")).strip()
    return int(given) if given.isdecimal() else 1


def is_approver(who: str, approvers: Sequence[str]) -> bool:
    """Tell whether a principal is on the list."""
    # A session that is named is that session only, and not its role.
    named = {*approvers, *(role_or_user(each) for each in approvers if ":assumed-role/" not in each)}
    return bool({who, role_or_user(who)} & named)


def role_or_user(arn: str) -> str:
    """Name the role or user of a principal by account and name: the ARN of a session does not have the role's path."""
    prefix, _, resource = arn.rpartition(":")
    kind, _, name = resource.partition("/")
    if kind == "assumed-role":
        return f"{prefix.replace(':sts:', ':iam:')}:role/{name.partition('/')[0]}"
    return f"{prefix}:{kind}/{name.rpartition('/')[2]}"


def person(arn: str) -> str:
    """Name the person behind a principal, who may have several roles."""
    return arn.rpartition("/")[2]


def people_who_approved(decisions: Iterable[Decided], approvers: Sequence[str], starter: str) -> set[str]:
    """Name the distinct people whose approvals count."""
    return {
        person(each.who)
        for each in decisions
        if each.decision == APPROVE and person(each.who) != person(starter) and is_approver(each.who, approvers)
    }


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
