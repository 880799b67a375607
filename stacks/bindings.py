"""Make the AWS bindings lazy: synthesis in a second instead of ten, with the same output.

``cdktf_cdktf_provider_aws`` costs ten seconds and half a gigabyte for two reasons, both all-or-nothing imports:

* Python: the package's ``__init__`` imports each of its two thousand modules. A bare module with the same path and spec
  in ``sys.modules`` lets the few that a stack names be imported one by one.
* Node: the bindings' ``lib/index.js`` requires as many files. ``bindings.cjs``, preloaded into the child process that
  jsii starts, makes each of them load at first use.

Both leave everything as it is, with a warning, when the package is not what they were written for.
"""

import importlib.util
import os
import sys
import types
import warnings
from pathlib import Path

PACKAGE = "cdktf_cdktf_provider_aws"
PRELOAD = Path(__file__).with_name("bindings.cjs")
SEMI_SPACE = "--max-semi-space-size"

_SAMPLE = ("sns_topic", "from .._jsii import *")
"""A module of the package, and the line by which it needs nothing of the package's ``__init__``."""


def make_lazy() -> None:
    """Prepare both halves; call it before anything imports ``cdktf``, which starts the child process."""
    # jsii's banner about Node 20's end of life hides the output of every command; `make setup` says it once.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    if PACKAGE in sys.modules:
        return
    reason = _unexpected()
    if reason:
        warnings.warn(f"{PACKAGE} {reason}; importing all of it, which takes some ten seconds", stacklevel=2)
        return
    _preload_in_node()
    _bare_package()


def _unexpected() -> str | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return "is not installed as a package"
    module, line = _SAMPLE
    sample = Path(spec.submodule_search_locations[0], module, "__init__.py")
    if not sample.is_file() or line not in sample.read_text(encoding="utf-8"):
        return f"has no module {module} that stands alone"
    return None


def _bare_package() -> None:
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None  # noqa: S101 - _unexpected has just found it
    package = types.ModuleType(PACKAGE)
    package.__path__ = list(spec.submodule_search_locations or [])
    package.__spec__ = spec
    package.__file__ = spec.origin
    sys.modules[PACKAGE] = package


def _preload_in_node() -> None:
    # NODE_OPTIONS splits at spaces unless quoted, and takes backslashes as escapes inside the quotes.
    path = str(PRELOAD).replace("\\", "\\\\").replace('"', '\\"')
    given = os.environ.get("NODE_OPTIONS", "")
    options = [f'--require "{path}"']
    if SEMI_SPACE not in given:
        # V8 keeps up to 48 MB for short-lived objects; 3 MB are enough here, and take no longer.
        options.append(f"{SEMI_SPACE}=1")
    os.environ["NODE_OPTIONS"] = " ".join([given, *(option for option in options if option not in given)]).strip()
