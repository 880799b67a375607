"""Components: immutable, versioned, and built again under the same version when their content changes.

Source: CreateComponent, DeleteComponent (Image Builder API Reference): a request with a name and version that exist
makes a new build version; when the content is identical to the latest build, the component already exists.
"""

from dataclasses import replace
from typing import Final

from golden_ami.sandbox.imagebuilder.arns import ResourceArn, check_version
from golden_ami.sandbox.imagebuilder.documents import component_details, workflow_details
from golden_ami.sandbox.imagebuilder.errors import ResourceAlreadyExistsException
from golden_ami.sandbox.imagebuilder.kinds import COMPONENT, WORKFLOW, Kind
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Parameters, exactly_one

_INCIDENTAL: Final = frozenset({"changeDescription", "description", "name", "tags"})
"""Not part of the content; the name counts in its normalised form, in the ARN."""


def prepare_component(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateComponent's parameters."""
    _require_inline(parameters)
    details = component_details(parameters["data"])
    version = check_version(parameters.pop("semanticVersion"))
    arn = backend.arn(COMPONENT, parameters["name"], version=version)
    state = {"state": {"status": "ACTIVE"}, "encrypted": True, "obfuscate": False}
    return _next_build(backend, COMPONENT, arn, parameters, details | state | {"version": version})


def prepare_workflow(backend: ImageBuilderBackend, parameters: Parameters) -> Resource:
    """Check CreateWorkflow's parameters; workflows follow the components' rules (CreateWorkflow)."""
    _require_inline(parameters)
    details = workflow_details(parameters["data"])
    version = check_version(parameters.pop("semanticVersion"))
    segment = f"{WORKFLOW.segment}/{parameters['type'].lower()}"
    arn = backend.arn(WORKFLOW, parameters["name"], version=version, segment=segment)
    return _next_build(backend, WORKFLOW, arn, parameters, details | {"version": version})


def _require_inline(parameters: Parameters) -> None:
    if exactly_one(parameters, "data", "uri") == "uri":
        raise NotImplementedError("Documents in S3 are not read; give the document inline.")


def _next_build(
    backend: ImageBuilderBackend, kind: Kind, arn: ResourceArn, parameters: Parameters, details: Parameters
) -> Resource:
    builds = backend.builds_of(arn)
    content = {name: value for name, value in parameters.items() if name not in _INCIDENTAL}
    if builds and all(builds[-1].attributes.get(name) == value for name, value in content.items()):
        raise ResourceAlreadyExistsException(kind.title, str(builds[-1].arn))
    number = (builds[-1].arn.build or 0) + 1 if builds else 1
    tags = parameters.pop("tags", {})
    attributes = parameters | details | {"owner": backend.account_id}
    return Resource(kind=kind, arn=replace(arn, build=number), attributes=attributes, tags=tags)
