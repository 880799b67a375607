"""Nobody outside of the organization gets anything."""

import re
from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import RECEIVERS, Document, listed
from golden_ami.review.reach import Scope, reached, receiver, service_is_confined
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown, unknowns

_ORGANIZATION: Final = re.compile(r"(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])")
_ACCOUNT: Final = re.compile(r"(?<!\w)\d{12}(?!\w)")
_REFERENCE: Final = re.compile(r"\{\{[^{}]*\}\}")
_SHARED: Final = (Scope.outside, Scope.public, Scope.unknown)


def _check(examined: Examined) -> Iterator[Violation]:
    site = examined.site
    if site.organization is None:
        yield Violation("the plan", "it names no organization, or several; write `organization` into the policy")
    for resource in examined.of("aws_ram_principal_association"):
        reach = receiver(resource.values.get("principal"), site)
        if reach.scope in _SHARED:
            yield Violation(resource.address, f"shares images with {reach.words}")
    for document in examined.documents:
        yield from _document(document, examined)
    for resource, grant in examined.resource_grants():
        for reach in reached(grant, site):
            # An account that a policy names is not proven to be of the organization, unless a condition says so.
            if reach.scope in (Scope.outside, Scope.unknown) or (reach.scope is Scope.account and site.known is None):
                yield Violation(resource.address, f"{shown(grant.sid)} lets in {reach.words}")
        if any(kind == "Service" for kind, _ in grant.principals) and not service_is_confined(grant, site):
            services = ", ".join(shown(name) for kind, name in grant.principals if kind == "Service")
            yield Violation(resource.address, f"{shown(grant.sid)} lets in {services} for any account")
    for resource in examined.of("aws_sns_topic_subscription"):
        yield from _subscriber(resource.address, resource.values.get("endpoint"), examined)


def _document(document: Document, examined: Examined) -> Iterator[Violation]:
    site = examined.site
    said: dict[str, None] = {}
    for each in document.literals(*RECEIVERS):
        for one in listed(each):
            if isinstance(one, str) and _REFERENCE.fullmatch(one.strip()):
                continue
            reach = receiver(one, site)
            if reach.scope in _SHARED:
                said[f"{document.name} shares with {reach.words}"] = None
    for text in _texts([step.get("inputs") for step in document.steps]):
        for named in _ORGANIZATION.findall(text):
            if named != site.organization:
                said[f"{document.name} names the organization {named}"] = None
    for script in document.literals("Script"):
        # Our scripts get every account from the payload, which is judged above.
        said |= dict.fromkeys(
            f"a script of {document.name} names the account {each}" for each in _ACCOUNT.findall(str(script))
        )
    yield from (Violation(document.address, each) for each in said)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _subscriber(address: str, endpoint: Any, examined: Examined) -> Iterator[Violation]:
    if not isinstance(endpoint, str) or unknowns(endpoint):
        if not examined.plan.proves(endpoint, "aws_sqs_queue", "aws_lambda_function"):
            yield Violation(address, f"tells {shown(endpoint)}")
    elif endpoint.startswith("arn:"):
        parts = endpoint.split(":", 5)
        if len(parts) < 6 or parts[1] != examined.site.partition or parts[4] not in examined.site.accounts:
            yield Violation(address, f"tells {endpoint}, which is not of our account")


RULE: Final = Rule(
    name="no-external-principals",
    title="Nobody outside of the organization receives images, or may use the key, a topic, a bucket or a queue.",
    why="An AMI that has left the organization cannot be called back from those who have copied it.",
    remedy="name an account, a unit or the organization of ours, with an exact aws:PrincipalOrgID in policies",
    check=_check,
)
