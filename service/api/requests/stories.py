"""Bodies of requests that create, remake or change stories."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import (
    Amount,
    AtMost,
    Body,
    Boolean,
    Hyphened,
    Integer,
    Language,
    Length,
    Name,
    OptionalShort,
    OptionalStyle,
    OptionalText,
    OptionalTitle,
    Short,
)
from service.api.requests.characters import CharacterBody
from service.domain.assets import EXTRAS, MAX_SCENES, all_assets
from service.domain.detection import language_of
from service.domain.own_words import page_count, split_pages, unwrapped
from service.domain.story import (
    AgeRange,
    Character,
    OwnText,
    StoryBrief,
    TextMaker,
    TextMode,
    Validation,
)
from service.jobs.jobs import Priority

MAX_HEROES = 4
#: The number of characters of a page.
MOST_PAGE = 4000
Page = Annotated[str, Length(MOST_PAGE, required=True)]
#: The kinds of story that the offline storyteller knows.
STORY_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_MOST_SEED = 2**63 - 1
#: Random seeds are below this number, so that JavaScript reads them exactly.
_RANDOM_SEEDS = 2**53


def _is_extra(name: str) -> str:
    if name not in EXTRAS:
        known = f"The extra {name!r} does not exist. The extras are: {', '.join(EXTRAS)}."
        raise PydanticCustomError("unknown_extra", "{message}", {"message": known})
    return name


#: An optional asset of a book, by its name.
Extra = Annotated[Short, AfterValidator(_is_extra), WithJsonSchema({"type": "string", "enum": list(EXTRAS)})]


class OwnTextBody(Body):
    """A text of the user for the book, either as pages or as one story."""

    mode: TextMode = "faithful"
    """What is done with the text. `faithful`: every word is kept, and the text is only split into pages.
    `light`: spelling is mended, and joining sentences are added. `free`: the text is the idea from which a
    new story is written."""
    pages: Annotated[tuple[Page, ...], AtMost(MAX_SCENES)] = ()
    """The text of each page. Each page is a scene with its own picture."""
    story: Annotated[str, Length(20_000, required=True)] | None = None
    """The whole text. It is split into `scene_count` pages at natural breaks. If `scene_count` is omitted:
    into as many pages as suit the length of the text and the age of the listeners."""

    by: TextMaker = "person"
    """Who wrote the text: a `person`, or a `program`. The last page of the book says it."""

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if bool(self.pages) == (self.story is not None):
            named = {"path": "pages", "fields": ["story"]}
            raise PydanticCustomError("one_text", "Give the text either as pages or as a story.", named)
        return self

    def own(self, scenes: int | None, age_range: AgeRange) -> OwnText:
        """Return the text in pages. ``scenes`` is the wished number of pages, or None."""
        if self.pages or self.mode == "free":
            return OwnText(mode=self.mode, pages=self.pages or (self.story or "",), by=self.by)
        story = unwrapped(self.story or "")
        pages = split_pages(story, scenes or page_count(story, age_range, MAX_SCENES))
        return OwnText(mode=self.mode, pages=pages, by=self.by)


class StoryRequest(Body):
    """A new story. It has 1 to 4 characters. Each is either a kept character, given by id, or described in
    the request."""

    character_ids: Annotated[tuple[UUID, ...], AtMost(MAX_HEROES)] = ()
    """Ids of kept characters. The story introduces them in this order."""
    character_id: UUID | None = None
    """Id of one kept character. It means the same as `character_ids` with one entry."""
    characters: Annotated[tuple[CharacterBody, ...], AtMost(MAX_HEROES)] = ()
    """Characters that are described in the request and not kept. Together with `character_ids`, a story has 1
    to 4 characters."""
    story_type: Short = STORY_TYPES[0]
    """Kind of story. The offline storyteller knows `adventure`, `bedtime`, `birthday`, `friendship`,
    `mystery` and `learning`."""
    themes: Annotated[tuple[Short, ...], AtMost(10)] = ()
    """Topics of the story, for example `courage`. Each topic has 1 to 80 characters."""
    title: OptionalTitle = None
    """Title of the book. If omitted: the storyteller chooses a title."""
    scene_count: Annotated[Integer, Field(ge=1, le=MAX_SCENES)] = 4
    """Number of scenes. Each scene is a page with its own picture."""
    age_range: Annotated[AgeRange, Hyphened] = "3-5"
    """Age of the listeners, in years."""
    language: Language = "en"
    """Language of the book, as a BCP 47 tag, for example `de` or `pt-BR`."""
    voice: OptionalShort = None
    """Id of the narrator's voice, as the voice provider names it. If omitted: the voice of the settings."""
    library_id: UUID | None = None
    """Library that the story goes into. If omitted: the user's default library."""
    style: OptionalStyle = None
    """Style of the pictures, for example `soft gouache`. If omitted: the style of the settings."""
    instructions: OptionalText = None
    """Wishes for the text and the pictures, in free text."""
    validation: Validation | None = None
    """What happens if a picture still lacks a trait after the last try. `review`: the best picture is used
    and marked with `needs_review`. `strict`: the picture fails. If omitted: the value of the settings."""
    priority: Priority = "normal"
    """Priority of the story in the queue. `high` and `urgent` stories start before `normal` stories."""
    budget_usd: Amount | None = None
    """Most that all calls for the story may cost, in US dollars. If omitted: no budget."""
    seed: Annotated[Integer, Field(ge=0, le=_MOST_SEED)] | None = None
    """Seed of the offline providers. The same seed and request give the same book. If omitted: a random
    seed."""
    generate_assets: Boolean = True
    """Whether pictures, narration and books are made. If `false`, only the text is made."""
    extras: Annotated[tuple[Extra, ...], AtMost(10)] = ()
    """Optional assets to make in addition to the book."""
    text: OwnTextBody | None = None
    """The user's own text for the book. If omitted: the storyteller writes the text."""

    @model_validator(mode="after")
    def _has_fitting_pages(self) -> Self:
        own, named = self.own_text, {"path": "text", "fields": ["scene_count"]}
        if own is None or own.mode == "free":
            return self
        if self.text and self.text.pages and self.wanted_scenes not in (None, len(own.pages)):
            message = f"The text has {len(own.pages)} pages, but scene_count is {self.scene_count}."
            raise PydanticCustomError("pages", "{message}", {"message": message, **named})
        if max(map(len, own.pages)) > MOST_PAGE:
            message = (
                f"A page would have more than {MOST_PAGE} characters. End the sentences, or add blank lines."
            )
            raise PydanticCustomError("long_page", "{message}", {"message": message, **named})
        return self

    @model_validator(mode="after")
    def _has_heroes(self) -> Self:
        heroes = len(self.wanted_ids) + len(self.characters)
        if not 1 <= heroes <= MAX_HEROES:
            message = f"A story has one to {MAX_HEROES} characters, by character_ids or characters."
            named = {"path": "characters", "fields": ["character_ids", "character_id"]}
            raise PydanticCustomError("heroes", "{message}", {"message": message, **named})
        return self

    @model_validator(mode="after")
    def _has_what_extras_need(self) -> Self:
        if self.extras and not self.generate_assets:
            named = {"path": "extras", "fields": ["generate_assets"]}
            raise PydanticCustomError(
                "no_assets", "Extras are made from the pictures, so generate_assets must be true.", named
            )
        return self

    @property
    def wanted_scenes(self) -> int | None:
        """Return the number of scenes if the request has one, and None otherwise."""
        return self.scene_count if "scene_count" in self.model_fields_set else None

    @cached_property
    def own_text(self) -> OwnText | None:
        """Return the user's text in pages; None if the storyteller writes the text."""
        return self.text.own(self.wanted_scenes, self.age_range) if self.text else None

    @cached_property
    def book_language(self) -> str:
        """Return the language of the book. A request that names none gets the language of the text that it
        gives. The first call may take most of a second."""
        own = self.own_text
        if own is None or "language" in self.model_fields_set:
            return self.language
        return language_of("\n".join(own.pages)) or self.language

    @property
    def wanted_ids(self) -> list[UUID]:
        """Return the ids of the kept characters without duplicates, in the order of the request."""
        single = [self.character_id] if self.character_id else []
        return list(dict.fromkeys([*single, *self.character_ids]))

    def brief(self, kept: Sequence[Character]) -> StoryBrief:
        """Return the brief of the story. ``kept`` are the characters with the ids of ``wanted_ids``."""
        known, own = self.story_type.casefold(), self.own_text
        scenes = self.scene_count if own is None or own.mode == "free" else len(own.pages)
        return StoryBrief(
            characters=(*kept, *(body.character() for body in self.characters)),
            story_type=known if known in STORY_TYPES else self.story_type,
            themes=self.themes,
            title=self.title,
            scene_count=scenes,
            age_range=self.age_range,
            language=self.book_language,
            voice=self.voice,
            style=self.style,
            instructions=self.instructions,
            validation=self.validation,
            budget_usd=self.budget_usd,
            seed=secrets.randbelow(_RANDOM_SEEDS) if self.seed is None else self.seed,
            extras=tuple(dict.fromkeys(self.extras)),
            text=own,
        )


