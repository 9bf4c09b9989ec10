"""The state of a story that its actors use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

from actors.runtime.context import Context
from service.db.discarded import discard
from service.db.sql import load
from service.domain.direction import Direction, quiet_direction
from service.domain.lineage import LOOK
from service.domain.story import Activities, SpokenWord, StoryBrief, StoryContent
from service.errors import NotFound
from service.jobs.jobs import NONCE
from service.jobs.outcomes import Done
from service.providers.protocols import Providers
from service.storage.file_cache import FileCache
from service.storage.store import Stored, story_key

_SQL = load("stories")

#: The kind of aggregate whose jobs these actors perform.
STORY = "story"


@dataclass(frozen=True, slots=True)
class StoryTools:
    """The dependencies that the actors of stories need in addition to those of every actor."""

    providers: Providers
    references: FileCache


@dataclass(frozen=True, slots=True)
class Story:
    """The state of a story when an attempt begins.

    ``files`` are store keys by asset. ``narration`` is the audio's metadata about its pages. ``alts``
    describe the drawn pictures, by asset. ``inputs`` are those of the jobs that made the files, by asset.
    """

    id: UUID
    user_id: UUID
    brief: StoryBrief
    written: StoryContent | None
    directed: Direction | None
    activities: Activities | None
    colours: Mapping[str, tuple[str, str, str]]
    files: Mapping[str, str]
    created_on: date
    audio_words: tuple[SpokenWord, ...]
    narration: Mapping[str, Any]
    alts: Mapping[str, str]
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def content(self) -> StoryContent:
        """The text of the story. It exists for every job except the first. Raises ``NotFound`` if it does not
        exist."""
        if self.written is None:
            raise NotFound("The story has no text.", code="CONTENT_MISSING")
        return self.written

    @property
    def direction(self) -> Direction:
        """The direction of the pictures; a plain direction if the job ``direction`` made none."""
        return self.directed or quiet_direction(self.content)

    def as_made(self, asset: str) -> Story:
        """The story with the brief from which the current file of an asset was made."""
        return replace(self, brief=brief_for(self.brief, self.inputs.get(asset, {})))


async def load_story(context: Context) -> Story:
    """The story of the context's job. Raises ``NotFound`` if it was deleted meanwhile."""
    row = await context.deps.database.retry_statement(
        lambda connection: connection.fetchrow(_SQL["for_actors"], context.job.aggregate_id)
    )
    if row is None:
        raise NotFound("The story was deleted.", code="STORY_NOT_FOUND")
    return Story(
        id=row["id"],
        user_id=row["creator_user_id"],
        brief=brief_for(StoryBrief.model_validate(row["brief"]), context.job.input),
        written=StoryContent.model_validate(row["content"]) if row["content"] else None,
        directed=Direction.model_validate(row["direction"]) if row["direction"] else None,
        activities=Activities.model_validate(row["activities"]) if row["activities"] else None,
        colours={name: tuple(three) for name, three in row["hue_extracted_colors"].items()},
        files=row["files"] or {},
        created_on=row["created_at"].date(),
        audio_words=tuple(
            SpokenWord(text=word["txt"], start=word["start"], end=word["end"])
            for word in row["audio_words"] or ()
        ),
        narration=row["narration"] or {},
        alts=row["alts"] or {},
        inputs=row["inputs"] or {},
    )


def brief_for(brief: StoryBrief, asked: Mapping[str, Any]) -> StoryBrief:
    """The brief for a job's run: with the run's look, and with another seed if the picture must be new."""
    changes: dict[str, Any] = {key: asked[key] for key in LOOK if key in asked}
    if NONCE in asked:
        changes["seed"] = crc32(f"{brief.seed} {asked[NONCE]}".encode())
    return brief.model_copy(update=changes)


async def store_asset(context: Context, story: Story, asset: str, data: bytes, media_type: str) -> Stored:
    """Put a file of the story into the store and verify it.

    Raises ``NotFound`` if the story was deleted meanwhile, because no code would delete the file later.
    """
    stored = story_key(story.user_id, story.id, asset, data, media_type)
    await store_file(context, story, stored.key, data, media_type)
    return stored


async def store_file(context: Context, story: Story, key: str, data: bytes, media_type: str) -> None:
    """Store and verify a file, like ``store_asset``, but under a given key."""
    await context.deps.store.put(key, data, media_type)
    there = context.deps.database.retry_statement(
        lambda connection: connection.fetchval(_SQL["is_there"], story.id)
    )
    if not await there:
        await discard(context.deps.database, context.deps.store.delete, [key])
        raise NotFound("The story was deleted.", code="STORY_NOT_FOUND")


def done_with_file(context: Context, story: Story, stored: Stored, **more: Mapping[str, object]) -> Done:
    """The outcome of an attempt that made a file. ``more`` may contain ``metadata`` and ``patch``."""
    asset = context.job.name
    result = {
        "url": context.deps.store.url(story.id, asset, stored.key),
        "key": stored.key,
        "hash": stored.hash,
        "bytes": stored.bytes,
        "media_type": stored.media_type,
    }
    return Done(result=result, metadata=more.get("metadata", {}), patch=more.get("patch", {}))
