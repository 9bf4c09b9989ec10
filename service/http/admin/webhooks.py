"""``/api/v1/admin/webhooks/dead``: routes for operators to see and repeat deliveries that failed
permanently."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.queries import Paged
from service.api.requests import RedeliverRequest
from service.api.responses import DeadDelivery, Items, Redelivered
from service.http.app.authentication import operators_only
from service.http.app.keys import SERVICES
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.queries import read_query
from service.webhooks import store


@operators_only
async def dead(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/webhooks/dead: deliveries of all users that failed permanently, newest first."""
    page = page_of(read_query(Paged, request), order="-ended_at")
    rows = await store.list_dead(request.app[SERVICES].database, after=page.after, limit=page.rows)
    items = [DeadDelivery(**row) for row in rows[: page.limit]]
    return success(Items[DeadDelivery](items=items, next_cursor=page.next_cursor(rows)))


@operators_only
async def redeliver(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/webhooks/dead/redeliver {delivery_ids}: post at most a hundred dead deliveries
    again."""
    body = await read_body(request, RedeliverRequest)
    ids = await store.redeliver_dead(request.app[SERVICES].database, body.delivery_ids)
    return success(Redelivered(delivery_ids=sorted(ids, key=str)))
