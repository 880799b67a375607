"""Builds: from StartImagePipelineExecution or DistributeImage to an image that is available, on the sandbox's clock.

Source: StartImagePipelineExecution, DistributeImage, ImageState, ImageScanState (Image Builder API Reference): a build
is started whether its pipeline is enabled or not, and answers before anything is built. How long each state lasts is
this module's choice; a :class:`~golden_ami.sandbox.imagebuilder.scenario.BuildScenario` changes what happens.
"""

from collections import deque
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from golden_ami.sandbox.clock import CLOCK, now
from golden_ami.sandbox.idempotency import once
from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.distribution import check_distribution, distribute
from golden_ami.sandbox.imagebuilder.errors import InvalidRequestException
from golden_ami.sandbox.imagebuilder.findings import findings_of
from golden_ami.sandbox.imagebuilder.images import RUNNING, SCANNING, Image, find_image
from golden_ami.sandbox.imagebuilder.kinds import IMAGE
from golden_ami.sandbox.imagebuilder.models import LOCK, ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.requests import Answer, Parameters, with_request_id
from golden_ami.sandbox.imagebuilder.scenario import BuildScenario
from golden_ami.sandbox.neighbours import role_exists

Step = tuple[datetime, Callable[[], None]]

_WHOLE: Final = 25
_STARTS: Final[Mapping[str, float]] = MappingProxyType(
    {"PENDING": 0, "CREATING": 1, "BUILDING": 2, "TESTING": 14, "DISTRIBUTING": 19, "INTEGRATING": 23}
)
"""When a state begins, in minutes of ``_WHOLE``."""

_SCAN_STARTS: Final[Mapping[str, float]] = MappingProxyType({"SCANNING": 15, "COLLECTING": 20})
_SCAN_WHOLE: Final = 22
_REDISTRIBUTION: Final[Mapping[str, float]] = MappingProxyType({"PENDING": 0, "DISTRIBUTING": 1, "INTEGRATING": 6})
_REDISTRIBUTION_WHOLE: Final = 7
_COPIED: Final = (
    "platform",
    "enhancedImageMetadataEnabled",
    "imageTestsConfiguration",
    "imageScanningConfiguration",
    "executionRole",
    "workflows",
)
"""What an image has of its pipeline as it is."""


