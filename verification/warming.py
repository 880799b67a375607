"""Does once what every scenario does, so that what is found and compiled once is part of the state they begin from."""

from dataclasses import replace
from typing import Final

from verification.configurations import CAREFUL, RETIRABLE
from verification.enumeration_changes import REASON
from verification.ground import Ground
from verification.local import DirectAws
from verification.play import judge
from verification.scenarios import Scenario

_OF_ITS_OWN: Final = RETIRABLE + 1
"""A history that nothing else has: it is part of the factory's name."""


def warm_up(local: DirectAws, ground: Ground) -> None:
    """Approve, retire, revoke and roll back images of a factory that no scenario is about.

    Parameters
    ----------
    local : DirectAws
        The local AWS.
    ground : Ground
        Where the factory is made; after all others, since scenarios take the first image as somebody else's.
    """
    factory = ground.build(CAREFUL, history=_OF_ITS_OWN)
    scenario = Scenario(family="warming", exhaustive=False, configuration=CAREFUL, history=_OF_ITS_OWN, because=REASON)
    for _ in range(RETIRABLE + 1):
        judge(local, factory, scenario)
    judge(local, factory, replace(scenario, rolls_back=True))
    judge(local, factory, replace(scenario, retires="oldest"))
    judge(local, factory, replace(scenario, revokes="current"))
