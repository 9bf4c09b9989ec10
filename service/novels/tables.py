"""The tables of novels, a model each: a row that was read is valid, or an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from service.db.rows import Row

Json = Mapping[str, Any]
ChapterStatus = Literal["planned", "generating", "ready", "failed"]
#: Who wrote a text.
Author = Literal["person", "ai"]


class Novel(Row):
    """``novels``: what a finished session made. ``data`` is the plan by path, as it was accepted."""

    id: UUID
    user_id: UUID
    session_id: UUID | None
    title: str
    plan_version: int
    data: Json
    created_at: datetime
    updated_at: datetime
    language: str
    locks: list[str]


class NovelChapter(Row):
    """``novel_chapters``: a chapter of a novel's outline. ``number`` counts from 1; ``version`` is that of
    its newest text, 0 before the first."""

    novel_id: UUID
    number: int
    status: ChapterStatus
    text: str | None
    words: int
    made_from: Json
    updated_at: datetime
    version: int


class ChapterVersion(Row):
    """``novel_chapter_versions``: a text that a chapter has, or had."""

    novel_id: UUID
    number: int
    version: int
    text: str
    words: int
    by: Author
    made_from: Json
    created_at: datetime
