"""Stories: what to make, to make again, and to change."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
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
from service.domain.story import (
    AgeRange,
    Character,
    StoryBrief,
    Validation,
)
from service.jobs.jobs import Priority

MAX_HEROES = 4
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


class StoryRequest(Body):
    """A story to make. It has 1 to 4 characters: kept ones by id, or described here."""

    character_ids: Annotated[tuple[UUID, ...], AtMost(MAX_HEROES)] = ()
    """Ids of kept characters, in the order in which the story introduces them."""
    character_id: UUID | None = None
    """Id of one kept character: the same as `character_ids` with one entry."""
    characters: Annotated[tuple[CharacterBody, ...], AtMost(MAX_HEROES)] = ()
    """Characters that are described here and are not kept. A story has 1 to 4 characters, these and those of
    `character_ids` together."""
    story_type: Short = STORY_TYPES[0]
    """Kind of story. The offline storyteller knows `adventure`, `bedtime`, `birthday`, `friendship`,
    `mystery` and `learning`."""
    themes: Annotated[tuple[Short, ...], AtMost(10)] = ()
    """What the story is about, for example `courage`. Each has 1 to 80 characters."""
    title: OptionalTitle = None
    """Title of the book. Left out: the storyteller finds one."""
    scene_count: Annotated[Integer, Field(ge=1, le=MAX_SCENES)] = 4
    """Number of scenes. Each is a page with its own picture."""
    age_range: Annotated[AgeRange, Hyphened] = "3-5"
    """Age of the listeners, in years."""
    language: Language = "en"
    """Language of the book, as a BCP 47 tag, for example `de` or `pt-BR`."""
    voice: OptionalShort = None
    """Id of the narrator's voice at the provider of voices. Left out: the voice of the settings."""
    library_id: UUID | None = None
    """Library that the story goes into. Left out: the user's default library."""
    style: OptionalStyle = None
    """Style of the pictures, for example `soft gouache`. Left out: the style of the settings."""
    instructions: OptionalText = None
    """Wishes for the text and the pictures, in free words."""
    validation: Validation | None = None
    """What happens to a picture that still misses a trait after its last try. `review`: the best one is used
    and marked with `needs_review`. `strict`: the picture fails. Left out: as the settings say."""
    priority: Priority = "normal"
    """Where the story starts in the queue: `high` and `urgent` start ahead of `normal`."""
    budget_usd: Amount | None = None
    """Most that all calls for the story may cost, in US dollars. Left out: no budget."""
    seed: Annotated[Integer, Field(ge=0, le=_MOST_SEED)] | None = None
    """The same seed and request give the same offline book. Left out: a random seed."""
    generate_assets: Boolean = True
    """Whether pictures, narration and books are made. False: only the text."""
    extras: Annotated[tuple[Extra, ...], AtMost(10)] = ()
    """Optional assets to make beside the book."""

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
                "no_assets", "Extras are made from the pictures: generate_assets must be true.", named
            )
        return self

    @property
    def wanted_ids(self) -> list[UUID]:
        """The ids of characters, each once, in the order in which they were given."""
        single = [self.character_id] if self.character_id else []
        return list(dict.fromkeys([*single, *self.character_ids]))

    def brief(self, kept: Sequence[Character]) -> StoryBrief:
        """The story brief. ``kept`` are the characters of ``wanted_ids``."""
        known = self.story_type.casefold()
        return StoryBrief(
            characters=(*kept, *(body.character() for body in self.characters)),
            story_type=known if known in STORY_TYPES else self.story_type,
            themes=self.themes,
            title=self.title,
            scene_count=self.scene_count,
            age_range=self.age_range,
            language=self.language,
            voice=self.voice,
            style=self.style,
            instructions=self.instructions,
            validation=self.validation,
            budget_usd=self.budget_usd,
            seed=secrets.randbelow(_RANDOM_SEEDS) if self.seed is None else self.seed,
            extras=tuple(dict.fromkeys(self.extras)),
        )


class RegenerateRequest(Body):
    """Assets to make again."""

    asset_types: Annotated[tuple[Short, ...], Field(min_length=1), AtMost(len(all_assets(MAX_SCENES)))]
    """Names of assets, for example `cover` or `scene_2`."""
    cascade: Boolean = False
    """Whether everything that is made from these assets is made again, too."""


class StoryPatch(Body):
    """The new place of a story."""

    library_id: UUID
    """Library that the story moves to."""


class ResumeRequest(Body):
    """How a story goes on."""

    budget_usd: Amount | None = None
    """New budget of the story, in US dollars. It replaces the old one. Left out: the old one stays."""


class BeatPatch(Body):
    """New words of a scene. What is left out stays as it is."""

    index: Integer
    """Number of the scene. The first one is 1."""
    text: Annotated[str, Length(4000, required=True)] | None = None
    """New text of the scene. Paragraphs are separated by one blank line. Left out: the text stays."""
    alt: Annotated[str, Length(1000, required=True)] | None = None
    """New description of what the picture shows. Left out: it stays."""


class ContentPatch(Body):
    """What a person changes in the text: scenes, the title or the summary; at least one of them."""

    beats: Annotated[tuple[BeatPatch, ...], AtMost(MAX_SCENES)] = ()
    """Scenes to change. Each scene occurs once at most."""
    title: Name | None = None
    """New title of the book. Left out: it stays."""
    summary: Annotated[str, Length(1000, required=True)] | None = None
    """New summary of the story. Left out: it stays."""
    rebuild: Boolean = False
    """Whether the assets that show a change are made again at once. False: they are marked as stale."""
    cascade: Boolean = False
    """Whether everything that is made from the text is made again at once."""
    expected_version: Integer | None = None
    """Version of the story that the caller read. If the story has changed since, the answer is 409
    `VERSION_CONFLICT`. Left out: not checked."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.beats or self.title or self.summary):
            named = {"path": "beats", "fields": ["title", "summary"]}
            raise PydanticCustomError("nothing", "Give beats, a title or a summary.", named)
        if len({beat.index for beat in self.beats}) < len(self.beats):
            raise PydanticCustomError("twice", "A scene can be given once only.", {"path": "beats"})
        return self


class ImagesRequest(Body):
    """How all pictures of the story look from now on."""

    style: OptionalStyle = None
    """Style of the pictures, for example `paper cut`. Left out: the style that was asked for last."""
    instructions: OptionalText = None
    """Wishes for the pictures, in free words. Left out: those that were given last."""


class ImagesOfStory(ImagesRequest):
    """The same, with the story in the body."""

    story_id: UUID
    """Story whose pictures are made again."""


class OfStory(Body):
    """A story, in the body."""

    story_id: UUID
    """Story whose image job is to end."""
