"""Every rule, in the order in which findings are read; one a file."""

from typing import Final

from golden_ami.review.rule import Rule
from golden_ami.review.rules import (
    approval_before_sharing,
    approvers_floor,
    distribution_shares_nothing,
    document_pinned,
    encryption,
    guardrails_hold,
    imdsv2,
    logs,
    no_destroy,
    no_external_principals,
    no_public_permission,
    no_wildcard_permission,
    provider_version,
    quorum_floor,
    retention,
    runbook_known,
    scanning,
    trust_confined,
    understood,
)

RULES: Final[dict[str, Rule]] = {
    each.RULE.name: each.RULE
    for each in (
        no_external_principals,
        no_public_permission,
        distribution_shares_nothing,
        approvers_floor,
        quorum_floor,
        document_pinned,
        runbook_known,
        approval_before_sharing,
        guardrails_hold,
        no_destroy,
        retention,
        no_wildcard_permission,
        trust_confined,
        encryption,
        imdsv2,
        scanning,
        logs,
        provider_version,
        understood,
    )
}
"""By name."""
