"""Plays one scenario and judges it."""

import time
from dataclasses import dataclass, field

from verification.factory import Factory
from verification.faults import Call
from verification.invariants import LAWS, Law
from verification.invariants_changes import CHANGE_LAWS
from verification.invariants_evidence import EVIDENCE_LAWS
from verification.invariants_retirement import RETIREMENT_LAWS
from verification.invariants_revocation import REVOCATION_LAWS
from verification.invariants_rollback import ROLLBACK_LAWS
from verification.invariants_telling import TELLING_LAWS
from verification.local import DirectAws
from verification.scenarios import Scenario
from verification.stage import Stage


@dataclass(kw_only=True)
class Verdict:
    """What became of a scenario.

    Attributes
    ----------
    scenario : Scenario
        Which one.
    broken : list of str
        Each law that was broken, and how.
    calls : list of Call
        What was asked of AWS.
    struck : int
        How many of its faults came about.
    seconds : float
        Of the world.
    """

    scenario: Scenario
    broken: list[str]
    calls: list[Call] = field(default_factory=list)
    struck: int = 0
    seconds: float = 0.0


def judge(local: DirectAws, factory: Factory, scenario: Scenario) -> Verdict:
    """Play a scenario, and hold every law against the state that it leaves."""
    began = time.monotonic()
    stage = Stage(local, factory, scenario)
    played = stage.play()
    laws = (*LAWS, *TELLING_LAWS, *_laws_of(scenario))
    broken = [f"{law.__name__}: {why}" for law in laws for why in law(stage)]
    return Verdict(
        scenario=scenario,
        broken=broken,
        calls=played.calls,
        struck=played.struck,
        seconds=time.monotonic() - began,
    )


def _laws_of(scenario: Scenario) -> tuple[Law, ...]:
    if scenario.retires:
        return RETIREMENT_LAWS
    if scenario.revokes:
        return (*CHANGE_LAWS, *REVOCATION_LAWS)
    return (*CHANGE_LAWS, *ROLLBACK_LAWS) if scenario.rolls_back else EVIDENCE_LAWS
