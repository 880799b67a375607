"""Launches by a parameter that names the AMI, and with the tags of the launch template.

Source: "Use a Systems Manager parameter instead of an AMI ID" (EC2 User Guide): ``resolve:ssm:`` and a name, with a
version or a label, or the ARN of a parameter that another account shares; it is looked up at each launch, for whoever
launches. Which errors it gives is not documented: what cannot be looked up is an InvalidParameterValue here. An AMI
that the account does not see is unknown, as always (RunInstances, EC2 API Reference).
"""

from collections.abc import Mapping
from functools import wraps
from typing import Any, Final

from moto.core.exceptions import ServiceException
from moto.ec2.exceptions import InvalidAMIIdError, InvalidParameterValueError
from moto.ec2.models import EC2Backend

from golden_ami.sandbox.ec2.images import is_available
from golden_ami.sandbox.shared_parameters import read

RESOLVE: Final = "resolve:ssm:"


def install() -> None:
    """Let moto look parameters up, and tag what Auto Scaling launches as the template says."""
    known: Any = EC2Backend.run_instances
    if hasattr(known, "of_sandbox"):
        return

    @wraps(known)
    def run_instances(backend: EC2Backend, image_id: str, *arguments: Any, **named: Any) -> Any:
        template = _template(backend, named.get("launch_template"))
        image = resolved(image_id or template.get("ImageId", ""), backend.account_id, backend.region_name)
        tags = {kind: dict(each) for kind, each in (named.pop("tags", None) or {}).items()}
        for kind, key, value in _tags(template):
            tags.setdefault(kind, {}).setdefault(key, value)
        return known(backend, image or image_id, *arguments, tags=tags, **named)

    run_instances.of_sandbox = True  # type: ignore[attr-defined]
    EC2Backend.run_instances = run_instances  # type: ignore[method-assign, assignment]


def resolved(image: str, account: str, region: str) -> str:
    """Look an AMI up, when a launch template or a request says where it is written.

    Parameters
    ----------
    image : str
        An AMI id, or ``resolve:ssm:`` and a parameter.
    account, region : str
        Who launches, and where.

    Raises
    ------
    InvalidAMIIdError
        When the account cannot launch the AMI that the parameter names.
    InvalidParameterValueError
        When the parameter cannot be read.
    """
    if not image.startswith(RESOLVE):
        return image
    try:
        ami = str(read(image.removeprefix(RESOLVE), account, region).value)
    except ServiceException as error:
        raise InvalidParameterValueError(f"{image}: {error}") from error
    if not is_available(ami, account, region):
        raise InvalidAMIIdError(ami)
    return ami


def _template(backend: EC2Backend, named: Mapping[str, str] | None) -> Mapping[str, Any]:
    if not named:
        return {}
    data: Mapping[str, Any] = backend._get_template_from_args(dict(named)).data
    return data


def _tags(template: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (each["ResourceType"], tag["Key"], tag["Value"])
        for each in template.get("TagSpecifications", [])
        for tag in each["Tags"]
    ]
