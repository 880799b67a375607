"""Every check, in the order in which they are made: what an account needs first, then what a deployment has."""

from typing import Final

from golden_ami.operate.doctor.accounts import inspector, organization, quotas, ram_sharing, service_linked_roles
from golden_ami.operate.doctor.approved import approved_images
from golden_ami.operate.doctor.check import Check
from golden_ami.operate.doctor.evidence import evidence_bucket
from golden_ami.operate.doctor.keys import key_alias, keys
from golden_ami.operate.doctor.leftovers import orphans, pending_approvals
from golden_ami.operate.doctor.outcomes import dead_letters, outcome_rules, schedules, topic
from golden_ami.operate.doctor.receivers import block_public_images, resource_shares
from golden_ami.operate.doctor.roles import permissions, roles
from golden_ami.operate.doctor.runbooks import runbooks

CHECKS: Final[dict[str, Check]] = {
    each.name: each
    for each in (
        organization,
        ram_sharing,
        inspector,
        service_linked_roles,
        quotas,
        block_public_images,
        key_alias,
        keys,
        evidence_bucket,
        runbooks,
        roles,
        permissions,
        outcome_rules,
        dead_letters,
        topic,
        schedules,
        resource_shares,
        approved_images,
        pending_approvals,
        orphans,
    )
}
"""By name."""
