"""Systems Manager's refusals around automations, by the names of the service.

Source: "Errors" of the Automation operations and of CreateDocument (Systems Manager API Reference).
"""

from moto.core.exceptions import ServiceException


class AutomationDefinitionNotFoundException(ServiceException):
    """When there is no Automation document of that name."""

    code = "AutomationDefinitionNotFoundException"


class AutomationDefinitionVersionNotFoundException(ServiceException):
    """When the document has no such version."""

    code = "AutomationDefinitionVersionNotFoundException"


class AutomationExecutionNotFoundException(ServiceException):
    """When there is no such execution, or it is older than the history."""

    code = "AutomationExecutionNotFoundException"

    def __init__(self, execution: str) -> None:
        super().__init__(f"There is no automation execution information for the requested execution ID {execution}.")


class AutomationExecutionLimitExceededException(ServiceException):
    """When too many executions run and wait already."""

    code = "AutomationExecutionLimitExceededException"


class AutomationStepNotFoundException(ServiceException):
    """When a signal names a step that does not wait for it."""

    code = "AutomationStepNotFoundException"


class IdempotentParameterMismatch(ServiceException):
    """When a client token comes again with other parameters."""

    code = "IdempotentParameterMismatch"


class InvalidAutomationExecutionParametersException(ServiceException):
    """When parameters do not fit the document, or its role cannot be assumed."""

    code = "InvalidAutomationExecutionParametersException"


class InvalidAutomationSignalException(ServiceException):
    """When a signal does not fit what the execution waits for, or who sends it."""

    code = "InvalidAutomationSignalException"


class InvalidAutomationStatusUpdateException(ServiceException):
    """When an execution that has ended is to be stopped."""

    code = "InvalidAutomationStatusUpdateException"


class InvalidDocumentContent(ServiceException):
    """When a document is not one that Automation could run."""

    code = "InvalidDocumentContent"


class MaxDocumentSizeExceeded(ServiceException):
    """When a document is too large."""

    code = "MaxDocumentSizeExceeded"

    def __init__(self) -> None:
        super().__init__("The size limit of a document is 64 KB.")


class InvalidFilterKey(ServiceException):
    """When a filter has a name that the operation does not know."""

    code = "InvalidFilterKey"


class InvalidFilterValue(ServiceException):
    """When a filter has a value that does not fit its name."""

    code = "InvalidFilterValue"


class InvalidNextToken(ServiceException):
    """When a page is asked for with a token that was never given."""

    code = "InvalidNextToken"


class AccessDeniedException(ServiceException):
    """When no policy allows a person's request, or one denies it."""

    code = "AccessDeniedException"


class ValidationException(ServiceException):
    """When a request breaks the service's model."""

    code = "ValidationException"
