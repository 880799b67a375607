"""The judgement of key policies, which is the evidence runbook's own: one text, so that both say the same."""

import importlib.util
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any


def missing_actions(policy: Mapping[str, Any], receiver: str, organization: str) -> list[str]:
    """List what a key's policy does not allow to a receiver that is to launch an image encrypted with it.

    Parameters
    ----------
    policy : mapping
        The key's.
    receiver : str
        Account, or ARN of a unit or of the organization.
    organization : str
        Id of the organization.
    """
    return list(_judgement()(policy, receiver, organization))


@cache
def _judgement() -> Callable[..., list[str]]:
    from golden_ami.runbooks import FOLDER  # noqa: PLC0415 - --help needs no configuration

    # Scripts are no package: Systems Manager gets their text.
    file = FOLDER / "scripts" / "_key_policy.py"
    spec = importlib.util.spec_from_file_location("golden_ami_key_policy", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judgement: Callable[..., list[str]] = module.missing
    return judgement
