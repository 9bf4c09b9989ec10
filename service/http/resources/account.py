"""``/api/v1/account``: routes to read the tier, quota and spend of a user, to sign out, and to delete the
account."""

from __future__ import annotations

from aiohttp import web

from service.access import people
from service.access.accounts import read_own_account
from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.requests import ForgetBody
from service.api.responses import Account, Deleted, QuotaState, SignedOut, Spend
from service.background.nudges import DELETED, JOBS_CANCELLED, SIGNED_OUT
from service.db.discarded import delete_folder
from service.http.app.keys import SERVICES, SETTINGS, USERS
from service.http.io.bodies import read_body, success
from service.storage.store import user_folder
from service.stories.quota import Quota


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/account: read your tier, your quota and the cost of your calls."""
    account, limit = await request.app[USERS].run(
        caller.user_id,
        lambda connection: read_own_account(connection, caller.user_id, request.app[SETTINGS].user_month_usd),
    )
    quota = account.quota
    return success(
        Account(
            user_id=caller.user_id,
            scopes=sorted(caller.scopes),
            tier=quota.tier,
            quota=quota_state(quota, account.upgrade_options if quota.limit is not None else []),
            spend=Spend(**account.spend, month_limit_usd=limit),
        )
    )


def quota_state(quota: Quota, options: list[str]) -> QuotaState:
    """Return a quota in the form of the API. ``options`` are the names of larger tiers and of packs."""
    return QuotaState(
        stories_used=quota.used, story_limit=quota.limit, period=quota.period, upgrade_options=options
    )


async def forget(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/account: delete the caller's account and all data permanently. ``confirm`` must be the
    caller's id."""
    body = await read_body(request, ForgetBody)
    if body.confirm != caller.user_id:
        raise invalid(
            [
                (
                    "confirm",
                    "This is not your user id. Give it as a confirmation: the deletion cannot be undone.",
                )
            ]
        )
    services = request.app[SERVICES]
    await people.forget(services.database, caller.user_id, caller.issued_at)
    request.app[USERS].forget(caller.user_id)
    services.nudges.send(JOBS_CANCELLED, SIGNED_OUT, DELETED)
    await delete_folder(services.database, services.store.delete, user_folder(caller.user_id))
    return success(Deleted(id=caller.user_id))


async def sign_out(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/account/sign-out: withdraw all tokens of the caller, including the token of this request.
    Open connections end within seconds."""
    services = request.app[SERVICES]
    at = await people.withdraw_tokens(services.database, caller.user_id, caller.issued_at)
    services.nudges.send(SIGNED_OUT)
    return success(SignedOut(signed_out_at=at))
