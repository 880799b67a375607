"""The findings as SARIF 2.1.0, for code scanners."""

import hashlib
import json
from typing import Any, Final

from golden_ami.inert import inert
from golden_ami.review.judgement import Finding
from golden_ami.review.review import Review
from golden_ami.review.rules import RULES

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(review: Review) -> str:
    """Write the findings as SARIF; what somebody has accepted is there, and suppressed."""
    sources = {each.deployment: each.source for each in review.deployments}
    rules = list(dict.fromkeys([*RULES, *(each.rule for each in review.judgement.findings)]))
    run = {
        "tool": {"driver": {"name": "golden-ami review", "rules": [_rule(name) for name in rules]}},
        "results": [_result(each, rules, sources) for each in review.judgement.findings],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(name: str) -> dict[str, Any]:
    rule = RULES.get(name)
    if rule is None:
        return {"id": name, "shortDescription": {"text": "A suppression is over."}}
    return {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding, rules: list[str], sources: dict[str, str]) -> dict[str, Any]:
    source = sources.get(finding.deployment, "policy")
    where = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(source)},
            # A plan is one line; code scanners want a region all the same.
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"fullyQualifiedName": inert(finding.address), "kind": "resource"}],
    }
    identity = "\0".join((finding.rule, finding.deployment, finding.address, finding.message))
    result = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": "error" if finding.fails else "note",
        "message": {"text": inert(f"{finding.deployment}: {finding.address}: {finding.message}; {finding.remedy}")},
        "locations": [where],
        "partialFingerprints": {"finding/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if finding.suppression:
        kept = finding.suppression
        words = f"{kept.reason} ({kept.owner}, until {kept.expires})"
        result["suppressions"] = [{"kind": "external", "justification": words}]
    return result


def _uri(source: str) -> str:
    if source == "-":
        return "plan.json"
    return "".join(
        each if each.isalnum() or each in "/._-" else "".join(f"%{byte:02X}" for byte in each.encode())
        for each in source
    )
