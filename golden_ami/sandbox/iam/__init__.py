"""SimulatePrincipalPolicy, judged by the sandbox's own evaluation of policies; the rest of IAM is moto's."""

from golden_ami.sandbox.iam.simulation import install

__all__ = ["install"]
