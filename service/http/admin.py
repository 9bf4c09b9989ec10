"""``/api/v1/admin/…``: queues, workers and dead letters, for tokens with the operator scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
from aiohttp import web

from service.access.tokens import OPERATOR, Identity
from service.background.nudges import QUEUE
from service.db import operations
from service.errors import Forbidden, NotFound
from service.http.answers import DeadLetter, Items, QueueState, Redriven, WorkerState
from service.http.bodies import read_object, success
from service.http.fields import read_as
from service.http.keys import SERVICES
from service.http.paging import page_of
from service.http.queries import DeadQuery, read_query
from service.http.schemas import RedriveRequest

Handler = Callable[[web.Request, Identity], Awaitable[web.Response]]


def operators_only(handler: Handler) -> Handler:
    """The handler for operators; to others it is forbidden, whatever it would have answered."""

    async def checked(request: web.Request, caller: Identity) -> web.Response:
        if not caller.operator:
            raise Forbidden(f"This needs a token with the scope {OPERATOR!r}.")
        return await handler(request, caller)

    return checked


@operators_only
async def queues(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/queues: the queue is PostgreSQL's; streams are shallow by design."""
    rows = await operations.queues(request.app[SERVICES].database)
    return success(Items[QueueState](items=[QueueState(**dict(row)) for row in rows]))


@operators_only
async def workers(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/workers"""
    rows = await operations.workers(request.app[SERVICES].database)
    return success(Items[WorkerState](items=[WorkerState(**dict(row)) for row in rows]))


@operators_only
async def pause(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/queues/{name}/pause: what runs goes on, nothing more starts."""
    return await _set_paused(request, True)


@operators_only
async def unpause(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/queues/{name}/unpause"""
    return await _set_paused(request, False)


@operators_only
async def dead(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/dead: jobs that were given up, newest first."""
    query = read_query(DeadQuery, request)
    page = page_of(query, order="-ended_at")
    rows = await operations.dead_letters(
        request.app[SERVICES].database,
        group=query.group,
        before=page.after,
        limit=page.rows,
    )
    letters = [_letter(row) for row in rows[: page.limit]]
    return success(Items[DeadLetter](items=letters, next_cursor=page.next_cursor(rows)))


@operators_only
async def redrive(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/dead/redrive {job_ids}: a hundred at the most, set going in one transaction."""
    body = read_as(RedriveRequest, await read_object(request))
    services = request.app[SERVICES]
    settled = await operations.redrive(services.database, services.kinds, body.job_ids)
    services.settler.nudge(settled)
    wanted = set(body.job_ids)
    done = sorted({step.after.id for step in settled.steps if step.after.id in wanted}, key=str)
    return success(Redriven(job_ids=done))


async def _set_paused(request: web.Request, paused: bool) -> web.Response:
    database, name = request.app[SERVICES].database, request.match_info["name"]
    if not await operations.set_paused(database, name, paused):
        raise NotFound("There is no such queue.", code="QUEUE_NOT_FOUND")
    request.app[SERVICES].nudges.send(QUEUE)
    row = next(row for row in await operations.queues(database) if row["name"] == name)
    return success(QueueState(**dict(row)))


def _letter(row: asyncpg.Record) -> DeadLetter:
    error = row["error"] or {}
    return DeadLetter(
        job_id=row["id"],
        aggregate_id=row["aggregate_id"],
        user_id=row["user_id"],
        name=row["name"],
        group=row["grp"],
        attempt=row["attempt"],
        failures=row["failures"],
        rescues=row["rescues"],
        code=error.get("code", ""),
        message=error.get("message", ""),
        ended_at=row["ended_at"],
    )
