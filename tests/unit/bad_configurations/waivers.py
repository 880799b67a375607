"""Findings that do not count."""

from typing import Any

from tests.unit.bad_configurations import Case

GOOD = {
    "id": "CVE-2026-1234",
    "reason": "not reachable in this image",
    "owner": "security@example.com",
    "expires": "2027-03-31",
}


def _with(**changes: Any) -> list[tuple[str, Any]]:
    return [("waivers", [{**GOOD, **changes}])]


CASES: list[Case] = [
    (
        "waiver without a reason to speak of",
        _with(reason="harmless"),
        ["waivers[0].reason: 'harmless' has fewer than 10 characters; write more"],
    ),
    ("waiver that nobody owns", _with(owner=""), ["waivers[0].owner: '' has fewer than 3 characters; write more"]),
    ("waiver for ever", _with(expires="never"), ["waivers[0].expires: 'never' is no day; write it like 2027-03-31"]),
    (
        "waiver of an unknown image",
        _with(images=["wbe"]),
        ["waivers[0].images: there is no image 'wbe'; name one of: web"],
    ),
    (
        "waiver twice",
        [("waivers", [GOOD, {**GOOD, "images": ["web"]}])],
        ["waivers[1].id: 'CVE-2026-1234' is there twice for 'web'; remove one"],
    ),
]
