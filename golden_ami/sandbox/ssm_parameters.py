"""PutParameter of Systems Manager, with what moto lacks: AMI ids that are looked up, and tiers and types that stay.

Source: PutParameter (Systems Manager API Reference); "Native parameter support for Amazon Machine Image IDs",
"Parameter data types", "Changing a standard parameter to an advanced parameter" (Systems Manager User Guide). An
``aws:ec2:image`` value is validated after the answer, which is a success with a version in any case: a value that is no
available AMI of the account and Region leaves the parameter as it was, and only the event "Parameter Store Change" says
so. On AWS that takes up to minutes; here it is done when the answer arrives. The event is sent for PutParameter alone.
Not documented, and assumed: that an update which names no data type keeps it, and the words that refuse another one.
"""

import json
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.events.models import events_backends
from moto.ssm.exceptions import ValidationException
from moto.ssm.models import Parameter, SimpleSystemManagerBackend, ssm_backends
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn

from golden_ami.sandbox.ec2.images import is_available

AMI: Final = "aws:ec2:image"
TEXT: Final = "text"
ADVANCED: Final = "Advanced"
_FIXED: Final = frozenset({AMI, "aws:ssm:integration"})
"""Data types that a parameter can neither get nor lose."""


def install() -> None:
    """Replace moto's operation; everything else about parameters is moto's."""
    SimpleSystemManagerResponse.put_parameter = put_parameter  # type: ignore[method-assign, assignment]


def put_parameter(response: SimpleSystemManagerResponse) -> ActionResult:
    """Answer PutParameter."""
    request: Any = json.loads(response.body)
    backend = response.ssm_backend
    known = _latest(backend, request["Name"])
    data_type = request.get("DataType") or (known.data_type if known else TEXT)
    if known is not None and request.get("Overwrite"):
        _check_update(known, data_type, request.get("Tier"))
    put = backend.put_parameter(
        request["Name"],
        request.get("Description"),
        request["Value"],
        request.get("Type"),
        request.get("AllowedPattern"),
        request.get("KeyId"),
        request.get("Overwrite", False),
        request.get("Tags"),
        data_type,
        tier=request.get("Tier"),
        policies=request.get("Policies"),
    )
    valid = data_type != AMI or is_available(put.value, backend.account_id, backend.region_name)
    if not valid:
        _take_back(backend, put)
    _report(backend, put, "Update" if known else "Create", valid=valid)
    return ActionResult({"Version": put.version, "Tier": put.tier})


def tier_of(account: str, region: str, name: str) -> str | None:
    """Return the tier of a parameter, or None when there is none of that name."""
    found = _latest(ssm_backends[account][region], name)
    return found.tier if found else None


def _latest(backend: SimpleSystemManagerBackend, name: str) -> Parameter | None:
    if name not in backend._parameters:
        return None
    versions = backend._parameters[name]
    return versions[-1] if versions else None


def _check_update(known: Parameter, data_type: str, tier: str | None) -> None:
    if data_type != known.data_type and {data_type, known.data_type} & _FIXED:
        raise ValidationException(
            f"The data type of parameter {known.name} can't be changed from {known.data_type} to {data_type}."
        )
    if known.tier == ADVANCED and tier == "Standard":
        raise ValidationException(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
            "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced "
            "parameter and recreate it as a standard parameter."
        )


def _take_back(backend: SimpleSystemManagerBackend, put: Parameter) -> None:
    """Leave a parameter as it was before a version, or away when there was no other."""
    versions = backend._parameters[put.name]
    versions.remove(put)
    if not versions:
        backend.delete_parameter(put.name)


def _report(backend: SimpleSystemManagerBackend, put: Parameter, operation: str, *, valid: bool) -> None:
    """Send the event that tells whether a parameter was created or updated."""
    detail = {"operation": operation, "name": put.name, "type": put.parameter_type}
    if put.data_type == AMI:
        detail["dataType"] = AMI
    if not valid:
        detail["exception"] = "Unable to Describe Resource"
    event = {
        "Source": "aws.ssm",
        "DetailType": "Parameter Store Change",
        "Detail": json.dumps(detail),
        "Resources": [parameter_arn(backend.account_id, backend.region_name, put.name)],
    }
    events_backends[backend.account_id][backend.region_name].put_events([event])
