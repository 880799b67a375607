"""The operations of Inspector that are about findings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from moto.core.exceptions import ServiceException

from golden_ami.sandbox.inspector2.findings import Asked, list_aggregations
from golden_ami.sandbox.model import Handler, ModelledResponse
from golden_ami.sandbox.validation import Problem


class ValidationException(ServiceException):
    """When a request breaks Inspector's model."""

    code = "ValidationException"


class InspectorResponse(ModelledResponse):
    """Findings; moto answers everything else."""

    service = "inspector2"
    operations: ClassVar[Mapping[str, Handler]] = MappingProxyType({"ListFindingAggregations": list_aggregations})

    def backend(self) -> Any:
        """Return who asks, and where."""
        return Asked(account=self.current_account, region=self.region)

    def refusal(self, problem: Problem) -> ServiceException:
        """Refuse as the service does."""
        return ValidationException(f"The parameter {problem.path} {problem.text}.")
