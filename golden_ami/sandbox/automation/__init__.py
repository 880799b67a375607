"""Systems Manager Automation: executes the documented subset of runbooks, served as the SSM API."""

from collections.abc import Callable
from typing import Any

from moto.ssm import urls
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.sandbox.automation.backend import SETTINGS, abandon, automation_backends, settle
from golden_ami.sandbox.automation.check import check
from golden_ami.sandbox.automation.engine import Behaviour
from golden_ami.sandbox.automation.errors import InvalidDocumentContent
from golden_ami.sandbox.automation.service import AutomationResponse

__all__ = ["SETTINGS", "Behaviour", "abandon", "automation_backends", "install", "settle"]


def install() -> None:
    """Put the operations before moto's Systems Manager, and check Automation documents when they are created."""
    urls.url_paths["{0}/$"] = _dispatch
    backend: Any = SimpleSystemManagerBackend
    if hasattr(backend.create_document, "of_sandbox"):
        return
    backend.create_document = _checking_new(backend.create_document)
    backend.update_document = _checking_update(backend.update_document)
    backend._validate_resource_type_and_id = _knowing_executions(backend._validate_resource_type_and_id)


def _dispatch(request: Any, full_url: str, headers: Any) -> Any:
    operation = request.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
    handler: Any = AutomationResponse if operation in AutomationResponse.operations else SimpleSystemManagerResponse
    return handler.dispatch(request, full_url, headers)


def _checking_new(known: Callable[..., Any]) -> Callable[..., Any]:
    def create_document(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs["document_type"] == "Automation":
            _check(kwargs["content"])
        return known(self, *args, **kwargs)

    create_document.of_sandbox = True  # type: ignore[attr-defined]
    return create_document


def _checking_update(known: Callable[..., Any]) -> Callable[..., Any]:
    def update_document(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = self._documents.get(kwargs["name"])
        if found and found.get_default_version().document_type == "Automation":
            _check(kwargs["content"])
        return known(self, *args, **kwargs)

    return update_document


def _check(content: str) -> None:
    try:
        parsed = YAML(typ="safe", pure=True).load(content)
    except YAMLError as error:
        raise InvalidDocumentContent("The content for the document is not valid.") from error
    check(content, parsed)


def _knowing_executions(known: Callable[..., str]) -> Callable[..., str]:
    def validate(self: Any, resource_type: str, resource_id: str) -> str:
        if resource_type == "Automation":
            automation_backends[self.account_id][self.region_name].find(resource_id)
            return resource_id
        return known(self, resource_type, resource_id)

    return validate
