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
_GRANTING: Final = (
    "aws_ram_principal_association",
    "aws_ami_launch_permission",
    "aws_snapshot_create_volume_permission",
)
_SHARED: Final = (Scope.outside, Scope.public, Scope.unknown)


def _check(examined: Examined) -> Iterator[Violation]:
    site = examined.site
    if site.organization is None and _needs_one(examined):
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
    for address, endpoint in _endpoints(examined):
        yield from _subscriber(address, endpoint, examined)


def _endpoints(examined: Examined) -> Iterator[tuple[str, Any]]:
    """Give whom a topic, an alarm or a group tells something."""
    for resource in examined.of("aws_sns_topic_subscription"):
        yield resource.address, resource.values.get("endpoint")
    for resource in examined.of("aws_cloudwatch_metric_alarm"):
        for key in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
            yield from ((resource.address, each) for each in listed(resource.values.get(key)))
    for resource in examined.of("aws_autoscaling_group"):
        for hook in listed(resource.values.get("initial_lifecycle_hook")):
            yield resource.address, hook.get("notification_target_arn") if isinstance(hook, dict) else hook


def _needs_one(examined: Examined) -> bool:
    """Tell whether anybody but ourselves and services is let in at all."""
    ours = (Scope.own, Scope.service)
    return (
        any(examined.of(*_GRANTING))
        or any(True for document in examined.documents for _ in document.literals(*RECEIVERS))
        or any(
            each.scope not in ours for _, grant in examined.resource_grants() for each in reached(grant, examined.site)
        )
    )


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
