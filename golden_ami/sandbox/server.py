"""The local AWS as a server on loopback, in a thread of this process."""

import errno
import logging
import socket
import threading
from types import TracebackType
from typing import Any, Final, Self
from urllib.request import ProxyHandler, build_opener

from werkzeug.serving import BaseWSGIServer, make_server

from golden_ami.errors import SandboxError
from golden_ami.sandbox import moto_extension
from golden_ami.sandbox.clock import CLOCK, Clock
from golden_ami.sandbox.endpoint import DEFAULT_REGION, Endpoint
from golden_ami.sandbox.wsgi import HEALTH_PATH, SandboxApplication

LOOPBACK: Final = "127.0.0.1"
_START_SECONDS: Final = 10
_POLL_SECONDS: Final = 0.05
"""How soon the server notices that it shall stop."""

_running = threading.Lock()
log = logging.getLogger(__name__)


class PortError(SandboxError):
    """When the user's port cannot be had."""

    exit_code = 2


class LocalAws(Endpoint):
    """A local AWS with empty state, as a context manager or by :meth:`start` and :meth:`stop`.

    moto's state is the process's: a second one in the same process is refused while the first one runs.

    Parameters
    ----------
    port : int
        TCP port on 127.0.0.1; 0 lets the operating system choose.
    region : str
        Region of requests that name none.

    Attributes
    ----------
    url : str
        Where it listens; empty before :meth:`start`.

    Examples
    --------
    >>> with LocalAws() as local:  # doctest: +SKIP
    ...     local.client("sts").get_caller_identity()["Account"]
    '222222222222'
    """

    def __init__(self, port: int = 0, *, region: str = DEFAULT_REGION) -> None:
        super().__init__("", region=region)
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start, and return itself."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def clock(self) -> Clock:
        """The time of everything in it; it starts at the world's with every :meth:`start`."""
        return CLOCK

    def start(self) -> None:
        """Forget every state, listen, and return when requests are answered.

        Raises
        ------
        PortError
            When the port is taken, not allowed, or no port number.
        SandboxError
            When another one runs in this process, or moto is not as expected.
        """
        if not _running.acquire(blocking=False):
            raise SandboxError(
                "a local AWS already runs in this process",
                remedy="stop it first, or run `python -m golden_ami.sandbox` as a process of its own",
            )
        try:
            moto_extension.install()
            CLOCK.reset()
            self._server = self._listen()
        except BaseException:
            _running.release()
            raise
        self.url = f"http://{LOOPBACK}:{self._server.port}"
        from golden_ami.sandbox import automation  # noqa: PLC0415 - only now is it sure that moto is the one it needs

        automation.SETTINGS.endpoint, automation.SETTINGS.behaviour = self, automation.Behaviour()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="local-aws", daemon=True
        )
        self._thread.start()
        try:
            with build_opener(ProxyHandler({})).open(self.url + HEALTH_PATH, timeout=_START_SECONDS) as answer:
                answer.read()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop listening; stopping twice does nothing more."""
        if self._server is None or self._thread is None:
            return
        from golden_ami.sandbox import automation  # noqa: PLC0415 - see start

        automation.abandon()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None
        self.url = ""
        _running.release()

    def _listen(self) -> BaseWSGIServer:
        """Bind first, because werkzeug's own answer to a taken port is to print and to exit."""
        try:
            bound = socket.create_server((LOOPBACK, self._port))
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            why = "is taken" if taken else f"cannot be had ({error})"
            raise PortError(
                f"port {self._port} on {LOOPBACK} {why}", remedy="choose another one, or 0 for any free port"
            ) from error
        with bound:
            return make_server(
                LOOPBACK,
                bound.getsockname()[1],
                SandboxApplication(moto_extension.application()),
                threaded=True,
                request_handler=_quiet_handler(),
                fd=bound.fileno(),
            )


def _quiet_handler() -> type[Any]:
    """Return moto's request handler without its access log."""
    handler = moto_extension.request_handler()

    class QuietHandler(handler):  # type: ignore[misc, valid-type]
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            """Say who went away before it had its answer: werkzeug would not, and the client may try again."""
            asked = getattr(self, "requestline", "") or "a connection"
            log.warning("%s was left without its answer: %r", asked, error)

        def date_time_string(self, timestamp: float | None = None) -> str:
            """Date answers by the clock of the local AWS, as its own application does."""
            now = CLOCK.now().timestamp() if timestamp is None else timestamp
            return str(super().date_time_string(now))

    return QuietHandler
