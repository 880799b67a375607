"""A stack as a rollout sees it: a name, a kind, a place and a wave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from golden_ami.arn import partition_of
from golden_ami.config import Config
from golden_ami.config.state import S3State
from golden_ami.names import BOOTSTRAP_STACK, ORGANIZATION_STACK

Kind = Literal["bootstrap", "organization", "deployment", "consumer"]

FIRST: Final = 0
"""The wave of what every other stack needs: the bucket of the states, and sharing inside the organization."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack.

    Attributes
    ----------
    name : str
        The name of its state: the deployment's or the consumer's, or the one that the stack has.
    kind : str
        What it is the stack of.
    wave : int
        Waves go one after another, the lowest first.
    account, region : str
        Where it lives.
    """

    name: str
    kind: Kind = "deployment"
    wave: int
    account: str
    region: str

    @property
    def partition(self) -> str:
        """Partition of its Region."""
        return partition_of(self.region)

    @property
    def rolls_out(self) -> bool:
        """Whether a rollout applies it; the bucket of the states is made once, by hand, before there are any."""
        return self.kind != "bootstrap"


def stacks_of(config: Config) -> list[Stack]:
    """Give every stack, by wave and then in the configuration's order."""
    return sorted(_stacks(config), key=lambda stack: stack.wave)


def _stacks(config: Config) -> Iterator[Stack]:
    state, policies = config.state, config.organization_policies
    if isinstance(state, S3State) and state.bootstrap:
        account = state.bootstrap.account
        yield Stack(name=BOOTSTRAP_STACK, kind="bootstrap", wave=FIRST, account=account, region=state.region)
    if policies:
        account, region = policies.account, policies.region
        yield Stack(name=ORGANIZATION_STACK, kind="organization", wave=FIRST, account=account, region=region)
    for name, each in config.deployments.items():
        yield Stack(name=name, wave=each.wave, account=each.account, region=each.region)
    for name, consumer in config.consumers.items():
        wave = config.wave_of(consumer)
        yield Stack(name=name, kind="consumer", wave=wave, account=consumer.account, region=consumer.region)
