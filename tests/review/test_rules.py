"""Every rule lets pass what it should, and fails what it should; one table of examples a rule."""

from typing import Any

import pytest

from golden_ami.review.rules import RULES
from golden_ami.review.settings import Settings
from tests.review import cases_beside, cases_documents, cases_grants, cases_resources
from tests.review.building import ORGANIZATION, Raw, approval, document, key, statement, violations

TABLES = (cases_grants, cases_documents, cases_resources, cases_beside)
PASSING = [
    pytest.param(rule, resources, id=f"{rule}: {what}")
    for table in TABLES
    for rule, cases in table.PASSING.items()
    for what, resources in cases.items()
]
FAILING = [
    pytest.param(rule, resources, message, id=f"{rule}: {what}")
    for table in TABLES
    for rule, cases in table.FAILING.items()
    for what, (resources, message) in cases.items()
]


@pytest.mark.parametrize(("rule", "resources"), PASSING)
def test_a_rule_lets_pass_what_is_fine(rule: str, resources: list[Raw]) -> None:
    assert violations(rule, *resources) == []


@pytest.mark.parametrize(("rule", "resources", "message"), FAILING)
def test_a_rule_finds_what_is_not(rule: str, resources: list[Raw], message: str) -> None:
    found = violations(rule, *resources)
    assert any(message in each for each in found), found


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"provider-version"}))
def test_every_rule_has_examples_of_both(rule: str) -> None:
    assert any(table.PASSING.get(rule) for table in TABLES)
    assert any(table.FAILING.get(rule) for table in TABLES)


@pytest.mark.parametrize(
    ("provider", "message"),
    [
        ({"version_constraint": "5.100.0"}, ""),
        ({"version_constraint": "= 5.101.0"}, ""),
        ({"version_constraint": ">= 5.0"}, "is not pinned: '>= 5.0'"),
        ({"version_constraint": "~> 5.100.0"}, "is not pinned"),
        ({"version_constraint": ""}, "is not pinned: 'no version'"),
        ({"version_constraint": "5.99.0"}, "is 5.99.0, and not 5.100.0 or later"),
        ({"version_constraint": "6.0.0"}, "is 6.0.0, and not"),
        ({"full_name": "registry.terraform.io/someone/aws"}, "is not the AWS provider"),
        ({"expressions": {"region": {"constant_value": "eu-west-1"}}}, "may work in any account"),
    ],
)
def test_a_provider_is_pinned_in_range_and_confined(provider: dict[str, Any], message: str) -> None:
    found = violations("provider-version", provider=provider)
    assert [message in each for each in found] == ([True] if message else []), found


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (
            {"resources": [{"address": "data.external.x", "mode": "data"}]},
            "data.external.x is read while Terraform plans",
        ),
        (
            {
                "resources": [
                    {"address": "aws_kms_key.key", "mode": "managed", "provisioners": [{"type": "local-exec"}]}
                ]
            },
            "has a provisioner, which runs a program",
        ),
        ({"module_calls": {"somebody": {}}}, "module.somebody is not of this project"),
    ],
)
def test_what_else_terraform_would_do_is_said(root: dict[str, Any], message: str) -> None:
    assert any(message in each for each in violations("understood", root=root))


def test_floors_come_from_the_policy() -> None:
    lenient = Settings(organization=ORGANIZATION, minimum_quorum=1)
    assert violations("quorum-floor", document(approval(required=1)), settings=lenient) == []
    strict = Settings(organization=ORGANIZATION, minimum_approvers=3)
    assert violations("approvers-floor", document(approval()), settings=strict)


def test_accounts_that_the_policy_lists_are_no_strangers() -> None:
    stranger = key(statement({"AWS": "arn:aws:iam::444444444444:root"}))
    assert violations("no-external-principals", stranger)
    known = Settings(organization=ORGANIZATION, accounts=("444444444444",))
    assert violations("no-external-principals", stranger, settings=known) == []
    to = document(approval(principals=("555555555555",)))
    assert "which the policy does not list" in violations("no-external-principals", to, settings=known)[0]
