"""The sandbox's front door: passes requests to moto, and answers for it where moto has no answer.

moto answers an unknown service with a crash, an unknown operation with a crash, an empty 404 or a web page, and a fault
of its own with 500. AWS SDKs retry those for minutes, or take them for "does not exist". Here each becomes a 501 that
says what is missing; a fault is also logged on standard error.
"""

import importlib
import io
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from golden_ami.sandbox import clock_control
from golden_ami.sandbox.answered import Answered
from golden_ami.sandbox.clock import CLOCK
from golden_ami.sandbox.refusal import Call, refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEALTH_PATH: Final = "/_sandbox/health"
_BUILD_CONTROL: Final = "/_sandbox/imagebuilder/"
_MOTO_CONTROL: Final = "/moto-api"

log = logging.getLogger(__name__)


class SandboxApplication:
    """WSGI application around moto's.

    Parameters
    ----------
    moto : WSGIApplication
        moto's dispatcher, with the sandbox's services loaded.
    """

    def __init__(self, moto: "WSGIApplication") -> None:
        self._moto = moto
        self._answered = Answered()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        CLOCK.catch_up()
        body = Request(environ).get_data()
        response = self._answered.again(environ, body)
        if response is None:
            environ["wsgi.input"] = io.BytesIO(body)
            response = self._answer(environ)
            if response is None:
                environ["wsgi.input"] = io.BytesIO(body)
                response = self._unanswered(environ)
            self._answered.keep(environ, body, response)
        response.date = CLOCK.now()
        return response(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment") -> Response | None:
        """Return moto's answer, or None when it has none."""
        path = str(environ.get("PATH_INFO", ""))
        own = self._answer_itself(path, environ)
        if own is not None or path.startswith(_MOTO_CONTROL):
            return own
        try:
            response = Response.from_app(self._moto, environ, buffered=True)
        except NotImplementedError as error:
            environ["sandbox.why"] = str(error)
            return None
        except Exception as error:  # a fault of the sandbox must reach its user, not vanish in retries
            log.exception("%s %s", environ.get("REQUEST_METHOD"), path)
            environ["sandbox.why"] = f"It failed with {type(error).__name__}: {error}"
            return None
        return None if _says_nothing(response, environ) else response

    @staticmethod
    def _answer_itself(path: str, environ: "WSGIEnvironment") -> Response | None:
        """Answer what is the sandbox's own, and no service of AWS."""
        if path == HEALTH_PATH:
            return Response("ok\n", content_type="text/plain")
        if path == clock_control.PATH:
            return clock_control.answer(Request(environ))
        if path.startswith(_BUILD_CONTROL):
            # Not imported above: it needs moto, which is checked and prepared when the sandbox starts.
            control = importlib.import_module("golden_ami.sandbox.imagebuilder.control")
            answered: Response = control.answer(Request(environ))
            return answered
        return None

    @staticmethod
    def _unanswered(environ: "WSGIEnvironment") -> Response:
        request = Request(environ)
        why = environ.get("sandbox.why") or "It is not modelled."
        return refuse(Call.of(request), request, why)


def _says_nothing(response: Response, environ: "WSGIEnvironment") -> bool:
    """Tell a web server's 404, 405 or 500 from an AWS service's."""
    if response.status_code >= 500 and response.status_code != 501:
        environ["sandbox.why"] = response.get_data(as_text=True)[:200]
        return True
    if response.status_code not in {404, 405} or environ.get("REQUEST_METHOD") == "HEAD":
        return False
    body = response.get_data()
    return not body or body.lstrip().lower().startswith(b"<!doctype html")
