"""``/api/v1/admin/queues``, ``/stopped`` and ``/workers``: routes for operators to see and control queues and
processes."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from service.access.tokens import Identity
from service.api.operator_responses import BlockedProvider, QueueState, WorkerState
from service.api.responses import Items
from service.background.nudges import DRAIN, QUEUE
from service.errors import NotFound
from service.http.app.authentication import operators_only
from service.http.app.keys import SERVICES
from service.http.io.bodies import success
from service.http.io.paths import worker_id_of
from service.runtime import operations


@operators_only
async def queues(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/queues: the queues in PostgreSQL. The streams in Redis have only a few of the queued
    jobs."""
    rows = await operations.queues(request.app[SERVICES].database)
    return success(Items[QueueState](items=[QueueState(**dict(row)) for row in rows]))


@operators_only
async def pause(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/queues/{name}/pause: no more jobs of the queue start. Running jobs continue. Raises
    ``NotFound``."""
    return await _set_paused(request, True)


@operators_only
async def unpause(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/queues/{name}/unpause: continue a paused queue."""
    return await _set_paused(request, False)


async def _set_paused(request: web.Request, paused: bool) -> web.Response:
    database, name = request.app[SERVICES].database, request.match_info["name"]
    if not await operations.set_paused(database, name, paused):
        raise NotFound(
            "The queue does not exist. GET /api/v1/admin/queues lists the queues.", code="QUEUE_NOT_FOUND"
        )
    request.app[SERVICES].nudges.send(QUEUE)
    row = next(row for row in await operations.queues(database) if row["name"] == name)
    return success(QueueState(**dict(row)))


@operators_only
async def blocked(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/stopped: the jobs that wait for a person, and what the person has to do."""
    rows = await operations.blocked_providers(request.app[SERVICES].database)
    return success(Items[BlockedProvider](items=[BlockedProvider(**dict(row)) for row in rows]))


@operators_only
async def workers(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/workers: list the running processes."""
    rows = await operations.workers(request.app[SERVICES].database)
    return success(Items[WorkerState](items=[WorkerState(**dict(row)) for row in rows]))


@operators_only
async def drain(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/workers/{id}/drain: the process drains and ends, as after SIGTERM. Raises
    ``NotFound``."""
    row = await operations.ask_to_drain(request.app[SERVICES].database, worker_id_of(request))
    if row is None:
        raise NotFound("The process does not exist, or has ended.", code="WORKER_NOT_FOUND")
    request.app[SERVICES].nudges.send(DRAIN)
    return success(WorkerState(**dict(row)), status=HTTPStatus.ACCEPTED)
