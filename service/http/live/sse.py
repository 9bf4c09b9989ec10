"""Server-sent events (SSE): streams a channel of the hub as one long answer, for clients without a websocket.

``id:`` is the version, so that a client can resume the stream with ``Last-Event-ID``. Ticks have no id. The
data of each event is the frame that a websocket client gets. A client may ask for only some types. For each
event of another type, it gets only the ``id:``. A browser stores this id and dispatches no event.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from aiohttp import HttpVersion11, hdrs, web

from service.access.tallies import Tally
from service.errors import InvalidInput, NotFound, Unavailable
from service.hub import frames
from service.hub.codes import ErrorCode
from service.hub.frames import Answer, Burst, EventFrame, Frame, RequestId, TickFrame
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.outgoing import Outgoing
from service.runtime.channels import ChannelNames, is_library
from service.runtime.kinds import Kinds

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}
_RETRY_MS = (1_000, 4_000)
_LARGEST = 2**53 - 1
TICK = "tick"


class Types:
    """The events that a client asked for: types (``stage.confirmed``), families (``stage.*``), and ``tick``.

    ``*`` means all events and ticks.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def __contains__(self, type_: object) -> bool:
        family = f"{str(type_).partition('.')[0]}.*"
        return bool({type_, family, "*"} & self._names)


ALL = Types(["*"])


class EventStream:
    """The hub's subscriber for one SSE answer. When the hub ends the subscription, the stream ends.

    The hub's answer determines the HTTP status, so nothing is sent before ``standing`` has the hub's answer.
    ``missing`` is the error if the channel does not exist.
    """

    def __init__(self, user_id: UUID, missing: NotFound, types: Types, *, chunked: bool) -> None:
        self.user_id = user_id
        self._types = types
        self._missing = missing
        self._chunked = chunked
        self.over = asyncio.Event()
        self.standing: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._out: Outgoing | None = None
        self._early: list[bytes] = []

    # -- called by the hub

    def subscribed(self, _request: RequestId, answer: Answer) -> None:
        """Note that the subscription has begun."""
        if not self.standing.done():
            self.standing.set_result(answer)

    def refused(self, _request: RequestId, _channel: str, code: ErrorCode) -> None:
        """Fail the request, because the hub refused the subscription."""
        error = Unavailable() if code.temporary else self._missing
        if not self.standing.done():
            self.standing.set_exception(error)

    def publish(self, news: Frame) -> None:
        """Send events."""
        if self._types is not ALL and isinstance(news, Burst | EventFrame):
            self.send(self._wanted(news.events if isinstance(news, Burst) else [news]))
        else:
            self._write(news.chunk if self._chunked else news.sse)

    def tick(self, tick: TickFrame) -> None:
        """Send a tick. If the client is slow, the tick replaces a waiting tick of the same key."""
        if TICK not in self._types:
            return
        data = tick.chunk if self._chunked else tick.sse
        if self._out is None:
            self._early.append(data)
        else:
            self._out.write_newest((tick.channel, tick.key), data)

    def resync(self, _channel: str, _reason: str) -> None:
        """End the stream, because the subscription has ended. The client then connects again."""
        self.over.set()

    # -- called by the handler

    def open(
        self, transport: asyncio.Transport, drain: Callable[[], Awaitable[None]], limits: Limits
    ) -> None:
        """Send the snapshot or the missed events, and then the events that came meanwhile. Call this after
        the head of the answer was sent."""
        self._out = Outgoing(
            transport,
            drain,
            self.over.set,
            limit=limits.out_bytes,
            stall_seconds=limits.stall_seconds,
        )
        self.send(self._position(self.standing.result()))
        early, self._early = self._early, []
        for data in early:
            self._write(data)

    def comment(self) -> None:
        """Send a comment, which keeps the connection open. If the client has disconnected, the stream
        ends."""
        if self._out is not None and self._out.gone:
            self.over.set()
        self.send(b":\n\n")

    def close(self) -> None:
        """Discard all bytes that wait to be sent."""
        if self._out is not None:
            self._out.stop()

    def send(self, events: bytes) -> None:
        """Send complete events to this client only."""
        if events:
            self._write(frames.http_chunk(events) if self._chunked else events)

    def _position(self, answer: Answer) -> bytes:
        """Return the events that bring the client up to date: a snapshot, or the missed events."""
        if answer.state is not None:
            version = None if is_library(answer.channel) else answer.version
            return frames.sse_event("snapshot", answer.payload(None), version)
        return self._wanted(answer.events)

    def _wanted(self, events: Sequence[EventFrame]) -> bytes:
        """Return the events in order. An event that the client did not ask for is reduced to its id."""
        return b"".join(
            event.sse if event.name in self._types else b"id: %d\n\n" % event.version for event in events
        )

    def _write(self, data: bytes) -> None:
        if self._out is None:
            self._early.append(data)
        elif not self._out.write(data):
            self.over.set()


