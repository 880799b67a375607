"""The runbooks by what they are for."""

from enum import StrEnum


class Document(StrEnum):
    """What a runbook is for."""

    approval = "approval"
    evidence = "evidence"
    retirement = "retirement"
    revocation = "revocation"
    rollback = "rollback"
    outcome = "outcome"
    rollout = "rollout"
