"""The subprotocol ``storytroupe.v1`` without any I/O.

A :class:`Session` is the server's side of one connection. Its inputs are the client's messages and the time
(seconds of a monotonic clock). Its outputs are actions. The owner of the session executes them in order. No
message of a client causes an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import orjson

from service.hub import frames
from service.hub.codes import CloseCode, ErrorCode
from service.hub.frames import RequestId
from service.hub.limits import Limits
from service.runtime.channels import ChannelNames

SUBPROTOCOL = "storytroupe.v1"

_LARGEST = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Greet:
    """An action: verify the token of ``hello``. Then call ``greeted`` or ``turn_away``."""

    token: str


@dataclass(frozen=True, slots=True)
class Renew:
    """An action: verify the new token, which must be of the same user. Then call ``renewed`` or
    ``not_renewed``."""

    request: RequestId
    token: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An action: subscribe to the channel, or subscribe again. ``since`` is the last version that the client
    has received."""

    request: RequestId
    channel: str
    since: int | None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """An action: end the subscription to the channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class Send:
    """An action: send this JSON to the client."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """An action: end the connection with the close code. No other action follows."""

    code: CloseCode


Action = Greet | Renew | Subscribe | Unsubscribe | Send | Close


class State(Enum):
    """The state of a session: before ``hello``, in use, or closed."""

    GREETING = auto()
    OPEN = auto()
    CLOSED = auto()


class Pace:
    """A token bucket that limits the client's messages."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, burst: float, rate: float, now: float) -> None:
        self._burst, self._rate = burst, rate
        self._level, self._at = float(burst), now

    def take(self, now: float) -> bool:
        """Count one message. Returns False if the bucket is empty."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True


class Session:
    """The protocol state of one connection."""

    __slots__ = (
        "_expires",
        "_heard",
        "_hello_by",
        "_limits",
        "_names",
        "_pace",
        "_ping_at",
        "_pinged",
        "channels",
        "state",
    )

    def __init__(self, limits: Limits, now: float, *, names: ChannelNames) -> None:
        self.state = State.GREETING
        self._names = names
        #: This is a list, because most clients subscribe to one channel, and a set needs three times as much
        #: memory.
        self.channels: list[str] = []
        self._limits = limits
        self._pace = Pace(limits.burst, limits.messages_per_second, now)
        self._hello_by = now + limits.hello_seconds
        self._expires: float | None = None
        self._heard = now
        self._pinged = now
        self._ping_at = now + limits.ping_seconds

    # -- messages of the client

    def receive(self, data: bytes, now: float) -> list[Action]:
        """Process one text message."""
        if self.state is State.CLOSED:
            return []
        self._heard = now
        if not self._pace.take(now):
            return self.close(CloseCode.TOO_FAST)
        message = self._parse(data)
        if message is None:
            return self.close(CloseCode.BAD_MESSAGE)
        return self._dispatch(message)

    def receive_binary(self) -> list[Action]:
        """Process a binary message. The protocol does not allow binary messages."""
        return self.close(CloseCode.BAD_MESSAGE)

    def receive_control(self, now: float) -> list[Action]:
        """Process a ping or pong frame of the websocket protocol. It only counts against the message rate."""
        if self.state is State.CLOSED or self._pace.take(now):
            return []
        return self.close(CloseCode.TOO_FAST)

    def _parse(self, data: bytes) -> dict[str, Any] | None:
        if len(data) > self._limits.frame_bytes:
            return None
        try:
            message = orjson.loads(data)
        except orjson.JSONDecodeError:
            return None
        return message if isinstance(message, dict) else None

    def _dispatch(self, message: dict[str, Any]) -> list[Action]:
        kind = message.get("type")
        request = _request_id(message)
        if self.state is State.GREETING and kind not in ("hello", "pong"):
            return self.close(CloseCode.NO_HELLO)
        handler = _HANDLERS.get(kind) if isinstance(kind, str) else None
        if handler is None:
            return [Send(frames.error(request, ErrorCode.UNKNOWN_TYPE))]
        return handler(self, message, request)

    def _hello(self, message: dict[str, Any], request: RequestId) -> list[Action]:
        if self.state is State.OPEN:
            return [Send(frames.error(request, ErrorCode.ALREADY_GREETED))]
        token = message.get("token")
        if not isinstance(token, str) or not token:
            return self.close(CloseCode.BAD_TOKEN)
        return [Greet(token)]

    def _auth(self, message: dict[str, Any], request: RequestId) -> list[Action]:
        token = message.get("token")
        if not isinstance(token, str) or not token:
            return [Send(frames.error(request, ErrorCode.INVALID_INPUT))]
        return [Renew(request, token)]

    def _pong(self, _message: dict[str, Any], _request: RequestId) -> list[Action]:
        return []

    def _subscribe(self, message: dict[str, Any], request: RequestId) -> list[Action]:
        channel, since = message.get("channel"), message.get("since")
        if not self._names.is_channel(channel):
            return [Send(frames.error(request, ErrorCode.BAD_CHANNEL))]
        if not _is_version(since):
            return [Send(frames.error(request, ErrorCode.INVALID_INPUT, channel))]
        if channel not in self.channels and len(self.channels) >= self._limits.subscriptions:
            return [Send(frames.error(request, ErrorCode.TOO_MANY_SUBSCRIPTIONS, channel))]
        if channel not in self.channels:
            self.channels.append(channel)
        return [Subscribe(request, channel, since)]

    def _unsubscribe(self, message: dict[str, Any], request: RequestId) -> list[Action]:
        channel = message.get("channel")
        if not self._names.is_channel(channel):
            return [Send(frames.error(request, ErrorCode.BAD_CHANNEL))]
        if channel not in self.channels:
            return [Send(frames.error(request, ErrorCode.NOT_SUBSCRIBED, channel))]
        self.channels.remove(channel)
        return [Unsubscribe(channel), Send(frames.unsubscribed(request, channel))]

    # -- results of the owner's actions

    def greeted(self, connection: str, expires: float | None) -> list[Action]:
        """Open the session, because the token is valid. ``expires`` is the token's time of expiry on the
        clock of the session."""
        self.state = State.OPEN
        self._expires = expires
        return [Send(frames.welcome(connection, self._limits))]

    def turn_away(self) -> list[Action]:
        """Close the session, because the token of ``hello`` is not valid."""
        return self.close(CloseCode.BAD_TOKEN)

    def renewed(self, expires: float | None) -> list[Action]:
        """Extend the session, because the new token is valid."""
        self._expires = expires
        return []

    def not_renewed(self, request: RequestId) -> list[Action]:
        """Send an error, because the new token is not valid. The old token stays in use until it expires."""
        return [Send(frames.error(request, ErrorCode.UNAUTHORIZED))]

    def dropped(self, channel: str) -> None:
        """Remove a channel, because the hub has ended its subscription."""
        if channel in self.channels:
            self.channels.remove(channel)

    def close(self, code: CloseCode) -> list[Action]:
        """Close the connection. A second call does nothing."""
        if self.state is State.CLOSED:
            return []
        self.state = State.CLOSED
        self.channels.clear()
        return [Close(code)]

    # -- time

    @property
    def deadline(self) -> float:
        """When ``advance`` must be called next."""
        times = [self._ping_at]
        if self.state is State.GREETING:
            times.append(self._hello_by)
        if self._expires is not None:
            times.append(self._expires)
        return min(times)

    def advance(self, now: float) -> list[Action]:
        """Return the actions that are due at this time."""
        if self.state is State.CLOSED:
            return []
        if self.state is State.GREETING and now >= self._hello_by:
            return self.close(CloseCode.NO_HELLO)
        if self._expires is not None and now >= self._expires:
            return self.close(CloseCode.TOKEN_EXPIRED)
        return self._beat(now) if now >= self._ping_at else []

    def _beat(self, now: float) -> list[Action]:
        """Send a ping. Close the connection if the client has sent nothing since the last ping."""
        if self._heard < self._pinged:
            return self.close(CloseCode.SILENT)
        self._pinged = now
        self._ping_at = now + self._limits.ping_seconds
        return [Send(frames.PING)]


_Handler = Callable[[Session, dict[str, Any], RequestId], list[Action]]
_HANDLERS: dict[str, _Handler] = {
    "hello": Session._hello,
    "auth": Session._auth,
    "pong": Session._pong,
    "subscribe": Session._subscribe,
    "unsubscribe": Session._unsubscribe,
}


def _is_version(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value <= _LARGEST)


def _request_id(message: dict[str, Any]) -> RequestId:
    """Return the id of the client's request, which the answer repeats. None if the id is not valid."""
    value = message.get("id")
    if type(value) is int and abs(value) <= _LARGEST:
        return value
    if isinstance(value, str) and len(value) <= 64:
        return value
    return None
