"""Rules that a document must keep: Systems Manager's, those of the APIs that it calls, and this project's.

Sources: "Create runbooks" and "Systems Manager Automation actions reference" (Systems Manager User Guide), the quotas
of Automation documents, AWS's JSON schema of documents, and botocore's descriptions of APIs.
"""

from collections.abc import Sequence
from typing import Any

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint.answers import answers, outputs
from golden_ami.runbook.lint.finding import Finding, Report
from golden_ami.runbook.lint.flow import flow
from golden_ami.runbook.lint.parameters import parameters
from golden_ami.runbook.lint.policies import PolicyStatement, load_policies
from golden_ami.runbook.lint.programs import programs
from golden_ami.runbook.lint.quotas import names, quotas
from golden_ami.runbook.lint.references import references
from golden_ami.runbook.lint.risks import risks, unpinned
from golden_ami.runbook.lint.role import role
from golden_ami.runbook.lint.shape import shape
from golden_ami.runbook.lint.structure import structure

__all__ = ["Finding", "PolicyStatement", "Report", "examine", "lint", "load_policies"]

_CHEAP = (names, flow, references, outputs, quotas)
_THOROUGH = (parameters, answers, programs, risks)


def lint(content: dict[str, Any]) -> list[str]:
    """Say what is wrong with a document, as far as the document itself tells: every bound document is asked.

    Parameters
    ----------
    content : dict
        A document with ``mainSteps``.

    Returns
    -------
    list of str
        One sentence each; empty for a document without faults.
    """
    return [str(finding) for finding in _cheap(content)]


def _cheap(content: dict[str, Any]) -> list[Finding]:
    return list(shape(content)) or [finding for rule in _CHEAP for finding in rule(content)]


def examine(runbook: Runbook, *, pinned: bool = False, policies: Sequence[PolicyStatement] | None = None) -> Report:
    """Say everything that is wrong with a document: AWS's schema, its APIs and its scripts are asked, too.

    Parameters
    ----------
    runbook : Runbook
        A document; scripts that it names are beside it.
    pinned : bool
        Whether parameters that decide who approves, and who receives, are faults.
    policies : sequence of PolicyStatement, optional
        What the policies of the role say that it assumes; without them, the role is not judged.

    Returns
    -------
    Report
        Each fault once.
    """
    broken = tuple(shape(runbook.content))
    if broken:
        return Report(broken, ("the other rules were not asked, because they read what is missing",))
    found = _cheap(runbook.content)
    for rule in (*_THOROUGH, unpinned) if pinned else _THOROUGH:
        found += rule(runbook)
    structural, left_out = structure(runbook.content)
    found += structural
    order = {f"step {step['name']}": index for index, step in enumerate(runbook.content["mainSteps"])}
    unchecked = [left_out] if left_out else []
    if policies is not None:
        of_role, not_judged = role(runbook, policies)
        found += of_role
        unchecked += not_judged
        order |= {statement.where: len(order) for statement in policies}
    found.sort(key=lambda finding: order.get(finding.where, -1))
    return Report(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unchecked)))
