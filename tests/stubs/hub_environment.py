"""A hub behind a real server on loopback, and clients that keep to the protocol."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from aiohttp import web

from service.errors import NotFound, StorytroupeError, Unauthorized
from service.http.live.long_poll import LongPolls
from service.http.live.sse import EventStreams
from service.http.live.ws import Sockets
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.protocol import SUBPROTOCOL
from service.runtime.channels import channel_of
from service.runtime.kinds import Kinds
from tests.stubs.event_log import EventLog
from tests.stubs.kinds import TWO_KINDS

OWNER = UUID(int=7)


@dataclass(frozen=True)
class Known:
    """Who a token stands for."""

    user_id: UUID
    expires_at: datetime | None = None
    issued_at: datetime | None = None


@dataclass
class HubEnvironment:
    """A running server and what it is made of. ``tokens`` may be changed at any time."""

    log: EventLog
    hub: Hub
    sockets: Sockets
    streams: EventStreams
    session: aiohttp.ClientSession
    port: int
    tokens: dict[str, Known] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def client(
        self,
        token: str | None = "owner",
        *,
        protocol: str | None = SUBPROTOCOL,
        query: str = "",
        **headers: str,
    ) -> AsyncIterator[Client]:
        """A connected websocket; with a token in its header unless that is None."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        protocols = () if protocol is None else (protocol,)
        url = f"{self.url}/api/v1/ws{query}"
        async with self.session.ws_connect(url, protocols=protocols, headers=headers, autoclose=True) as ws:
            yield Client(ws)


class Client:
    """A websocket client that speaks and hears JSON."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.ws = ws

    async def say(self, **message: Any) -> None:
        await self.ws.send_str(orjson.dumps(message).decode())

    async def hear(self) -> dict[str, Any]:
        """The next frame that is not a ping."""
        while True:
            message = await self.ws.receive(timeout=60)
            assert message.type is aiohttp.WSMsgType.TEXT, f"{message.type!r} {self.ws.close_code}"
            frame = orjson.loads(message.data)
            assert isinstance(frame, dict)
            if frame["type"] != "ping":
                return frame

    async def hear_until(self, kind: str) -> dict[str, Any]:
        """The next frame of a type."""
        while True:
            frame = await self.hear()
            if frame["type"] == kind:
                return frame

    async def subscribe(self, channel: str, **more: Any) -> dict[str, Any]:
        await self.say(type="subscribe", channel=channel, **more)
        return await self.hear_until("subscribed")

    async def end(self) -> int | None:
        """The code with which the server closes, whatever it says before."""
        while True:
            message = await self.ws.receive(timeout=60)
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                return self.ws.close_code


def _problem(error: StorytroupeError) -> web.Response:
    codes = {"TOO_MANY_STREAMS": 429, "UNAVAILABLE": 503, "INVALID_INPUT": 422}
    status = 404 if isinstance(error, NotFound) else codes[error.code]
    return web.json_response({"code": error.code, "message": error.message}, status=status)


def listening(send_buffer: int | None) -> socket.socket:
    """A socket on a free port; those that it accepts inherit its buffer."""
    listening = socket.socket()
    if send_buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    listening.bind(("127.0.0.1", 0))
    return listening


@asynccontextmanager
async def open_hub(
    log: EventLog,
    *,
    kinds: Kinds = TWO_KINDS,
    limits: Limits | None = None,
    tokens: Mapping[str, Known] | None = None,
    origins: tuple[str, ...] = (),
    check_seconds: float = 2.0,
    send_buffer: int | None = None,
) -> AsyncIterator[HubEnvironment]:
    """A server with the hub's doors; everything is ended with it.

    ``send_buffer``: how many bytes the kernel takes for a client that does not read.
    """
    known = {"owner": Known(OWNER), "stranger": Known(UUID(int=8)), **(tokens or {})}

    def verify(token: str) -> Known:
        if token not in known:
            raise Unauthorized
        return known[token]

    hub = Hub(log, kinds=kinds, limits=limits, check_seconds=check_seconds, gather_seconds=0.01)
    sockets, streams = Sockets(hub, verify, origins=origins), EventStreams(hub, kinds=kinds)
    polls = LongPolls(hub, kinds=kinds)

    async def events(request: web.Request) -> web.StreamResponse:
        try:
            channel = channel_of(request.match_info["prefix"], request.match_info["id"])
            return await streams.handle(request, verify(request.query.get("token", "owner")).user_id, channel)
        except (StorytroupeError, NotFound) as error:
            return _problem(error)

    async def status(request: web.Request) -> web.StreamResponse:
        channel = channel_of(request.match_info["prefix"], request.match_info["id"])

        async def read() -> str:
            return orjson.dumps(log.state(channel)).decode()

        try:
            user_id = verify(request.query.get("token", "owner")).user_id
            return await polls.answer(request, user_id, channel, read)
        except StorytroupeError as error:
            return _problem(error)

    app = web.Application()
    app.router.add_get("/api/v1/ws", sockets.handle)
    app.router.add_get("/api/v1/{prefix}/{id}/status", status)
    app.router.add_get("/api/v1/{prefix}/{id}/events", events)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening(send_buffer), backlog=1024).start()
    port = runner.addresses[0][1]
    await hub.start()
    async with aiohttp.ClientSession() as session:
        try:
            yield HubEnvironment(log, hub, sockets, streams, session, port, known)
        finally:
            await asyncio.gather(sockets.drain(), streams.drain())
            await runner.cleanup()
            await hub.stop()
