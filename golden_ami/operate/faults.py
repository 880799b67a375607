"""What AWS and botocore refuse, in one line with the remedy."""

import sys
import traceback
from collections.abc import Callable
from typing import Any, Final

from golden_ami.errors import AwsError, GoldenAmiError, InputError

_EXPIRED: Final = "log in again (`aws sso login`, or take the role anew)"
_UNKNOWN: Final = "check the credentials or name a --profile that has valid ones"
_REMEDIES: Final[dict[str, str]] = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": f"{_EXPIRED}, and check this machine's clock",
    "InvalidClientTokenId": _UNKNOWN,
    "UnrecognizedClientException": _UNKNOWN,
    "AuthFailure": _UNKNOWN,
    "SignatureDoesNotMatch": _UNKNOWN,
    "InvalidSignatureException": f"check this machine's clock, or {_UNKNOWN}",
    "AccessDenied": "",
    "AccessDeniedException": "",
    "UnauthorizedOperation": "",
    "AuthorizationError": "",
    "Throttling": "wait a minute, and try again; other callers of this account use up its rate",
    "OptInRequired": "enable the Region or the service in this account",
    "InvalidDocument": "deploy the factory (`cdktf deploy`), or check --deployment",
    "InvalidAutomationSignalException": "look at it with `golden-ami watch`",
    "AutomationDefinitionNotFoundException": "deploy the factory (`cdktf deploy`), or check --deployment",
    "AutomationExecutionLimitExceededException": "wait until other automations have ended; 100 may run at a time",
    "InternalServerError": "try again; when it stays so, look at the AWS Health Dashboard",
}
_THROTTLED: Final = frozenset(
    {"ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "RateExceeded"}
)
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_last: Final = {"id": "nothing was asked yet"}
_DENIED: Final = frozenset(code for code, remedy in _REMEDIES.items() if not remedy)


def explained(error: Exception) -> GoldenAmiError | None:
    """Put an error of botocore into a line with its remedy.

    Parameters
    ----------
    error : Exception
        Whatever a command has raised.

    Returns
    -------
    GoldenAmiError or None
        None for an error that is not botocore's: a mistake of this program.
    """
    # Without botocore there was no call; importing it here would cost every command that needs none.
    exceptions = sys.modules.get("botocore.exceptions")
    if exceptions is None:
        return None
    if isinstance(error, exceptions.ClientError):
        return _refused(error)
    for name, explain in _OF_BOTOCORE.items():
        if isinstance(error, getattr(exceptions, name)):
            return explain(error)
    if isinstance(error, exceptions.BotoCoreError):
        return AwsError(_line(error), remedy="check the AWS configuration, and try again")
    if _is_of_an_answer(error):
        return _not_reached("what answers is not AWS, or its answer is broken")
    return None


def remember(parsed: Any, http_response: Any, **_: Any) -> None:
    """Remember whether the last answer had an id, as every answer of AWS has, for an error that may come of it.

    Raises
    ------
    AwsError
        When it is a page for a browser: some of them are read as an answer without anything in it.
    """
    _last["id"] = str(parsed.get("ResponseMetadata", {}).get("RequestId") or "")
    kind = str(http_response.headers.get("Content-Type", ""))
    if not _last["id"] and "html" in kind.lower() and http_response.status_code < 400:
        raise _not_reached("what answers is not AWS, but a page for a browser")


def _is_of_an_answer(error: Exception) -> bool:
    """Tell whether an error comes of an answer that is none of AWS's: a page of a hotel's network, or a proxy's."""
    parsers = sys.modules.get("botocore.parsers")
    if parsers is None:
        return False
    if isinstance(error, parsers.ResponseParserError):
        return True
    if not isinstance(error, LookupError | TypeError | ValueError | AttributeError):
        return False
    # What is well-formed and of another shape, the parser does not see as broken; what uses it does.
    frames = [frame.f_globals.get("__name__") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1:] == ["botocore.parsers"] or _last["id"] == ""


def code_of(error: Exception) -> str:
    """Name AWS's error code; empty for another error."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def is_denied(error: Exception) -> bool:
    """Tell whether AWS has refused a permission."""
    return code_of(error) in _DENIED


def is_passing(error: Exception) -> bool:
    """Tell whether a fault may go by itself: throttling, a fault of AWS, a network that is away."""
    exceptions = sys.modules.get("botocore.exceptions")
    if exceptions is None:
        return False
    if isinstance(error, exceptions.ClientError):
        response: Any = error.response
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in _THROTTLED | {"Throttling"} or status in _PASSING
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


def _refused(error: Any) -> GoldenAmiError:
    code, operation = code_of(error), error.operation_name
    said = _line(error.response.get("Error", {}).get("Message") or "no reason given")
    what = f"{operation}: {code}: {said}".rstrip(".")
    if code == "AutomationExecutionNotFoundException":
        return InputError(what, remedy="check the id, the Region and the account; executions are kept for 30 days")
    if code in _DENIED:
        return AwsError(what, remedy=f"let your role do {operation}, or take a role that may (README, Use it)")
    code = "Throttling" if code in _THROTTLED else code
    return AwsError(what, remedy=_REMEDIES.get(code, "see the reason above, and the call's page in its API reference"))


def _line(said: Any) -> str:
    return " ".join(str(said).split())


def _no_profile(error: Any) -> GoldenAmiError:
    return InputError(_line(error), remedy="name a profile that `aws configure list-profiles` shows")


def _no_credentials(error: Any) -> GoldenAmiError:
    return AwsError("there are no AWS credentials", remedy="name a --profile, set AWS_PROFILE, or log in")


def _no_region(error: Any) -> GoldenAmiError:
    return InputError("no Region is known", remedy="name a --deployment or a --region")


def _bad_region(error: Any) -> GoldenAmiError:
    return InputError(_line(error), remedy="write a Region like eu-west-1")


def _not_reached(error: Any) -> GoldenAmiError:
    return AwsError(_line(error), remedy="check the network, the proxy, --region and --endpoint-url")


def _login_needed(error: Any) -> GoldenAmiError:
    return AwsError(_line(error), remedy=_EXPIRED)


def _bad_parameters(error: Any) -> GoldenAmiError:
    return InputError(_line(error), remedy="mend what it names")


_OF_BOTOCORE: Final[dict[str, Callable[[Any], GoldenAmiError]]] = {
    "ProfileNotFound": _no_profile,
    "NoCredentialsError": _no_credentials,
    "PartialCredentialsError": _no_credentials,
    "NoRegionError": _no_region,
    "InvalidRegionError": _bad_region,
    "SSOError": _login_needed,
    "TokenRetrievalError": _login_needed,
    "CredentialRetrievalError": _login_needed,
    "ConnectionError": _not_reached,
    "HTTPClientError": _not_reached,
    "ParamValidationError": _bad_parameters,
}
"""In the order in which they are asked for."""
