"""Call AWS by service and API, as steps do; literally, since permissions are derived from the names.

Binding puts this before each script.
"""

from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config


def call(service: str, api: str, *, region: str | None = None, **parameters: Any) -> Any:
    """Call an API, with the standard retries of throttling and of passing faults."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=10, read_timeout=25)
    client = boto3.client(service, region_name=region, config=config)
    return getattr(client, xform_name(api))(**parameters)


def pages(service: str, api: str, items: str, token: str, **parameters: Any) -> list[Any]:
    """Collect the items of every page."""
    page = call(service, api, **parameters)
    found = list(page[items])
    while page.get(token):
        page = call(service, api, **parameters, **{token: page[token]})
        found += page[items]
    return found


def code(error: Exception) -> str:
    """Name AWS's error, or nothing for another one."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def parameter(name: str, region: str | None = None) -> str:
    """Read a parameter of Systems Manager; one that is not there is empty."""
    try:
        return str(call("ssm", "GetParameter", region=region, Name=name)["Parameter"]["Value"])
    except Exception as error:
        if code(error) == "ParameterNotFound":
            return ""
        raise
