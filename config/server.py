"""The web server: daphne, or uvicorn, on one address until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

logger = logging.getLogger(__name__)

SERVERS = ("daphne", "uvicorn")

# A page's socket only listens; what it sends is no longer than a subscription.
SOCKET_MESSAGE_BYTES = 64 * 1024
PING_EVERY_SECONDS = 20
PING_ANSWERED_WITHIN_SECONDS = 30
KEEP_ALIVE_SECONDS = 60
CLOSING_SECONDS = 1

Told = Callable[[], None]


class CannotListen(Exception):  # noqa: N818 - what happened
    """The address is taken or not ours."""


def run(server: str, host: str, port: int, *, on_ready: Told, on_stop: Told) -> None:
    """Serve ``config.asgi`` until SIGINT or SIGTERM.

    ``on_ready``: connections are accepted now. ``on_stop``: asked to stop; must not wait.
    Raises CannotListen.
    """

    def ready() -> None:
        _spare_the_collector()
        on_ready()

    {"daphne": _run_daphne, "uvicorn": _run_uvicorn}[server](host, port, ready, on_stop)


def _spare_the_collector() -> None:
    """What was loaded stays: it need not be looked through at every collection.

    A transcript of ten hours is a hundred thousand words, each a dictionary. With Python's own
    threshold of 700 a quarter of the time of saving it went into looking for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _log_failures_of_twisted() -> None:
    """Unasked, it prints them with their messages."""
    from twisted.logger import globalLogBeginner

    def log(event: dict[str, Any]) -> None:
        if failure := event.get("log_failure"):
            error = (failure.type, failure.value, failure.getTracebackObject())
            logger.error("an error inside Twisted", exc_info=error)

    observers: list[Any] = [log]
    globalLogBeginner.beginLoggingTo(observers, redirectStandardIO=False, discardBuffer=True)


def _run_daphne(host: str, port: int, on_ready: Told, on_stop: Told) -> None:
    from daphne.endpoints import build_endpoint_description_strings
    from twisted.internet import reactor

    from config.asgi import application
    from config.streaming_daphne import StreamingServer

    class Daphne(StreamingServer):
        problem = ""

        def listen_success(self, listening: Any) -> None:
            super().listen_success(listening)
            on_ready()

        def listen_error(self, failure: Any) -> None:
            self.problem = f"{failure.value}.".replace("..", ".")
            self.stop()

    daphne = Daphne(
        application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        websocket_max_message_size=SOCKET_MESSAGE_BYTES,
        websocket_max_frame_size=SOCKET_MESSAGE_BYTES,
        ping_interval=PING_EVERY_SECONDS,
        ping_timeout=PING_ANSWERED_WITHIN_SECONDS,
        application_close_timeout=CLOSING_SECONDS,
        server_name="",
    )
    reactor.addSystemEventTrigger("before", "shutdown", on_stop)  # type: ignore[arg-type]
    _log_failures_of_twisted()
    # A shell starts its background jobs deaf to it, and Twisted would leave it at that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    daphne.run()
    if daphne.problem:
        raise CannotListen(daphne.problem)


def _run_uvicorn(host: str, port: int, on_ready: Told, on_stop: Told) -> None:
    import uvicorn

    class Uvicorn(uvicorn.Server):
        async def startup(self, sockets: list[Any] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_ready()

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Its own way ends the process by the signal before we have tidied up."""
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stop, number)
            yield

        def _stop(self, number: int) -> None:
            on_stop()
            self.handle_exit(number, None)

    try:
        Uvicorn(_uvicorn_config(host, port)).run()
    except SystemExit as error:
        raise CannotListen(f"see above (status {error.code}).") from None


def _uvicorn_config(host: str, port: int) -> uvicorn.Config:
    import uvicorn

    from config.asgi import application

    return uvicorn.Config(
        application,
        host=host,
        port=port,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=SOCKET_MESSAGE_BYTES,
        ws_ping_interval=PING_EVERY_SECONDS,
        ws_ping_timeout=PING_ANSWERED_WITHIN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CLOSING_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
