"""Load the AWS bindings and wait until jsii has indexed them.

jsii unpacks them into its cache and indexes them in the background. A program that ends sooner than the index is ready
leaves none, and then every start parses 120 MB again. So this one waits.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 180
NAME = ".jsii.runtime.v1.json"


def main() -> None:
    """Load, and wait."""
    sys.path.insert(0, str(ROOT))
    from cdktf_cdktf_provider_aws import _jsii  # noqa: F401, PLC0415

    import stacks  # noqa: F401, PLC0415 - before cdktf

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not indexed():
        if time.monotonic() > deadline:
            print("jsii has not indexed the AWS bindings; commands work, and start a second later", file=sys.stderr)
            return
        time.sleep(0.2)


def indexed() -> bool:
    """Tell whether jsii's cache of this user holds the index."""
    caches = (Path.home() / ".cache" / "aws" / "jsii", Path.home() / "Library" / "Caches" / "com.amazonaws.jsii")
    return any(any(cache.glob(f"package-cache/@cdktf/provider-aws/*/*/{NAME}")) for cache in caches)


if __name__ == "__main__":
    main()
