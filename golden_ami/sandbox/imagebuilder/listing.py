"""The List operations: filters, pages, and summaries with the members that the model has for them.

Source: "filters", "maxResults" of the List operations (Image Builder API Reference): filter names and values
are case-sensitive, only ``name`` takes a wildcard (``web*`` or ``*web*``), a page has 25 items unless told.
"""

from collections.abc import Mapping
from typing import Any, Final

from golden_ami.sandbox.imagebuilder.errors import InvalidPaginationTokenException, InvalidParameterValueException
from golden_ami.sandbox.imagebuilder.kinds import Kind
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource
from golden_ami.sandbox.imagebuilder.requests import Answer, Handler, Parameters, with_request_id
from golden_ami.sandbox.model import get_service_model
from golden_ami.sandbox.paging import page

PAGE: Final = 25
_SELF: Final = "Self"


def listing(kind: Kind, operation: str) -> Handler:
    """Return the handler of a List operation.

    Parameters
    ----------
    kind : Kind
        What is listed.
    operation : str
        Its name, whose model says which members a summary has.
    """

    def listed(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        owner = parameters.get("owner", _SELF)
        if owner != _SELF or parameters.get("byName"):
            raise NotImplementedError("Only the account's own resources are listed, one entry per version.")
        shown = members_of(operation, kind.items)
        summaries = [_summary(resource, shown) for resource in _versions(backend, kind)]
        chosen = choose(kind, parameters, summaries)
        shown_page, token = page(chosen, parameters, size=PAGE, refusal=InvalidPaginationTokenException)
        return with_request_id(kind, {kind.items: shown_page} | token)

    return listed


def members_of(operation: str, items: str) -> frozenset[str]:
    """Return the members that a summary has in the answer of a List operation."""
    members = get_service_model("imagebuilder").operation_model(operation).output_shape.members
    return frozenset(members[items].member.members)


def _versions(backend: ImageBuilderBackend, kind: Kind) -> list[Resource]:
    """Return one resource for each version: the latest build."""
    latest = {resource.arn.of_version: resource for resource in backend.all(kind)}
    return list(latest.values())


def _summary(resource: Resource, shown: frozenset[str]) -> dict[str, Any]:
    described = resource.describe() | {"arn": str(resource.arn.of_version)}
    described["status"] = described.get("state", {}).get("status", described.get("status"))
    described["regions"] = [distribution["region"] for distribution in described.get("distributions", [])]
    return {name: value for name, value in described.items() if name in shown and value is not None}


def choose(kind: Kind, parameters: Parameters, summaries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the summaries that satisfy all filters of a request.

    Raises
    ------
    InvalidParameterValueException
        When the kind has no such filter.
    """
    filters = parameters.get("filters", [])
    for condition in filters:
        if (name := condition.get("name", "")) not in kind.filters:
            known = ", ".join(sorted(kind.filters))
            raise InvalidParameterValueException("filters", f"'{name}' is not one of {known}.")
    return [summary for summary in summaries if all(_passes(condition, summary) for condition in filters)]


def _passes(condition: Mapping[str, Any], summary: Mapping[str, Any]) -> bool:
    name, values = condition["name"], condition.get("values", [])
    if name == "supportedOsVersion":
        return bool(set(values) & set(summary.get("supportedOsVersions", [])))
    if name == "version":
        return any(value in {summary["version"], summary["version"].partition("/")[0]} for value in values)
    if name == "name":
        return any(_matches(summary["name"], value) for value in values)
    return summary.get(name) in values


def _matches(name: str, wanted: str) -> bool:
    if wanted.startswith("*") and wanted.endswith("*") and len(wanted) > 1:
        return wanted[1:-1] in name
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted
