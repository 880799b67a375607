"""How a step ends badly."""


class StepError(Exception):
    """When an action fails; the text becomes the step's failure message."""


class StepTimeoutError(Exception):
    """When an action takes longer than the step's ``timeoutSeconds``."""


class StepCancelledError(Exception):
    """When the execution is stopped while the action runs."""


class AbandonedError(Exception):
    """When the sandbox has been reset while an execution waited."""
