"""Drawings of Automation documents: every step, and every way between them."""

from golden_ami.runbook.graph.mermaid import mermaid
from golden_ami.runbook.graph.svg import svg

__all__ = ["mermaid", "svg"]
