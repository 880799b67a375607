"""Whether the role of a document covers its calls, and nothing else.

Actions are compared, and resources where a step names one literally; conditions are taken as fulfilled, since they are
about what is known only when the document runs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from golden_ami.runbook.document import Runbook
from golden_ami.runbook.lint.actions import actions, prefix
from golden_ami.runbook.lint.called import known
from golden_ami.runbook.lint.dependents import dependents
from golden_ami.runbook.lint.effects import GIVING, gives_nothing
from golden_ami.runbook.lint.finding import Finding, at
from golden_ami.runbook.lint.grants import grants
from golden_ami.runbook.lint.parameters import unknown
from golden_ami.runbook.lint.policies import PolicyStatement
from golden_ami.runbook.lint.scripts import Call
from golden_ami.runbook.lint.steps import all_steps

_ABOUT = {
    "imagebuilder:StartImagePipelineExecution": "imagePipelineArn",
    "ram:AssociateResourceShare": "resourceShareArn",
    "ram:DisassociateResourceShare": "resourceShareArn",
    "sns:Publish": "TopicArn",
}
"""Parameters that hold the ARN of an action's only required resource (Service Authorization Reference)."""
_MAKING = frozenset(
    {
        ("ec2", "CopyImage"),
        ("ec2", "CreateImage"),
        ("ec2", "RegisterImage"),
        ("imagebuilder", "CreateImage"),
        ("imagebuilder", "StartImagePipelineExecution"),
    }
)
"""APIs that make an image."""


@dataclass(frozen=True)
class Need:
    """An action that a step needs.

    Attributes
    ----------
    step : dict
        The step.
    call : Call
        Its call.
    action : str
        What IAM calls it.
    depends : str
        The action that depends on it, or nothing for what is called itself.
    certain : bool
        Whether the step needs it in any case.
    """

    step: dict[str, Any]
    call: Call
    action: str
    depends: str = ""
    certain: bool = True

    def __str__(self) -> str:
        if self.depends:
            return f"calls {self.depends}, which depends on {self.action}"
        name = f"{self.call.service}:{self.call.api}"
        same = name.lower() == self.action.lower()
        return f"calls {self.action}" if same else f"calls {name}, which is {self.action} to IAM"


def role(runbook: Runbook, statements: Sequence[PolicyStatement]) -> tuple[list[Finding], list[str]]:
    """Compare a document with the policies of its role.

    Parameters
    ----------
    runbook : Runbook
        The document.
    statements : sequence of PolicyStatement
        Of all policies of the role.

    Returns
    -------
    tuple
        The faults, and what could not be judged.
    """
    calls: list[tuple[dict[str, Any], Call]] = []
    left_out = []
    for step in all_steps(runbook.content):
        found = known(step, runbook)
        calls += [(step, call) for call in found.calls if not unknown(call.service, call.api)]
        if found.unread:
            left_out.append(f"step {step['name']}: not all that its role must do was checked, because {found.unread}")
    unread = bool(left_out)
    if unread:
        left_out.append("what else the role may do was not checked, because not all calls are known")
    nameless = [(step, call) for step, call in calls if actions(call.service, call.api) is None]
    for step, call in nameless:
        name = f"{call.service}:{call.api}"
        left_out.append(f"step {step['name']}: {name} was not checked, because what IAM calls it is not known")
    needs = list(_needs(calls, runbook.content))
    findings = [finding for need in needs if need.certain for finding in _uncovered(need, statements)]
    findings += grants(
        statements,
        certain={need.action for need in needs if need.certain},
        possible={need.action for need in needs},
        unjudged=None if unread else {prefix(call.service).lower() for _, call in nameless},
    )
    return findings, left_out + list(_uncertain_denials(needs, statements))


def _needs(calls: list[tuple[dict[str, Any], Call]], content: dict[str, Any]) -> Iterator[Need]:
    made = {(call.service, call.api) for _, call in calls}
    given = {(call.service, call.api) for _, call in calls if not gives_nothing(call)} & GIVING
    for step, call in calls:
        # A document that makes its images itself, and gives nobody any, finds nothing that it could take back.
        idle = gives_nothing(call) and bool(made & _MAKING) and (call.service, call.api) not in given
        for action in actions(call.service, call.api) or ():
            yield Need(step, call, action, certain=not idle)
            for dependent, certain in dependents(action, call, content):
                yield Need(step, call, dependent, action, certain and not idle)


def _uncovered(need: Need, statements: Sequence[PolicyStatement]) -> Iterator[Finding]:
    for each in statements:
        if not each.allows and each.names(need.action) and each.is_everywhere():
            yield at(need.step, f"{need}, and {each.where} denies that", "remove the call, or the denial")
            return
    allowing = [each for each in statements if each.allows and each.may_name(need.action)]
    if not allowing:
        yield at(need.step, f"{need}, and no policy of the role allows that", "allow it on what the step is about")
        return
    arn = _resource(need)
    if arn and not any(each.is_on(arn) for each in allowing):
        yield at(need.step, f"{need}, and no policy of the role allows that on {arn}", "allow it there")


def _resource(need: Need) -> str:
    """Give the ARN that a step names literally, if it does."""
    arn = dict(need.call.values).get(_ABOUT.get(need.action, "")) if not need.depends else None
    return arn if isinstance(arn, str) and arn.startswith("arn:") and "{{" not in arn else ""


def _uncertain_denials(needs: list[Need], statements: Sequence[PolicyStatement]) -> Iterator[str]:
    for each in statements:
        if not each.allows and not each.is_everywhere() and not each.unclear:
            denied = sorted({need.action for need in needs if each.names(need.action)})
            if denied:
                yield f"{each.where} denies {', '.join(denied)} at times, and when was not checked"
