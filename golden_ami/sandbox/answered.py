"""What was answered lately, so that a call whose answer was lost on the way is not carried out twice.

An SDK gives every attempt of one call the same ``amz-sdk-invocation-id``, and tries again only after an error or
without an answer ("Retry behavior", AWS SDKs and Tools Reference Guide). A call that comes again after it succeeded has
therefore not been heard. AWS would carry it out again, too, and `CreateRole` would end in ``EntityAlreadyExists``; but
on loopback such a loss is the sandbox's own fault, of a server that ran out of time among ten requests at once.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_HEADER: Final = "HTTP_AMZ_SDK_INVOCATION_ID"
_KEPT: Final = 128
"""Answers; an SDK tries again within seconds."""
_LARGEST: Final = 1_000_000
"""Bytes of an answer that is kept; larger ones are objects, and reading them again does no harm."""

log = logging.getLogger(__name__)


class Answered:
    """The last successful answers by invocation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Response] = OrderedDict()

    def again(self, environ: "WSGIEnvironment", body: bytes) -> Response | None:
        """Return the answer that a call was given before, or None when it is new or failed before."""
        if _HEADER not in environ:
            return None
        with self._lock:
            known = self._kept.get(_key(environ, body))
        if known is None:
            return None
        log.warning("%s %s comes again: its answer was lost", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
        return Response(known.get_data(), status=known.status, headers=known.headers)

    def keep(self, environ: "WSGIEnvironment", body: bytes, answer: Response) -> None:
        """Remember a successful answer."""
        if _HEADER not in environ or answer.status_code >= 300 or len(answer.get_data()) > _LARGEST:
            return
        with self._lock:
            self._kept[_key(environ, body)] = answer
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _key(environ: "WSGIEnvironment", body: bytes) -> tuple[str, ...]:
    names = (_HEADER, "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")
    return (*(str(environ.get(name, "")) for name in names), hashlib.sha256(body).hexdigest())
