"""A part of the proof that takes seconds, and proof that the laws of it can be broken."""

import copy
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from golden_ami.runbook import load
from golden_ami.runbooks import APPROVAL, FOLDER
from verification.configurations import BARE, CAREFUL, RETIRABLE, RICH, Configuration
from verification.enumeration import twisted, unique
from verification.enumeration_changes import changing, good_changes
from verification.faults import KINDS, Fault
from verification.mutation import Mutant, deploy
from verification.play import Verdict, judge
from verification.pool import in_forks
from verification.scenarios import BEFORE, BUILDS, DECISIONS, LINKS, Scenario
from verification.twists import LAUNCHED
from verification.world import World

LAST = Fault(document="approval", step="publishApprovedAmi", call=5, kind="error")


def scenario(configuration: Configuration = RICH, history: int = 1, **changes: Any) -> Scenario:
    return Scenario(family="test", exhaustive=False, configuration=configuration, history=history, **changes)


FACTORIES = [(RICH, 1), (RICH, RETIRABLE), (CAREFUL, RETIRABLE), (BARE, 1), (LAUNCHED, 1)]
MADE = {f"{configuration.name}-{history}" for configuration, history in FACTORIES}
HONEST = unique(
    [
        *(scenario(decision=decision) for decision in DECISIONS),
        *(scenario(decision=decision, jumps=False) for decision in ("denied", "expired")),
        *(scenario(build=build) for build in BUILDS),
        *(scenario(before=before) for before in BEFORE),
        *(scenario(link=link) for link in LINKS),
        *(scenario(decision=decision, deaf=True) for decision in ("approved", "denied", "expired")),
        *(scenario(BARE, decision=decision) for decision in ("approved", "denied", "expired")),
        *(
            scenario(faults=(Fault(document="approval", step=step, call=1, kind=kind),))
            for step in (
                "assertApproval",
                "shareEC2BuilderImage",
                "shareEC2AMIImage",
                "publishApprovedAmi",
                "tellOutcome",
            )
            for kind in KINDS
        ),
        *(
            scenario(history=RETIRABLE, retires=image, because=because)
            for image, because in (("oldest", "none"), ("current", "none"), ("current", "a regression"))
        ),
        *(each for each in twisted() if each.due in MADE),
        *(each for each in (*good_changes(), *changing()) if each.due in MADE),
        *(
            scenario(history=RETIRABLE, because="It holds a key", faults=(each,), **change)
            for each, change in (
                (Fault(document="revocation", step="revokeImage", call=5, kind="lost"), {"revokes": "current"}),
                (Fault(document="rollback", step="publishRestoredImage", call=3, kind="error"), {"rolls_back": True}),
                (Fault(document="rollback", step="publishRestoredImage", call=3, kind="revoked"), {"rolls_back": True}),
            )
        ),
        *(
            scenario(history=RETIRABLE, retires="oldest", before=before)
            for before in ("protected", "protected-for-a-day")
        ),
    ]
)
UNASKED = "def handler(events, context):\n    return {'approvers': [], 'summary': 'nobody'}\n"
SILENT = "def tell(events, kinds, following, also=None):\n    return {'outcome': 'approved'}\n"
FLATTERING = "def handler(events, context):\n    return {'request': 'Please approve ' + events['digest']}\n"
VAGUE = (FOLDER / "scripts" / "_telling.py").read_text().replace("denied it", "did something to it")
KEEPING = "def handler(events, context):\n    return {'taken': 'everything'}\n"
CREDULOUS = (
    (FOLDER / "scripts" / "inspect_rollback.py").read_text().replace('decision["outcome"] != "approved"', "False")
)
GREEDY = """
import boto3


def handler(events, context):
    boto3.client('ec2').deregister_image(ImageId=events['amis']['eu-west-1'])
"""


def _going_on_when_denied() -> dict[str, Any]:
    content = copy.deepcopy(load(APPROVAL).content)
    (step,) = [each for each in content["mainSteps"] if each["name"] == "waitForAdministratorApproval"]
    step["onFailure"] = "step:assertApproval"
    return content


