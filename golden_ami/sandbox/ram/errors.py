"""RAM's refusals, by the names and, where users have published them, in the words of the service.

Source: "Errors" of the operations in the RAM API Reference.
"""

from moto.core.exceptions import ServiceException


class UnknownResourceException(ServiceException):
    """When a share, an organization or a unit does not exist."""

    code = "UnknownResourceException"

    @classmethod
    def of(cls, kind: str, name: str) -> "UnknownResourceException":
        """Return the error for something that could not be found."""
        return cls(f"{kind} {name} could not be found.")


class MalformedArnException(ServiceException):
    """When something is no ARN, or one of a resource that cannot be shared."""

    code = "MalformedArnException"


class InvalidParameterException(ServiceException):
    """When a parameter has a value that is not allowed."""

    code = "InvalidParameterException"


class MissingRequiredParameterException(ServiceException):
    """When a request lacks what it must have."""

    code = "MissingRequiredParameterException"


class InvalidNextTokenException(ServiceException):
    """When a page is asked for with a token that no operation gave."""

    code = "InvalidNextTokenException"


class TagLimitExceededException(ServiceException):
    """When a share would have more than fifty tags."""

    code = "TagLimitExceededException"


class OperationNotPermittedException(ServiceException):
    """When an operation is not allowed for this account or this share."""

    code = "OperationNotPermittedException"


class OrganizationOnlyException(OperationNotPermittedException):
    """When a share that is closed to others would reach outside the organization, or sharing inside is switched off."""

    def __init__(self) -> None:
        super().__init__(
            "The resource you are attempting to share can only be shared within your AWS Organization. This error "
            "may also occur if you have not enabled sharing with your AWS organization, or that onboarding process is "
            "still in progress."
        )
