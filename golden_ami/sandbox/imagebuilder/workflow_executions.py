"""Which workflows have run for an image, and how: its build, its tests, its distribution.

Source: ListWorkflowExecutions, WorkflowExecutionMetadata (Image Builder API Reference). Images without workflows of
their own are built with AWS's default ones ("Manage image workflows", Image Builder User Guide); how many steps those
have is this module's choice.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from golden_ami.sandbox.imagebuilder.errors import InvalidPaginationTokenException
from golden_ami.sandbox.imagebuilder.images import RUNNING, Image, find_image
from golden_ami.sandbox.imagebuilder.kinds import IMAGE
from golden_ami.sandbox.imagebuilder.listing import PAGE
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.requests import Answer, Parameters, with_request_id
from golden_ami.sandbox.paging import page

_DEFAULTS: Final = {
    "BUILD": ("build-image", "BUILDING", 7),
    "TEST": ("test-image", "TESTING", 5),
    "DISTRIBUTION": ("distribute-image", "DISTRIBUTING", 1),
}
"""Name, state of the image while it runs, and steps, by type."""


def list_workflow_executions(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListWorkflowExecutions."""
    image = find_image(backend, parameters[IMAGE.arn])
    if image.attributes.get("workflows"):
        raise NotImplementedError("Workflows of one's own are not run here.")
    shown, token = page(list(_executions(image)), parameters, size=PAGE, refusal=InvalidPaginationTokenException)
    return with_request_id(IMAGE, {"workflowExecutions": shown, IMAGE.arn: str(image.arn)} | token)


def _executions(image: Image) -> Iterator[dict[str, Any]]:
    tested = image.attributes.get("imageTestsConfiguration", {}).get("imageTestsEnabled", True)
    for kind, (name, during, steps) in _DEFAULTS.items():
        if kind == "TEST" and not tested:
            continue
        status = _status(image, during)
        if status is None:
            return
        succeeded = steps if status == "COMPLETED" else 0
        arn = image.arn
        yield {
            "workflowBuildVersionArn": f"arn:{arn.partition}:imagebuilder:{arn.region}:aws:workflow/"
            f"{kind.lower()}/{name}/1.0.0/1",
            "workflowExecutionId": f"wf-{uuid5(NAMESPACE_URL, f'{arn}/{kind}')}",
            "type": kind,
            "status": status,
            "totalStepCount": steps,
            "totalStepsSucceeded": succeeded,
            "totalStepsFailed": 1 if status == "FAILED" else 0,
            "totalStepsSkipped": 0,
        }


def _status(image: Image, during: str) -> str | None:
    """Say how far the workflow is; nothing before it has begun."""
    reached = image.failed_in or image.status
    if reached not in RUNNING:
        return "COMPLETED" if image.amis else None
    position = RUNNING.index(reached) - RUNNING.index(during)
    if position:
        return "COMPLETED" if position > 0 else None
    return "FAILED" if image.failed_in else "RUNNING"
