"""Novels: texts that are asked for, and texts of a person."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import Amount, AtMost, Body, Boolean, Integer, Length, Short
from service.api.requests.stories import MAX_HEROES

#: Characters of a chapter's text, and of a passage.
MOST_TEXT = 200_000
#: Chapters that a novel has at the most.
MOST_CHAPTERS = 60
#: Characters of a novel's title.
MOST_TITLE = 200
_Said = Annotated[str, Length(2_000, required=True)]
_Version = Annotated[Integer, Field(ge=0)]
_Offset = Annotated[Integer, Field(ge=0, le=MOST_TEXT)]


class DraftRequest(Body):
    """How a chapter is written."""

    instruction: _Said | None = None
    """Wish for this text, in free words."""
    expected_version: _Version | None = None
    """Version of the text that the caller read; 0 for none. If the chapter has another one since, the answer
    is 409 `CHAPTER_CHANGED`. Left out: not checked."""
    budget_usd: Amount | None = None
    """New budget of the novel, in US dollars: the most that all of its calls may cost. Left out: the old one
    stays."""


class RedraftRequest(DraftRequest):
    """A passage that is written again: quoted, or by its place in the text."""

    instruction: _Said
    """What is to change, in free words."""
    passage: Annotated[str, Length(20_000, required=True)] | None = None
    """The passage, word for word. It must stand in the text once."""
    start: _Offset | None = None
    """Where the passage begins: the number of characters (code points) before it."""
    end: _Offset | None = None
    """Where the passage ends: the number of characters before its end."""

    @model_validator(mode="after")
    def _names_a_passage(self) -> Self:
        placed = self.start is not None and self.end is not None
        if (self.passage is not None) == placed or (self.start is None) != (self.end is None):
            named = {"path": "passage", "fields": ["start", "end"]}
            raise PydanticCustomError("passage", "Give either the passage, or its start and end.", named)
        return self


class PictureBookRequest(Body):
    """A picture book of a novel."""

    people: Annotated[tuple[Short, ...], AtMost(MAX_HEROES)] = ()
    """Ids of the people who are its heroes, as the bible has them. Left out: those whose looks are described,
    and if there are none, those who are in most of the told scenes."""
    chapters: Annotated[tuple[Integer, ...], AtMost(MOST_CHAPTERS)] = ()
    """Numbers of the chapters that it tells. Left out: all."""
    preview: Boolean = False
    """Whether the request for the story is only shown. False: the story is made."""
    story: Annotated[dict[str, Any], AtMost(40)] = Field(default_factory=dict)
    """Fields of `POST /api/v1/stories` that replace those of the novel, for example
    `{"style": "soft gouache", "scene_count": 6}`."""


class NovelPatch(Body):
    """Changes of a novel."""

    title: Annotated[str, Length(MOST_TITLE, required=True)]
    """New title of the novel."""


class ChapterPatch(Body):
    """A person's text for a chapter."""

    text: Annotated[str, Length(MOST_TEXT, required=True)]
    """The whole text. Paragraphs are separated by one blank line."""
    expected_version: _Version | None = None
    """Version of the text that the caller read; 0 for none. If the chapter has another one since, the answer
    is 409 `CHAPTER_CHANGED`. Left out: not checked."""
