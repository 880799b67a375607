"""EC2 Image Builder's resources: what Terraform creates, reads, changes and deletes, with the service's refusals.

Loaded into moto as its service ``imagebuilder``. Source of behaviour: the Image Builder API Reference, operation by
operation. Not modelled, hence 501: builds and images, container recipes, policies, documents in S3, resources shared by
other accounts, automatic recipe versions, lists of what AWS offers.
"""

from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends

__all__ = ["imagebuilder_backends"]
