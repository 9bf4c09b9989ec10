"""What requests may say. Limits are in characters."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from service.api.fields import (
    Amount,
    AtMost,
    Body,
    Boolean,
    Description,
    Hyphened,
    Integer,
    Language,
    Length,
    Name,
    OptionalShort,
    OptionalSpecies,
    OptionalStyle,
    OptionalText,
    OptionalTitle,
    Short,
)
from service.domain.assets import EXTRAS, MAX_SCENES, all_assets
from service.domain.events import STORY_ENDINGS
from service.domain.story import (
    AgeRange,
    Character,
    Kind,
    Looks,
    Pronouns,
    StoryBrief,
    TraitRef,
    Validation,
)
from service.domain.traits import registry
from service.jobs.jobs import Priority

MAX_HEROES = 4
#: Dead letters set going again by one request.
MOST_REDRIVEN = 100
#: The kinds of story that the offline storyteller knows.
STORY_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_MOST_SEED = 2**63 - 1
#: A seed of our own choosing is exact in JavaScript, too.
_RANDOM_SEEDS = 2**53


class LooksBody(Body):
    """How a character looks, in a person's own words."""

    skin_tone: OptionalShort = None
    hair: OptionalShort = None
    eyes: OptionalShort = None
    outfit: OptionalShort = None
    other: OptionalShort = None


class TraitBody(Body):
    """A trait of the registry: its slug, or an object with a detail (which, where, its name)."""

    id: Short
    detail: OptionalShort = None

    @model_validator(mode="before")
    @classmethod
    def _from_slug(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "description": "a slug of the registry"}, handler(schema)]}

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.id not in registry():
            context = {"tell": partial(_unknown_trait, self.id)}
            raise PydanticCustomError("unknown_trait", "There is no such trait.", context)
        return self


def _unknown_trait(id_: str) -> str:
    near = difflib.get_close_matches(id_.lower().replace(" ", "_"), registry(), n=2, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no trait {id_!r}.{hint} GET /api/v1/traits lists them all."


class CharacterBody(Body):
    """A hero."""

    name: Name
    age: Annotated[Integer, Field(ge=0, le=120)] | None = None
    kind: Kind = "child"
    species: Annotated[OptionalSpecies, Field(description="for the kind animal")] = None
    pronouns: Pronouns | None = None
    description: Description = ""
    traits: Annotated[tuple[TraitBody, ...], AtMost(39)] = ()
    looks: LooksBody = LooksBody()
    preferred_words: Annotated[dict[Short, Short], AtMost(10)] = Field(default_factory=dict)

    def character(self, id_: UUID | None = None, references: Sequence[str] = ()) -> Character:
        """The character as a story keeps it."""
        traits = {trait.id: TraitRef(id=trait.id, detail=trait.detail) for trait in self.traits}
        return Character(
            id=str(id_) if id_ else None,
            name=self.name,
            age=self.age,
            kind=self.kind,
            species=self.species,
            pronouns=self.pronouns,
            description=self.description,
            traits=tuple(traits.values()),
            looks=Looks(**self.looks.model_dump(include=set(Looks.model_fields))),
            preferred_words=self.preferred_words,
            reference_images=tuple(references),
        )


class CharacterPatch(CharacterBody):
    """What is to change about a hero; what is not given stays."""

    name: Name = "unchanged"

    def apply(self, character: Character) -> Character:
        """The character with what was given."""
        new = self.character()
        given = self.model_fields_set & set(type(self).model_fields)
        return character.model_copy(update={name: getattr(new, name) for name in given})


def _is_extra(name: str) -> str:
    if name not in EXTRAS:
        known = f"There is no extra {name!r}. The extras are: {', '.join(EXTRAS)}."
        raise PydanticCustomError("unknown_extra", "{message}", {"message": known})
    return name


#: An optional asset of a book, by its name.
Extra = Annotated[Short, AfterValidator(_is_extra), WithJsonSchema({"type": "string", "enum": list(EXTRAS)})]


class ApprovalBody(Body):
    """The picture that books are drawn from: one of the character's own, the sheet that was drawn for a
    book of its own, or neither: then all of its own."""

    image_id: UUID | None = None
    story_id: UUID | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.image_id and self.story_id:
            named = {"path": "story_id", "fields": ["image_id"]}
            raise PydanticCustomError("both", "Give image_id or story_id, not both.", named)
        return self


class StoryRequest(Body):
    """What a story shall be. At least one hero, by id or described here; at most four in all."""

    character_ids: Annotated[tuple[UUID, ...], AtMost(MAX_HEROES)] = ()
    character_id: UUID | None = None
    characters: Annotated[tuple[CharacterBody, ...], AtMost(MAX_HEROES)] = ()
    story_type: Short = STORY_TYPES[0]
    themes: Annotated[tuple[Short, ...], AtMost(10)] = ()
    title: OptionalTitle = None
    scene_count: Annotated[Integer, Field(ge=1, le=MAX_SCENES)] = 4
    age_range: Annotated[AgeRange, Hyphened] = "3-5"
    language: Language = "en"
    voice: OptionalShort = None
    library_id: UUID | None = None
    style: OptionalStyle = None
    instructions: OptionalText = None
    validation: Validation | None = None
    priority: Priority = "normal"
    budget_usd: Amount | None = None
    seed: Annotated[Integer, Field(ge=0, le=_MOST_SEED)] | None = None
    generate_assets: Boolean = True
    extras: Annotated[tuple[Extra, ...], AtMost(10)] = ()

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
    """Assets that are to be made anew; ``cascade``: with all that was made from them."""

    asset_types: Annotated[tuple[Short, ...], Field(min_length=1), AtMost(len(all_assets(MAX_SCENES)))]
    cascade: Boolean = False


class StoryPatch(Body):
    """Where a story stands."""

    library_id: UUID


class ResumeRequest(Body):
    """With what a story is to go on: another cap, where the old one has stopped it."""

    budget_usd: Amount | None = None


class LibraryBody(Body):
    """A library's name."""

    name: Name


class BeatPatch(Body):
    """A scene's new text, or what its picture is to show; what is not given stays."""

    index: Integer
    text: Annotated[str, Length(4000, required=True)] | None = None
    alt: Annotated[str, Length(1000, required=True)] | None = None


class ContentPatch(Body):
    """What a person changes in the text. ``rebuild``: what shows it is made again at once, and
    with ``cascade`` everything that is made from the text."""

    beats: Annotated[tuple[BeatPatch, ...], AtMost(MAX_SCENES)] = ()
    title: Name | None = None
    summary: Annotated[str, Length(1000, required=True)] | None = None
    rebuild: Boolean = False
    cascade: Boolean = False
    expected_version: Integer | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.beats or self.title or self.summary):
            named = {"path": "beats", "fields": ["title", "summary"]}
            raise PydanticCustomError("nothing", "Give beats, a title or a summary.", named)
        if len({beat.index for beat in self.beats}) < len(self.beats):
            raise PydanticCustomError("twice", "A scene can be given once only.", {"path": "beats"})
        return self