class RegenerateRequest(Body):
    """Assets of a story to make again."""

    asset_types: Annotated[tuple[Short, ...], Field(min_length=1), AtMost(len(all_assets(MAX_SCENES)))]
    """Names of assets, for example `cover` or `scene_2`."""
    cascade: Boolean = False
    """Whether to remake also all assets that depend on these assets."""
    instructions: OptionalText = None
    """Wishes for the pictures among these assets, in free text, for example `draw_again_with` of the report.
    They replace the earlier wishes for these pictures. If omitted: the wishes of the last request."""


class StoryPatch(Body):
    """The library that a story moves to."""

    library_id: UUID
    """Id of the library that the story moves to."""


class ResumeRequest(Body):
    """Resumes a story, with a new budget if one is given."""

    budget_usd: Amount | None = None
    """New budget of the story, in US dollars. It replaces the previous budget. If omitted: the budget does
    not change."""


class BeatPatch(Body):
    """Changes of one scene's text. Fields that are omitted do not change."""

    index: Integer
    """Number of the scene. The first one is 1."""
    text: Page | None = None
    """New text of the scene. Paragraphs are separated by one blank line. If omitted: the text does not
    change."""
    alt: Annotated[str, Length(1000, required=True)] | None = None
    """New description of what the picture shows. If omitted: the description does not change."""


