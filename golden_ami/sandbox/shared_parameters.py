"""Parameters of other accounts, which are shared through RAM and known by their whole ARN only.

Source: "Working with shared parameters in Parameter Store" (Systems Manager User Guide): a consumer reads them in the
Region in which they are shared, with GetParameter and GetParameters. Who is not let in by the resource's policy, which
RAM writes, is refused as everywhere else ("Cross-account policy evaluation logic", IAM User Guide); that this says
AccessDeniedException, and that GetParameters lists such names as invalid, is not documented.
"""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ssm.exceptions import AccessDeniedException, ParameterNotFound
from moto.ssm.models import Parameter, ssm_backends
from moto.ssm.responses import SimpleSystemManagerResponse

from golden_ami.sandbox.ram.models import RESOURCE, ram_backends

Operation = Callable[[SimpleSystemManagerResponse], ActionResult]


def install() -> None:
    """Let moto's operations look into the accounts that share."""
    for name, make in (("get_parameter", _get_parameter), ("get_parameters", _get_parameters)):
        known = getattr(SimpleSystemManagerResponse, name)
        if not hasattr(known, "of_sandbox"):
            operation: Any = make(known)
            operation.of_sandbox = True
            setattr(SimpleSystemManagerResponse, name, operation)


def read(name: str, account: str, region: str) -> Parameter:
    """Read a parameter as an account does.

    Parameters
    ----------
    name : str
        Name, or ARN; the ARN of another account's is the only way to it. A version or a label may follow.
    account, region : str
        Who reads, and where.

    Raises
    ------
    AccessDeniedException
        When it is another account's, and not shared with this one.
    ParameterNotFound
        When there is none.
    """
    owner = _owner(name) or account
    if owner != account and not _is_shared(name, owner, account, region):
        raise AccessDeniedException(
            f"User: arn:aws:iam::{account}:root is not authorized to perform: ssm:GetParameter on resource: {name} "
            "because no resource-based policy allows the ssm:GetParameter action"
        )
    found = ssm_backends[owner][region].get_parameter(name)
    if found is None:
        raise ParameterNotFound(f"Parameter {name} not found.")
    return found


def _get_parameter(known: Operation) -> Operation:
    def get_parameter(response: SimpleSystemManagerResponse) -> ActionResult:
        name = response._get_param("Name")
        if not _is_foreign(name, response):
            return known(response)
        return ActionResult({"Parameter": _shown(name, response)})

    return get_parameter


def _get_parameters(known: Operation) -> Operation:
    def get_parameters(response: SimpleSystemManagerResponse) -> ActionResult:
        names = response._get_param("Names")
        foreign = [name for name in names if _is_foreign(name, response)]
        if not foreign:
            return known(response)
        shown, invalid = [], []
        for name in names:
            try:
                shown.append(_shown(name, response))
            except (AccessDeniedException, ParameterNotFound):
                invalid.append(name)
        return ActionResult({"Parameters": shown, "InvalidParameters": invalid})

    return get_parameters


def _shown(name: str, response: SimpleSystemManagerResponse) -> dict[str, Any]:
    found = read(name, response.current_account, response.region)
    return found.response_object(response._get_param("WithDecryption"), response.region)


def _is_foreign(name: str, response: SimpleSystemManagerResponse) -> bool:
    return _owner(name) not in {None, response.current_account}


def _owner(name: str) -> str | None:
    """Return the account that an ARN names."""
    parts = name.split(":", 5)
    is_arn = len(parts) == 6 and parts[0] == "arn" and parts[2] == "ssm" and parts[5].startswith("parameter/")
    return parts[4] if is_arn else None


def _is_shared(arn: str, owner: str, account: str, region: str) -> bool:
    """Tell whether a share of the owner in this Region has the parameter and reaches the account."""
    shares = ram_backends[account][region].owned_by("OTHER-ACCOUNTS")
    wanted = ":".join(arn.split(":")[:6])
    return any(
        share.owner == owner
        and share.status == "ACTIVE"
        and any(each.entity == wanted and each.status == "ASSOCIATED" for each in share.present(RESOURCE))
        for share in shares
    )
