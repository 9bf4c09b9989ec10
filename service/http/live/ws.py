"""``GET /api/v1/ws``: the door of the websocket.

The upgrade is always accepted and then, where it must be, closed with a code, since a
browser cannot read a failed upgrade.
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

#: What the socket's own reader takes; between this and the limit of the protocol, 4501.
_READER_BYTES = 64 * 1024
#: Messages that are taken before others get their turn.
_IN_A_TURN = 32
#: A thousand clients that are told to come back are spread over so many milliseconds.
_SPREAD_MS_PER_THOUSAND = 5_000
_LEAST_RETRY_MS = 200


class Message(Protocol):
    """One message as the socket's reader gives it."""

    @property
    def type(self) -> WSMsgType: ...

    @property
    def data(self) -> Any: ...


class Sockets:
    """The open websockets of this process.

    ``origins`` are allowed beside the server's own (``https://host:port``, or ``*``).
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
        """Bytes that wait to be sent, all clients together."""
        return sum(connection.waiting for connection in self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one client until it or we end it."""
        ws = _response(request)
        connection = await self._upgrade(request, ws)
        if connection is None:
            return ws
        self._open[connection] = None
        try:
            self._begin(request, connection)
            # Read here: a coroutine more for each socket is a quarter of a kilobyte.
            taken = 0
            while connection.code is None and _take(await ws.receive(), connection):
                taken += 1
                if taken % _IN_A_TURN == 0:
                    # What has come already is handed out without a pause.
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
        """Agree to the upgrade; None where the client was sent away with a code at once."""
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
        """Why this upgrade is not wanted, if so."""
        if self._draining:
            return CloseCode.DRAINING
        if not self._origin_allowed(request):
            return CloseCode.ORIGIN
        return None if ws.ws_protocol == SUBPROTOCOL else CloseCode.VERSION

    def _origin_allowed(self, request: web.Request) -> bool:
        """Only browsers send an Origin; they must come from here, or from a place that is listed."""
        origin = request.headers.get("Origin")
        if origin is None or origin in self._origins or "*" in self._origins:
            return True
        return is_own_origin(origin, request)

    def _admit(self, connection: Connection) -> CloseCode | None:
        """Count the connection for its user, unless the user has too many."""
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
        """End the connections of users ``among`` whom tokens were withdrawn: ``refuses`` knows by
        user and time of issue."""
        for connection, user in list(self._open.items()):
            if user is not None and among(user) and refuses(user, connection.issued_at):
                connection.close(CloseCode.REVOKED)

    async def drain(self) -> None:
        """Take nobody new, and send all away: each is told when to come back, spread by chance."""
        self._draining = True
        leaving = list(self._open)
        spread = _LEAST_RETRY_MS + len(leaving) * _SPREAD_MS_PER_THOUSAND // 1000
        for connection in leaving:
            connection.bye(random.randint(_LEAST_RETRY_MS, spread))
        await asyncio.gather(*(connection.ended() for connection in leaving))


def _response(request: web.Request) -> web.WebSocketResponse[bool]:
    offered = _offered(request)
    return web.WebSocketResponse(
        # An unknown protocol is agreed to, so that a browser gets to read the code.
        protocols=[SUBPROTOCOL] if SUBPROTOCOL in offered else offered[:1],
        # Pings are answered here, so that they are counted.
        autoping=False,
        compress=False,
        timeout=CLOSE_SECONDS,
        max_msg_size=_READER_BYTES,
        decode_text=False,
    )


def _take(message: Message, connection: Connection) -> bool:
    """Hand on what the client says; False if there is no more."""
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
    """Have the frames of this line counted."""
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
    """The token that the upgrade bears, if any."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.query.get("token")
