"""Images: what GetImage shows of a build, and how an image is cancelled, deleted and given a policy.

Source: GetImage, CancelImageCreation, DeleteImage, GetImagePolicy, PutImagePolicy, ImageState, ImageScanState (Image
Builder API Reference). Deleting an image deletes Image Builder's record of it; AMIs and snapshots stay. No pipeline,
recipe or configuration is held by the images that were made with it: AWS documents no such dependency, so each can be
deleted, and an image shows copies of them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from golden_ami.sandbox.clock import CLOCK
from golden_ami.sandbox.idempotency import once
from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.errors import (
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceDependencyException,
    ResourceNotFoundException,
)
from golden_ami.sandbox.imagebuilder.kinds import IMAGE
from golden_ami.sandbox.imagebuilder.models import LOCK, ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Answer, Parameters, with_request_id
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario
from golden_ami.sandbox.ram.models import RESOURCE, ram_backends

RUNNING: Final = ("PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING")
"""States of a build that goes on, in their order."""

SCANNING: Final = ("PENDING", "SCANNING", "COLLECTING")
_CANCELLING_SECONDS: Final = 30
_OS_VERSIONS: Final = {"Linux": "Amazon Linux 2023", "Windows": "Microsoft Windows Server 2022", "macOS": "macOS 15"}


@dataclass(kw_only=True, eq=False)
class Image(Resource):
    """One build of an image.

    Attributes
    ----------
    scenario : BuildScenario
        How its build goes.
    status, reason : str, str | None
        State, and why.
    failed_in : str | None
        The state in which it failed.
    scan, scan_reason : str | None
        State of its scan, and why; None without scan.
    amis : list[dict[str, str]]
        What it became, by the service's names.
    findings : list[dict[str, Any]]
        What the scan has found, by the service's names.
    inspected : bool
        Whether its packages and its operating system are known.
    run : int
        Steps of an earlier run are not taken any more.
    """

    scenario: BuildScenario
    status: str = RUNNING[0]
    reason: str | None = None
    failed_in: str | None = None
    scan: str | None = None
    scan_reason: str | None = None
    amis: list[dict[str, str]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    inspected: bool = False
    policy: str | None = None
    run: int = 0

    @property
    def running(self) -> bool:
        """Whether its build goes on."""
        return self.status in RUNNING

    @property
    def pipeline(self) -> str | None:
        """ARN of the pipeline that made it."""
        arn: str | None = self.attributes.get("sourcePipelineArn")
        return arn

    def settle(self, status: str, reason: str | None = None) -> None:
        """Give it a state that no build will change any more; a scan that has not ended is abandoned."""
        if status == "FAILED" and self.running:
            self.failed_in = self.status
        if self.scan in SCANNING:
            self.scan, self.scan_reason = "ABANDONED", f"The image is {status}."
        self.run += 1
        self.status, self.reason = status, reason

    def describe(self) -> dict[str, Any]:
        """Return it as GetImage shows it."""
        shown = super().describe() | {"state": self._state()}
        if self.amis:
            shown["outputResources"] = {"amis": [dict(ami) for ami in self.amis]}
        if self.scan is not None:
            shown["scanState"] = _with_reason(self.scan, self.scan_reason)
        if self.inspected:
            shown["osVersion"] = _OS_VERSIONS[self.attributes["platform"]]
        return shown

    def _state(self) -> dict[str, Any]:
        context = {"failureContext": {"imageStatus": self.failed_in}} if self.failed_in else {}
        return _with_reason(self.status, self.reason) | context


def images_of(backend: ImageBuilderBackend) -> Iterator[Image]:
    """Yield all images of the account and Region, oldest first."""
    return (image for image in backend.all(IMAGE) if isinstance(image, Image))


def find_image(backend: ImageBuilderBackend, text: str, parameter: str = IMAGE.arn) -> Image:
    """Return the build that an ARN means: itself, or the latest available one of a version.

    Raises
    ------
    ResourceNotFoundException
        When there is none.
    """
    backend.get(text, parameter)
    wanted = ResourceArn.parse(text)
    for image in reversed(backend.builds_of(wanted)):
        if isinstance(image, Image) and (wanted.build is not None or image.status == "AVAILABLE"):
            return image
    raise ResourceNotFoundException(text)


def get_image(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer GetImage."""
    if not ResourceArn.parse(parameters[IMAGE.arn]).account.isdigit():
        raise NotImplementedError(f"What AWS's own image '{parameters[IMAGE.arn]}' contains is not known here.")
    return with_request_id(IMAGE, {IMAGE.body: find_image(backend, parameters[IMAGE.arn]).describe()})


@once
def cancel_image(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer CancelImageCreation: the build stops at once, the image is CANCELLED a little later."""
    image = find_image(backend, parameters[IMAGE.arn])
    if not image.running:
        raise InvalidRequestException(f"The image '{image.arn}' is {image.status}; its creation cannot be cancelled.")
    image.run += 1
    run = image.run

    def cancelled() -> None:
        with LOCK:
            if image.run == run and backend.holds(image):
                image.settle("CANCELLED", "Image creation was cancelled by the user.")

    CLOCK.schedule(_CANCELLING_SECONDS, cancelled)
    return with_request_id(IMAGE, {IMAGE.arn: str(image.arn)})


def delete_image(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer DeleteImage: refused while it is built, and while it is shared."""
    image = find_image(backend, parameters[IMAGE.arn])
    if image.running:
        raise ResourceDependencyException(f"The image '{image.arn}' is being built; cancel its creation first.")
    shares = ram_backends[backend.account_id][backend.region_name].shares
    if any(share.find(RESOURCE, str(image.arn)) for share in list(shares.values())):
        raise ResourceDependencyException.in_use(str(image.arn))
    backend.remove(str(image.arn))
    return with_request_id(IMAGE, {IMAGE.arn: str(image.arn)})


def put_policy(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer PutImagePolicy; whether RAM would take the policy is not checked, only that it is one."""
    image = find_image(backend, parameters["imageArn"], "imageArn")
    try:
        policy = json.loads(parameters["policy"])
    except json.JSONDecodeError as error:
        raise InvalidParameterValueException("policy", "The policy is not JSON.") from error
    if not isinstance(policy, dict) or not policy.get("Statement"):
        raise InvalidParameterValueException("policy", "The policy has no Statement.")
    image.policy = parameters["policy"]
    return with_request_id(IMAGE, {"imageArn": str(image.arn)})


def get_policy(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer GetImagePolicy."""
    image = find_image(backend, parameters["imageArn"], "imageArn")
    if image.policy is None:
        raise ResourceNotFoundException(str(image.arn))
    return with_request_id(IMAGE, {"policy": image.policy})


def _with_reason(status: str, reason: str | None) -> dict[str, Any]:
    return {"status": status} | ({"reason": reason} if reason else {})
