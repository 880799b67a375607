"""The review for programs, as JSON."""

import dataclasses
import datetime
import json
from typing import Any

from pydantic import BaseModel

from golden_ami.review.review import Review


def as_json(review: Review) -> str:
    """Write a review as JSON; its keys are those of the classes."""
    content = {
        "passes": review.passes,
        "deployments": _plain(review.deployments),
        "findings": _plain(review.judgement.findings),
        "warnings": _plain(review.judgement.warnings),
    }
    return json.dumps(content, indent=2)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return {key: _plain(inner) for key, inner in value}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
