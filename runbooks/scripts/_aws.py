"""How the runbooks' scripts call AWS: by service and API names, as the documents' own steps do.

Binding puts this before each script. The names are literals, so that permissions are derived from them.
"""

from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config


def call(service: str, api: str, *, region: str | None = None, **parameters: Any) -> dict[str, Any]:
    """Call an API, with the standard retries of throttling and of passing faults."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=10, read_timeout=25)
    client = boto3.client(service, region_name=region, config=config)
    answer: dict[str, Any] = getattr(client, xform_name(api))(**parameters)
    return answer


def pages(service: str, api: str, items: str, token: str, **parameters: Any) -> list[Any]:
    """Collect the items of every page."""
    found: list[Any] = []
    while True:
        page = call(service, api, **parameters)
        found += page[items]
        if not page.get(token):
            return found
        parameters[token] = page[token]


def code(error: Exception) -> str:
    """Name AWS's error, or nothing for another one."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
