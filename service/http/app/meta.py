"""Routes about the service itself: health, metrics and API descriptions."""

from __future__ import annotations

from functools import cache, lru_cache
from http import HTTPStatus

import orjson
from aiohttp import hdrs, web

from service.access.tokens import Identity
from service.api.responses import Health, Readiness
from service.http.app.authentication import operators_only
from service.http.app.keys import DESCRIPTION, GAUGES, LIVE_DESCRIPTION, SERVICES
from service.http.io.bodies import JSON, flat, json_response
from service.http.io.conditional import etag_of
from service.novels.exports import json_schema
from service.runtime.operations import blocked_providers, unattended_roles


async def health(_request: web.Request) -> web.Response:
    """GET /healthz: check whether the process runs."""
    return json_response(flat(Health()))


async def ready(request: web.Request) -> web.Response:
    """GET /readyz: The status is 503 if the process cannot serve requests. The answer also names blocked
    providers, which do not change the status."""
    services = request.app[SERVICES]
    reasons = dict(await services.ready())
    blocked = [] if reasons else await blocked_providers(services.database)
    unattended = [] if reasons else await unattended_roles(services.database)
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    readiness = Readiness(
        ready=not reasons,
        reasons=reasons,
        stopped=sorted({line["code"] for line in blocked}),
        warnings=unattended,
    )
    return json_response(flat(readiness), status=status)


@operators_only
async def metrics(request: web.Request, _: Identity) -> web.Response:
    """GET /metrics: read the metrics in Prometheus's text form."""
    return await measured(request)


async def measured(request: web.Request) -> web.Response:
    """GET /metrics: the metrics in Prometheus's text form."""
    text = await request.app[GAUGES].text()
    return web.Response(
        body=text.encode(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


async def openapi(request: web.Request) -> web.Response:
    """GET /api/openapi.json: read the description of the API (OpenAPI)."""
    return _description(request.app[DESCRIPTION])


async def asyncapi(request: web.Request) -> web.Response:
    """GET /api/asyncapi.json: read the AsyncAPI document of the live protocol."""
    return _description(request.app[LIVE_DESCRIPTION])


async def novel_schema(_request: web.Request) -> web.Response:
    """GET /api/novel.schema.json"""
    schema = _novel_schema()
    headers = {hdrs.ETAG: _tag_of(schema)}
    return web.Response(body=schema, content_type="application/schema+json", headers=headers)


@cache
def _novel_schema() -> bytes:
    return orjson.dumps(json_schema())


def _description(document: bytes) -> web.Response:
    return web.Response(
        body=document, content_type=JSON, charset="utf-8", headers={hdrs.ETAG: _tag_of(document)}
    )


@lru_cache(maxsize=3)
def _tag_of(document: bytes) -> str:
    """Return the ETag of a description. It is computed once, since the document is large and everyone may
    request it."""
    return etag_of(document)
