"""A boto3 session that makes each client once, because making one takes longer than most calls of the sandbox."""

import copy
from typing import Any, cast

import boto3


class Session(boto3.Session):
    """A session whose clients are copies: they share models, connections and signing; each has events of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._made: dict[tuple[Any, ...], Any] = {}

    def client(self, service_name: str, region_name: str | None = None, **options: Any) -> Any:  # type: ignore[override]
        """Return a client that whoever asks may register handlers on.

        Parameters
        ----------
        service_name : str
            As boto3 names it, such as ``imagebuilder``.
        region_name : str or None
            Region, by default the session's.
        **options
            As boto3 takes them; each has to be hashable.
        """
        wanted = (service_name, region_name, *sorted(options.items()))
        if wanted not in self._made:
            self._made[wanted] = cast(Any, super()).client(service_name, region_name=region_name, **options)
        return _copied(self._made[wanted])


def _copied(made: Any) -> Any:
    # A client answers for every attribute, those by which `copy` would ask how included.
    client = object.__new__(type(made))
    client.__dict__.update(made.__dict__)
    client.meta = copy.copy(made.meta)
    client.meta.events = copy.copy(made.meta.events)
    # What is sent and received is told by the endpoint.
    client._endpoint = copy.copy(made._endpoint)
    client._endpoint._event_emitter = client.meta.events
    return client
