"""A factory without Terraform: what the runbooks of one image are bound to, and what their roles may do.

Names, documents and policies are the product's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.iam.models import iam_backends

from golden_ami.config import ImageFactory
from golden_ami.config.evidence import Quarantine
from golden_ami.confinements import (
    approval_confinement,
    evidence_confinement,
    retirement_confinement,
    revocation_confinement,
    rollback_confinement,
)
from golden_ami.names import DeploymentNames
from golden_ami.permissions import Statement, automation_statements
from golden_ami.runbook import BoundRunbook
from golden_ami.runbooks import (
    approval_runbook,
    evidence_runbook,
    outcome_runbook,
    retirement_runbook,
    revocation_runbook,
    rollback_runbook,
)
from verification.configurations import ACCOUNT, ORGANIZATION, Configuration

PEOPLE: Final = ("GoldenAmiStarter", "GoldenAmiRevoker", "GoldenAmiApprover", "GoldenAmiReviewer", "GoldenAmiOutsider")
QUARANTINES: Final = {"one": Quarantine(disable=True, delete_after_days=30), "two": Quarantine()}
"""By deployment: disabling ends launch permissions, and so hides what was not taken back."""


@dataclass(frozen=True, kw_only=True)
class Factory:
    """One image's factory.

    Attributes
    ----------
    configuration : Configuration
        What it was made from.
    history : int
        Images that were approved before a scenario begins.
    image : ImageFactory
        The product's view of it.
    share_arn : str or None
        Its resource share.
    keys : mapping of str to str
        Region to ARN of the key of its AMIs.
    """

    configuration: Configuration
    history: int
    image: ImageFactory
    share_arn: str | None
    keys: Mapping[str, str]

    def approval(self) -> BoundRunbook:
        """Bind the approval runbook."""
        return approval_runbook(
            self.image,
            organization_id=ORGANIZATION,
            topic_arn=self.image.names.scope.topic_arn,
            share_arn=self.share_arn,
        )

    def evidence(self) -> BoundRunbook:
        """Bind the evidence runbook."""
        return evidence_runbook(self.image, organization_id=ORGANIZATION, keys=self.keys, share_arn=self.share_arn)

    def retirement(self) -> BoundRunbook:
        """Bind the retirement runbook."""
        return retirement_runbook(self.image, topic_arn=self.image.names.scope.topic_arn, share_arn=self.share_arn)

    def revocation(self) -> BoundRunbook:
        """Bind the revocation runbook."""
        return revocation_runbook(self.image, topic_arn=self.image.names.scope.topic_arn, share_arn=self.share_arn)

    def rollback(self) -> BoundRunbook:
        """Bind the rollback runbook."""
        return rollback_runbook(
            self.image,
            organization_id=ORGANIZATION,
            topic_arn=self.image.names.scope.topic_arn,
            share_arn=self.share_arn,
        )

    def dismiss_others_people(self) -> None:
        """Leave people what this factory lets them do: every call would look through what all others let them."""
        for role in iam_backends[ACCOUNT]["aws"].roles.values():
            if role.name in PEOPLE:
                role.policies = {name: text for name, text in role.policies.items() if name == self.image.names.image}

    def runbooks(self) -> Iterator[tuple[BoundRunbook, str, str, tuple[Statement, ...]]]:
        """Give each document of its own with its name, its role and what that may do, as the stack does."""
        names, common = self.image.names, self._common()
        approval, evidence, retirement = self.approval(), self.evidence(), self.retirement()
        for bound, document, role, confinement in (
            (
                approval,
                names.approval.document,
                names.approval.role,
                approval_confinement(self.image, **common),
            ),
            (
                evidence,
                names.evidence.document,
                names.evidence.role,
                evidence_confinement(self.image, keys=self.keys, key_arn=None),
            ),
            (
                retirement,
                names.retirement.document,
                names.retirement.role,
                retirement_confinement(self.image, **common),
            ),
            (
                self.revocation(),
                names.revocation.document,
                names.revocation.role,
                revocation_confinement(self.image, **common),
            ),
            (
                self.rollback(),
                names.rollback.document,
                names.rollback.role,
                rollback_confinement(self.image, **common),
            ),
        ):
            yield bound, document, role, automation_statements(bound, confinement)

    def _common(self) -> dict[str, Any]:
        return {"topic_arn": self.image.names.scope.topic_arn, "key_arn": None, "share_arn": self.share_arn}


def outcome(scope: DeploymentNames) -> BoundRunbook:
    """Bind the outcome runbook of a deployment."""
    return outcome_runbook(
        scope,
        topic_arn=scope.topic_arn,
        evidence_bucket=scope.evidence_bucket,
        quarantine=QUARANTINES[scope.deployment],
    )
