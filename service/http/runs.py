"""``POST /api/v1/stories/{id}/resume``: what failed, was cancelled or was skipped is made after all."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from service.access.quota import reserve_again
from service.access.tokens import Identity
from service.db.pool import Connection
from service.db.settlement import Kinds, Settled, settle
from service.db.stories import get_story, story_jobs
from service.domain.jobs import latest_by_name, resume
from service.errors import Conflict
from service.http.bodies import success
from service.http.keys import SERVICES, USERS
from service.http.paths import story_id_of
from service.http.stories import state_of


async def resume_story(request: web.Request, caller: Identity) -> web.Response:
    """Set unfinished work going again, under the same task_id; what is ready is used as it is."""
    services, story_id = request.app[SERVICES], story_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
        settled = await _resume(connection, services.kinds, story_id, caller.user_id)
        row = await get_story(connection, story_id)
    services.settler.nudge(settled)
    return success(state_of(row))


async def _resume(connection: Connection, kinds: Kinds, story_id: UUID, user_id: UUID) -> Settled:
    jobs = latest_by_name(await story_jobs(connection, story_id))
    moves = resume(jobs.values())
    if not moves:
        raise Conflict("There is nothing to go on with: every part is ready or being made.",
                       code="NOTHING_TO_RESUME")  # fmt: skip
    # Settled first: the aggregate's lock comes before the user's row.
    settled = await settle(connection, kinds, moves)
    if not settled.steps:
        raise Conflict("The story changed meanwhile; look again.", code="NOTHING_TO_RESUME")
    await reserve_again(connection, user_id, story_id)
    return settled
