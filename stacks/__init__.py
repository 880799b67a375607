"""The stacks: the only place, beside ``main.py``, that knows CDKTF.

Importing this package makes the AWS bindings lazy, which has to happen before anything imports ``cdktf``.
"""

from stacks.bindings import make_lazy

make_lazy()
