"""Image jobs: they make all pictures of a story again, one job at a time for each story.

The database refuses a second image job of the same story, so two parallel requests cannot both start a job.
If an image job has not reported for five minutes, the next request clears it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from service.db.pool import Connection
from service.domain.lineage import plan_images
from service.errors import NotFound
from service.runtime.kinds import Kinds
from service.stories import runs
from service.stories.queries import get_story


@dataclass(frozen=True, slots=True)
class ImageJobs:
    """The result of an operation on a story's image jobs: the newest job (None if none exists), whether a job
    was ended, and the keys of files that nothing refers to any more."""

    newest: Mapping[str, Any] | None
    cleared: bool = False
    discarded: Sequence[str] = ()


async def generate(
    connection: Connection,
    kinds: Kinds,
    story_id: UUID,
    *,
    look: Mapping[str, Any],
    request_id: str = "",
) -> ImageJobs:
    """Start an image job, which makes all pictures of a story again. ``look`` contains the changed fields of
    the look (``lineage.LOOK``).

    Raises ``NotFound``, and ``Conflict`` (IMAGE_JOB_RUNNING, RUN_IN_PROGRESS, CONTENT_MISSING).
    """
    await runs.clear_images(connection, kinds, story_id, silent=True)
    locked = await runs.lock_story(connection, story_id, request_id)
    plan = plan_images(
        locked.jobs,
        locked.scene_count,
        nonce=str(uuid4()),
        look=look,
        character_sheet=locked.lacks_references,
    )
    await runs.open_run(connection, locked, plan, needs_text=True)
    discarded = await runs.collect_versions(connection, story_id)
    return ImageJobs(await _newest(connection, story_id), discarded=discarded)


async def clear(connection: Connection, kinds: Kinds, story_id: UUID) -> ImageJobs:
    """End the running image job of a story. If no image job runs, change nothing. Raises ``NotFound`` if the
    story does not exist."""
    settled = await runs.clear_images(connection, kinds, story_id)
    return ImageJobs(await _newest(connection, story_id), cleared=settled.published)


async def newest_job(connection: Connection, story_id: UUID) -> Mapping[str, Any]:
    """The newest image job of a story. Raises ``NotFound`` if the story has no image job."""
    await get_story(connection, story_id)
    row = await _newest(connection, story_id)
    if row is None:
        raise NotFound("This story has no image job yet.", code="IMAGE_JOB_NOT_FOUND")
    return row


async def _newest(connection: Connection, story_id: UUID) -> Mapping[str, Any] | None:
    row = await runs.image_job(connection, story_id)
    return None if row is None else runs.job_row(row)
