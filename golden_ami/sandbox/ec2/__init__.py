"""What moto's EC2 lacks: the account's public access block of AMIs."""

from golden_ami.sandbox.ec2.image_block_public_access import install

__all__ = ["install"]
