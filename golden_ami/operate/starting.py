"""Start a factory's runbooks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from golden_ami.names import IMAGE_TAG
from golden_ami.operate.place import Place

if TYPE_CHECKING:
    from golden_ami.config import ImageFactory


def start_approval(place: Place, factory: "ImageFactory", *, token: str | None = None) -> str:
    """Start the approval runbook of an image, and return the execution's id.

    Parameters
    ----------
    place : Place
        The deployment.
    factory : ImageFactory
        The image.
    token : str, optional
        Client token, a UUID: a second start with it is the first one. A new one without it, which botocore's retries
        share.
    """
    names = factory.names
    tags = [{"Key": IMAGE_TAG, "Value": names.image}]
    return _start(place, names.approval.document, {}, tags=tags, token=token)


def start_runbook(place: Place, document: str, parameters: Mapping[str, str], *, token: str | None = None) -> str:
    """Start another runbook of an image, such as its retirement, and return the execution's id."""
    return _start(place, document, parameters, tags=[], token=token)


def start_tagged(
    place: Place, factory: "ImageFactory", document: str, parameters: Mapping[str, str], *, token: str | None = None
) -> str:
    """Start a runbook for which people may be asked: approvers may decide on executions of their image only."""
    tags = [{"Key": IMAGE_TAG, "Value": factory.names.image}]
    return _start(place, document, parameters, tags=tags, token=token)


def _start(
    place: Place, document: str, parameters: Mapping[str, str], *, tags: list[dict[str, str]], token: str | None
) -> str:
    given = {name: [value] for name, value in parameters.items()}
    options = {"Parameters": given} if given else {}
    started = place.connection.client("ssm").start_automation_execution(
        DocumentName=document, ClientToken=token or str(uuid4()), **options, **({"Tags": tags} if tags else {})
    )
    return str(started["AutomationExecutionId"])
