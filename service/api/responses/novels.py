"""Novels, their chapters, and picture books of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer, Warned
from service.api.responses.novel_plan import PlanBible, PlanOutline
from service.api.responses.stories import StoryCreated


class ChapterState(Answer):
    """How far a chapter is."""

    status: str
    """`planned` (it has no text), `generating`, `ready` or `failed`. A failed one may have a text."""
    version: int
    """Version of its text; 0 if it has none."""
    words: int
    """Number of words of its text."""


class Chapter(ChapterState):
    """A chapter with its text."""

    novel_id: UUID
    """Novel that it is a part of."""
    number: int
    """Number, from 1."""
    text: str | None
    """Text, paragraphs separated by a blank line. Null if it has none."""
    made_from: dict[str, Any]
    """What the text was made from: `plan_version`, `model` and `instruction` of a written one, `restored` of
    an earlier one. Empty for a text of a person."""
    updated_at: datetime
    """When the chapter changed last."""


class ChapterVersionListed(Answer):
    """A text that a chapter has had, without the text itself."""

    version: int
    """Number of the text, from 1."""
    words: int
    """Number of words."""
    by: str
    """Who wrote it: `person` or `ai`."""
    made_from: dict[str, Any]
    """What it was made from, as `Chapter` has it."""
    created_at: datetime
    """When it was written."""


class ChapterVersion(ChapterVersionListed):
    """A text that a chapter has had."""

    text: str
    """Text, paragraphs separated by a blank line."""


class ChapterEstimate(Answer):
    """What a text for a chapter would cost. Nothing is written."""

    model: str
    """Model that would write it."""
    calls: int
    """Number of calls: one for each scene."""
    usd: float
    """Usual cost, in US dollars. 0 for the offline writer."""
    seconds: float | None
    """Usual time, in seconds, of recent calls of the whole service. Null if there are too few."""


class PictureBook(Warned):
    """A picture book of a novel. `warnings` say how the request differs from the novel."""

    request: dict[str, Any]
    """Request for the story, as `POST /api/v1/stories` takes it."""
    story: StoryCreated | None = None
    """The new story. Null for a preview."""


class NovelSpend(Answer):
    """What the calls to providers for a novel have cost."""

    cost_usd: float
    """Cost of all calls so far, in US dollars."""


class NovelListed(Answer):
    """A novel as lists show it."""

    id: UUID
    """Id of the novel."""
    title: str
    """Title of the novel."""
    session_id: UUID | None
    """Genesis session that made it. Null if the session was deleted."""
    language: str
    """Language of the novel, for example `en`."""
    version: int
    """Version of the newest event."""
    plan_version: int
    """Number of the plan's version. The plan of a new novel has number 1."""
    chapters: int
    """Number of chapters of the outline."""
    written: int
    """Number of chapters that have a text."""
    words: int
    """Number of words of all texts."""
    created_at: datetime
    """When the novel was made."""
    updated_at: datetime
    """When the novel changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this novel: `novels:id=UUID`."""


class Novel(Answer):
    """A novel with its plan. The data of its events merge into this object."""

    id: UUID
    """Id of the novel."""
    title: str
    """Title of the novel."""
    session_id: UUID | None
    """Genesis session that made it. Null if the session was deleted."""
    language: str
    """Language of the novel, for example `en`."""
    version: int
    """Version of the newest event in this state."""
    plan_version: int
    """Number of the plan's version. The plan of a new novel has number 1."""
    bible: PlanBible
    """All that stays the same from chapter to chapter."""
    outline: PlanOutline
    """What happens, chapter by chapter."""
    locks: list[str]
    """Locked paths of the plan. What is written keeps to their values."""
    chapters: dict[str, ChapterState]
    """How far each chapter is, by its number."""
    jobs: dict[str, Any]
    """Newest job of each chapter by name (`chapter_1`), each with its `status`, `progress` in percent,
    `attempt` and `error`."""
    budget_usd: float | None
    """Most that all calls for the novel may cost, in US dollars. Null: no limit."""
    spend: NovelSpend
    """What the calls to providers have cost."""
    created_at: datetime
    """When the novel was made."""
    updated_at: datetime
    """When the novel changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this novel: `novels:id=UUID`."""
