"""``/api/v1/account``: a user's tier, quota and spend, and the ways out."""

from __future__ import annotations

from aiohttp import web

from service.access import people
from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.requests import ForgetBody
from service.api.responses import Account, Deleted, QuotaState, SignedOut, Spend
from service.background.nudges import JOBS_CANCELLED, SIGNED_OUT
from service.db.discarded import delete_discarded
from service.db.sql import load
from service.http.app.keys import SERVICES, SETTINGS, USERS
from service.http.io.bodies import read_body, success
from service.runtime.ledger import month_budget
from service.stories.quota import quota_of, upgrade_options

_ACCOUNTS = load("accounts")


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/account"""
    async with request.app[USERS].acting(caller.user_id) as connection:
        quota = await quota_of(connection, caller.user_id)
        options = await upgrade_options(connection, quota.tier)
        spend = await connection.fetchrow(_ACCOUNTS["spend"], caller.user_id)
        limit = await month_budget(connection, caller.user_id, request.app[SETTINGS].user_month_usd)
    state = QuotaState(
        stories_used=quota.used,
        story_limit=quota.limit,
        period=quota.period,
        upgrade_options=options if quota.limit is not None else [],
    )
    return success(
        Account(
            user_id=caller.user_id,
            scopes=sorted(caller.scopes),
            tier=quota.tier,
            quota=state,
            spend=Spend(**spend, month_limit_usd=limit),
        )
    )


async def forget(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/account: everything of the caller's, for good; ``confirm`` is the user's own id."""
    body = await read_body(request, ForgetBody)
    if body.confirm != caller.user_id:
        raise invalid([("confirm", "Write your own user's id here: there is no way back.")])
    services = request.app[SERVICES]
    await people.forget(services.database, caller.user_id)
    request.app[USERS].forget(caller.user_id)
    services.nudges.send(JOBS_CANCELLED, SIGNED_OUT)
    await delete_discarded(services.database, services.store.delete)
    return success(Deleted(id=caller.user_id))


async def sign_out(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/account/sign-out: every token until now, this one too; open sockets end soon."""
    services = request.app[SERVICES]
    # As the owner: a user's own login may not write here, lest it take a withdrawal back.
    at = await services.database.repeat(lambda connection: people.sign_out(connection, caller.user_id))
    services.nudges.send(SIGNED_OUT)
    return success(SignedOut(signed_out_at=at))
