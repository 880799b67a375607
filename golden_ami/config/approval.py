"""Who approves, how many of them, for how long the question stands, and who is told."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import Model
from golden_ami.names import DeploymentNames

MAX_APPROVERS = 10
"""aws:approve, ``Approvers``."""

MAX_DAYS = 30
"""aws:approve waits at most 30 days."""

_ENTITY = r"(user|role)/[\w+=,.@/-]{1,512}|assumed-role/[\w+=,.@-]{1,64}/[\w+=,.@-]{2,64}"

_ENDPOINTS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "email-json": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "https": r"https://\S+",
    "sms": r"\+[0-9]{7,15}",
    "sqs": r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:\S+",
    "lambda": r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:\S+",
    "firehose": r"arn:aws[a-z-]*:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/\S+",
}


def _approver(value: str) -> str:
    short = value
    if value.startswith("arn:"):
        if value.endswith(":root"):
            raise ValueError(f"{value!r} is a whole account; name a role or a user")
        parts = value.split(":", 5)
        if len(parts) != 6 or parts[2] not in {"iam", "sts"}:
            raise ValueError(f"{value!r} is no IAM principal; write role/Name, user/name or the ARN of one")
        short = parts[5]
    if not re.fullmatch(_ENTITY, short):
        raise ValueError(
            f"{value!r} is no IAM principal; write role/Name, user/name or the ARN of one, without wildcards"
        )
    return value


class Subscription(Model):
    """Somebody or something that receives the topic's messages.

    Attributes
    ----------
    protocol : str
        SNS protocol.
    endpoint : str
        Address for that protocol. E-mail addresses must confirm before anything arrives.
    """

    protocol: Literal["email", "email-json", "https", "sms", "sqs", "lambda", "firehose"]
    endpoint: str

    @model_validator(mode="after")
    def _fits(self) -> "Subscription":
        if not re.fullmatch(_ENDPOINTS[self.protocol], self.endpoint):
            refuse([Problem(("endpoint",), f"{self.endpoint!r} is no {self.protocol} endpoint; write a full one")])
        return self


class Approval(Model):
    """The question that stands between a built image and the organization.

    Attributes
    ----------
    approvers : tuple of str
        ``role/Name`` or ``user/name`` of the deployment's account, or ARNs, 1 to 10.
    required : int
        How many of them must approve. The person who started the run does not count.
    expires_after_days : int
        1 to 30; nobody answering by then is a refusal.
    """

    approvers: Annotated[tuple[Annotated[str, AfterValidator(_approver)], ...], Field(min_length=1)]
    required: Annotated[int, Field(strict=True, ge=1)] = 1
    expires_after_days: Annotated[int, Field(strict=True, ge=1)] = 7

    @model_validator(mode="after")
    def _is_consistent(self) -> "Approval":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[Problem]:
        count = len(self.approvers)
        if count > MAX_APPROVERS:
            yield Problem(("approvers",), f"{count} approvers, and Systems Manager takes {MAX_APPROVERS}; name roles")
        if self.required > count:
            plural = "approver" if count == 1 else "approvers"
            yield Problem(
                ("required",), f"{self.required} is more than the {count} {plural}; lower it or add approvers"
            )
        if self.expires_after_days > MAX_DAYS:
            yield Problem(
                ("expires_after_days",),
                f"{self.expires_after_days} is more than Systems Manager's {MAX_DAYS}; lower it",
            )
        for index, approver in enumerate(self.approvers):
            if approver in self.approvers[:index]:
                yield Problem(("approvers", index), f"{approver!r} is there twice; remove one")

    def arns(self, names: DeploymentNames) -> tuple[str, ...]:
        """ARNs of the approvers in the deployment's account."""
        return tuple(each if each.startswith("arn:") else names.iam(each) for each in self.approvers)

    def problems_in(self, names: DeploymentNames) -> Iterator[Problem]:
        """Say which approvers could not answer in this deployment's account."""
        arns = self.arns(names)
        for index, (written, arn) in enumerate(zip(self.approvers, arns, strict=True)):
            _, partition, _, _, account, _ = arn.split(":", 5)
            if (partition, account) != (names.partition, names.account):
                yield Problem(
                    ("approvers", index),
                    f"{written!r} is of account {account} in {partition}, and approvals are given in {names.account} "
                    f"in {names.partition}; name a principal of that account",
                )
            elif arn in arns[:index]:
                yield Problem(("approvers", index), f"{written!r} is there twice; remove one")


class DeploymentApproval(Approval):
    """A deployment's approval, and who hears about it.

    Attributes
    ----------
    subscriptions : tuple of Subscription
        Receivers of requests and outcomes; other ones may subscribe to the topic elsewhere.
    """

    subscriptions: tuple[Subscription, ...] = ()
