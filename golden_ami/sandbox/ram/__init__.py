"""Resource Access Manager: shares, their principals and their resources, with the service's refusals.

Answers instead of moto's RAM, which cannot associate, tag or filter. Source of behaviour: the RAM API Reference,
operation by operation. Not modelled, hence 501: invitations of accounts outside the organization, customer-managed
permissions, sources, shares that are made from resource policies.
"""

from golden_ami.sandbox.ram.models import ram_backends

sandboxram_backends = ram_backends

__all__ = ["sandboxram_backends"]
