"""What the stacks beside the deployments do, in a few words."""

from collections.abc import Iterator

from golden_ami.config import Config
from golden_ami.config.consumer import Consumer
from golden_ami.config.organization_policies import OrganizationPolicies
from golden_ami.config.state import S3State
from golden_ami.rollouts.stack import Stack

_AUDIT = {"audit_mode": "marks images of others", "enabled": "hides images of others", "disabled": "allows any image"}


def beside(config: Config, stack: Stack) -> Iterator[tuple[str, str]]:
    """Give what such a stack does, as name and value.

    Parameters
    ----------
    config : Config
        The whole configuration.
    stack : Stack
        One that is of no deployment.
    """
    if stack.kind == "consumer":
        yield from _consumer(config.consumers[stack.name])
    elif stack.kind == "organization" and config.organization_policies:
        yield from _organization(config.organization_policies)
    elif isinstance(config.state, S3State):
        yield "makes", f"the bucket of the states, {config.state.bucket}"


def _organization(policies: OrganizationPolicies) -> Iterator[tuple[str, str]]:
    if policies.share_with_organization:
        yield "switches on", "sharing inside the organization (RAM)"
    if images := policies.images:
        words = [_AUDIT[images.allowed_images], *(["blocks public images"] if images.block_public_images else [])]
        yield f"for {', '.join(images.targets)}", " and ".join(words)
    if guardrails := policies.guardrails:
        yield f"for {', '.join(guardrails.targets)}", "denies what only runbooks, deployers and starters may do"


def _consumer(consumer: Consumer) -> Iterator[tuple[str, str]]:
    yield "follows", f"{consumer.image} of {consumer.deployment}"
    if group := consumer.group:
        yield "refreshes", f"{group.min_size} to {group.max_size} instances, after each approval"
    yield "looks", f"every {consumer.check_minutes} minutes for instances of images that were taken back"
