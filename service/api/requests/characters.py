"""Bodies of requests about characters: looks, traits, and the approved reference picture."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from service.api.fields import (
    AtMost,
    Body,
    Description,
    Integer,
    Name,
    OptionalSayAs,
    OptionalShort,
    OptionalSpecies,
    Short,
)
from service.domain.story import Character, Kind, Looks, Pronouns, TraitRef
from service.domain.traits import registry


class LooksBody(Body):
    """How a character looks, in free text. All fields are optional."""

    skin_tone: OptionalShort = None
    """Colour of the skin, for example `warm brown`."""
    hair: OptionalShort = None
    """Colour and form of the hair, for example `black curls`."""
    eyes: OptionalShort = None
    """Colour of the eyes, for example `green`."""
    outfit: OptionalShort = None
    """Clothes that the character wears in every picture, for example `yellow raincoat`."""
    other: OptionalShort = None
    """Anything else that a picture should show, for example `freckles`."""


class TraitBody(Body):
    """A trait of a character. The request may give the id as a string, or an object with `id` and
    `detail`."""

    id: Short
    """Id of a trait. `GET /api/v1/traits` lists all traits."""
    detail: OptionalShort = None
    """Detail of the trait, for example `red wheels`. The field `detail` of the trait in `GET /api/v1/traits`
    says what belongs here."""

    @model_validator(mode="before")
    @classmethod
    def _from_slug(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "description": "Id of a trait."}, handler(schema)]}

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.id not in registry():
            context = {"tell": partial(_unknown_trait, self.id)}
            raise PydanticCustomError("unknown_trait", "The trait does not exist.", context)
        return self


def _unknown_trait(id_: str) -> str:
    near = difflib.get_close_matches(id_.lower().replace(" ", "_"), registry(), n=2, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"The trait {id_!r} does not exist.{hint} GET /api/v1/traits lists all traits."


class CharacterBody(Body):
    """A hero of a story."""

    name: Name
    """Name of the character in the story."""
    say_as: OptionalSayAs = None
    """How the voice says the name, in letters that it reads rightly: `Seer-sha` for Saoirse. A name of
    several words needs as many words here. If omitted: the voice reads the name."""
    age: Annotated[Integer, Field(ge=0, le=120)] | None = None
    """Age in years. If omitted: the storyteller does not mention it."""
    kind: Kind = "child"
    """What the character is: `child`, `adult` or `animal`."""
    species: OptionalSpecies = None
    """Species of an animal, for example `fox`. It is used only with the kind `animal`."""
    pronouns: Pronouns | None = None
    """Pronouns that the story uses for the character."""
    description: Description = ""
    """What the character is like, for example `curious, laughs loudly`."""
    traits: Annotated[tuple[TraitBody, ...], AtMost(39)] = ()
    """Traits that the text and the pictures show. Each entry is the id of a trait, or an object."""
    looks: LooksBody = LooksBody()
    """How the character looks in the pictures."""
    preferred_words: Annotated[dict[Short, Short], AtMost(10)] = Field(default_factory=dict)
    """Words that the story uses for traits instead of the usual words. Keys are ids of traits:
    `{"manual_wheelchair": "wheels"}`."""

    def character(self, id_: UUID | None = None, references: Sequence[str] = ()) -> Character:
        """Return the character in the form that a story stores."""
        traits = {trait.id: TraitRef(id=trait.id, detail=trait.detail) for trait in self.traits}
        return Character(
            id=str(id_) if id_ else None,
            name=self.name,
            say_as=self.say_as,
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
    """Changes of a character. Fields that are omitted do not change."""

    name: Name = "unchanged"
    """New name of the character. If omitted: the name does not change."""

    def apply(self, character: Character) -> Character:
        """Return the character with the changes of this request."""
        new = self.character()
        given = self.model_fields_set & set(type(self).model_fields)
        return character.model_copy(update={name: getattr(new, name) for name in given})


class ApprovalBody(Body):
    """Approves the reference picture that books are drawn from. Without both fields, books are drawn from all
    reference pictures of the character."""

    image_id: UUID | None = None
    """Id of one of the character's reference pictures."""
    story_id: UUID | None = None
    """Id of a story in which this is the only character. The character sheet of that story is copied and
    becomes a reference picture. It cannot be combined with `image_id`."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.image_id and self.story_id:
            named = {"path": "story_id", "fields": ["image_id"]}
            raise PydanticCustomError("both", "Give either image_id or story_id, not both.", named)
        return self
