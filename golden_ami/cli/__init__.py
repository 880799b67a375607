"""The ``golden-ami`` command: reads a configuration, needs neither Terraform nor Node.

Exit codes: 0 fine, 1 failed, 2 bad input, 130 stopped with Ctrl-C.
"""

from golden_ami.cli.app import app, main

__all__ = ["app", "main"]
