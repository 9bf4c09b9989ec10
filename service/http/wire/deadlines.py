"""One connection of the server: its limits for heads, bodies and time, and the answers to requests that
exceed them.

aiohttp closes idle connections and has no other deadline. This module adds deadlines for receiving a head,
for receiving a body and for sending an answer. A task checks each connection about once a second
(``Connection.look``). That is cheaper than a timer for each connection, which every request would have to
reset.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import structlog
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import PayloadAccessError, RequestHandler, RequestPayloadError, _ErrInfo

from service.errors import InvalidInput, StorytroupeError, TooLarge, TooSlow
from service.http.io.intake import SMALL
from service.http.wire.flood import Meter
from service.http.wire.gate import Gate, address_of
from service.settings import Settings

log = structlog.get_logger(__name__)

#: The longest request line and the largest headers of a request, in bytes.
MAX_LINE = 8 * 1024
MAX_HEADERS = 16 * 1024
#: The parser accepts longer lines, so that the service itself can answer with the documented error. The
#: parser's two limits differ, so that its error shows which line was too long.
PARSER_LINE = 32 * 1024
#: The parser must not decompress bodies, because aiohttp does not limit the decompressed size.
PARSER_LIMITS: Mapping[str, Any] = {
    "max_line_size": PARSER_LINE,
    "max_field_size": PARSER_LINE + 1,
    "auto_decompress": False,
}
#: The largest head of a request, in bytes. A head that arrives in parts is kept until it is complete.
_MAX_HEAD = MAX_LINE + MAX_HEADERS

#: The speed of a body is measured over this time, in seconds.
_WINDOW = 10.0
#: A large body must arrive this many times faster than a small body.
_LARGE_FASTER = 4
#: How many requests of a connection may wait while one is being answered (pipelining).
_MOST_IN_LINE = 2

#: How many bytes of a body are read and discarded after its answer. This is more than any route accepts.
_MOST_UNREAD = 24 << 20

#: A function that makes the answer to bytes that are not a valid request.
Answer = Callable[[StorytroupeError], web.Response]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The deadlines of a connection. Times are in seconds. ``body_rate`` is in bytes per second."""

    head: float
    body: float
    body_rate: int
    stall: float

    @classmethod
    def of(cls, settings: Settings) -> Deadlines:
        """Return the deadlines of the settings."""
        return cls(
            settings.head_seconds,
            settings.body_seconds,
            settings.body_bytes_per_second,
            settings.stall_seconds,
        )

    @property
    def window(self) -> float:
        """The time over which the speed of a body is measured, in seconds."""
        return min(_WINDOW, self.body)

    @property
    def round(self) -> float:
        """The time between two checks of a connection, in seconds."""
        return min(1.0, self.head / 4, self.window / 4, self.stall / 4)


