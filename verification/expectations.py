"""What has to be told about a scenario: a table of its own, that knows nothing of how the runbooks find it out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verification.faults import REVOKED, Fault
from verification.scenarios import KEYS, Scenario
from verification.spoiling import SPOILED
from verification.twists import TWISTS

OF_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inspectTargets": "not-private",
        "executeImageCreation": "build-failed",
        "waitImageBuildingComplete": "build-failed",
        "getBuildStatus": "build-failed",
        "continueIfImageAvailable": "build-failed",
        "assertImageAvailable": "build-failed",
        "waitImageScanComplete": "scan-failed",
        "assertImageScanned": "scan-failed",
        "checkFindings": "scan-failed",
        "inspectBuiltImage": "not-private",
        "startEvidence": "evidence-failed",
        "checkKeys": "evidence-failed",
        "collectEvidence": "evidence-failed",
        "wordRequest": "evidence-failed",
        "waitEvidence": "evidence-failed",
        "readEvidence": "evidence-failed",
        "waitForAdministratorApproval": "failed",
        "assertApproval": "approval-invalid",
        "getBuiltImage": "failed",
        "shareEC2BuilderImage": "sharing-failed",
        "waitImageShared": "sharing-failed",
        "assertImageShared": "sharing-failed",
        "shareEC2AMIImage": "sharing-failed",
        "publishApprovedAmi": "sharing-failed",
        "postProcessing": "approved",
        "tellOutcome": "approved",
        "recordDecision": "approved",
        "markImage": "approved",
        "inspectImage": "retirement-refused",
        "withdrawImage": "retirement-failed",
        "unshareImage": "retirement-failed",
        "removeImage": "retirement-failed",
        "assertNothingPending": "retirement-pending",
    }
)
"""Outcome of a failure, in the order of the steps."""

OF_CHANGES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "revocation": {
            "inspectRevocation": "revocation-refused",
            "waitForAdministratorApproval": "revocation-refused",
            "assertRevocationApproved": "approval-invalid",
            "revokeImage": "revocation-failed",
            "disableRevokedAmis": "revocation-failed",
        },
        "rollback": {
            "inspectRollback": "rollback-refused",
            "restoreImage": "rollback-failed",
            "publishRestoredImage": "rollback-failed",
            "putCurrentBack": "rollback-failed",
        },
    }
)
"""The same of the documents that take back what was approved."""

TELLING: Final = frozenset({"postProcessing", "tellOutcome", "recordDecision", "markImage"})
"""Steps that tell, and what comes after them: a fault in one of them is one of the delivery itself."""

_RETRIED: Final = frozenset(
    {("approval", step) for step in ("executeImageCreation", "getBuildStatus", "getBuiltImage", "shareEC2BuilderImage")}
    | {("approval", "startEvidence")}
)
"""Steps with a second and a third try."""

_REVOCATION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "approved": "revoked",
        "by-the-starter": "approval-invalid",
        "by-one-person-twice": "approval-invalid",
        "stopped": "cancelled",
    }
)
"""Outcomes of a revocation that people are asked about; every other decision leaves all as it is."""

_DECISIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "approved": "approved",
        "denied": "denied",
        "denied-by-the-second": "denied",
        "expired": "expired",
        "by-an-outsider": "expired",
        "by-the-starter": "approval-invalid",
        "by-one-of-two": "expired",
        "by-one-person-twice": "approval-invalid",
        "superseded": "approval-invalid",
        "stopped": "cancelled",
        "share-opened-meanwhile": "approval-invalid",
        "receiver-added-meanwhile": "approval-invalid",
        "evidence-replaced-meanwhile": "approval-invalid",
        "untrusted-meanwhile": "role-broken",
        "deprecated-meanwhile": "approval-invalid",
        "disabled-meanwhile": "approval-invalid",
        "deleted-meanwhile": "approval-invalid",
    }
)


_LAST: Final = frozenset(
    {"publishApprovedAmi", "assertNothingPending", "wordRequest", "publishRestoredImage", "disableRevokedAmis"}
)
"""Steps after which there is nothing left to do but to tell."""


def outcomes(scenario: Scenario) -> frozenset[str]:
    """Name the outcomes that may be told about a scenario; only an empty answer leaves more than one."""
    if scenario.twist and TWISTS[scenario.twist].told:
        return frozenset({TWISTS[scenario.twist].told})
    if not scenario.approves:
        return _of_faults(scenario, _changed(scenario))
    return _of_faults(scenario, _built(scenario) or _linked(scenario) or _decided(scenario))


def _built(scenario: Scenario) -> str:
    """Name what ends it before anybody is asked."""
    build, configuration = scenario.build, scenario.configuration
    if scenario.before not in {"nothing", *KEYS}:
        return "not-private"
    if build in {"fails", "fails-late", "cancelled", "endless"} or build.startswith("turns-"):
        return "build-failed"
    unscanned = {"scan-failed", "scan-abandoned", "scan-timed-out", "unscanned", "over-the-limit", "critical"}
    if configuration.scanning and build in unscanned:
        return "scan-failed"
    if build == "given-away" or (build == "no-copy" and configuration.copies):
        return "not-private"
    if scenario.before == "key-closed" and not configuration.launch:
        return ""
    return "evidence-failed" if scenario.before in KEYS else ""


def _linked(scenario: Scenario) -> str:
    return "sharing-failed" if scenario.link != "fine" and scenario.decision == "approved" else ""


def _decided(scenario: Scenario) -> str:
    if scenario.decision == "late":
        return "approval-invalid" if scenario.configuration.scanning else "approved"
    return _DECISIONS[scenario.decision]


def _changed(scenario: Scenario) -> str:
    if scenario.rolls_back:
        refused = scenario.because == "none" or scenario.history < 2 or SPOILED[scenario.before].refused
        return "rollback-refused" if refused else "rolled-back"
    if not scenario.revokes:
        return _retired(scenario)
    if scenario.because == "none" or scenario.revokes == "foreign":
        return "revocation-refused"
    wanted = _REVOCATION.get(scenario.decision, "revocation-refused") if scenario.configuration.asks else "revoked"
    return "revocation-failed" if wanted == "revoked" and SPOILED[scenario.before].fails else wanted


def _retired(scenario: Scenario) -> str:
    given = scenario.retires in {"current", "previous"}
    if given and scenario.because == "none":
        return "retirement-refused"
    return "retirement-pending" if scenario.before == "protected-for-a-day" else "retired"


def _of_faults(scenario: Scenario, otherwise: str) -> frozenset[str]:
    if not scenario.faults:
        return frozenset({otherwise})
    (first, *_) = scenario.faults
    if first.kind == "untrusted" and first.step == "revokeImage" and not scenario.configuration.disables:
        return frozenset({otherwise})
    return _of(scenario.faults[0], otherwise) | {
        "cancelled" for fault in scenario.faults[1:] if fault.kind == "stopped" and fault.step not in TELLING
    }


def _of(fault: Fault, otherwise: str) -> frozenset[str]:
    if fault.step in TELLING or fault.document == "outcome":
        # A stop that comes after everything has been shared or told may be told as either.
        return frozenset({otherwise, "cancelled"} if fault.kind == "stopped" else {otherwise})
    if fault.kind == "malformed":
        steps = OF_CHANGES.get(fault.document, OF_STEPS)
        later = list(steps)[list(steps).index(fault.step) :]
        return frozenset({otherwise, *(steps[step] for step in later)})
    return frozenset(_one_of(fault, otherwise))


def _one_of(fault: Fault, otherwise: str) -> set[str]:
    if fault.kind == REVOKED:
        # It depends on whether it was before or after the last look.
        failed = "sharing-failed" if fault.document == "approval" else "rollback-failed"
        return {otherwise, _step_of(fault), failed, *(["approval-invalid"] if fault.document == "approval" else [])}
    if fault.kind == "stopped" and fault.document == "evidence":
        # It may be stopped in the step, or after it.
        return {_step_of(fault), "evidence-failed"}
    if fault.step == "inspectRevocation" and fault.kind != "stopped":
        # What it cannot see it takes back all the same, and then says that something may be left.
        return {otherwise, _named(fault, otherwise), "revocation-failed"}
    if fault.kind == "lost" and fault.step in {"publishApprovedAmi", "publishRestoredImage"}:
        # When it was the last answer, everything is written down.
        return {otherwise, _step_of(fault)}
    return {_named(fault, otherwise)}


def _named(fault: Fault, otherwise: str) -> str:
    retried = fault.kind in {"throttled", "lost", "slow"} and (fault.document, fault.step) in _RETRIED
    last = fault.kind == "untrusted" and fault.step in _LAST
    if retried or last:
        return otherwise
    if fault.kind == "slow" and fault.step == "waitForAdministratorApproval" and fault.document == "approval":
        return "expired"
    return {"denied": "role-broken", "untrusted": "role-broken", "stopped": "cancelled"}.get(
        fault.kind, _step_of(fault)
    )


def _step_of(fault: Fault) -> str:
    return OF_CHANGES.get(fault.document, OF_STEPS)[fault.step]
