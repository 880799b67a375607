"""Names that are the same in every factory: tags, and the stacks beside the deployments."""

OWNER_TAG = ("owner", "golden-ami-automation")
"""The seed's tag: what the runbooks may touch."""

IMAGE_TAG = "golden-ami:image"
"""On executions and Image Builder images: the image's name in the configuration."""

EXECUTION_TAG = "golden-ami:execution"
"""On Image Builder images: the Automation execution that built it."""

OUTCOME_TAG = "golden-ami:outcome"
"""On executions: how they ended, in a word, once that has been told."""

RETIRABLE_TAG = "golden-ami:retirable"
"""On Image Builder images that were never approved: the deployment whose lifecycle policy may delete them."""

ORGANIZATION_STACK = "organization"
"""The stack of what the organization enforces; no deployment and no consumer has this name."""

BOOTSTRAP_STACK = "state-bootstrap"
"""The stack of the bucket of the states; no deployment and no consumer has this name."""
