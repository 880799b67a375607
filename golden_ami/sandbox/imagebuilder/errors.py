"""Image Builder's refusals, by the names and, where they are known, in the words of the service.

Source: "Errors" of the operations in the Image Builder API Reference. The wordings of "already exists", "has other
resources depended on it", "must match pattern" and "not defined in the provided component" are the service's, as users
have published them; the other ones are in its manner.
"""

from moto.core.exceptions import ServiceException


class ResourceNotFoundException(ServiceException):
    """When a resource that is asked for, or referred to, does not exist."""

    code = "ResourceNotFoundException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"The resource ARN '{arn}' does not exist.")


class ResourceAlreadyExistsException(ServiceException):
    """When the name, or name and version, is in use."""

    code = "ResourceAlreadyExistsException"

    def __init__(self, kind: str, arn: str) -> None:
        super().__init__(f"The following resource '{kind}' already exists: '{arn}'.")


class ResourceDependencyException(ServiceException):
    """When something else needs what is to be deleted, or something that is needed is not there."""

    code = "ResourceDependencyException"

    def __init__(self, why: str) -> None:
        super().__init__(f"Resource dependency error: {why}")

    @classmethod
    def in_use(cls, arn: str) -> "ResourceDependencyException":
        """Return the refusal to delete what others refer to."""
        return cls(f"The resource ARN '{arn}' has other resources depended on it.")


class InvalidParameterValueException(ServiceException):
    """When a parameter has a value that is not allowed."""

    code = "InvalidParameterValueException"

    def __init__(self, parameter: str, why: str) -> None:
        super().__init__(f"The value supplied for parameter '{parameter}' is not valid. {why}")


class InvalidParameterCombinationException(ServiceException):
    """When parameters contradict each other, or one is missing that another one needs."""

    code = "InvalidParameterCombinationException"


class InvalidParameterException(ServiceException):
    """When a tagging operation has a value that is not allowed."""

    code = "InvalidParameterException"


class InvalidRequestException(ServiceException):
    """When a request lacks what it must have."""

    code = "InvalidRequestException"


class InvalidVersionNumberException(ServiceException):
    """When a version node is out of bounds."""

    code = "InvalidVersionNumberException"


class InvalidPaginationTokenException(ServiceException):
    """When a page is asked for with a token that no list operation gave."""

    code = "InvalidPaginationTokenException"


class ServiceQuotaExceededException(ServiceException):
    """When a default quota is exceeded."""

    code = "ServiceQuotaExceededException"


class DryRunOperationException(ServiceException):
    """The success of a dry run."""

    code = "DryRunOperationException"

    def __init__(self) -> None:
        super().__init__("Request would have succeeded, but DryRun flag is set.")
