"""Text on its way into Terraform: documents, policies and versions."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from cdktf import Fn, Token

MAX_PATCH = 2**30 - 1
"""Largest number in a semantic version of Image Builder ("Semantic versioning", Image Builder User Guide)."""


def escaped(text: str) -> str:
    """Keep Terraform from expanding ``${`` and ``%{`` in text, but not in CDKTF's own tokens."""
    return re.sub(r"%\{", "%%{", re.sub(r"\$\{(?!TfToken\[)", "$${", text))


def policy(document: Mapping[str, Any]) -> str:
    """Turn a policy into text for a resource.

    A policy with an identifier that AWS chooses is put together by Terraform; every other one is plain JSON, so that
    a plan shows it whole.
    """
    text = json.dumps(document, indent=2)
    if Token.is_unresolved(text):
        return Token.as_string(Fn.jsonencode(document))
    return escaped(text)


def digest(content: object) -> str:
    """Hash anything JSON can hold, in hexadecimal."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def version(configured: str, content: object) -> str:
    """Complete a version: Image Builder refuses other content under a version that exists.

    Parameters
    ----------
    configured : str
        ``major.minor`` or ``major.minor.patch``.
    content : object
        All that would replace the resource; the patch number is derived from it, so it says nothing about order.

    Returns
    -------
    str
        ``major.minor.patch``.
    """
    if configured.count(".") == 2:
        return configured
    return f"{configured}.{int(digest(content)[:12], 16) % MAX_PATCH}"
