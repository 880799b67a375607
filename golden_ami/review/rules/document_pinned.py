"""What decides who approves and who receives is part of the document."""

import re
from collections.abc import Iterator
from typing import Final

from golden_ami.review.documents import RECEIVERS, Document, inputs_of, listed
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import Unknown, shown, unknowns

DECIDING: Final = frozenset({
    "PipelineApproverArn", "MinRequiredApprovals", "AMIPrincipals", "SharePrincipals", "ResourceShareArn",
    "ParameterShareArn", "SnsNotificationArn", "ImageBuilderPipelineArn", "AutomationAssumeRole", "OrganizationId",
    "FindingLimits", "Waivers", "Keys", "EvidenceBucket",
})  # fmt: skip
"""Parameters of the readable documents that a deployed one has as literals."""

_DECIDED: Final = (*RECEIVERS, "approvers", "required", "organization", "share", "resourceShareArn")
"""What steps are given that decides."""
_REFERENCE: Final = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")


def _check(examined: Examined) -> Iterator[Violation]:
    for document in examined.documents:
        if document.problem:
            yield Violation(document.address, f"{document.name} cannot be judged: {document.problem}")
            continue
        yield from (Violation(document.address, f"{document.name} {each}") for each in _open(document))
        role = document.content.get("assumeRole")
        if not isinstance(role, str) or _REFERENCE.search(role):
            yield Violation(document.address, f"{document.name} lets who starts it choose the role")
        for unknown in unknowns(document.content):
            if not examined.plan.proves(unknown, "aws_ram_resource_share", "aws_kms_key", "aws_sns_topic"):
                yield Violation(document.address, f"{document.name} holds a value that is {unknown}")
    for resource in examined.of("aws_ssm_document"):
        if resource.values.get("document_type") != "Automation":
            kind = shown(resource.values.get("document_type"))
            yield Violation(resource.address, f"is a document of type {kind}, whose text is not judged here")


def _open(document: Document) -> Iterator[str]:
    parameters = document.content.get("parameters")
    names = set(parameters) if isinstance(parameters, dict) else set()
    for name in sorted(names & DECIDING):
        yield f"has the parameter {name}, which whoever starts it may choose"
    variables = set(document.content.get("variables") or {})
    for step in document.approvals:
        for key in ("Approvers", "MinRequiredApprovals"):
            for each in listed(inputs_of(step).get(key)):
                if _REFERENCE.search(shown(each)):
                    yield f"takes {key} from {shown(each)}, and not from its own text"
    deciding = [(key, one) for key in _DECIDED for each in document.literals(key) for one in listed(each)]
    for key, value in dict.fromkeys((key, shown(value)) for key, value in deciding if not isinstance(value, Unknown)):
        for reference in _REFERENCE.findall(value):
            head = reference.split(".")[0]
            if head in names or head in variables or reference.startswith(("ssm:", "secretsmanager:", "variable:")):
                yield f"takes {key} from {reference}, which whoever starts it, or writes that, may choose"


RULE: Final = Rule(
    name="document-pinned",
    title="Approvers, quorum, receivers, share, topic and role are literals of the document.",
    why="Whoever may start an automation could otherwise name his own approver, or who receives.",
    remedy="deploy the bound document, as `golden-ami runbook render` prints it",
    check=_check,
)
