"""What whoever starts a runbook needs: that runbook, and its role to pass, to nobody but Systems Manager."""

from golden_ami.permissions.statement import Statement


def starting(sid: str, *, definition: str, document: str, role: str) -> tuple[Statement, Statement]:
    """Start a runbook, and pass the role that it assumes ("Setting up Automation", Systems Manager User Guide).

    Parameters
    ----------
    sid : str
        Of the first statement.
    definition, document : str
        ARNs of the runbook as an automation and as a document: both are asked for.
    role : str
        ARN of its role.
    """
    return (
        Statement(sid=sid, actions=("ssm:StartAutomationExecution",), resources=(definition, document)),
        Statement(
            sid="PassOnlyItsRole",
            actions=("iam:PassRole",),
            resources=(role,),
            conditions={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        ),
    )
