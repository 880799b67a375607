"""Checks of a deployment, before and after it is made; they read, and change nothing."""

from golden_ami.operate.doctor.check import Finding, Severity
from golden_ami.operate.doctor.examination import examine
from golden_ami.operate.doctor.registry import CHECKS

__all__ = ["CHECKS", "Finding", "Severity", "examine"]
