"""Where requests of the Automation operations are answered, and who is held to which policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from golden_ami.sandbox.access import Need, Principal
from golden_ami.sandbox.access.requirements import Request, needs
from golden_ami.sandbox.automation.backend import AutomationBackend
from golden_ami.sandbox.automation.errors import AccessDeniedException
from golden_ami.sandbox.automation.execution import Execution


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a request is answered.

    Attributes
    ----------
    backend : AutomationBackend
        Of the request's account and Region.
    principal : Principal
        Who asks.
    """

    backend: AutomationBackend
    principal: Principal

    def authorize(
        self, operation: str, parameters: Mapping[str, Any], *, tags: Mapping[str, str] | None = None
    ) -> None:
        """Refuse a person whose policies do not allow the request."""
        request = Request(
            service="ssm",
            operation=operation,
            parameters=parameters,
            account=self.backend.account_id,
            region=self.backend.region_name,
            tags=tags or {},
        )
        for need in needs(request):
            self.require(need)

    def require(self, need: Need) -> None:
        """Refuse a person whose policies do not allow one thing."""
        refusal = self.principal.refusal(need)
        if refusal:
            raise AccessDeniedException(refusal)

    def execution(self, operation: str, parameters: Mapping[str, Any]) -> Execution:
        """Find the execution of a request that may be made."""
        identifier = parameters["AutomationExecutionId"]
        self.authorize(operation, parameters, tags=dict(self.backend.tags(identifier)))
        return self.backend.find(identifier)