FALSE = {
    "unasked": (
        Mutant(
            id="unasked",
            kind="documents",
            steps=frozenset({"assertApproval"}),
            document=("approval", _going_on_when_denied()),
            script=("assert_approval.py", UNASKED),
        ),
        scenario(decision="denied"),
    ),
    "silent": (
        Mutant(id="silent", kind="scripts", steps=frozenset({"tellOutcome"}), script=("_telling.py", SILENT)),
        scenario(decision="denied"),
    ),
    "half": (
        Mutant(id="half", kind="scripts", steps=frozenset({"takeBack"}), script=("take_back.py", KEEPING)),
        scenario(faults=(LAST,)),
    ),
    "flattering": (
        Mutant(
            id="flattering", kind="scripts", steps=frozenset({"wordRequest"}), script=("word_request.py", FLATTERING)
        ),
        scenario(build="at-the-limit"),
    ),
    "vague": (
        Mutant(id="vague", kind="scripts", steps=frozenset({"tellOutcome"}), script=("_telling.py", VAGUE)),
        scenario(decision="denied"),
    ),
    "keeping": (
        Mutant(id="keeping", kind="scripts", steps=frozenset({"revokeImage"}), script=("revoke_image.py", KEEPING)),
        scenario(history=RETIRABLE, revokes="current", because="It holds a key"),
    ),
    "hasty": (
        Mutant(
            id="hasty",
            kind="scripts",
            steps=frozenset({"assertRevocationApproved"}),
            script=("assert_revocation_approved.py", UNASKED),
        ),
        scenario(CAREFUL, RETIRABLE, revokes="current", because="It holds a key", decision="by-the-starter"),
    ),
    "credulous": (
        Mutant(
            id="credulous",
            kind="scripts",
            steps=frozenset({"inspectRollback"}),
            script=("inspect_rollback.py", CREDULOUS),
        ),
        scenario(history=RETIRABLE, rolls_back=True, because="It is slow", before="denied-recorded"),
    ),
    "torn": (
        Mutant(id="torn", kind="scripts", steps=frozenset({"putCurrentBack"}), script=("put_current_back.py", KEEPING)),
        scenario(
            history=RETIRABLE,
            rolls_back=True,
            because="It is slow",
            faults=(Fault(document="rollback", step="publishRestoredImage", call=3, kind="error"),),
        ),
    ),
    "greedy": (
        Mutant(id="greedy", kind="scripts", steps=frozenset({"shareEC2AMIImage"}), script=("share_ami.py", GREEDY)),
        scenario(),
    ),
}
"""Runbooks that do what they must not, each with a scenario in which it shows."""


@dataclass
class Outcome:
    """What was played: the real runbooks, and false ones."""

    honest: list[Verdict]
    false: Mapping[str, Verdict]


@pytest.fixture(scope="module")
def played() -> Outcome:
    """Play in another process, because a world replaces the state of its own."""
    (outcome,) = in_forks(_everything, [0], processes=1)
    return outcome


def _everything(_: int) -> Outcome:
    logging.disable(logging.CRITICAL)
    world = World(FACTORIES)
    honest = list(in_forks(world.judge, HONEST))

    def falsely(name: str) -> tuple[str, Verdict]:
        mutant, shows = FALSE[name]
        factory = world.factories[shows.due]
        deploy(world, mutant, [factory], linted=False)
        return name, judge(world.local, factory, shows)

    return Outcome(honest=honest, false=dict(in_forks(falsely, FALSE)))


@pytest.mark.parametrize("each", HONEST, ids=lambda each: each.id)
def test_the_laws_hold(played: Outcome, each: Scenario) -> None:
    (verdict,) = [verdict for verdict in played.honest if verdict.scenario == each]
    assert verdict.broken == []
    assert verdict.struck == len(each.faults)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("unasked", "nothing_is_given_early"),
        ("silent", "somebody_is_told"),
        ("half", "whole_or_nothing"),
        ("greedy", "the_role_suffices"),
        ("keeping", "revoked_means_that_nobody_has_it"),
        ("hasty", "enough_people_want_it"),
        ("credulous", "nobody_gains_what_is_not_theirs"),
        ("torn", "consumers_agree"),
        ("flattering", "whoever_is_asked_has_evidence"),
        ("vague", "the_reason_is_true"),
    ],
)
def test_a_runbook_that_breaks_a_law_is_caught(played: Outcome, name: str, law: str) -> None:
    assert law in {each.partition(":")[0] for each in played.false[name].broken}
