"""Makes the frames that the hub sends, as bytes. No I/O.

The JSON of a frame for many clients is made once. Its bytes are made once for each transport (a text frame of
a websocket, an event of an SSE stream, an event in an HTTP chunk).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from struct import pack
from typing import Any

import orjson

from service.hub.codes import CloseCode, ErrorCode
from service.hub.limits import Limits

RequestId = int | str | None

PING = b'{"type":"ping"}'


def welcome(connection: str, limits: Limits) -> bytes:
    """Return the JSON of ``welcome``, the first message of the server."""
    return orjson.dumps(
        {
            "type": "welcome",
            "connection": connection,
            "ping_seconds": limits.ping_seconds,
            "limits": limits.public(),
        }
    )


def unsubscribed(request: RequestId, channel: str) -> bytes:
    """Return the JSON of ``unsubscribed``, the answer to ``unsubscribe``."""
    return orjson.dumps({"type": "unsubscribed", "id": request, "channel": channel})


def resync(channel: str, reason: str) -> bytes:
    """Return the JSON of ``resync``, for a subscription that has ended."""
    return orjson.dumps({"type": "resync", "channel": channel, "reason": reason})


def bye(code: CloseCode, retry_ms: int) -> bytes:
    """Return the JSON of ``bye``. ``retry_ms`` is how long the client must wait before it connects again."""
    return orjson.dumps({"type": "bye", "code": code.value, "retry_ms": retry_ms})


def error(request: RequestId, code: ErrorCode, channel: str | None = None) -> bytes:
    """Return the JSON of ``error``, for a request that failed."""
    body = {
        "type": "error",
        "id": request,
        "code": code,
        "message": code.message,
        "temporary": code.temporary,
    }
    if channel is not None:
        body["channel"] = channel
    return orjson.dumps(body)


def text_frame(payload: bytes) -> bytes:
    """Return a complete unmasked text frame of a websocket."""
    size = len(payload)
    if size < 126:
        return b"\x81" + pack("!B", size) + payload
    if size < 65536:
        return b"\x81\x7e" + pack("!H", size) + payload
    return b"\x81\x7f" + pack("!Q", size) + payload


def pong_frame(payload: bytes) -> bytes:
    """Return a complete unmasked pong frame of a websocket. The payload of a control frame has at most 125
    bytes."""
    return b"\x8a" + pack("!B", len(payload)) + payload


def http_chunk(body: bytes) -> bytes:
    """Return one chunk of an HTTP/1.1 body with chunked encoding."""
    return b"%x\r\n%s\r\n" % (len(body), body)


def sse_event(name: str, payload: bytes, version: int | None = None) -> bytes:
    """Return one event of an SSE stream. ``payload`` is JSON without line breaks."""
    head = b"" if version is None else b"id: %d\n" % version
    return b"%sevent: %s\ndata: %s\n\n" % (head, name.encode(), payload)


class Frame(ABC):
    """A frame for many clients. Its bytes for a transport are made at the first use and then shared."""

    __slots__ = ("_chunk", "_sse", "_ws", "channel")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._ws: bytes | None = None
        self._sse: bytes | None = None
        self._chunk: bytes | None = None

    @property
    def ws(self) -> bytes:
        """The bytes for websockets: complete websocket frames."""
        if self._ws is None:
            self._ws = self._make_ws()
        return self._ws

    @property
    def sse(self) -> bytes:
        """The bytes for SSE streams: complete events."""
        if self._sse is None:
            self._sse = self._make_sse()
        return self._sse

    @property
    def chunk(self) -> bytes:
        """The bytes of ``sse`` inside an HTTP/1.1 chunk."""
        if self._chunk is None:
            self._chunk = http_chunk(self.sse)
        return self._chunk

    @abstractmethod
    def _make_ws(self) -> bytes: ...

    @abstractmethod
    def _make_sse(self) -> bytes: ...


class EventFrame(Frame):
    """A durable event as a frame.

    ``statuses`` has the statuses of jobs in the event, by the name of the job. ``attempt`` is the number of
    the attempt that the event is about, if its data names one.
    """

    __slots__ = ("attempt", "name", "payload", "statuses", "version")

    def __init__(
        self,
        channel: str,
        version: int,
        at: str | datetime,
        name: str,
        data: Mapping[str, Any],
        statuses: Mapping[str, str],
    ) -> None:
        super().__init__(channel)
        self.version = version
        self.name = name
        self.statuses = statuses
        self.attempt: object = data.get("attempt")
        body = {
            "type": "event",
            "channel": channel,
            "version": version,
            "at": at,
            "event": name,
            "data": data,
        }
        self.payload = orjson.dumps(body)

    def _make_ws(self) -> bytes:
        return text_frame(self.payload)

    def _make_sse(self) -> bytes:
        return sse_event(self.name, self.payload, self.version)


class Burst(Frame):
    """One or more events of a channel that are written together, in order and without a gap."""

    __slots__ = ("events", "first", "last")

    def __init__(self, events: Sequence[EventFrame]) -> None:
        super().__init__(events[0].channel)
        self.events = events
        self.first = events[0].version
        self.last = events[-1].version

    def _make_ws(self) -> bytes:
        return b"".join([event.ws for event in self.events])

    def _make_sse(self) -> bytes:
        return b"".join([event.sse for event in self.events])

    def after(self, version: int) -> Burst | None:
        """Return the events with versions above ``version``. None if there are none."""
        if version < self.first:
            return self
        rest = [event for event in self.events if event.version > version]
        return Burst(rest) if rest else None


class TickFrame(Frame):
    """A transient frame. A newer tick replaces all older ticks with the same key. ``data`` is JSON."""

    __slots__ = ("attempt", "key", "payload")

    def __init__(self, channel: str, key: str, attempt: int, data: bytes) -> None:
        super().__init__(channel)
        self.key = key
        self.attempt = attempt
        body = {"type": "tick", "channel": channel, "key": key, "data": orjson.Fragment(data)}
        self.payload = orjson.dumps(body)

    def _make_ws(self) -> bytes:
        return text_frame(self.payload)

    def _make_sse(self) -> bytes:
        return sse_event("tick", self.payload)


class Answer:
    """The answer to a subscription: a snapshot, or the events that the client missed.

    ``state`` is JSON. Subscribers that join at the same time share it. It is None if events are replayed.
    """

    __slots__ = ("channel", "events", "state", "version")

    def __init__(
        self, channel: str, version: int, state: bytes | None, events: Sequence[EventFrame] = ()
    ) -> None:
        self.channel = channel
        self.version = version
        self.state = state
        self.events = events

    def payload(self, request: RequestId) -> bytes:
        """Return the JSON of ``subscribed``. Its ``events`` are complete event frames."""
        return orjson.dumps(
            {
                "type": "subscribed",
                "id": request,
                "channel": self.channel,
                "version": self.version,
                "mode": "resumed" if self.state is None else "snapshot",
                "state": None if self.state is None else orjson.Fragment(self.state),
                "events": [orjson.Fragment(event.payload) for event in self.events],
            }
        )
