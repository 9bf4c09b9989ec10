"""The connection of one websocket client. It executes the actions of the session and sends the frames of the
hub."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Protocol
from uuid import UUID

import structlog
from aiohttp import web

from service.errors import Unauthorized, Unavailable
from service.hub import frames
from service.hub.codes import CloseCode, ErrorCode
from service.hub.frames import Answer, Frame, RequestId, TickFrame
from service.hub.hub import Hub
from service.hub.outgoing import Outgoing
from service.hub.protocol import Action, Close, Greet, Renew, Send, Session, State, Subscribe, Unsubscribe

log = structlog.get_logger(__name__)

#: How long the client may take to answer a close frame, in seconds. After this time, the socket is aborted.
CLOSE_SECONDS = 2.0


class Identity(Protocol):
    """The identity of a token. Times have a time zone."""

    @property
    def user_id(self) -> UUID:
        """The user of the token."""
        ...

    @property
    def issued_at(self) -> datetime | None:
        """When the token was issued. None if the token has no time of issue."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """When the token expires. None if it never expires."""
        ...


#: A function that verifies a token. Raises ``Unauthorized`` for a token that is not valid, and
#: ``Unavailable`` if the token cannot be checked now.
Verify = Callable[[str], Identity]


class Connection:
    """A subscriber of the hub that sends to a websocket.

    Frames are written directly to the transport, so the methods that the hub calls never wait. ``admit`` is
    called when the user is known. If ``admit`` returns a close code, the connection is closed with this code.
    """

    __slots__ = (
        "_admit",
        "_ending",
        "_hub",
        "_identity",
        "_loop",
        "_out",
        "_session",
        "_transport",
        "_verify",
        "_ws",
        "code",
    )

    def __init__(
        self,
        ws: web.WebSocketResponse[bool],
        transport: asyncio.Transport,
        drain: Callable[[], Awaitable[None]],
        *,
        hub: Hub,
        verify: Verify,
        admit: Callable[[Connection], CloseCode | None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._ws = ws
        self._transport = transport
        self._hub = hub
        self._verify = verify
        self._admit = admit
        self._session = Session(hub.limits, self._loop.time(), names=hub.names)
        self._out = Outgoing(
            transport,
            drain,
            self._stalled,
            limit=hub.limits.out_bytes,
            stall_seconds=hub.limits.stall_seconds,
        )
        self._identity: Identity | None = None
        self._ending: asyncio.Task[None] | None = None
        self.code: CloseCode | None = None
        hub.wheel.schedule(self._session.deadline, self._beat)

    @property
    def user_id(self) -> UUID:
        """The user of the connection. Do not read it before ``hello``, because the user is unknown then."""
        assert self._identity is not None
        return self._identity.user_id

    @property
    def issued_at(self) -> datetime | None:
        """When the newest token of this connection was issued. None if this is unknown."""
        return self._identity.issued_at if self._identity is not None else None

    @property
    def transport(self) -> asyncio.Transport:
        """The transport of the socket."""
        return self._transport

    @property
    def waiting(self) -> int:
        """The number of bytes that wait to be sent."""
        return self._out.size

    # -- messages of the client

    def greet(self, token: str) -> None:
        """Process a token that came with the upgrade request."""
        self._perform([Greet(token)])

    def receive(self, data: bytes) -> None:
        """Process one text message."""
        self._perform(self._session.receive(data, self._loop.time()))

    def receive_binary(self) -> None:
        """Process one binary message."""
        self._perform(self._session.receive_binary())

    def receive_ping(self, data: bytes) -> None:
        """Answer a ping frame of the websocket protocol."""
        self.receive_pong()
        if self.code is None and not self._out.write(frames.pong_frame(data)):
            self.close(CloseCode.SLOW)

    def receive_pong(self) -> None:
        """Count a pong frame of the websocket protocol. The server did not ask for it, but a pong is no
        error."""
        self._perform(self._session.receive_control(self._loop.time()))

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Send(payload):
                    self._control(payload)
                case Subscribe(request, channel, since):
                    self._hub.subscribe(self, channel, since=since, request=request)
                case Unsubscribe(channel):
                    self._hub.unsubscribe(self, channel)
                case Greet(token):
                    self._greet(token)
                case Renew(request, token):
                    self._renew(request, token)
                case Close(code):
                    self._end(code)

    def _greet(self, token: str) -> None:
        try:
            self._identity = self._verify(token)
        except Unauthorized:
            self._perform(self._session.turn_away())
            return
        except Unavailable:
            # The token cannot be checked now, so the client should try again later.
            self.close(CloseCode.INTERNAL)
            return
        refusal = self._admit(self)
        if refusal is not None:
            self.close(refusal)
            return
        self._perform(self._session.greeted(token_hex(8), self._expiry(self._identity)))
        self._hub.wheel.schedule(self._session.deadline, self._beat)

    def _renew(self, request: RequestId, token: str) -> None:
        try:
            identity = self._verify(token)
        except (Unauthorized, Unavailable):
            self._perform(self._session.not_renewed(request))
            return
        if identity.user_id != self.user_id:
            self._perform(self._session.not_renewed(request))
            return
        self._identity = identity
        self._perform(self._session.renewed(self._expiry(identity)))
        self._hub.wheel.schedule(self._session.deadline, self._beat)

    def _expiry(self, identity: Identity) -> float | None:
        """Return when the token expires, on the clock of the event loop. None if it never expires."""
        if identity.expires_at is None:
            return None
        return self._loop.time() + (identity.expires_at - datetime.now(UTC)).total_seconds()

    def _beat(self, now: float) -> float | None:
        """Advance the session. The timer wheel calls this. Returns the time of the next call."""
        if self._session.state is State.CLOSED:
            return None
        if self._out.gone:
            self.gone()
            return None
        self._perform(self._session.advance(now))
        return self._session.deadline

    # -- called by the hub

    def subscribed(self, request: RequestId, answer: Answer) -> None:
        """Send the answer to ``subscribe``."""
        self._durable(frames.text_frame(answer.payload(request)), answer.channel)

    def refused(self, request: RequestId, channel: str, code: ErrorCode) -> None:
        """Send the error that answers ``subscribe``."""
        self._session.dropped(channel)
        self._control(frames.error(request, code, channel))

    def publish(self, news: Frame) -> None:
        """Send events. If too many bytes already wait, the subscriptions end with ``resync``."""
        if not self._out.write(news.ws, news.channel):
            self._overflow(news.channel)

    def tick(self, tick: TickFrame) -> None:
        """Send a tick. If the client is slow, the tick replaces a waiting tick of the same key."""
        self._out.write_newest((tick.channel, tick.key), tick.ws)

    def resync(self, channel: str, reason: str) -> None:
        """Send a frame that says that a subscription has ended."""
        self._session.dropped(channel)
        self._control(frames.resync(channel, reason))

    def _durable(self, data: bytes, channel: str) -> None:
        if not self._out.write(data, channel):
            self._overflow(channel)

    def _control(self, payload: bytes) -> None:
        """Send a frame that must not be dropped. If too many bytes already wait, the connection ends."""
        if not self._out.write(frames.text_frame(payload)):
            self.close(CloseCode.SLOW)

    def _overflow(self, channel: str) -> None:
        """End the subscriptions with ``resync``, because too many bytes wait for the client. If this happens
        again before the client has caught up, end the connection."""
        lost = self._out.shed()
        if lost is None:
            self.close(CloseCode.SLOW)
            return
        self._hub.counters.slow += 1
        for name in lost | {channel}:
            self._hub.unsubscribe(self, name)
            self.resync(name, "slow")

    # -- the end

    def bye(self, retry_ms: int) -> None:
        """Ask the client to connect again to another process, and close the connection."""
        self._control(frames.bye(CloseCode.DRAINING, retry_ms))
        self.close(CloseCode.DRAINING)

    def close(self, code: CloseCode) -> None:
        """Close the connection with the close code. The subscriptions end at once. The socket ends a moment
        later."""
        self._perform(self._session.close(code))

    def _end(self, code: CloseCode) -> None:
        self.code = code
        self._hub.leave(self)
        self._out.stop()
        self._ending = self._loop.create_task(self._shut(code))

    async def _shut(self, code: CloseCode) -> None:
        """Send the close code. The socket is freed even if the client does not read."""
        stalled = self._transport.get_write_buffer_size() > 0 and code is CloseCode.SLOW
        self._loop.call_later(0 if stalled else CLOSE_SECONDS, self._transport.abort)
        await self._ws.close(code=code, message=code.reason.encode(), drain=False)

    async def ended(self) -> None:
        """If a close has begun, wait until it is complete. A caller may cancel it."""
        if self._ending is not None:
            await asyncio.wait([self._ending])

    def _stalled(self) -> None:
        self.close(CloseCode.SLOW)

    def gone(self) -> None:
        """End the subscriptions, because the client has disconnected."""
        self._session.close(CloseCode.SILENT)
        self._hub.leave(self)
        self._out.stop()
