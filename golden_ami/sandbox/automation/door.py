"""The one door from an automation to AWS: every call of a step or a script goes through it, or does not happen.

The caller is the role that the document assumes, or whoever started it. What a call needs is derived from the request
before it is sent, and judged by the policies that the sandbox's IAM has at that moment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Self, cast

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError
from moto.sts.models import sts_backends

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.access.principals import find_role, trusts
from golden_ami.sandbox.access.requirements import Request, needs
from golden_ami.sandbox.automation.execution import Execution
from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.values import plain
from golden_ami.sandbox.endpoint import SECRET, Endpoint
from golden_ami.sandbox.identifiers import access_key_of

_CODES: Final = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError", "s3": "AccessDenied"}
"""Error codes of services that do not say AccessDeniedException."""

_ONE_ATTEMPT: Final = Config(retries={"total_max_attempts": 1}, proxies={})

Tags = Callable[[str, str], Mapping[str, str]]
"""Gives the tags of a Systems Manager resource by its type and id."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """The way to AWS of one execution.

    Attributes
    ----------
    principal : Principal
        Who calls.
    session : boto3.Session
        With the principal's credentials.
    url, region : str
        Of the sandbox, and of calls that name no Region.
    tags_of : callable
        See ``Tags``.
    """

    principal: Principal
    session: boto3.Session
    url: str
    region: str
    tags_of: Tags

    def without_permissions(self) -> Self:
        """Return a door that nothing passes, for scripts of a document without a role."""
        return replace(self, principal=replace(self.principal, policies=()))

    def client(self, service: str, *, region_name: str | None = None, **_: Any) -> Any:
        """Return a boto3 client that asks before every call; retries and timeouts of the caller are not its business.

        Raises
        ------
        StepError
            When boto3 has no such service.
        """
        try:
            client: Any = cast(Any, self.session).client(
                service,
                region_name=region_name or self.region,
                endpoint_url=self.url,
                config=_ONE_ATTEMPT,
            )
        except UnknownServiceError as error:
            raise StepError(str(error)) from error

        def ask(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self._authorize(service, model.name, params, region_name or self.region)

        client.meta.events.register("provide-client-params.*.*", ask)
        return client

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Call an API as ``aws:executeAwsApi`` does, and return its answer in plain values.

        Raises
        ------
        StepError
            When the operation does not exist, the parameters do not fit it, or AWS refuses.
        """
        client = self.client(service.lower())
        method = xform_name(operation)
        if method not in client.meta.method_to_api_mapping:
            raise StepError(f"The API {operation} of {service} does not exist.")
        try:
            answer = getattr(client, method)(**parameters)
        except (ClientError, BotoCoreError) as error:
            raise StepError(str(error)) from error
        answer.pop("ResponseMetadata", None)
        return plain(answer)

    def _authorize(self, service: str, operation: str, parameters: Mapping[str, Any], region: str) -> None:
        request = Request(
            service=service,
            operation=operation,
            parameters=parameters,
            account=self.principal.account,
            region=region,
            tags=self._resource_tags(service, parameters),
        )
        for need in needs(request):
            refusal = self.principal.refusal(need)
            if refusal:
                code = _CODES.get(service, "AccessDeniedException")
                raise ClientError({"Error": {"Code": code, "Message": refusal}}, operation)

    def _resource_tags(self, service: str, parameters: Mapping[str, Any]) -> Mapping[str, str]:
        if service != "ssm":
            return {}
        if "AutomationExecutionId" in parameters:
            return self.tags_of("Automation", parameters["AutomationExecutionId"])
        return self.tags_of(parameters.get("ResourceType", ""), parameters.get("ResourceId", ""))


def open_door(execution: Execution, starter: Principal, *, endpoint: Endpoint | None, tags_of: Tags) -> Door:
    """Assume the execution's role, as Systems Manager does before each step, and return the way to AWS.

    Parameters
    ----------
    execution : Execution
        What runs.
    starter : Principal
        Who started it; calls where the document has no role.
    endpoint : Endpoint or None
        Where the sandbox listens.
    tags_of : callable
        See ``Tags``.

    Raises
    ------
    StepError
        When the role does not exist, or does not trust Systems Manager with this execution.
    """
    if endpoint is None:
        raise StepError("The sandbox does not listen.")
    principal = _assumed(execution) if execution.role_arn else starter
    session = _session(endpoint, execution)
    return Door(principal=principal, session=session, url=endpoint.url, region=execution.region, tags_of=tags_of)


def _assumed(execution: Execution) -> Principal:
    context = {"aws:SourceAccount": [execution.account], "aws:SourceArn": [execution.arn]}
    try:
        trusted = trusts(find_role(execution.role_arn), "ssm.amazonaws.com", context)
    except LookupError:
        trusted = False
    if not trusted:
        raise StepError(f"The defined assume role is unable to be assumed: {execution.role_arn}")
    return Principal.of_role(execution.role_arn, session=f"Automation-{execution.identifier}")


def _session(endpoint: Endpoint, execution: Execution) -> boto3.Session:
    if not execution.role_arn:
        # The door judges; the sandbox itself only has to know the account.
        return endpoint.session(access_key_of(execution.account), SECRET, region=execution.region)
    role = _Role(
        arn=execution.role_arn, account=execution.account, partition=execution.partition, region=execution.region
    )
    return _assumed_session(endpoint, role, execution.identifier)


@dataclass(frozen=True, kw_only=True)
class _Role:
    arn: str
    account: str
    partition: str
    region: str


@lru_cache(maxsize=32)
def _assumed_session(endpoint: Endpoint, role: _Role, identifier: str) -> boto3.Session:
    """Return one session for all steps of an execution: whether the role still may, is asked before each call."""
    assumed = sts_backends[role.account][role.partition].assume_role(
        region_name=role.region,
        role_session_name=f"Automation-{identifier}",
        role_arn=role.arn,
        policy="",
        duration=3600,
        external_id="",
    )
    keys = (assumed.access_key_id, assumed.secret_access_key, assumed.session_token)
    return endpoint.session(*keys, region=role.region)
