"""A small service that speaks the API's story routes and ``storytroupe.v1``, by a script.

Each websocket connection plays the next act: a coroutine that is given the socket. The tests
read what was asked of the stub from ``asked``, ``estimated``, ``subscriptions`` and ``tokens``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from service.api.responses import Estimated, Story, StoryCreated
from service.http.docs.examples import example_of

Act = Callable[["StubService", web.WebSocketResponse], Awaitable[None]]

TOKEN = "good-token"
STORY_ID = "5e1f0a52-8f0e-4d5a-9c39-2f0f1d2b7a10"
CHANNEL = f"stories:id={STORY_ID}"


class StubService:
    """``story`` is what GET answers, ``files`` the assets' bytes with their types."""

    def __init__(self, *acts: Act) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.estimated: list[dict[str, Any]] = []
        self.subscriptions: list[dict[str, Any]] = []
        self.elsewhere_tokens: list[str | None] = []
        self.warnings: list[str] = []
        self.created = example_of(StoryCreated) | {"id": STORY_ID, "task_id": STORY_ID, "warnings": []}
        self.story: dict[str, Any] = example_of(Story) | {"id": STORY_ID, "title": "The Kite"}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.redirected: dict[str, str] = {}
        self._acts = list(acts)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_bearer])
        app.router.add_post("/api/v1/stories", self._create)
        app.router.add_post("/api/v1/stories/estimate", self._estimate)
        app.router.add_get("/api/v1/stories/{id}", self._read)
        app.router.add_get("/api/v1/stories/{id}/assets/{asset}", self._asset)
        app.router.add_get("/api/v1/ws", self._websocket)
        return app

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        if body.get("scene_count") == 12 or body.get("seed") == 13:
            return self._refusal()
        return web.json_response({"success": True, "data": self.created}, status=201)

    def _refusal(self) -> web.Response:
        faults = ("scene_count", "Too many."), ("seed", "Too small.")
        errors = [{"path": path, "message": message} for path, message in faults]
        message = "The request is not valid. scene_count: Too many."
        return _failure(422, "INVALID_INPUT", message, {"errors": errors})

    async def _estimate(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("scene_count") == 12:
            return self._refusal()
        self.estimated.append(body)
        told = example_of(Estimated) | {"low_usd": 0.7, "high_usd": 2.1, "seconds": 240.0}
        told["warnings"] = self.warnings
        return web.json_response({"success": True, "data": told})

    async def _read(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != STORY_ID:
            return _failure(404, "NOT_FOUND", "The story does not exist.", {})
        return web.json_response({"success": True, "data": self.story})

    async def _asset(self, request: web.Request) -> web.Response:
        asset = request.match_info["asset"]
        if asset in self.redirected:
            raise web.HTTPFound(self.redirected[asset])
        media_type, data = self.files[asset]
        return web.Response(body=data, content_type=media_type)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["storytroupe.v1"])
        await socket.prepare(request)
        await self._acts.pop(0)(self, socket)
        return socket

    async def hear(self, socket: web.WebSocketResponse) -> dict[str, Any]:
        """The client's next message; subscriptions are kept."""
        message: dict[str, Any] = await socket.receive_json()
        if message["type"] == "subscribe":
            self.subscriptions.append(message)
        return message


async def _store(request: web.Request) -> web.Response:
    """A store of files on another origin, which must not be shown the token."""
    request.app[_SEEN].append(request.headers.get("Authorization"))
    return web.Response(body=b"from the store", content_type="audio/mpeg")


_SEEN = web.AppKey("seen", list)


@web.middleware
async def _bearer(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return _failure(401, "UNAUTHORIZED", "A valid bearer token is needed.", {})
    return await handler(request)


def _failure(status: int, code: str, message: str, data: dict[str, Any]) -> web.Response:
    body = {"success": False, "error": code, "code": code, "message": message, "data": data}
    return web.json_response(body, status=status)


@asynccontextmanager
async def serving(application: web.Application, socket: Path | None = None) -> AsyncIterator[str]:
    """The URL of an application on a free port of loopback, and, if there is one, at a socket."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    if socket is not None:
        await web.UnixSite(runner, socket).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def stub_service(*acts: Act, socket: Path | None = None) -> AsyncIterator[StubService]:
    """The stub, and its store of files at another port."""
    stub = StubService(*acts)
    store = web.Application()
    store[_SEEN] = stub.elsewhere_tokens
    store.router.add_get("/audio", _store)
    async with serving(store) as store_url, serving(stub.application(), socket) as url:
        stub.url = url
        stub.redirected["audio"] = f"{store_url}/audio"
        yield stub