class Connection(RequestHandler):
    """An aiohttp connection that obeys a gate and deadlines.

    ``_since`` is the time when the current head began to arrive, or None between requests. ``_came`` counts
    all received bytes.
    """

    __slots__ = (
        "_address",
        "_answer",
        "_body",
        "_body_begun",
        "_came",
        "_came_at_first",
        "_came_before",
        "_deadlines",
        "_ending_since",
        "_gate",
        "_head_bytes",
        "_judged_at",
        "_line",
        "_named",
        "_since",
        "_stalled_since",
        "_unread",
        "meter",
    )

    def __init__(
        self, server: web.Server, *, gate: Gate, deadlines: Deadlines, answer: Answer, **given: Any
    ) -> None:
        super().__init__(server, **given)
        self._max_msg_queue_size = _MOST_IN_LINE
        self._msg_queue_resume_size = _MOST_IN_LINE - 1
        self._gate = gate
        self._deadlines = deadlines
        self._answer = answer
        self._line: asyncio.Transport | None = None
        self._address: str | None = None
        self._since: float | None = None
        self._head_bytes = 0
        self._named = False
        self._came = self._came_at_first = self._came_before = 0
        self._body: StreamReader | None = None
        self._body_begun = self._judged_at = 0.0
        self._stalled_since: float | None = None
        self._ending_since: float | None = None
        self._unread = 0
        #: Counts the frames if the connection is a websocket. None otherwise.
        self.meter: Meter | None = None

    # -- called by the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the connection, or close it at once if the gate is full."""
        self._line = cast(asyncio.Transport, transport)
        address = address_of(transport.get_extra_info("peername"))
        if not self._gate.enter(address):
            transport.close()
            return
        self._address = address
        self._since = self._loop.time()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Release the connection's place in the gate, because the connection has ended."""
        self._line = None
        if self._address is not None:
            self._gate.leave(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the received bytes, and pass them to aiohttp."""
        if self._address is None:
            return
        self._came += len(data)
        if self._payload_parser is not None and not self._admits(data):
            return
        waiting = self._waits_for_head
        if self._throws_away(data, waiting):
            self.force_close()
            return
        super().data_received(data)
        if self._messages or not waiting:
            self._since, self._head_bytes, self._named = None, 0, False
        elif data:
            self._head_goes_on(data)

    def set_parser(self, parser: Any, data_received_cb: Callable[[], None] | None = None) -> None:
        """Switch the connection to a websocket. Raises ``ConnectionResetError`` if the client has sent too
        many frames."""
        # This counts the frames that came together with the upgrade request.
        if self._admits(self._message_tail):
            super().set_parser(parser, data_received_cb)
        else:
            raise ConnectionResetError("the websocket was flooded")

    def _admits(self, data: bytes) -> bool:
        """Return whether a websocket client respects its frame rate and masks its frames. If it does not, the
        connection is aborted without a close frame. A close frame would mean to read everything that the
        client sends until it answers."""
        if self.meter is None or self.meter.admits(data, self._loop.time()):
            return True
        log.info("websocket flooded")
        if self._line is not None:
            self._line.abort()
        return False

    def _throws_away(self, data: bytes, waiting: bool) -> bool:
        """Return whether too many bytes of a body have arrived after its answer was sent."""
        if waiting or self._request_in_progress:
            self._unread = 0
        else:
            self._unread += len(data)
        return self._unread > _MOST_UNREAD

    def pause_writing(self) -> None:
        """Note the time, because the client has stopped reading."""
        super().pause_writing()
        self._stalled_since = self._loop.time()

    def resume_writing(self) -> None:
        """Clear the noted time, because the client reads again."""
        super().resume_writing()
        self._stalled_since = None

    # -- deadlines

    @property
    def _waits_for_head(self) -> bool:
        return self._waiter is not None and not self._waiter.done() and not self._messages

    def _head_goes_on(self, data: bytes) -> None:
        """Count a received part of a head whose end has not arrived. Refuses a head that is too long."""
        if self._since is None:
            self._since = self._loop.time()
        self._head_bytes += len(data)
        self._named = self._named or b"\n" in data
        if self._head_bytes > _MAX_HEAD:
            self._refuse(headers_too_large() if self._named else url_too_long())

    def look(self, now: float) -> None:
        """Check the deadlines. It is called about once a second. ``now`` is the time of the event loop, in
        seconds."""
        line = self._line
        if line is None:
            return
        if line.is_closing():
            self._see_off(line, now)
        elif self._stalled_since is not None and now - self._stalled_since > self._deadlines.stall:
            line.abort()
        elif not self._waits_for_head:
            self._look_at_body(now)
        elif self._since is not None and now - self._since > self._deadlines.head:
            self._end_head()

    def _see_off(self, line: asyncio.Transport, now: float) -> None:
        """Abort a closing connection whose client does not read the rest. Without this, it would stay open
        until the client has read everything."""
        if self._ending_since is None:
            self._ending_since = now
        elif now - self._ending_since > self._deadlines.stall:
            line.abort()

    def _end_head(self) -> None:
        """End a request whose head arrives too slowly. A client that sent nothing gets no answer, because a
        browser would treat it as the answer to its next request."""
        if self._head_bytes:
            self._refuse(TooSlow("The head of the request did not arrive in time. Send the request again."))
        else:
            self.force_close()

    def _refuse(self, error: StorytroupeError) -> None:
        """Answer bytes that are not a valid request with an error, and close the connection."""
        self._close = True
        message = _ErrInfo(status=HTTPStatus.BAD_REQUEST, exc=error, message="")
        self._messages.append((message, EMPTY_PAYLOAD))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _look_at_body(self, now: float) -> None:
        request = self._current_request
        body = request.content if request is not None else None
        if body is None or body.is_eof() or body.exception() is not None:
            self._body = None
        elif body is not self._body:
            self._body, self._body_begun = body, now
            self._judged_at, self._came_before = now, self._came
            self._came_at_first = self._came
        elif now - self._body_begun > self._deadlines.body or self._too_slow(now):
            self._end_body(body)

    def _too_slow(self, now: float) -> bool:
        """Return whether too few bytes of a body arrived in the last time window. A body that the handler
        does not read now has no deadline."""
        passed = now - self._judged_at
        if passed < self._deadlines.window:
            return False
        came = self._came - self._came_before
        self._judged_at, self._came_before = now, self._came
        # A small body uses only its connection. A large body uses memory that all users share.
        large = self._came - self._came_at_first > SMALL
        rate = self._deadlines.body_rate * (_LARGE_FASTER if large else 1)
        return not self._reading_paused and came < passed * rate

    def _end_body(self, body: StreamReader) -> None:
        """End a body that arrives too slowly. The handler that reads the body gets the error. A handler that
        does not read the body, for example of an event stream, continues."""
        # The connection must not wait for the rest of the body.
        self._lingering_time = 0.0
        body.set_exception(
            TooSlow("The body of the request arrived too slowly. Send it again over a faster connection.")
        )

    async def _handle_request(
        self, request: web.BaseRequest, start_time: float | None, request_handler: Any
    ) -> tuple[web.StreamResponse, bool]:
        """Answer the request. Then read and discard the rest of its body. In contrast to aiohttp's own code,
        other tasks can run after each piece."""
        answered = await super()._handle_request(request, start_time, request_handler)
        left = request.content
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._lingering_time):
                while self._reads_past(left) and not answered[1]:
                    await left.readany()
                    await asyncio.sleep(0)
        # aiohttp must not wait a second time for the rest of the body.
        if not left.is_eof():
            self._lingering_time = 0.0
        return answered

    def _reads_past(self, left: StreamReader) -> bool:
        over = self._force_close or left.is_eof() or left.exception() is not None
        return bool(self._lingering_time) and not over

    # -- errors

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer an error that aiohttp itself found, in the documented form."""
        if isinstance(exc, ConnectionError):
            # The client disconnected before its answer. aiohttp ends the connection silently.
            raise exc
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return super().handle_error(request, status, exc, message)
        error = _error_of(exc)
        log.info("request refused", code=error.code, cause=type(exc).__name__)
        response = self._answer(error)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **given: Any) -> None:
        """Log an error of the client as one line, without a traceback."""
        error = given.get("exc_info")
        if isinstance(error, RequestPayloadError | HttpProcessingError | PayloadAccessError):
            log.info("body refused", cause=type(error).__name__)
        else:
            super().log_exception(*args, **given)


def url_too_long() -> TooLarge:
    """Return the error for a request line that is too long."""
    return TooLarge("The URL is too long. Shorten it.", code="URL_TOO_LONG")


def headers_too_large() -> TooLarge:
    """Return the error for too many headers or for headers that are too long."""
    return TooLarge(
        "The headers of the request are too large. Send fewer or shorter headers.", code="HEADERS_TOO_LARGE"
    )


def _error_of(exc: BaseException | None) -> StorytroupeError:
    """Convert a parser error to an error of the service. The message contains no byte of the request."""
    if isinstance(exc, StorytroupeError):
        return exc
    if isinstance(exc, LineTooLong):
        return url_too_long() if exc.args[1] == PARSER_LINE else headers_too_large()
    if isinstance(exc, HttpProcessingError) and "Too many headers" in exc.message:
        return headers_too_large()
    return InvalidInput("The request is not valid HTTP.", code="BAD_REQUEST")
