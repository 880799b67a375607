"""``aws:approve`` and ``aws:pause``: the actions that wait for people.

Source: "aws:approve - Pause an automation for manual approval", "aws:pause - Pause an automation" (Systems Manager User
Guide). Whether a second signal of the same approver is refused, and what the decisions look like exactly, is not
documented: here it is refused, and a decision is a JSON text.
"""

import json
from collections.abc import Sequence

from golden_ami.sandbox.automation.context import Context, Done
from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.values import texts

MAX_APPROVERS = 10
MAX_MESSAGE = 4096
MAX_SECONDS = 2_592_000


def approve(context: Context) -> Done:
    """Send the request, and wait for enough approvals or for one rejection."""
    inputs, execution = context.inputs, context.execution
    approvers = texts(inputs.get("Approvers"))
    required = int(inputs.get("MinRequiredApprovals", 1))
    _check(context, approvers, required)
    execution.decisions = []
    if inputs.get("NotificationArn"):
        _ask(context, required, approvers)
    context.wait_for(lambda: _rejected(context) or len(execution.decisions) >= required)
    status = "Rejected" if _rejected(context) else "Approved"
    decided = [
        json.dumps({"Approver": each.approver, "Decision": each.kind, "Comment": each.comment})
        for each in execution.decisions
    ]
    context.run.outputs = {"ApprovalStatus": status, "ApproverDecisions": decided}
    if status == "Rejected":
        raise StepError(f"The approval was rejected by {execution.decisions[-1].approver}.")
    return Done(outputs=context.run.outputs)


def pause(context: Context) -> Done:
    """Wait for a Resume signal."""
    context.execution.resumed = False
    context.wait_for(lambda: context.execution.resumed)
    return Done()


def is_approver(caller: str, approvers: Sequence[str]) -> bool:
    """Tell whether a caller is on a list of user names, and of ARNs of users, roles and sessions."""
    if caller in approvers:
        return True
    prefix, _, resource = caller.rpartition(":")
    kind, _, name = resource.partition("/")
    account = prefix.split(":")[4]
    if kind == "user":
        return name.rpartition("/")[2] in approvers
    if kind != "assumed-role":
        return False
    role = name.partition("/")[0]
    # A session's ARN does not have the role's path.
    return any(
        each.split(":")[4] == account and each.rpartition("/")[2] == role for each in approvers if ":role/" in each
    )


def _rejected(context: Context) -> bool:
    return any(each.kind == "Reject" for each in context.execution.decisions)


def _check(context: Context, approvers: Sequence[str], required: int) -> None:
    topic = str(context.inputs.get("NotificationArn", ""))
    if not 1 <= len(approvers) <= MAX_APPROVERS:
        raise StepError(f"{len(approvers)} approvers are given; 1 to {MAX_APPROVERS} are possible.")
    if not 1 <= required <= len(approvers):
        raise StepError(f"MinRequiredApprovals is {required}, with {len(approvers)} approvers.")
    if topic and not topic.rpartition(":")[2].startswith("Automation"):
        raise StepError(f"The name of topic {topic} does not begin with Automation.")
    if len(str(context.inputs.get("Message", ""))) > MAX_MESSAGE:
        raise StepError(f"The message has more than {MAX_MESSAGE} characters.")
    if (context.run.step.timeout or 0) > MAX_SECONDS:
        raise StepError(f"The timeout is more than {MAX_SECONDS} seconds.")


def _ask(context: Context, required: int, approvers: Sequence[str]) -> None:
    execution, step = context.execution, context.run.step
    message = "\n".join(
        [
            f"An automation step needs approval: {step.name} of {execution.document.name}.",
            f"Execution: {execution.identifier}",
            f"Approvals needed: {required} of {', '.join(approvers)}",
            "",
            str(context.inputs.get("Message", "")),
        ]
    )
    context.door.call(
        "sns",
        "Publish",
        {"TopicArn": context.inputs["NotificationArn"], "Subject": "Automation approval requested", "Message": message},
    )
