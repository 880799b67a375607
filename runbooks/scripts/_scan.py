"""What scripts ask of an image's scan."""

from datetime import date
from typing import Any


def is_fresh(image: dict[str, Any], today: str, oldest: int) -> None:
    """Refuse an old scan: Image Builder scans the test instance once, so a scan is as old as its image."""
    days = (date.fromisoformat(today) - date.fromisoformat(image["dateCreated"][:10])).days
    if days > int(oldest):
        raise ValueError(f"{image['arn']} was scanned {days} days ago, more than the {oldest} that are allowed")
