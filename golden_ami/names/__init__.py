"""Every name, tag, ARN and path of a factory, derived once from the configuration.

Names are known before anything exists, so policies can name exact ARNs, plans show no unknown values, and the command
line finds what Terraform made without reading its state. Only two identifiers are chosen by AWS and so are absent here:
the key's id and the resource share's id.
"""

from golden_ami.names.consumer import METRICS, ConsumerNames
from golden_ami.names.deployment import DeploymentNames
from golden_ami.names.fixed import (
    BOOTSTRAP_STACK,
    EXECUTION_TAG,
    IMAGE_TAG,
    ORGANIZATION_STACK,
    OUTCOME_TAG,
    OWNER_TAG,
    RETIRABLE_TAG,
)
from golden_ami.names.image import MAX_PAIR_LENGTH, ImageNames
from golden_ami.names.place import PlaceNames
from golden_ami.names.runbook import RunbookNames

__all__ = [
    "BOOTSTRAP_STACK",
    "EXECUTION_TAG",
    "IMAGE_TAG",
    "MAX_PAIR_LENGTH",
    "METRICS",
    "ORGANIZATION_STACK",
    "OUTCOME_TAG",
    "OWNER_TAG",
    "RETIRABLE_TAG",
    "ConsumerNames",
    "DeploymentNames",
    "ImageNames",
    "PlaceNames",
    "RunbookNames",
]
