"""What rolling an image out needs and moto lacks: instance refreshes of Auto Scaling groups."""

from golden_ami.sandbox.autoscaling import instances, operations
from golden_ami.sandbox.autoscaling.scenario import RefreshScenario, next_refresh

__all__ = ["RefreshScenario", "install", "next_refresh"]


def install() -> None:
    """Add everything to moto; doing it twice does nothing more."""
    instances.install()
    operations.install()
