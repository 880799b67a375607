"""``python -m golden_ami.sandbox``: the local AWS in the foreground, until Ctrl-C."""

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Final

from golden_ami.errors import GoldenAmiError
from golden_ami.sandbox.endpoint import DEFAULT_REGION
from golden_ami.sandbox.organization import prepare_organization
from golden_ami.sandbox.server import LocalAws

_HINTS: Final = """
# The local AWS answers until Ctrl-C. Copy the lines above into another terminal, then try:
#   python -c "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
#   GOLDEN_AMI_CONFIG=config/sandbox.yaml npx cdktf deploy
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted.

    Parameters
    ----------
    arguments : Sequence[str] | None
        Command line, by default the process's.

    Returns
    -------
    int
        0 after Ctrl-C or SIGTERM, 1 when the sandbox cannot run here, 2 for a port that cannot be had.
    """
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with LocalAws(options.port, region=options.region) as local:
            prepare_organization(local)
            lines = [f"export {name}={shlex.quote(value)}" for name, value in local.environment().items()]
            print("unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN", *lines, sep="\n")  # noqa: T201
            print(_HINTS, end="", flush=True)  # noqa: T201
            stop.wait()
    except KeyboardInterrupt:
        return 0
    except GoldenAmiError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m golden_ami.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1; 0, the default, takes a free one")
    parser.add_argument("--region", default=DEFAULT_REGION, help="Region of requests that name none (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
