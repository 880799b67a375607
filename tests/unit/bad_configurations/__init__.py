"""Mistakes, and what is said about each: name, changes to the valid configuration, lines."""

from typing import Any

Case = tuple[str, list[tuple[str, Any]], list[str]]
