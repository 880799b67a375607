"""What retiring, sharing and publishing AMIs needs and moto lacks: who sees one, how it ends, where its id is kept."""

from golden_ami.sandbox import shared_parameters, ssm_parameters
from golden_ami.sandbox.ec2 import (
    describe_images,
    image_block_public_access,
    image_deprecation,
    image_deregistration,
    image_states,
    launch_permissions,
    launch_template_versions,
    launches,
)

__all__ = ["install"]

_PARTS = (
    image_block_public_access,
    image_deprecation,
    image_deregistration,
    image_states,
    launch_permissions,
    launch_template_versions,
    describe_images,
    ssm_parameters,
    shared_parameters,
    launches,
)


def install() -> None:
    """Add everything to moto; doing it twice does nothing more."""
    for part in _PARTS:
        part.install()
