"""Who may do what in the sandbox: principals, what requests need, and the evaluation of policies.

moto's own enforcement looks at actions alone. Here resources and conditions count too, for the callers that a factory
confines: the roles of its runbooks, and the people who start, approve and stop.
"""

from golden_ami.sandbox.access.evaluation import Need, Verdict, judge
from golden_ami.sandbox.access.principals import Principal

__all__ = ["Need", "Principal", "Verdict", "judge"]
