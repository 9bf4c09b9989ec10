"""Files of stories that are gone from the store though their rows are ready: found, and made again.

The module is a ``KeptFiles``, which the file reconciler works with.
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
    """Some files that nobody has looked for in so many seconds, the longest first; they count as
    looked for from now on, so that no other process takes the same."""
    rows = await connection.fetch(_SQL["take_unchecked"], older_than, most)
    return [KeptFile(row["story_id"], row["name"], row["key"]) for row in rows]


async def look_again(connection: Connection, files: Sequence[KeptFile]) -> None:
    """These are due again at once: nobody has looked for them, or nothing could be done."""
    await connection.execute(_SQL["look_again"], [file.key for file in files])


async def newest_keys(connection: Connection, most: int) -> list[str]:
    """The newest files that stand, whoever's they are."""
    return [row["key"] for row in await connection.fetch(_SQL["newest_keys"], most)]


async def files_of(connection: Connection, story_id: UUID) -> list[KeptFile]:
    """The files of a story which stand."""
    rows = await connection.fetch(_STORIES["current_files"], story_id)
    return [KeptFile(story_id, row["name"], row["key"]) for row in rows]


async def remake(connection: Connection, story_id: UUID, lost: Sequence[KeptFile]) -> Settled | None:
    """Make lost files of a story again, by a run of its own; None where others stand in their place by
    now, or they are being made.

    The run has no nonce: what the ledger still has is used, and only what was in the lost files
    themselves is asked for again. Raises ``Conflict`` while something that is made from them is being
    made, and ``NotFound`` where the story is gone.
    """
    locked = await lock_story(connection, story_id)
    names = [kept.name for kept in lost if _stands(locked.standing.get(kept.name), kept)]
    if not names:
        return None
    plan = plan_regenerate(locked.jobs, locked.scene_count, names, nonce=None)
    return (await open_run(connection, locked, plan)).settled


def _stands(job: Job | None, kept: KeptFile) -> bool:
    return job is not None and job.status is JobStatus.READY and job.result.get("key") == kept.key
