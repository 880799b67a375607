"""What the operations of all kinds have in common: client tokens, dry runs, get, delete and tags.

Source: "dryRun" of the Create operations: a dry run checks everything and ends in DryRunOperationException.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from golden_ami.sandbox.clock import now
from golden_ami.sandbox.idempotency import once
from golden_ami.sandbox.imagebuilder.arns import ResourceArn
from golden_ami.sandbox.imagebuilder.errors import (
    DryRunOperationException,
    InvalidParameterException,
    InvalidParameterValueException,
)
from golden_ami.sandbox.imagebuilder.kinds import Kind
from golden_ami.sandbox.imagebuilder.models import ImageBuilderBackend, Resource

Parameters = dict[str, Any]
Answer = dict[str, Any]
Handler = Callable[[ImageBuilderBackend, Parameters], Answer]

MAX_TAGS = 50


def with_request_id(kind: Kind, answer: Answer) -> Answer:
    """Return the answer with a ``requestId`` where the kind's answers have one."""
    return {"requestId": str(uuid4())} | answer if kind.request_id else answer


def creating(kind: Kind, prepare: Callable[[ImageBuilderBackend, Parameters], Resource]) -> Handler:
    """Return the handler of a Create operation.

    Parameters
    ----------
    kind : Kind
        What is created.
    prepare : Callable
        Checks the parameters and returns the resource, without keeping it.
    """

    def create(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        dry_run = parameters.pop("dryRun", False)
        resource = prepare(backend, parameters)
        if dry_run:
            raise DryRunOperationException
        backend.add(resource)
        return with_request_id(kind, {kind.arn: str(resource.arn)})

    return once(create)


def updating(kind: Kind, change: Callable[[ImageBuilderBackend, Resource, Parameters], None]) -> Handler:
    """Return the handler of an Update operation.

    Parameters
    ----------
    kind : Kind
        What is updated.
    change : Callable
        Checks the parameters and replaces the resource's attributes: what is left out is removed.
    """

    def update(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        resource = backend.get(parameters.pop(kind.arn), kind.arn)
        change(backend, resource, parameters)
        resource.updated = now()
        return with_request_id(kind, {kind.arn: str(resource.arn)})

    handler = once(update)
    return handler if kind.request_id else _without_token(handler)


def getting(kind: Kind) -> Handler:
    """Return the handler of a Get operation."""

    def get(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        wanted = ResourceArn.parse(parameters[kind.arn])
        if not wanted.account.isdigit():
            raise NotImplementedError(f"What AWS's own {kind.title} '{wanted}' contains is not known here.")
        return with_request_id(kind, {kind.body: backend.get(parameters[kind.arn], kind.arn).describe()})

    return get


def deleting(kind: Kind) -> Handler:
    """Return the handler of a Delete operation."""

    def delete(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        resource = backend.remove(parameters[kind.arn])
        return with_request_id(kind, {kind.arn: str(resource.arn)})

    return delete


def list_tags(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer ListTagsForResource."""
    return {"tags": dict(backend.get(parameters["resourceArn"], "resourceArn").tags)}


def tag(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer TagResource."""
    resource = backend.get(parameters["resourceArn"], "resourceArn")
    tags = resource.tags | parameters["tags"]
    if len(tags) > MAX_TAGS:
        raise InvalidParameterException(f"A resource can have at most {MAX_TAGS} tags.")
    resource.tags = tags
    return {}


def untag(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
    """Answer UntagResource."""
    resource = backend.get(parameters["resourceArn"], "resourceArn")
    resource.tags = {key: value for key, value in resource.tags.items() if key not in parameters["tagKeys"]}
    return {}


def exactly_one(parameters: Parameters, *names: str) -> str:
    """Return the one of the names that is given.

    Raises
    ------
    InvalidParameterValueException
        When none or several are.
    """
    given = [name for name in names if name in parameters]
    if len(given) != 1:
        raise InvalidParameterValueException(names[0], f"Specify exactly one of {' and '.join(names)}.")
    return given[0]


def _without_token(handler: Handler) -> Handler:
    def answer(backend: ImageBuilderBackend, parameters: Parameters) -> Answer:
        return {name: value for name, value in handler(backend, parameters).items() if name != "clientToken"}

    return answer
