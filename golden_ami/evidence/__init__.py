"""Evidence for people: read what the runbooks wrote, and show it on a page of its own.

Needs neither AWS nor a network: who fetched the documents, and how, is somebody else's concern.
"""

from golden_ami.evidence.change import Change
from golden_ami.evidence.decision import Decision
from golden_ami.evidence.model import Evidence
from golden_ami.evidence.page import render

__all__ = ["Change", "Decision", "Evidence", "render"]
