"""``/api/v1/admin/jobs`` and ``/dead``: routes for operators to see all jobs and the dead letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.api.operator_responses import (
    DeadLetter,
    JobCall,
    JobDetail,
    JobError,
    JobEvent,
    JobState,
    Redriven,
)
from service.api.queries import DeadQuery, JobsQuery
from service.api.requests import RedriveRequest
from service.api.responses import Items
from service.errors import NotFound
from service.http.app.authentication import operators_only
from service.http.app.keys import REQUEST_ID, SERVICES
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import job_id_of
from service.http.io.queries import read_query
from service.runtime import operations


@operators_only
async def index(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/jobs: list jobs of all users, newest first."""
    query = read_query(JobsQuery, request)
    page = page_of(query)
    wanted = operations.WantedJobs(query.status, query.group, query.user_id, query.story_id)
    rows = await operations.find_jobs(
        request.app[SERVICES].database, wanted, before=page.after, limit=page.rows
    )
    items = [JobState(**_fields(row)) for row in rows[: page.limit]]
    return success(Items[JobState](items=items, next_cursor=page.next_cursor(rows)))


@operators_only
async def show(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/jobs/{job}: the job with its events and its provider calls. Raises ``NotFound``."""
    database, job_id = request.app[SERVICES].database, job_id_of(request)
    row = await operations.find_job(database, job_id)
    if row is None:
        raise NotFound("The job does not exist.", code="JOB_NOT_FOUND")
    events = await operations.history_of(database, request.app[SERVICES].kinds, job_id)
    history = [JobEvent(**asdict(event)) for event in events]
    calls = [JobCall(**call) for call in await operations.calls_of(database, job_id)]
    return success(JobDetail(**_fields(row), history=history, calls=calls))


@operators_only
async def dead(request: web.Request, _: Identity) -> web.Response:
    """GET /api/v1/admin/dead: jobs that failed permanently or are held, newest first."""
    query = read_query(DeadQuery, request)
    page = page_of(query, order="-ended_at")
    rows = await operations.dead_letters(
        request.app[SERVICES].database, group=query.group, before=page.after, limit=page.rows
    )
    letters = [_letter(row) for row in rows[: page.limit]]
    return success(Items[DeadLetter](items=letters, next_cursor=page.next_cursor(rows)))


@operators_only
async def redrive(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/dead/redrive: run dead letters again. The request has the ids of jobs, or asks for
    the newest dead letters of one group or of all groups. One request redrives at most a hundred jobs. For
    more, the client sends several requests at its own pace."""
    body = await read_body(request, RedriveRequest)
    services = request.app[SERVICES]
    wanted = list(body.job_ids)
    if body.limit is not None:
        letters = await operations.dead_letters(services.database, group=body.group, limit=body.limit)
        wanted = [row["id"] for row in letters]
    settled = await operations.redrive(
        services.database, services.kinds, wanted, request_id=request[REQUEST_ID]
    )
    services.settler.nudge(settled)
    done = sorted({step.after.id for step in settled.steps if step.after.id in set(wanted)}, key=str)
    remaining = await operations.count_dead(services.database, body.group)
    return success(Redriven(job_ids=done, remaining=remaining))


@operators_only
async def redrive_one(request: web.Request, _: Identity) -> web.Response:
    """POST /api/v1/admin/dead/{job}/redrive: run a dead letter again."""
    services, job_id = request.app[SERVICES], job_id_of(request)
    settled = await operations.redrive(
        services.database, services.kinds, [job_id], request_id=request[REQUEST_ID]
    )
    if settled.conflicts:
        raise settled.conflicts[0]
    row = await operations.find_job(services.database, job_id)
    if row is None or not settled.steps:
        raise NotFound(
            "The job does not exist, or is not a dead letter. `storytroupe dead list` lists dead letters.",
            code="JOB_NOT_FOUND",
        )
    services.settler.nudge(settled)
    return success(JobState(**_fields(row)))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "error": JobError(**_error(row)) if row["error"] else None}


def _error(row: Mapping[str, Any]) -> dict[str, str]:
    error = row["error"] or {}
    return {"code": error.get("code", ""), "message": error.get("message", "")}


def _letter(row: Mapping[str, Any]) -> DeadLetter:
    return DeadLetter(
        job_id=row["id"],
        aggregate_id=row["aggregate_id"],
        user_id=row["user_id"],
        name=row["name"],
        group=row["grp"],
        status=row["status"],
        attempt=row["attempt"],
        failures=row["failures"],
        rescues=row["rescues"],
        **_error(row),
        ended_at=row["ended_at"],
    )
