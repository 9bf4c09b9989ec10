"""``/api/v1/admin/users`` and ``/spend``: who there is, what they may make, and what it has cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access import people
from service.access.tokens import Identity
from service.api.operator_responses import SpendLine, SpendReport, UserDetail, UserListed
from service.api.queries import Paged, SpendQuery
from service.api.requests import GrantBody, UserPatch
from service.api.responses import Items, QuotaState
from service.db.pool import Connection
from service.db.sql import load
from service.http.app.authentication import operators_only
from service.http.app.keys import SERVICES
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import user_id_of
from service.http.io.queries import read_query
from service.runtime import operations
from service.stories.quota import quota_of, upgrade_options

_ACCOUNTS = load("accounts")
_SPEND_SPAN = timedelta(days=30)


@operators_only
async def index(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/users, newest first"""
    page = page_of(read_query(Paged, request))
    async with request.app[SERVICES].database.as_owner() as connection:
        rows = await people.find_users(connection, after=page.after, limit=page.rows)
    items = [UserListed(**row) for row in rows[: page.limit]]
    return success(Items[UserListed](items=items, next_cursor=page.next_cursor(rows)))


@operators_only
async def show(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/users/{id}"""
    async with request.app[SERVICES].database.as_owner() as connection:
        return success(await _detail(connection, user_id_of(request)))


@operators_only
async def change(request: web.Request, _: Identity) -> web.Response:
    """PATCH /api/v1/admin/users/{id}: another tier; a user who was never seen is made."""
    user_id, body = user_id_of(request), await read_body(request, UserPatch)
    async with request.app[SERVICES].database.as_owner() as connection:
        await people.set_tier(connection, user_id, body.tier)
        return success(await _detail(connection, user_id))


@operators_only
async def grant(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/users/{id}/packs: a pack's stories on top of the tier's."""
    user_id, body = user_id_of(request), await read_body(request, GrantBody)
    async with request.app[SERVICES].database.as_owner() as connection:
        await people.grant_pack(connection, user_id, body.pack)
        return success(await _detail(connection, user_id))


@operators_only
async def spend(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/spend: of the last thirty days, if no time is given"""
    query = read_query(SpendQuery, request)
    before = query.before or datetime.now(UTC)
    since = query.since or before - min(_SPEND_SPAN, before - datetime.min.replace(tzinfo=UTC))
    rows = await operations.spend(request.app[SERVICES].database, query.by, since, before)
    lines = [SpendLine(**row) for row in rows]
    return success(SpendReport(by=query.by, since=since, before=before, items=lines))


async def _detail(connection: Connection, user_id: UUID) -> UserDetail:
    row: dict[str, Any] = dict(await people.find_user(connection, user_id))
    quota = await quota_of(connection, user_id)
    options = await upgrade_options(connection, quota.tier)
    state = QuotaState(
        stories_used=quota.used, story_limit=quota.limit, period=quota.period, upgrade_options=options
    )
    total = await connection.fetchrow(_ACCOUNTS["spend"], user_id)
    return UserDetail(**row, quota=state, total_usd=total["total_usd"], calls=total["calls"])
