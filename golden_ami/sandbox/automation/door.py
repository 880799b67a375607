"""The one door from an automation to AWS: every call of a step or a script goes through it, or does not happen.

The caller is the role that the document assumes, or whoever started it. What a call needs is derived from the request
before it is sent, and judged by the policies that the sandbox's IAM has at that moment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self, cast

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError

from golden_ami.sandbox.access import Principal
from golden_ami.sandbox.access.requirements import Request, needs
from golden_ami.sandbox.automation.failure import StepError
from golden_ami.sandbox.automation.values import plain

_CODES: Final = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError", "s3": "AccessDenied"}
"""Error codes of services that do not say AccessDeniedException."""

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
                config=Config(retries={"total_max_attempts": 1}, proxies={}),
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
