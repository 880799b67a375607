"""Silence is impossible only while rules are on, nothing is dead, somebody listens, and schedules start."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from golden_ami.config import ImageFactory
from golden_ami.ends import outcome_rules as rules_of
from golden_ami.ends import told_documents
from golden_ami.operate.doctor.check import Problem, check, error, guarded, warning
from golden_ami.operate.doctor.site import DEPLOY, Site
from golden_ami.operate.faults import code_of

_GONE = frozenset(
    {"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NotFound"}
)


@check("outcome-rules", "EventBridge notices every end, and starts what it should")
def outcome_rules(site: Site) -> Iterator[Problem]:
    """Look at each rule: on, about all runbooks, with its target and a queue for what it cannot deliver."""
    names = site.names
    yield from guarded(names.outcome_rule, _outcome_rules, site)
    topic = site.configured.existing.topic or names.topic_arn
    rules = [(names.untold_rule, [names.outcome.document], topic, names.outcome_dead_letter_queue)]
    rules += [
        (
            each.names.approved_rule,
            [each.names.approval.document],
            each.names.rollout.default_arn,
            each.names.approved_dead_letter_queue,
        )
        for each in site.factories
        if each.rollout
    ]
    for rule, documents, target, queue in rules:
        yield from guarded(rule, _rule, site, rule, documents, target, queue)


def _outcome_rules(site: Site) -> Iterator[Problem]:
    """Look at the rules that notice ends one after the other; which of them notices a runbook does not matter."""
    names, documents = site.names, told_documents(site.factories)
    wanted, unnoticed, all_there = dict(rules_of(names, documents)), set(documents), True
    for number in count(1):
        rule = names.numbered_outcome_rule(number)
        found = _described(site, rule)
        if found is None and rule not in wanted:
            break
        yield from _problems(site, rule, found, names.outcome.default_arn, names.outcome_dead_letter_queue)
        unnoticed -= set(_noticed(found))
        all_there = all_there and found is not None
    if unnoticed and all_there:
        yield error(f"rule {names.outcome_rule} does not notice {', '.join(sorted(unnoticed))}", DEPLOY)


def _rule(site: Site, rule: str, documents: Sequence[str], target: str, queue: str) -> Iterator[Problem]:
    found = _described(site, rule)
    yield from _problems(site, rule, found, target, queue)
    unnoticed = sorted(set(documents) - set(_noticed(found)))
    if found and unnoticed:
        yield error(f"rule {rule} does not notice {', '.join(unnoticed)}", DEPLOY)


def _described(site: Site, rule: str) -> dict[str, Any] | None:
    try:
        return dict(site.client("events").describe_rule(Name=rule))
    except Exception as failure:
        if code_of(failure) in _GONE:
            return None
        raise


def _noticed(found: dict[str, Any] | None) -> list[str]:
    return list(json.loads((found or {}).get("EventPattern", "{}")).get("detail", {}).get("Definition", []))


def _problems(site: Site, rule: str, found: dict[str, Any] | None, target: str, queue: str) -> Iterator[Problem]:
    if found is None:
        yield error(f"there is no rule {rule}", DEPLOY)
        return
    if found["State"] != "ENABLED":
        yield error(
            f"rule {rule} is {found['State']}, so that ends go unnoticed", f"`aws events enable-rule --name {rule}`"
        )
    targets = site.place.connection.pages("events", "list_targets_by_rule", "Targets", Rule=rule)
    ours = [each for each in targets if each["Arn"] == target]
    if not ours:
        yield error(f"rule {rule} does not start or tell {target}", DEPLOY)
    elif ours[0].get("DeadLetterConfig", {}).get("Arn") != site.names.arn("sqs", queue):
        yield error(f"rule {rule} does not keep what it cannot deliver in {queue}", DEPLOY)


@check("dead-letters", "the dead-letter queues are empty")
def dead_letters(site: Site) -> Iterator[Problem]:
    """Count what EventBridge and its Scheduler could not deliver."""
    queues = [site.names.outcome_dead_letter_queue]
    queues += [each.names.dead_letter_queue for each in site.factories if each.schedule]
    queues += [each.names.approved_dead_letter_queue for each in site.factories if each.rollout]
    for queue in queues:
        yield from guarded(queue, _queue, site, queue)


def _queue(site: Site, queue: str) -> Iterator[Problem]:
    sqs = site.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except Exception as failure:
        if code_of(failure) not in _GONE:
            raise
        yield error(f"there is no queue {queue}", DEPLOY)
        return
    count = "ApproximateNumberOfMessages"
    number = int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[count])["Attributes"][count])
    if number:
        plural = "event was" if number == 1 else "events were"
        yield error(
            f"{number} {plural} not delivered, and wait in {queue}",
            f"read them (`aws sqs receive-message --queue-url {url}`), look at those executions, and purge the queue",
        )


@check("topic", "somebody hears of requests and outcomes")
def topic(site: Site) -> Iterator[Problem]:
    """Look for confirmed subscriptions of the topic."""
    arn = site.configured.existing.topic or site.names.topic_arn
    sns = site.client("sns")
    try:
        sns.get_topic_attributes(TopicArn=arn)
    except Exception as failure:
        if code_of(failure) not in _GONE:
            raise
        yield error(f"there is no topic {arn}", DEPLOY)
        return
    found = site.place.connection.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
    unconfirmed = [each for each in found if not str(each["SubscriptionArn"]).startswith("arn:")]
    if len(unconfirmed) == len(found):
        yield error(
            f"nobody hears of requests and outcomes: {arn} has no confirmed subscription",
            "add approval.subscriptions and deploy, or confirm what was mailed",
        )
    for each in unconfirmed:
        yield warning(f"{each['Protocol']} {each['Endpoint']} has not confirmed", "confirm, or remove it")


@check("schedules", "schedules are on, and start their runbook")
def schedules(site: Site) -> Iterator[Problem]:
    """Compare each schedule with the configuration."""
    for factory in site.factories:
        if factory.schedule:
            yield from guarded(factory.names.schedule, _schedule, site, factory)


def _schedule(site: Site, factory: ImageFactory) -> Iterator[Problem]:
    name, wanted = factory.names.schedule, factory.schedule
    try:
        found = site.client("scheduler").get_schedule(Name=name)
    except Exception as failure:
        if code_of(failure) not in _GONE:
            raise
        yield error(f"there is no schedule {name}", DEPLOY)
        return
    if found["State"] != "ENABLED":
        yield error(f"schedule {name} is {found['State']}", f"enable it, or remove it and {DEPLOY}")
    when = (found["ScheduleExpression"], found.get("ScheduleExpressionTimezone", "UTC"))
    if wanted and when != (wanted.expression, wanted.timezone):
        yield error(f"schedule {name} is {' '.join(when)}, and not {wanted.expression} {wanted.timezone}", DEPLOY)
    starts = _started(found["Target"])
    if starts != factory.names.approval.document:
        yield error(f"schedule {name} starts {starts or 'no runbook'}, not {factory.names.approval.document}", DEPLOY)


def _started(target: Any) -> str:
    if not target["Arn"].endswith(":aws-sdk:ssm:startAutomationExecution"):
        return ""
    try:
        return str(json.loads(target.get("Input", "{}")).get("DocumentName", ""))
    except ValueError:
        return ""