class EventStreams:
    """All open SSE answers of this process."""

    def __init__(self, hub: Hub, *, kinds: Kinds) -> None:
        self._hub = hub
        self._names = ChannelNames(kinds)
        self._open: set[EventStream] = set()
        self._of_user = Tally(hub.limits.streams_per_user, what="event streams", code="TOO_MANY_STREAMS")
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    async def handle(
        self, request: web.Request, user_id: UUID, channel: str, types: Types = ALL
    ) -> web.StreamResponse:
        """Stream a channel, or some types of its events, to a user. The stream runs until the client or the
        service ends it.

        Before anything is sent, it may raise ``NotFound``, ``InvalidInput`` (the last event id is not valid),
        ``Overloaded`` (TOO_MANY_STREAMS) or ``Unavailable``. A caller may cancel it. This ends the stream.
        """
        if self._draining:
            raise Unavailable
        with self._of_user.hold(user_id):
            return await self._serve(request, user_id, channel, types)

    async def _serve(
        self, request: web.Request, user_id: UUID, channel: str, types: Types
    ) -> web.StreamResponse:
        missing = self._names.missing(channel)
        chunked = request.version >= HttpVersion11
        stream = EventStream(user_id, missing, types, chunked=chunked)
        self._hub.subscribe(stream, channel, since=_last_event_id(request))
        self._open.add(stream)
        try:
            await stream.standing
            if request.method == hdrs.METH_HEAD:
                return web.Response(headers=HEADERS)
            return await self._stream(request, stream)
        finally:
            self._open.discard(stream)
            self._hub.leave(stream)
            stream.close()

    async def _stream(self, request: web.Request, stream: EventStream) -> web.StreamResponse:
        response = web.StreamResponse(headers=HEADERS)
        writer = await response.prepare(request)
        transport = request.transport
        if writer is None or transport is None:
            return response
        await response.write(b"retry: %d\n\n" % random.randint(*_RETRY_MS))
        stream.open(transport, writer.drain, self._hub.limits)
        self._beat(stream)
        await stream.over.wait()
        if request.protocol.writing_paused:
            # Finishing the answer would wait forever for a client that does not read.
            transport.abort()
        return response

    def _beat(self, stream: EventStream) -> None:
        """Send a comment periodically. The timer wheel of the hub calls this."""
        every = self._hub.limits.comment_seconds

        def comment(now: float) -> float | None:
            if stream not in self._open:
                return None
            stream.comment()
            return now + every

        self._hub.wheel.schedule(asyncio.get_running_loop().time() + every, comment)

    def revoke(self, among: Callable[[UUID], bool]) -> None:
        """End the streams of the users for whom ``among`` returns true. They need a valid token to connect
        again."""
        for stream in list(self._open):
            if among(stream.user_id):
                stream.over.set()

    async def drain(self) -> None:
        """Refuse new streams, and end all open streams. The clients then connect to another process."""
        self._draining = True
        for stream in list(self._open):
            stream.over.set()


def _last_event_id(request: web.Request) -> int | None:
    """Return the last version that the client has received. The header has precedence over the query."""
    text = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    if not text:
        return None
    digits = text.lstrip("0")[:20] or "0"
    if not (text.isascii() and text.isdigit() and int(digits) <= _LARGEST):
        message = "The last event id is not a version number. Send the `id` of the last event."
        raise InvalidInput(message, errors=[{"path": "last_event_id", "message": message}])
    return int(digits)
