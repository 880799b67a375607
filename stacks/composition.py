"""Which stacks a configuration asks for."""

from cdktf import App, TerraformStack

from golden_ami.config import Config
from golden_ami.config.state import S3State
from golden_ami.names import BOOTSTRAP_STACK, ORGANIZATION_STACK
from stacks.bootstrap import BootstrapStack
from stacks.consumer import ConsumerStack
from stacks.deployment import DeploymentStack
from stacks.organization import OrganizationStack


def compose(app: App, config: Config) -> dict[str, TerraformStack]:
    """Make every stack; return them by their names, each of which is its state's."""
    made: dict[str, TerraformStack] = {}
    for deployment in config.deployments:
        made[deployment] = DeploymentStack(app, deployment, config=config)
    for consumer in config.consumers:
        made[consumer] = ConsumerStack(app, consumer, config=config)
    if config.organization_policies:
        policies = config.organization_policies
        made[ORGANIZATION_STACK] = OrganizationStack(app, ORGANIZATION_STACK, config=config, policies=policies)
    if isinstance(config.state, S3State) and config.state.bootstrap:
        home = config.state.bootstrap
        made[BOOTSTRAP_STACK] = BootstrapStack(app, BOOTSTRAP_STACK, config=config, state=config.state, home=home)
    return made
