"""Routes for the waits of Genesis sessions for a person's choice, and for the signed links that answer a wait
without an account."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from service.access.tokens import Identity
from service.api.requests import WaitLinkBody
from service.api.responses import Cards, CommandDone, Items, Wait, WaitLink
from service.genesis import reading
from service.genesis.answers import RESUME, ResumeAnswer, resume
from service.genesis.scheduler import rules_of
from service.http.app.keys import COMMANDS, LINKS, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import read_body, read_raw_and_body, success
from service.http.io.paths import correlation_id_of, session_id_of


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/{id}/waits: list the waits of a Genesis session, oldest first."""
    session_id = session_id_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.waits(connection, session_id)
    )
    return success(Items[Wait](items=[Wait(**one) for one in found]))


async def link(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/genesis/waits/{correlation_id}/link: a signed link. Everyone who has it can answer the
    wait once."""
    correlation_id = correlation_id_of(request)
    _, body = await read_raw_and_body(request, WaitLinkBody, optional=True)
    await request.app[USERS].run(caller.user_id, lambda connection: reading.cards(connection, correlation_id))
    links = request.app[LINKS]
    expires = links.expiry(body.expires_in)
    url = links.sign(caller.user_id, f"/api/v1/genesis/resume/{correlation_id}", expires)
    return success(WaitLink(url=url, expires_at=datetime.fromtimestamp(expires, UTC)))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/genesis/resume/{correlation_id}: read the proposals of a wait."""
    correlation_id = correlation_id_of(request)
    found = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.cards(connection, correlation_id)
    )
    return success(Cards(**found))


async def answer(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/genesis/resume/{correlation_id}: only the first answer counts. Later answers get the
    result of the first."""
    correlation_id, given = correlation_id_of(request), await read_body(request, ResumeAnswer)
    with request.app[COMMANDS].counting(RESUME):
        done = await resume(
            request.app[USERS].door(caller.user_id),
            caller.user_id,
            correlation_id,
            given,
            rules=rules_of(request.app[SETTINGS]),
            request_id=request[REQUEST_ID],
        )
    request.app[SERVICES].settler.nudge(done.settled)
    return success(CommandDone.model_validate(done.answer))
