"""What whoever starts a runbook needs: that runbook, and its role to pass, to nobody but Systems Manager."""

from typing import Literal

from golden_ami.names import RunbookNames
from golden_ami.permissions.statement import Statement


def starting(sid: str, names: RunbookNames, *, version: Literal["*", "$DEFAULT"] = "*") -> tuple[Statement, Statement]:
    """Start a runbook, and pass the role that it assumes ("Setting up Automation", Systems Manager User Guide).

    Parameters
    ----------
    sid : str
        Of the first statement.
    names : RunbookNames
        Of the runbook; it is asked for as an automation and as a document.
    version : str
        Which version may be started, by default any.
    """
    definition = names.definition_arn if version == "*" else names.default_arn
    return (
        Statement(sid=sid, actions=("ssm:StartAutomationExecution",), resources=(definition, names.document_arn)),
        Statement(
            sid="PassOnlyItsRole",
            actions=("iam:PassRole",),
            resources=(names.role_arn,),
            conditions={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        ),
    )
