"""A stack as a rollout sees it: a name, a place and a wave."""

from dataclasses import dataclass

from golden_ami.config import Config


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The stack of one deployment.

    Attributes
    ----------
    name : str
        The deployment's name.
    wave : int
        Waves go one after another, the lowest first.
    account, region : str
        Where it lives.
    """

    name: str
    wave: int
    account: str
    region: str


def stacks_of(config: Config) -> list[Stack]:
    """Give every stack, by wave and then in the configuration's order."""
    found = [
        Stack(name=name, wave=each.wave, account=each.account, region=each.region)
        for name, each in config.deployments.items()
    ]
    return sorted(found, key=lambda stack: stack.wave)


def by_wave(stacks: list[Stack]) -> dict[int, list[Stack]]:
    """Group stacks, the first wave first."""
    return {wave: [each for each in stacks if each.wave == wave] for wave in sorted({each.wave for each in stacks})}
