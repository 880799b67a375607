"""Everything that scenarios begin from: made once, and then a fresh copy of it for each by forking."""

from collections.abc import Iterable
from uuid import uuid4

from moto.ec2.models import ec2_backends

from golden_ami.sandbox.automation import settle
from golden_ami.sandbox.imagebuilder.scenario import next_build
from verification.configurations import ACCOUNT, COPY, HOME, RETIRABLE, Configuration, configurations, taking_back
from verification.factory import Factory
from verification.frugality import forget_what_nobody_asks_for
from verification.ground import Ground
from verification.local import DirectAws
from verification.play import Verdict, judge
from verification.scenarios import ODD_BUILDS, Scenario
from verification.stage import Stage
from verification.state import forget_mail
from verification.warming import warm_up


class World:
    """A local AWS with a factory for each configuration and history.

    Parameters
    ----------
    wanted : iterable of (Configuration, int)
        Which ones; all that are proved without it.
    small : bool
        Whether moto may forget what no scenario asks for, in this process and for good.

    Attributes
    ----------
    local : DirectAws
        The local AWS.
    factories : dict of str to Factory
        By what scenarios say is due.
    """

    def __init__(self, wanted: Iterable[tuple[Configuration, int]] | None = None, *, small: bool = True) -> None:
        self.local = DirectAws().start()
        if small:
            forget_what_nobody_asks_for()
        ground = Ground(self.local)
        self.factories: dict[str, Factory] = {}
        for configuration, history in wanted if wanted is not None else all_histories():
            factory = ground.build(configuration, history=history)
            self.factories[f"{configuration.name}-{history}"] = factory
            for _ in range(history):
                self._approve(factory)
        warm_up(self.local, ground)
        forget_mail()
        _forget_the_catalogue()

    def judge(self, scenario: Scenario) -> Verdict:
        """Play a scenario in this very process, for good, and judge it."""
        factory = self.factories[scenario.due]
        factory.dismiss_others_people()
        return judge(self.local, factory, scenario)

    def _approve(self, factory: Factory) -> None:
        """Let an image be approved before anything else happens."""
        scenario = Scenario(
            family="history", exhaustive=True, configuration=factory.configuration, history=factory.history
        )
        next_build(ODD_BUILDS["before"])
        stage = Stage(self.local, factory, scenario)
        execution = stage.start(str(uuid4()))
        stage.approve(execution)
        settle()
        if stage.status(execution) != "Success":
            raise RuntimeError(f"{scenario.due}: the good path ended {stage.status(execution)}")


def _forget_the_catalogue() -> None:
    """Drop the public AMIs that moto knows: nothing asks for them, and every look would pass hundreds of them."""
    for region in (HOME, COPY):
        backend = ec2_backends[ACCOUNT][region]
        backend.amis = {key: ami for key, ami in backend.amis.items() if ami.owner_id == ACCOUNT}


def all_histories() -> list[tuple[Configuration, int]]:
    """List every configuration with an image before and without, and those with enough images to take some back."""
    return [
        *((configuration, history) for configuration in configurations() for history in (0, 1)),
        *((configuration, RETIRABLE) for configuration in taking_back()),
    ]