class ImagesRequest(Body):
    """How all pictures are to look; what is not given stays as it was last asked for."""

    style: OptionalStyle = None
    instructions: OptionalText = None


class ImagesOfStory(ImagesRequest):
    """The same, with the story in the body."""

    story_id: UUID


class OfStory(Body):
    """A story, in the body."""

    story_id: UUID


class RedriveRequest(Body):
    """Dead letters that are to be set going again: these, or the newest of a group, or of all."""

    job_ids: Annotated[tuple[UUID, ...], AtMost(MOST_REDRIVEN)] = ()
    group: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[Integer, Field(ge=1, le=MOST_REDRIVEN)] | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if bool(self.job_ids) == (self.limit is not None):
            named = {"path": "job_ids", "fields": ["limit"]}
            raise PydanticCustomError("which", "Give job_ids, or a limit.", named)
        return self


class UserPatch(Body):
    """The tier that a user is to have."""

    tier: Short


class GrantBody(Body):
    """A pack of stories, by its name."""

    pack: Short


EventName = Annotated[str, Field(max_length=80, pattern=r"^(\*|[a-z][a-z_]*\.([a-z_]+|\*))$")]
EventNames = Annotated[tuple[EventName, ...], Field(min_length=1), AtMost(20)]
WebhookUrl = Annotated[str, Field(max_length=2000, pattern=r"^https?://")]


class WebhookBody(Body):
    """Where events are to be posted to, and which: types, families (``story.*``), or ``*`` for all."""

    url: WebhookUrl
    events: EventNames = STORY_ENDINGS


class WebhookPatch(Body):
    """What is to change about a webhook; what is not given stays."""

    url: WebhookUrl | None = None
    events: EventNames | None = None
    enabled: Boolean | None = None


class SecretBody(Body):
    """A webhook's new secret: for how many seconds the old one signs as well. 0: no more, from now on."""

    overlap_seconds: Annotated[Integer, Field(ge=0, le=7 * 86_400)] = 86_400


class RedeliverRequest(Body):
    """Deliveries that were given up and are to be sent again."""

    delivery_ids: Annotated[list[UUID], Field(min_length=1), AtMost(100)]


class StudioKeyBody(Body):
    """What the studio's URL has behind ``#key=``."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class LinksBody(Body):
    """Up to 100 URLs of assets, as answers and events have them, and for how many seconds."""

    urls: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(min_length=1), AtMost(100)]
    expires_in: Annotated[Integer, Field(ge=60, le=7 * 86_400)] = 3600


class ForgetBody(Body):
    """``confirm`` is the caller's own id, as GET /api/v1/account tells it."""

    confirm: UUID
