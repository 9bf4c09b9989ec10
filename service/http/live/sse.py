"""Server-sent events: a channel of the hub as one long answer, for those who have no websocket.

``id:`` is the version, so that ``Last-Event-ID`` resumes; ticks have none. The data of each
event is the very frame that a websocket would get.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import UUID

from aiohttp import HttpVersion11, hdrs, web

from service.access.tallies import Tally
from service.errors import InvalidInput, NotFound, Unavailable
from service.hub import frames
from service.hub.codes import ErrorCode
from service.hub.frames import Answer, Frame, RequestId, TickFrame
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


class EventStream:
    """A subscriber of the hub on one answer; it ends where a websocket would be told to resync.

    The first answer decides the HTTP status, so nothing is sent before ``standing`` is known. ``missing`` is
    the error where the channel does not exist.
    """

    def __init__(self, user_id: UUID, missing: NotFound, *, chunked: bool) -> None:
        self.user_id = user_id
        self._missing = missing
        self._chunked = chunked
        self.over = asyncio.Event()
        self.standing: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._out: Outgoing | None = None
        self._early: list[bytes] = []

    # -- what the hub says

    def subscribed(self, _request: RequestId, answer: Answer) -> None:
        if not self.standing.done():
            self.standing.set_result(answer)

    def refused(self, _request: RequestId, _channel: str, code: ErrorCode) -> None:
        error = Unavailable() if code.temporary else self._missing
        if not self.standing.done():
            self.standing.set_exception(error)

    def publish(self, news: Frame) -> None:
        self._write(news.chunk if self._chunked else news.sse)

    def tick(self, tick: TickFrame) -> None:
        data = tick.chunk if self._chunked else tick.sse
        if self._out is None:
            self._early.append(data)
        else:
            self._out.write_newest((tick.channel, tick.key), data)

    def resync(self, _channel: str, _reason: str) -> None:
        self.over.set()

    # -- what its handler does

    def open(
        self, transport: asyncio.Transport, drain: Callable[[], Awaitable[None]], limits: Limits
    ) -> None:
        """The head has been sent: say where the listener stands, and what came meanwhile."""
        self._out = Outgoing(
            transport,
            drain,
            self.over.set,
            limit=limits.out_bytes,
            stall_seconds=limits.stall_seconds,
        )
        self.send(_standing(self.standing.result()))
        early, self._early = self._early, []
        for data in early:
            self._write(data)

    def comment(self) -> None:
        """Keep the line open; notice if the other side has left."""
        if self._out is not None and self._out.gone:
            self.over.set()
        self.send(b":\n\n")

    def close(self) -> None:
        """Give up what waits."""
        if self._out is not None:
            self._out.stop()

    def send(self, events: bytes) -> None:
        """Send whole events, to this listener alone."""
        if events:
            self._write(frames.http_chunk(events) if self._chunked else events)

    def _write(self, data: bytes) -> None:
        if self._out is None:
            self._early.append(data)
        elif not self._out.write(data):
            self.over.set()


class EventStreams:
    """The open SSE answers of this process."""

    def __init__(self, hub: Hub, *, kinds: Kinds) -> None:
        self._hub = hub
        self._names = ChannelNames(kinds)
        self._open: set[EventStream] = set()
        self._of_user = Tally(hub.limits.streams_per_user, what="event streams", code="TOO_MANY_STREAMS")
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    async def handle(self, request: web.Request, user_id: UUID, channel: str) -> web.StreamResponse:
        """Stream a channel to a user until either side ends it.

        Raises ``NotFound``, ``InvalidInput`` (a bad last event id), ``Overloaded`` (TOO_MANY_STREAMS) or
        ``Unavailable`` before anything was sent.
        """
        if self._draining:
            raise Unavailable
        with self._of_user.hold(user_id):
            return await self._serve(request, user_id, channel)

    async def _serve(self, request: web.Request, user_id: UUID, channel: str) -> web.StreamResponse:
        missing = self._names.missing(channel)
        stream = EventStream(user_id, missing, chunked=request.version >= HttpVersion11)
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
            # The end of the answer would wait for a reader that has stalled.
            transport.abort()
        return response

    def _beat(self, stream: EventStream) -> None:
        """A comment every so often, by the hub's wheel."""
        every = self._hub.limits.comment_seconds

        def comment(now: float) -> float | None:
            if stream not in self._open:
                return None
            stream.comment()
            return now + every

        self._hub.wheel.schedule(asyncio.get_running_loop().time() + every, comment)

    def revoke(self, among: Callable[[UUID], bool]) -> None:
        """End the streams of some users: who comes back needs a token that is good."""
        for stream in list(self._open):
            if among(stream.user_id):
                stream.over.set()

    async def drain(self) -> None:
        """Take nobody new, and end every stream: clients come back by themselves, elsewhere."""
        self._draining = True
        for stream in list(self._open):
            stream.over.set()


def _standing(answer: Answer) -> bytes:
    """Where a listener stands, as events: a snapshot, or those that it missed."""
    if answer.state is not None:
        version = None if is_library(answer.channel) else answer.version
        return frames.sse_event("snapshot", answer.payload(None), version)
    return b"".join([event.sse for event in answer.events])


def _last_event_id(request: web.Request) -> int | None:
    """The version that the client saw last. A header wins over the query."""
    text = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    if not text:
        return None
    digits = text.lstrip("0")[:20] or "0"
    if not (text.isascii() and text.isdigit() and int(digits) <= _LARGEST):
        message = "The last event id is not the number of a version. Send the `id` of the last event."
        raise InvalidInput(message, errors=[{"path": "last_event_id", "message": message}])
    return int(digits)
