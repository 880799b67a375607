"""What scripts ask of the record of the approved image."""

import json
from typing import Any

from _aws import parameter


def approved_by(execution: str, path: str) -> dict[str, Any]:
    """Return the record of the approved image, which must be the one that an execution has approved."""
    record = dict(json.loads(parameter(path + "/approved") or "{}"))
    if not record:
        raise ValueError(f"No image is approved now: {path}/approved is not there")
    if record["execution"] != execution:
        raise ValueError(
            f"{record['image']} is approved now, by execution {record['execution']}, and not what {execution} approved"
        )
    return record