@once
def start_pipeline(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer StartImagePipelineExecution."""
    pipeline = backend.get(parameters["imagePipelineArn"], "imagePipelineArn").attributes
    if "scanResultCondition" in pipeline.get("imageScanningConfiguration", {}):
        raise NotImplementedError("Builds that depend on the scan's result are not modelled.")
    used = {
        name: deepcopy(backend.get(pipeline[f"{name}Arn"]).describe())
        for name in ("imageRecipe", "infrastructureConfiguration", "distributionConfiguration")
        if f"{name}Arn" in pipeline
    }
    check_distribution(used.get("distributionConfiguration", {}))
    attributes = used | {name: deepcopy(pipeline[name]) for name in _COPIED if name in pipeline}
    attributes["sourcePipelineArn"] = parameters["imagePipelineArn"]
    if "imageLogGroupName" in pipeline.get("loggingConfiguration", {}):
        attributes["loggingConfiguration"] = {"logGroupName": pipeline["loggingConfiguration"]["imageLogGroupName"]}
    image = _new_image(backend, used["imageRecipe"], attributes, parameters)
    starts = dict(_STARTS)
    if not pipeline["imageTestsConfiguration"]["imageTestsEnabled"]:
        del starts["TESTING"]
    _run(backend, image, starts, whole=_WHOLE)
    if pipeline.get("imageScanningConfiguration", {}).get("imageScanningEnabled"):
        _scan(backend, image)
    return with_request_id(IMAGE, {IMAGE.arn: str(image.arn)})


@once
def distribute_image(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer DistributeImage: another build of the same version, which is only distributed."""
    if not parameters["sourceImage"].startswith("arn:"):
        raise NotImplementedError("Only images of Image Builder are distributed; give the ARN of one.")
    source = find_image(backend, parameters["sourceImage"], "sourceImage")
    distribution = deepcopy(backend.get(parameters["distributionConfigurationArn"]).describe())
    check_distribution(distribution)
    if source.status != "AVAILABLE":
        raise InvalidRequestException(f"The source image '{source.arn}' is {source.status}, not AVAILABLE.")
    if all(ami["region"] != backend.region_name for ami in source.amis):
        raise InvalidRequestException(f"The source image '{source.arn}' has no AMI in Region {backend.region_name}.")
    role = parameters["executionRole"].rsplit("/", 1)[-1]
    if not role_exists(backend.account_id, backend.region_name, role):
        raise InvalidRequestException(f"The role '{parameters['executionRole']}' does not exist.")
    attributes = {"imageRecipe": deepcopy(source.attributes["imageRecipe"]), "distributionConfiguration": distribution}
    attributes |= {name: parameters[name] for name in ("executionRole", "loggingConfiguration") if name in parameters}
    attributes["platform"] = source.attributes["platform"]
    image = _new_image(backend, attributes["imageRecipe"], attributes, parameters)
    _run(backend, image, _REDISTRIBUTION, whole=_REDISTRIBUTION_WHOLE)
    return {IMAGE.arn: str(image.arn)}


def _new_image(
    backend: ImageBuilderBackend, recipe: Mapping[str, Any], attributes: Parameters, parameters: Parameters
) -> Image:
    segment = IMAGE.segment
    arn = backend.number(replace(ResourceArn.parse(recipe["arn"]), segment=segment))
    names = {"name": recipe["name"], "type": "AMI", "version": f"{arn.version}/{arn.build}"}
    image = Image(
        kind=IMAGE,
        arn=arn,
        attributes=attributes | names | {"buildType": "USER_INITIATED"},
        tags=parameters.get("tags", {}),
        scenario=backend.scenarios.popleft() if backend.scenarios else BuildScenario(),
    )
    backend.add(image)
    return image


def _run(backend: ImageBuilderBackend, image: Image, starts: Mapping[str, float], *, whole: float) -> None:
    """Let a build pass through its states, to the end that its scenario has for it."""
    scenario = image.scenario
    minute = timedelta(minutes=scenario.minutes / _WHOLE)
    end: Step = (image.created + whole * minute, partial(_end, image))
    steps: list[Step] = []
    for status, after in starts.items():
        at = image.created + after * minute
        if scenario.ends != "AVAILABLE" and RUNNING.index(status) > RUNNING.index(scenario.fails_in):
            end = (at, end[1])
            break
        steps.append((at, partial(_enter, backend, image, status)))
        if scenario.never_ends and status == "BUILDING":
            _follow(backend, image, deque(steps))
            return
    _follow(backend, image, deque([*steps, end]))


def _enter(backend: ImageBuilderBackend, image: Image, status: str) -> None:
    image.status = status
    built = RUNNING.index(status) > RUNNING.index("BUILDING")
    image.inspected = built and image.attributes.get("enhancedImageMetadataEnabled", False)
    if status == "INTEGRATING":
        image.amis = distribute(image, home=backend.region_name)


def _end(image: Image) -> None:
    scenario = image.scenario
    if scenario.ends == "AVAILABLE":
        image.status = scenario.ends
    else:
        image.settle(scenario.ends, scenario.why)


def _scan(backend: ImageBuilderBackend, image: Image) -> None:
    """Let a scan pass through its states beside the build, whose good end it may outlast."""
    scenario = image.scenario
    if scenario.scan_ends is None:
        return
    image.scan = SCANNING[0]
    minutes = scenario.scan_minutes or scenario.minutes * _SCAN_WHOLE / _WHOLE
    minute = timedelta(minutes=minutes / _SCAN_WHOLE)
    steps: list[Step] = [
        (image.created + after * minute, partial(setattr, image, "scan", status))
        for status, after in _SCAN_STARTS.items()
    ]
    _follow(backend, image, deque([*steps, (image.created + _SCAN_WHOLE * minute, partial(_end_scan, image))]))


def _end_scan(image: Image) -> None:
    scenario = image.scenario
    image.scan = scenario.scan_ends
    if scenario.scan_ends == "COMPLETED":
        image.findings = findings_of(image, scenario.findings)
    else:
        image.scan_reason = scenario.reason or f"The sandbox was told that this scan ends {scenario.scan_ends}."


def _follow(backend: ImageBuilderBackend, image: Image, steps: deque[Step]) -> None:
    """Take the steps one after the other, each at its time, as long as the image's run goes on.

    One is scheduled when the one before is done: threads that notice the time together would otherwise swap them.
    """
    run = image.run
    if not steps:
        return
    at, change = steps.popleft()

    def due() -> None:
        with LOCK:
            if image.run != run or not backend.holds(image):
                return
            change()
            _follow(backend, image, steps)

    CLOCK.schedule(max(0.0, (at - now()).total_seconds()), due)