class ContentPatch(Body):
    """Changes of a story's text. At least one of `beats`, `title` and `summary` is required."""

    beats: Annotated[tuple[BeatPatch, ...], AtMost(MAX_SCENES)] = ()
    """Scenes to change. Each scene may occur only once."""
    title: Name | None = None
    """New title of the book. If omitted: the title does not change."""
    summary: Annotated[str, Length(1000, required=True)] | None = None
    """New summary of the story. If omitted: the summary does not change."""
    rebuild: Boolean = False
    """Whether to remake at once the assets that show a changed text. If `false`, these assets are marked as
    stale."""
    cascade: Boolean = False
    """Whether to remake at once all assets that depend on the text."""
    expected_version: Integer | None = None
    """Version of the story that the caller read. If the story has changed since, the answer is 409
    `VERSION_CONFLICT`. If omitted: the version is not checked."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.beats or self.title or self.summary):
            named = {"path": "beats", "fields": ["title", "summary"]}
            raise PydanticCustomError("nothing", "Give at least one of beats, title and summary.", named)
        if len({beat.index for beat in self.beats}) < len(self.beats):
            raise PydanticCustomError("twice", "Each scene may occur only once in beats.", {"path": "beats"})
        return self


class ImagesRequest(Body):
    """Remakes all pictures of a story with a new style or new wishes."""

    style: OptionalStyle = None
    """Style of the pictures, for example `paper cut`. If omitted: the style of the last request."""
    instructions: OptionalText = None
    """Wishes for the pictures, in free text. If omitted: the wishes of the last request."""


class ImagesOfStory(ImagesRequest):
    """Remakes all pictures of the story that the body names."""

    story_id: UUID
    """Story whose pictures are made again."""


class OfStory(Body):
    """Names the story whose image job is to end."""

    story_id: UUID
    """Story whose image job is to end."""
