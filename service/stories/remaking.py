"""Makes parts of a story again: resume, regenerate, and restore of an earlier file.

All functions run in the caller's transaction. After the commit, the caller nudges other processes, and
deletes the files that a change leaves unused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.api.fields import Problem, invalid
from service.db.pool import Connection
from service.domain.assets import all_assets
from service.domain.lineage import plan_regenerate
from service.errors import Conflict
from service.jobs.jobs import release, resume, unfinished
from service.runtime.kinds import Kinds
from service.runtime.ledger import allow_once_more
from service.runtime.runs import note_request
from service.runtime.settlement import settle
from service.stories import runs
from service.stories.queries import current_file, get_story, story_jobs
from service.stories.quota import reserve_again


@dataclass(frozen=True, slots=True)
class Changed:
    """A story's row after a change, and the run that the change started, if any. ``discarded`` are the keys
    of files that nothing refers to any more."""

    story: Mapping[str, Any]
    run: runs.Run
    discarded: Sequence[str] = ()


async def changed(connection: Connection, run: runs.Run, story_id: UUID) -> Changed:
    """Build the result of a change. If a run started, the rows of the story's oldest unused files are
    deleted, because the run makes new files."""
    discarded = [] if run.task_id is None else await runs.collect_versions(connection, story_id)
    return Changed(await get_story(connection, story_id), run, discarded)


async def resume_story(
    connection: Connection,
    kinds: Kinds,
    user_id: UUID,
    story_id: UUID,
    *,
    budget_usd: float | None = None,
    request_id: str = "",
) -> asyncpg.Record:
    """Resume the unfinished jobs of a story in their own runs, optionally with a new budget. Returns the
    story's row.

    Ready assets stay unchanged, with one exception: books that were bound without a part are bound again, in
    a separate run. Raises ``NotFound``, ``Conflict`` (NOTHING_TO_RESUME) and ``QuotaExceeded``.
    """
    await get_story(connection, story_id)
    if budget_usd is not None:
        await runs.set_budget(connection, story_id, budget_usd)
    moves = resume(unfinished(await story_jobs(connection, story_id)))
    if not moves:
        raise Conflict("Nothing can be resumed: every part is ready or in progress.",
                       code="NOTHING_TO_RESUME")  # fmt: skip
    # Settle first: the aggregate's lock comes before the user's row.
    settled = await settle(connection, kinds, moves)
    await allow_once_more(connection, [story_id])
    if not settled.steps:
        raise Conflict("The story has changed in the meantime. Read it again.", code="NOTHING_TO_RESUME")
    await note_request(connection, (step.after for step in settled.steps), request_id)
    await runs.bind_again(connection, story_id, request_id)
    await reserve_again(connection, user_id, story_id)
    return await get_story(connection, story_id)


async def regenerate(
    connection: Connection,
    user_id: UUID,
    story_id: UUID,
    assets: Sequence[str],
    *,
    cascade: bool = False,
    look: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Changed:
    """Make some assets again in a new run. With ``cascade``, all assets that depend on these assets are made
    again, too. ``look`` contains the changed fields of the look (``lineage.LOOK``). This needs no credit.

    Raises ``NotFound``, ``InvalidInput`` for a name that is not an asset of the story, and ``Conflict``.
    """
    locked = await runs.lock_story(connection, story_id, request_id)
    if wrong := unknown_assets(assets, locked.scene_count):
        raise invalid(wrong)
    if "content" not in assets:
        _ = locked.written
    run = await _make_again(connection, locked, assets, cascade=cascade, look=look or {})
    # A credit is reserved again only if the text failed and its credit was refunded.
    await reserve_again(connection, user_id, story_id)
    return await changed(connection, run, story_id)


def unknown_assets(names: Sequence[Any], scene_count: int) -> list[Problem]:
    """A problem for each name that is not an asset of the story."""
    known = all_assets(scene_count)
    message = f"An asset of this story is one of {', '.join(known)}."
    return [(f"assetTypes.{index}", message) for index, name in enumerate(names) if name not in known]


async def _make_again(
    connection: Connection,
    locked: runs.LockedStory,
    assets: Sequence[str],
    *,
    cascade: bool,
    look: Mapping[str, str],
) -> runs.Run:
    """Release the assets' held jobs, which continue in their own runs. Open a new run for the other
    assets."""
    standing = locked.standing
    held = [standing[name] for name in assets if name in standing and standing[name].held]
    moves = release(held)
    if moves:
        await allow_once_more(connection, [locked.aggregate.id])
        await note_request(connection, held, locked.request_id)
    others = set(assets) - {job.name for job in held}
    if not others:
        settled = await runs.change(connection, locked, moves)
        return runs.Run(held[0].run_id, tuple(job.name for job in held), settled)
    plan = plan_regenerate(
        locked.jobs,
        locked.scene_count,
        others,
        nonce=str(uuid4()),
        cascade=cascade,
        look=look,
        character_sheet=locked.lacks_references,
    )
    return await runs.open_run(connection, locked, plan, moves)


async def restore(
    connection: Connection, story_id: UUID, asset: str, version: int, *, url: Callable[[UUID, str, str], str]
) -> Changed:
    """Make an earlier file of an asset the current one. Raises ``NotFound`` and ``Conflict``.

    ``url`` returns the URL for clients from a story, an asset and a key.
    """
    locked = await runs.lock_story(connection, story_id)
    await current_file(connection, story_id, asset)
    settled = await runs.restore(connection, locked, asset, version, lambda key: url(story_id, asset, key))
    return await changed(connection, runs.Run(None, (asset,), settled), story_id)
