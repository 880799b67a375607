"""Keeps this process small: each scenario begins with a copy of its page tables, and of each page that it touches."""

import ctypes
import gc
import os
import random
from typing import Any

from botocore.loaders import Loader


def forget_what_nobody_asks_for() -> None:
    """Let moto know no policies of AWS, no offerings of instances and no signatures, and botocore read each model once.

    No factory attaches a policy of AWS, and nothing starts an instance; what is asked for all the same is refused.
    """
    from moto.core.config import default_user_config  # noqa: PLC0415 - moto is prepared first
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS  # noqa: PLC0415

    default_user_config["iam"]["load_aws_managed_policies"] = False
    for kind in INSTANCE_TYPE_OFFERINGS:
        INSTANCE_TYPE_OFFERINGS[kind] = {}
    _read_models_once()
    _find_backends_quickly()
    _sign_nothing()
    _find_sessions_quickly()
    _look_at_tags_of_one_only()
    _match_events_quickly()
    # A system call for each of hundreds of ids; and a fork draws numbers of its own.
    os.urandom = random.randbytes


def give_back() -> None:
    """Collect what is left over, give its memory back, and let no later collection touch the rest."""
    gc.collect()
    gc.freeze()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return


def _find_backends_quickly() -> None:
    """Look for what is there first: moto compares all its backends with each other whenever it is asked for one."""
    from moto.core.base_backend import BackendDict  # noqa: PLC0415

    make = BackendDict.__getitem__

    def find(self: Any, account_id: str) -> Any:
        found = self.get(account_id)
        return make(self, account_id) if found is None else found

    setattr(BackendDict, "__getitem__", find)  # noqa: B010 - mypy takes no assignment to a method


def _find_sessions_quickly() -> None:
    """Know sessions by their keys: moto looks through all that anybody ever had, for each request."""
    from moto.sts.models import AssumedRole, STSBackend  # noqa: PLC0415 - moto is prepared first

    def find(self: Any, access_key_id: str) -> AssumedRole | None:
        known: dict[str, AssumedRole] = vars(self).setdefault("_by_key", {})
        for session in self.assumed_roles[len(known) :]:
            known[session.access_key_id] = session
        return known.get(access_key_id)

    setattr(STSBackend, "get_assumed_role_from_access_key", find)  # noqa: B010 - mypy takes no assignment to a method


def _look_at_tags_of_one_only() -> None:
    """Give moto the tags of the resources that are asked about: it looks through those of all others otherwise."""
    from moto.ec2.models.tags import TagBackend  # noqa: PLC0415 - moto is prepared first
    from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix  # noqa: PLC0415

    describe: Any = TagBackend.describe_tags

    def of_these(self: Any, filters: dict[str, list[str]] | None = None) -> Any:
        wanted = (filters or {}).get("resource-id", [])
        if set(filters or ()) != {"resource-id"} or any(sign in each for each in wanted for sign in "*?"):
            return describe(self, filters)
        return [
            {
                "resource_id": each,
                "key": key,
                "value": value,
                "resource_type": EC2_PREFIX_TO_RESOURCE.get(get_prefix(each), ""),
            }
            for each in wanted
            for key, value in self.tags.get(each, {}).items()
        ]

    setattr(TagBackend, "describe_tags", of_these)  # noqa: B010 - mypy takes no assignment to a method


def _match_events_quickly() -> None:
    """Ask for what tells rules apart, the document, before moto flattens an event for each of all factories' rules."""
    from moto.events.models import EventPattern  # noqa: PLC0415 - moto is prepared first

    match: Any = EventPattern.matches_event

    def matches(self: Any, event: Any) -> bool:
        wanted = self.get_pattern().get("detail", {}).get("Definition", [])
        if wanted and all(isinstance(each, str) for each in wanted) and event["detail"].get("Definition") not in wanted:
            return False
        return bool(match(self, event))

    setattr(EventPattern, "matches_event", matches)  # noqa: B010 - mypy takes no assignment to a method


def _sign_nothing() -> None:
    """Deliver notices without a signature: moto makes a certificate for each, and nobody here looks at it."""
    from moto.sns.models import Subscription  # noqa: PLC0415 - moto is prepared first

    def get_post_data(
        self: Any, message: str, message_id: str, subject: str | None, message_attributes: Any = None
    ) -> dict[str, Any]:
        made = {"Type": "Notification", "MessageId": message_id, "TopicArn": self.topic.arn, "Message": message}
        made |= {"Subject": subject} if subject else {}
        return made | ({"MessageAttributes": message_attributes} if message_attributes else {})

    setattr(Subscription, "get_post_data", get_post_data)  # noqa: B010 - mypy takes no assignment to a method


def _read_models_once() -> None:
    """Let every loader of botocore share what one has read: moto and each client have their own otherwise."""
    read: dict[Any, Any] = {}
    for loader in [each for each in gc.get_objects() if type(each) is Loader]:
        read.update(vars(loader)["_cache"])
        vars(loader)["_cache"] = read
    made = Loader.__init__

    def share(self: Loader, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        vars(self)["_cache"] = read

    setattr(Loader, "__init__", share)  # noqa: B010 - mypy takes no assignment to a method
