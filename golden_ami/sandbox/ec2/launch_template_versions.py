"""Launch templates with what moto lacks: a version to inherit from, client tokens, and tags of the template itself.

Source: CreateLaunchTemplateVersion (EC2 API Reference): a new version inherits from its source what it does not
overwrite; "Ensuring idempotency in Amazon EC2 API requests": a token that comes again with other parameters is an
IdempotentParameterMismatch. How long a token is remembered is not modelled.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.responses import EC2Response

from golden_ami.sandbox.ec2.requests import Ec2Refusal, add_operations, checked_parameters

_ATTRIBUTE: Final = "client_tokens"


def install() -> None:
    """Replace moto's operations."""
    add_operations(create_launch_template_version)
    known = EC2Response.create_launch_template
    if not hasattr(known, "of_sandbox"):
        EC2Response.create_launch_template = _with_own_tags(known)  # type: ignore[method-assign, assignment]


def _with_own_tags(known: Callable[[EC2Response], ActionResult]) -> Callable[[EC2Response], ActionResult]:
    """Tag the template with the tags of the request, which moto puts into what is launched with it as well."""

    def create_launch_template(response: EC2Response) -> ActionResult:
        answer = known(response)
        name = response._get_param("LaunchTemplateName")
        for version in response.ec2_backend.get_launch_template_by_name(name).versions:
            launched = [
                each for each in version.data.get("TagSpecifications", []) if each["ResourceType"] != "launch-template"
            ]
            version.data["TagSpecifications"] = launched
            if not launched:
                del version.data["TagSpecifications"]
        return answer

    create_launch_template.of_sandbox = True  # type: ignore[attr-defined]
    return create_launch_template


def create_launch_template_version(response: EC2Response) -> ActionResult:
    """Answer CreateLaunchTemplateVersion."""
    parameters = dict(checked_parameters(response))
    template = _template(response, parameters)
    token = parameters.pop("ClientToken", None)
    response.error_on_dryrun()
    known: dict[str, tuple[Any, LaunchTemplateVersion]] = template.__dict__.setdefault(_ATTRIBUTE, {})
    if token in known:
        first, version = known[token]
        if first != parameters:
            raise Ec2Refusal("IdempotentParameterMismatch", "The client token was used with other parameters before.")
    else:
        version = _create(template, parameters)
        if token:
            known[token] = (parameters, version)
    return ActionResult({"LaunchTemplateVersion": _described(response, template, version)})


def _template(response: EC2Response, parameters: dict[str, Any]) -> LaunchTemplate:
    backend: EC2Backend = response.ec2_backend
    if "LaunchTemplateName" in parameters:
        return backend.get_launch_template_by_name(parameters["LaunchTemplateName"])
    if "LaunchTemplateId" not in parameters:
        raise Ec2Refusal("MissingParameter", "The request must contain the parameter LaunchTemplateId")
    return backend.get_launch_template(parameters["LaunchTemplateId"])


def _create(template: LaunchTemplate, parameters: dict[str, Any]) -> LaunchTemplateVersion:
    source = parameters.get("SourceVersion")
    inherited = deepcopy(template.get_version(source).data) if source else {}
    return template.create_version(
        inherited | parameters.get("LaunchTemplateData", {}), parameters.get("VersionDescription", "")
    )


def _described(response: EC2Response, template: LaunchTemplate, version: LaunchTemplateVersion) -> dict[str, Any]:
    return {
        "CreateTime": version.create_time,
        "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
        "DefaultVersion": template.is_default(version),
        "LaunchTemplateData": version.data,
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionDescription": version.description,
        "VersionNumber": version.number,
    }
