"""Finds files of ready assets that the store has lost, and makes these files again.

The module implements ``KeptFiles``, which the file reconciler uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.domain.lineage import plan_regenerate
from service.jobs.jobs import Job
from service.jobs.states import JobStatus
from service.runtime.files import KeptFile
from service.runtime.settlement import Settled
from service.stories.runs import lock_story, open_run

_SQL, _STORIES = load("repair"), load("stories")


async def take_unchecked(connection: Connection, *, older_than: float, most: int) -> list[KeptFile]:
    """Implements ``KeptFiles.take_unchecked`` for stories."""
    rows = await connection.fetch(_SQL["take_unchecked"], older_than, most)
    return [KeptFile(row["story_id"], row["name"], row["key"]) for row in rows]


async def look_again(connection: Connection, files: Sequence[KeptFile]) -> None:
    """Implements ``KeptFiles.look_again`` for stories."""
    await connection.execute(_SQL["look_again"], [file.key for file in files])


async def newest_keys(connection: Connection, most: int) -> list[str]:
    """Implements ``KeptFiles.newest_keys`` for stories."""
    return [row["key"] for row in await connection.fetch(_SQL["newest_keys"], most)]


async def files_of(connection: Connection, story_id: UUID) -> list[KeptFile]:
    """Implements ``KeptFiles.files_of`` for stories."""
    rows = await connection.fetch(_STORIES["current_files"], story_id)
    return [KeptFile(story_id, row["name"], row["key"]) for row in rows]


async def remake(connection: Connection, story_id: UUID, lost: Sequence[KeptFile]) -> Settled | None:
    """Implements ``KeptFiles.remake`` for stories, with a separate run.

    The run has no nonce, so the ledger's stored answers are used again. Only the calls whose answers were in
    the lost files are repeated.
    """
    locked = await lock_story(connection, story_id)
    names = [kept.name for kept in lost if _stands(locked.standing.get(kept.name), kept)]
    if not names:
        return None
    plan = plan_regenerate(locked.jobs, locked.scene_count, names, nonce=None)
    return (await open_run(connection, locked, plan)).settled


def _stands(job: Job | None, kept: KeptFile) -> bool:
    return job is not None and job.status is JobStatus.READY and job.result.get("key") == kept.key
