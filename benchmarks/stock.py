"""Run main.py with the AWS bindings imported whole, as the package comes: what the lazy bindings are compared with."""

import runpy
from pathlib import Path

import cdktf_cdktf_provider_aws  # noqa: F401 - stacks.bindings leaves bindings alone that are already there

runpy.run_path(str(Path(__file__).parent.parent / "main.py"), run_name="__main__")
