"""Policies as data: who may do what to exactly which resource, and under which conditions.

Actions, resource types and condition keys are those of the Service Authorization Reference. What an API call needs is
written once, in `automation`, and granted only to documents that make that call.
"""

from golden_ami.permissions.automation import automation_statements
from golden_ami.permissions.build import build_instance_statements
from golden_ami.permissions.confinement import Confinement
from golden_ami.permissions.consumer import consumer_schedule_statements, consumer_statements
from golden_ami.permissions.lifecycle import lifecycle_statements, lifecycle_trust
from golden_ami.permissions.people import (
    approver_statements,
    event_statements,
    retirer_statements,
    revoker_statements,
    rollout_event_statements,
    rollout_starter_statements,
    scheduler_statements,
    starter_statements,
)
from golden_ami.permissions.reader import reader_statements
from golden_ami.permissions.statement import Statement, to_policy
from golden_ami.permissions.trust import automation_trust, build_trust, event_trust, scheduler_trust

__all__ = [
    "Confinement",
    "Statement",
    "approver_statements",
    "automation_statements",
    "automation_trust",
    "build_instance_statements",
    "build_trust",
    "consumer_schedule_statements",
    "consumer_statements",
    "event_statements",
    "event_trust",
    "lifecycle_statements",
    "lifecycle_trust",
    "reader_statements",
    "retirer_statements",
    "revoker_statements",
    "rollout_event_statements",
    "rollout_starter_statements",
    "scheduler_statements",
    "scheduler_trust",
    "starter_statements",
    "to_policy",
]
