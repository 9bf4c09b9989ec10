"""Inserts a new story: its rows, its first run and the jobs of the run, in one statement.

The insert writes the same rows as the settlement would write, in fewer round trips. A test compares the rows
of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from service.db.pool import Connection
from service.db.sql import load
from service.domain.assets import PICTURE_GROUPS, PlannedJob
from service.domain.lineage import scope_of
from service.domain.projection import run_of, story_state
from service.domain.story import StoryBrief
from service.jobs.jobs import Job, Priority
from service.jobs.states import JobStatus
from service.runtime.job_rows import HEAD_START, edges_of

_STORIES = load("stories")

UNTITLED = "Untitled Story"


@dataclass(frozen=True, slots=True)
class NewStory:
    """The values of a story that is inserted with its first run.

    ``library_id`` None means the user's default library. If ``from_pack`` is true, the story's credit comes
    from a bought pack. ``request_id`` is the id of the request that creates the story.
    """

    id: UUID
    user_id: UUID
    library_id: UUID | None
    brief: StoryBrief
    plan: tuple[PlannedJob, ...]
    priority: Priority = "normal"
    from_pack: bool = False
    request_id: str = ""
    task_id: UUID = field(default_factory=uuid4)


async def create_story(connection: Connection, new: NewStory) -> dict[str, Any]:
    """Insert a story with its credit, its run, its jobs and its first event. Returns its
    ``asset_generation_status``."""
    task_id = new.task_id
    jobs = planned_jobs(new.plan, new.id, new.user_id, task_id, priority=new.priority)
    state = story_state(jobs, new.brief.scene_count)
    title = new.brief.title or UNTITLED
    await connection.execute(
        _STORIES["insert_story"],
        new.id,
        new.library_id,
        new.user_id,
        title,
        state,
        new.brief.model_dump(mode="json", exclude={"budget_usd"}),
        new.brief.scene_count,
        task_id,
        any(job.group in PICTURE_GROUPS for job in jobs),
        run_of(task_id, jobs).current_step,
        new.from_pack,
        [job.id for job in jobs],
        [job.name for job in jobs],
        [job.group for job in jobs],
        [len(job.needs) for job in jobs],
        new.priority,
        HEAD_START[new.priority],
        new.request_id,
        budget_of(new.brief.budget_usd),
    )
    created = {"title": title, "status": "generating", **state}
    await connection.execute(_STORIES["begin_story"], new.id, "story.created", created, *edges_of(jobs))
    return state


def planned_jobs(
    plan: Sequence[PlannedJob],
    aggregate_id: UUID,
    user_id: UUID,
    run_id: UUID,
    *,
    kind: str = "build",
    request_id: str = "",
    priority: Priority = "normal",
    inputs: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> list[Job]:
    """The jobs of a run, from its plan. ``inputs`` contains the input of each job, by the job's name. Jobs
    without needs are queued at once."""
    ids = {planned.name: uuid4() for planned in plan}
    return [
        Job(
            id=ids[planned.name],
            aggregate_id=aggregate_id,
            user_id=user_id,
            run_id=run_id,
            run_kind=kind,
            request_id=request_id,
            name=planned.name,
            scope=scope_of(inputs.get(planned.name, {})),
            group=planned.group,
            status=JobStatus.PENDING if planned.needs else JobStatus.QUEUED,
            position=position,
            needs=tuple((ids[name], hard) for name, hard in planned.needs),
            priority=priority,
            input=inputs.get(planned.name, {}),
        )
        for position, planned in enumerate(plan)
    ]


def budget_of(budget_usd: float | None) -> Decimal | None:
    """Convert a budget in US dollars to the precision of its database column."""
    return Decimal(str(budget_usd)) if budget_usd is not None else None
