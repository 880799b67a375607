"""The lists of images, and of what is in an image.

Source: ListImages, ListImageBuildVersions, ListImagePipelineImages, ListImagePackages (Image Builder API Reference): a
version is listed once, its builds each; what does not exist has an empty list.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.errors import InvalidPaginationTokenException, InvalidRequestException
from golden_ami.sandbox.imagebuilder.images import Image, find_image, images_of
from golden_ami.sandbox.imagebuilder.kinds import IMAGE, Kind
from golden_ami.sandbox.imagebuilder.listing import PAGE, choose, members_of
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend
from golden_ami.sandbox.imagebuilder.requests import Answer, Parameters, with_request_id
from golden_ami.sandbox.paging import page

_BUILDS: Final = replace(IMAGE, items="imageSummaryList")
_OF_PIPELINE: Final = replace(_BUILDS, filters=frozenset({"name", "version"}))
_SELF: Final = "Self"


def list_images(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImages: each version with its latest build."""
    if parameters.get("owner", _SELF) != _SELF or parameters.get("byName"):
        raise NotImplementedError("Only the account's own images are listed, one entry per version.")
    versions = {}
    for image in images_of(backend):
        version = image.arn.of_version
        versions[version] = _described(image) | {"arn": str(version), "version": version.version}
    return _answer(IMAGE, "ListImages", versions.values(), parameters)


def list_build_versions(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImageBuildVersions: the builds of a version, or of all."""
    images = list(images_of(backend))
    if "imageVersionArn" in parameters:
        wanted = ResourceArn.parse(parameters["imageVersionArn"])
        if wanted.is_wildcard:
            raise InvalidRequestException("'imageVersionArn' must name an exact version.")
        images = [image for image in images if wanted.covers(image.arn)]
    return _answer(_BUILDS, "ListImageBuildVersions", map(_described, images), parameters)


def list_of_pipeline(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImagePipelineImages; the pipeline may be gone."""
    images = (image for image in images_of(backend) if image.pipeline == parameters["imagePipelineArn"])
    return _answer(_OF_PIPELINE, "ListImagePipelineImages", map(_described, images), parameters)


def list_packages(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListImagePackages; there are some once an image with enhanced metadata is built."""
    image = find_image(backend, parameters[IMAGE.arn])
    packages = [
        {"packageName": package.name, "packageVersion": package.version}
        for package in image.scenario.packages
        if image.inspected
    ]
    shown, token = page(packages, parameters, size=PAGE, refusal=InvalidPaginationTokenException)
    return with_request_id(IMAGE, {"imagePackageList": shown} | token)


def _described(image: Image) -> Parameters:
    return image.describe() | {"owner": image.arn.account}


def _answer(kind: Kind, operation: str, described: Iterable[Parameters], parameters: Parameters) -> Answer:
    shown = members_of(operation, kind.items)
    summaries = [{name: value for name, value in one.items() if name in shown} for one in described]
    listed, token = page(
        choose(kind, parameters, summaries), parameters, size=PAGE, refusal=InvalidPaginationTokenException
    )
    return with_request_id(kind, {kind.items: listed} | token)
