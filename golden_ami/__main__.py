"""``python -m golden_ami`` is ``golden-ami``."""

from golden_ami.cli import main

main()
