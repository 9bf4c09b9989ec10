"""Files that are gone from the store though their rows are ready: found, and made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.db.pool import Connection
from service.db.runs import Run, open_run, take_up
from service.db.sql import load
from service.domain.lineage import plan_regenerate
from service.domain.states import JobStatus

_SQL = load("repair")


@dataclass(frozen=True, slots=True)
class Kept:
    """The file of a ready asset, as its row has it."""

    story_id: UUID
    name: str
    key: str


async def take_unchecked(connection: Connection, *, older_than: float, most: int) -> list[Kept]:
    """Some files that nobody has looked for in so many seconds, the longest first; they count as
    looked for from now on, so that no other process takes the same."""
    rows = await connection.fetch(_SQL["take_unchecked"], older_than, most)
    return [Kept(row["story_id"], row["name"], row["key"]) for row in rows]


async def look_again(connection: Connection, files: Sequence[Kept]) -> None:
    """These are due again at once: nobody has looked for them, or nothing could be done."""
    await connection.execute(_SQL["look_again"], [file.key for file in files])


async def remake(connection: Connection, lost: Kept) -> Run | None:
    """Make a lost file again, by a run of its own; None where another stands in its place by now, or
    it is being made.

    The run has no nonce: what the ledger still has is used, and only what was in the lost file
    itself is asked for again. Raises ``Conflict`` while the story's pictures are being made, and
    ``NotFound`` where the story is gone.
    """
    desk = await take_up(connection, lost.story_id)
    job = desk.standing.get(lost.name)
    if job is None or job.status is not JobStatus.READY or job.result.get("key") != lost.key:
        return None
    later = plan_regenerate(desk.jobs, desk.scene_count, [lost.name], nonce=None)
    return await open_run(connection, desk, later)
