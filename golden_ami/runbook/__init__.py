"""Automation documents: load, lint and bind them to an image."""

from golden_ami.runbook.bind import BoundRunbook, bind
from golden_ami.runbook.binding import Bindable, Binding, FixedBinding
from golden_ami.runbook.document import Runbook, load
from golden_ami.runbook.lint import lint

__all__ = ["Bindable", "Binding", "BoundRunbook", "FixedBinding", "Runbook", "bind", "lint", "load"]
