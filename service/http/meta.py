"""About the service itself: is it well, what does it do, how is it used."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import orjson
from aiohttp import web

import service
from service.errors import NotFound
from service.http.answers import Health, Readiness
from service.http.bodies import flat, json_response
from service.http.keys import DESCRIPTION, GAUGES, SERVICES

assert service.__file__ is not None
#: The studio's files.
WEB = Path(service.__file__).resolve().parent / "web"


async def health(_request: web.Request) -> web.Response:
    """GET /healthz"""
    return json_response(flat(Health()))


async def ready(request: web.Request) -> web.Response:
    """GET /readyz"""
    reasons = dict(await request.app[SERVICES].ready())
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    return json_response(flat(Readiness(ready=not reasons, reasons=reasons)), status=status)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics"""
    text = await request.app[GAUGES].text()
    return web.Response(
        body=text.encode(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


async def openapi(request: web.Request) -> web.Response:
    """GET /api/openapi.json"""
    return json_response(orjson.dumps(request.app[DESCRIPTION]).decode())


async def docs(_request: web.Request) -> web.FileResponse:
    """GET /docs"""
    return web.FileResponse(WEB / "docs.html")


async def file(request: web.Request) -> web.FileResponse:
    """GET /web/{file}: what the studio is made of. Raises ``NotFound``."""
    name = request.match_info["file"]
    path = (WEB / name).resolve() if name.isprintable() else WEB
    if not (path.is_relative_to(WEB) and path.is_file()):
        raise NotFound("There is no such file.", code="FILE_NOT_FOUND")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def home(_request: web.Request) -> web.FileResponse:
    """GET /"""
    return web.FileResponse(WEB / "index.html")
