"""EC2 Image Builder: what Terraform creates, and the images that are built from it, with the service's refusals.

Loaded into moto as its service ``imagebuilder``. Source of behaviour: the Image Builder API Reference, operation by
operation. Not modelled, hence 501: container recipes, imports, workflow executions, policies except those of images,
documents in S3, resources shared by other accounts, automatic recipe versions, lists of what AWS offers.
"""

from golden_ami.sandbox.imagebuilder.models import imagebuilder_backends

__all__ = ["imagebuilder_backends"]
