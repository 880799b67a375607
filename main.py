"""Composition root: one configuration in, one stack a deployment out, and those beside them that it asks for."""

import sys

import stacks  # noqa: F401 - before cdktf, which starts the process that it prepares

# isort: split

from cdktf import App

from golden_ami.config import load, path_from
from golden_ami.errors import GoldenAmiError
from stacks.composition import compose


def main() -> int:
    """Synthesise every stack of the configuration named by GOLDEN_AMI_CONFIG."""
    try:
        config = load(path_from())
        app = App()
        compose(app, config)
        app.synth()
    except GoldenAmiError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
