"""Rows and values in any state, for tests that read as prose."""

from __future__ import annotations

from uuid import UUID, uuid4

from service.domain.assets import plan_build
from service.domain.story import Beat, Character, StoryBrief, StoryContent
from service.jobs.jobs import Job
from service.stories.insert import planned_jobs

USER = UUID("00000000-0000-4000-8000-00000000000a")
STRANGER = UUID("00000000-0000-4000-8000-00000000000b")


def a_brief(**changes: object) -> StoryBrief:
    """A brief for one hero, changed as asked."""
    values: dict[str, object] = {
        "characters": (Character(name="Maya", age=6),),
        "themes": ("courage",),
        "seed": 7,
    }
    return StoryBrief.model_validate(values | changes)


def a_content(scenes: int = 4) -> StoryContent:
    """A written story of so many scenes."""
    beats = tuple(
        Beat(index=index, text=f"Maya took step {index}.", alt=f"Maya walks on, step {index}.")
        for index in range(1, scenes + 1)
    )
    return StoryContent(title="Maya Walks", summary="Maya walks.", beats=beats)


def story_jobs(scenes: int = 4, *, sheet: bool = True, aggregate_id: UUID | None = None) -> list[Job]:
    """The jobs of a first build, as they are written down."""
    plan = plan_build(scenes, character_sheet=sheet)
    return planned_jobs(plan, aggregate_id or uuid4(), USER, uuid4())


def a_genesis_state(**changes: object) -> dict[str, object]:
    """The state of a session that has just begun, changed as asked."""
    state: dict[str, object] = {
        "mode": "guided",
        "status": "active",
        "current_stage": "concept",
        "language": "en",
        "seed": 7,
        "inspiration": "A lighthouse that dreams.",
        "expires_at": "2026-12-31T10:00:00+00:00",
        "stages": {"concept": {"status": "proposing", "round": 1}},
        "decision_version": 1,
    }
    return state | changes
