"""``GET /api/v1/ws``: the route of the websocket.

The upgrade is always accepted. If the connection must be refused, it is then closed with a close code. The
reason is that a browser cannot read the answer to a failed upgrade.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from aiohttp import WSMsgType, web

from service.http.app.policy import is_own_origin
from service.http.wire.deadlines import Connection as Line
from service.http.wire.flood import Meter
from service.hub.codes import CloseCode
from service.hub.connection import CLOSE_SECONDS, Connection, Verify
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.protocol import SUBPROTOCOL

log = structlog.get_logger(__name__)

#: The longest message that aiohttp's reader accepts. A message that is longer than the protocol allows, but
#: not longer than this, is answered with the close code 4501.
_READER_BYTES = 64 * 1024
#: How many messages of one client are processed before other tasks run.
_IN_A_TURN = 32
#: For each thousand clients that must reconnect, their times to reconnect are spread over this many
#: milliseconds.
_SPREAD_MS_PER_THOUSAND = 5_000
_LEAST_RETRY_MS = 200


class Message(Protocol):
    """One message of a websocket, as aiohttp's reader returns it."""

    @property
    def type(self) -> WSMsgType:
        """The type of the message: text, binary, ping, pong or close."""
        ...

    @property
    def data(self) -> Any:
        """The text or the bytes of the message."""
        ...


class Sockets:
    """All open websockets of this process.

    ``origins`` are the allowed origins in addition to the server's own: ``https://host:port``, or ``*`` for
    all.
    """

    def __init__(self, hub: Hub, verify: Verify, *, origins: Collection[str] = ()) -> None:
        self._hub = hub
        self._verify = verify
        self._origins = frozenset(origins)
        self._open: dict[Connection, UUID | None] = {}
        self._of_user: Counter[UUID] = Counter()
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    @property
    def waiting(self) -> int:
        """The total number of bytes that wait to be sent to all clients."""
        return sum(connection.waiting for connection in self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until the client or the service closes the websocket. A caller may cancel it.
        This closes the websocket."""
        ws = _response(request)
        connection = await self._upgrade(request, ws)
        if connection is None:
            return ws
        self._open[connection] = None
        try:
            self._begin(request, connection)
            # Messages are read in this function, because a separate coroutine would cost 250 bytes per
            # socket.
            taken = 0
            while connection.code is None and _take(await ws.receive(), connection):
                taken += 1
                if taken % _IN_A_TURN == 0:
                    # If messages have already arrived, ``receive`` returns without a pause for other tasks.
                    await asyncio.sleep(0)
        except ConnectionError as error:
            log.debug("client has left", error=type(error).__name__)
        except Exception:
            log.exception("ws.failed")
            connection.close(CloseCode.INTERNAL)
        finally:
            await self._end(connection)
        return ws

    async def _upgrade(self, request: web.Request, ws: web.WebSocketResponse[bool]) -> Connection | None:
        """Accept the upgrade and return the connection. None if the connection was refused with a close
        code."""
        _meter(request, self._hub.limits)
        writer = await ws.prepare(request)
        code, transport = self._refusal(request, ws), request.transport
        if code is None and transport is not None:
            return Connection(
                ws, transport, writer.drain, hub=self._hub, verify=self._verify, admit=self._admit
            )
        code = code or CloseCode.INTERNAL
        await ws.close(code=code, message=code.reason.encode())
        return None

    def _begin(self, request: web.Request, connection: Connection) -> None:
        token = _token(request)
        if token is not None:
            connection.greet(token)

    async def _end(self, connection: Connection) -> None:
        try:
            await connection.ended()
        finally:
            self._forget(connection)

    def _refusal(self, request: web.Request, ws: web.WebSocketResponse[bool]) -> CloseCode | None:
        """Return the close code if this upgrade must be refused, or None."""
        if self._draining:
            return CloseCode.DRAINING
        if not self._origin_allowed(request):
            return CloseCode.ORIGIN
        return None if ws.ws_protocol == SUBPROTOCOL else CloseCode.VERSION

    def _origin_allowed(self, request: web.Request) -> bool:
        """Return whether the ``Origin`` is the server's own origin or an allowed one. Only browsers send an
        ``Origin``."""
        origin = request.headers.get("Origin")
        if origin is None or origin in self._origins or "*" in self._origins:
            return True
        return is_own_origin(origin, request)

    def _admit(self, connection: Connection) -> CloseCode | None:
        """Count the connection for its user. Returns a code if the user has too many connections."""
        user = connection.user_id
        if self._of_user[user] >= self._hub.limits.connections_per_user:
            return CloseCode.TOO_MANY_CONNECTIONS
        self._of_user[user] += 1
        _trust(connection.transport)
        self._open[connection] = user
        return None

    def _forget(self, connection: Connection) -> None:
        connection.gone()
        user = self._open.pop(connection)
        if user is not None:
            self._of_user[user] -= 1
            if not self._of_user[user]:
                del self._of_user[user]

    def revoke(self, among: Callable[[UUID], bool], refuses: Callable[[UUID, datetime | None], bool]) -> None:
        """Close the connections with withdrawn tokens. ``among`` returns whether a user was signed out
        recently. ``refuses`` returns whether a user's token with a given time of issue was withdrawn."""
        for connection, user in list(self._open.items()):
            if user is not None and among(user) and refuses(user, connection.issued_at):
                connection.close(CloseCode.REVOKED)

    async def drain(self) -> None:
        """Refuse new connections, and close all open connections. Each client gets a random delay after which
        it connects again."""
        self._draining = True
        leaving = list(self._open)
        spread = _LEAST_RETRY_MS + len(leaving) * _SPREAD_MS_PER_THOUSAND // 1000
        for connection in leaving:
            connection.bye(random.randint(_LEAST_RETRY_MS, spread))
        await asyncio.gather(*(connection.ended() for connection in leaving))


def _response(request: web.Request) -> web.WebSocketResponse[bool]:
    offered = _offered(request)
    return web.WebSocketResponse(
        # An unknown subprotocol is also accepted, so that a browser can read the close code.
        protocols=[SUBPROTOCOL] if SUBPROTOCOL in offered else offered[:1],
        # Pings are answered by ``Connection`` and not by aiohttp, so that they are counted.
        autoping=False,
        compress=False,
        timeout=CLOSE_SECONDS,
        max_msg_size=_READER_BYTES,
        decode_text=False,
    )


def _take(message: Message, connection: Connection) -> bool:
    """Pass a message of the client to its connection. Returns False if no more messages follow."""
    if message.type is WSMsgType.TEXT:
        connection.receive(message.data)
    elif message.type is WSMsgType.BINARY:
        connection.receive_binary()
    elif message.type is WSMsgType.PING:
        connection.receive_ping(bytes(message.data))
    elif message.type is WSMsgType.PONG:
        connection.receive_pong()
    else:
        return False
    return True


def _meter(request: web.Request, limits: Limits) -> None:
    """Begin to count the frames of this connection."""
    if isinstance(request.protocol, Line):
        request.protocol.meter = Meter(limits)


def _trust(transport: asyncio.Transport) -> None:
    line = transport.get_protocol()
    if isinstance(line, Line) and line.meter is not None:
        line.meter.trust(asyncio.get_running_loop().time())


def _offered(request: web.Request) -> list[str]:
    lines = request.headers.getall("Sec-WebSocket-Protocol", [])
    return [name.strip() for line in lines for name in line.split(",") if name.strip()]


def _token(request: web.Request) -> str | None:
    """Return the token of the upgrade request, or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.query.get("token")
