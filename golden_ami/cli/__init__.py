"""The ``golden-ami`` command: reads a configuration, needs neither Terraform nor Node.

Exit codes: 0 fine, 1 failed, 2 bad input, 130 stopped with Ctrl-C.
"""

try:
    from golden_ami.cli.app import app, main
except KeyboardInterrupt:
    # On a busy machine, importing takes long enough for somebody to change his mind.
    raise SystemExit(130) from None

__all__ = ["app", "main"]
