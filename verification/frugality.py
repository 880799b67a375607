"""Keeps this process small: each scenario begins with a copy of its page tables, and of each page that it touches."""

import ctypes
import gc
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
