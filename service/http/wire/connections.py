"""Makes the connections of the server. A gate limits their number, and a task checks the deadlines of all
connections."""

from __future__ import annotations

import asyncio
import ctypes
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy

from service.errors import StorytroupeError
from service.http.app.keys import POLICY
from service.http.app.policy import Policy
from service.http.app.problems import problem_response
from service.http.wire.deadlines import PARSER_LIMITS, Answer, Connection, Deadlines
from service.http.wire.gate import Gate, raise_file_limit
from service.settings import Settings

log = structlog.get_logger(__name__)

#: How many connections are checked before other tasks run.
_AT_ONCE = 500
#: After this many connections have ended, their memory is returned to the operating system.
_CROWD = 100
_LINGER_SECONDS = 10.0
#: The least time between two log lines about refused connections, in seconds.
_LOG_SECONDS = 10.0


def give_back_memory() -> None:
    """Return unused memory of the C library to the operating system, if the C library supports this. It takes
    milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Server(web.Server):
    """A factory of the connections of an application."""

    def __init__(self, plain: web.Server, gate: Gate, deadlines: Deadlines, answer: Answer) -> None:
        super().__init__(
            plain.request_handler,
            request_factory=_passing_over_expectations(plain.request_factory),
            handler_cancellation=plain.handler_cancellation,
            loop=plain._loop,
            **plain._kwargs,
        )
        self.gate = gate
        self._deadlines = deadlines
        self._answer = answer

    def __call__(self) -> Connection:
        """Make a connection that uses the gate and the deadlines."""
        return Connection(
            self,
            loop=self._loop,
            gate=self.gate,
            deadlines=self._deadlines,
            answer=self._answer,
            **self._kwargs,
        )

    async def watch(self) -> None:
        """Check the deadlines of all connections periodically, until cancelled."""
        logged, when, most = 0, 0.0, 0
        while True:
            await asyncio.sleep(self._deadlines.round)
            most = max(most, len(self.gate))
            if most - len(self.gate) >= _CROWD:
                most = len(self.gate)
                give_back_memory()
            try:
                await self._look_at_all()
            except Exception:
                # An error in one connection must not stop the checks of all other connections.
                log.exception("connections could not be checked")
            refused, now = self.gate.refused, self._loop.time()
            if refused > logged and now >= when:
                log.warning("connections refused", count=refused - logged, open=len(self.gate))
                logged, when = refused, now + _LOG_SECONDS

    async def _look_at_all(self) -> None:
        for number, connection in enumerate(self.connections, 1):
            if isinstance(connection, Connection):
                connection.look(self._loop.time())
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)


class Runner(web.AppRunner):
    """Runs an application whose connections are limited by a gate. ``given`` are further arguments of
    ``web.AppRunner``."""

    __slots__ = ("_settings", "_watch")

    def __init__(self, app: web.Application, settings: Settings, **given: Any) -> None:
        super().__init__(
            app,
            access_log=None,
            keepalive_timeout=settings.idle_seconds,
            # How long the rest of a body is read and discarded after the answer, in seconds.
            lingering_time=min(_LINGER_SECONDS, settings.body_seconds),
            **PARSER_LIMITS,
            **given,
        )
        self._settings = settings
        self._watch: asyncio.Task[None] | None = None

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        server = Server(
            plain, _gate(self._settings), Deadlines.of(self._settings), _answers(self.app[POLICY])
        )
        self._watch = asyncio.create_task(server.watch(), name="connections")
        return server

    async def cleanup(self) -> None:
        """Stop the server and the task that watches its connections."""
        await super().cleanup()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None


def _passing_over_expectations(make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
    """Remove all ``Expect`` headers except 100-continue from requests. RFC 9110, 10.1.1, allows a server to
    ignore them.

    Otherwise, aiohttp answers such a request with a plain text error before any handler runs, and fails if
    the header is not UTF-8.
    """

    def made(message: Any, *rest: Any) -> web.BaseRequest:
        expected = message.headers.get(hdrs.EXPECT)
        if expected is not None and expected.lower() != "100-continue":
            kept = [(name, value) for name, value in message.headers.items() if name.lower() != "expect"]
            message = message._replace(headers=CIMultiDictProxy(CIMultiDict(kept)))
        return make(message, *rest)

    return made


def _gate(settings: Settings) -> Gate:
    room = raise_file_limit()
    return Gate(min(settings.connections or room, room), settings.connections_per_address)


def _answers(policy: Policy) -> Answer:
    """Return a function that makes the answer to bytes that are not a valid request. The answer has the
    common headers."""

    def answer(error: StorytroupeError) -> web.Response:
        response = problem_response(error)
        response.headers.update(policy.headers)
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        response.headers["X-Request-ID"] = secrets.token_hex(8)
        return response

    return answer
