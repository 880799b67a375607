"""However many images a deployment has, every end is noticed, by patterns that EventBridge takes, and nobody else's."""

import json
from fnmatch import fnmatchcase
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_ami.ends import ENDED, LONGEST_PATTERN, outcome_rules, pattern, told_documents
from golden_ami.names import DeploymentNames, ImageNames

LONG = "a" * 9


def _scope(deployment: str) -> DeploymentNames:
    return DeploymentNames(deployment=deployment, account="222222222222", region="eu-west-1")


def _told(deployment: str, *images: str) -> dict[str, Any]:
    """Patterns of the rules, by the rule's name."""
    scope = _scope(deployment)
    factories: Any = [SimpleNamespace(names=ImageNames(scope=scope, image=image), rollout=object()) for image in images]
    return {rule: json.loads(pattern(some, ENDED)) for rule, some in outcome_rules(scope, told_documents(factories))}


@given(st.integers(min_value=1, max_value=200), st.integers(min_value=1, max_value=28))
def test_every_runbook_is_in_exactly_one_pattern_that_is_not_too_long(images: int, length: int) -> None:
    names = [f"{'w' * length}-{number}" for number in range(images)]
    told = _told("prod", *names)
    documents = [each for found in told.values() for each in found["detail"]["Definition"]]
    assert len(documents) == len(set(documents)) == 5 * images
    for found in told.values():
        assert len(json.dumps(found, separators=(",", ":"))) <= LONGEST_PATTERN


def test_few_images_need_one_rule_and_a_hundred_of_the_longest_names_a_fraction_of_the_quota() -> None:
    assert list(_told("prod", *(f"web-{number}" for number in range(10)))) == ["golden-ami-prod-ended"]
    many = list(_told("prod", *(f"{LONG * 3}-{number}" for number in range(100))))
    assert many[:2] == ["golden-ami-prod-ended", "golden-ami-prod-ended.2"]
    # "Rules": 300 on an event bus, and 100 in some Regions.
    assert len(many) < 20


def test_an_image_at_the_end_changes_the_last_rule_only() -> None:
    names = [f"web-server-{number:03}" for number in range(60)]
    before, after = _told("prod", *names), _told("prod", *names, "another")
    assert list(before.items())[:-1] == list(after.items())[: len(before) - 1]


@pytest.mark.parametrize(("one", "other"), [("prod", "prod-eu"), ("prod", "prod-ended"), ("a1", "a1-ended-2")])
def test_no_rule_of_one_deployment_is_another_ones(one: str, other: str) -> None:
    def rules(deployment: str) -> set[str]:
        scope = _scope(deployment)
        return {scope.untold_rule, *(scope.numbered_outcome_rule(number) for number in range(1, 30))}

    for mine, theirs in ((one, other), (other, one)):
        names = _scope(mine).outcome_rules
        assert not any(fnmatchcase(rule, name) for rule in rules(theirs) for name in names)
        assert all(any(fnmatchcase(rule, name) for name in names) for rule in rules(mine) if "ended" in rule[-9:])
