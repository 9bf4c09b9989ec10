"""``/api/v1/admin/users`` and ``/spend``: routes for operators to see and change users, and to see the cost
of all calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiohttp import web

from service.access import accounts
from service.access.tokens import Identity
from service.api.operator_responses import SpendLine, SpendReport, UserDetail, UserListed
from service.api.queries import Paged, SpendQuery
from service.api.requests import GrantBody, UserPatch
from service.api.responses import Items
from service.http.app.authentication import operators_only
from service.http.app.keys import SERVICES
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import user_id_of
from service.http.io.queries import read_query
from service.http.resources.account import quota_state
from service.runtime import operations

_SPEND_SPAN = timedelta(days=30)


@operators_only
async def index(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/users: list users, newest first."""
    page = page_of(read_query(Paged, request))
    rows = await accounts.list_users(request.app[SERVICES].database, after=page.after, limit=page.rows)
    items = [UserListed(**row) for row in rows[: page.limit]]
    return success(Items[UserListed](items=items, next_cursor=page.next_cursor(rows)))


@operators_only
async def show(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/users/{id}: read a user."""
    return success(_detail(await accounts.read_user(request.app[SERVICES].database, user_id_of(request))))


@operators_only
async def change(request: web.Request, _: Identity) -> web.Response:
    """PATCH /api/v1/admin/users/{id}: set the tier of the user. Creates the user if needed."""
    user_id, body = user_id_of(request), await read_body(request, UserPatch)
    return success(_detail(await accounts.set_tier(request.app[SERVICES].database, user_id, body.tier)))


@operators_only
async def grant(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/users/{id}/packs: add the stories of a pack to the user's quota."""
    user_id, body = user_id_of(request), await read_body(request, GrantBody)
    return success(_detail(await accounts.grant_pack(request.app[SERVICES].database, user_id, body.pack)))


@operators_only
async def spend(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/spend: the cost of calls, by default of the last thirty days."""
    query = read_query(SpendQuery, request)
    before = query.before or datetime.now(UTC)
    since = query.since or before - min(_SPEND_SPAN, before - datetime.min.replace(tzinfo=UTC))
    rows = await operations.spend(request.app[SERVICES].database, query.by, since, before)
    lines = [SpendLine(**row) for row in rows]
    return success(SpendReport(by=query.by, since=since, before=before, items=lines))


def _detail(user: accounts.UserState) -> UserDetail:
    account, spend = user.account, user.account.spend
    return UserDetail(
        **user.row,
        quota=quota_state(account.quota, account.upgrade_options),
        total_usd=spend["total_usd"],
        calls=spend["calls"],
    )
