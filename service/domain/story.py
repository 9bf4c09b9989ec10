"""The data of a story: the request and the results.

All of these are values: frozen, validated, and free of I/O. Text lengths are in characters, times are in
seconds, and colours are ``#rrggbb``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.attribute_docs import describe_fields

AgeRange = Literal["0-3", "3-5", "5-8", "8-10"]
Kind = Literal["child", "adult", "animal"]
Pronouns = Literal["she/her", "he/him", "they/them"]
Validation = Literal["review", "strict"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]

#: The narration is split into one block for each scene. The first four blocks have these names.
BLOCK_NAMES = "abcdefghijkl"


class Value(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=describe_fields)


class TraitRef(Value):
    """A trait of the registry that a character has."""

    id: str
    """Id of the trait in the registry."""
    detail: str | None = None
    """Which one, where, or its name. Null: no detail was given."""


class Looks(Value):
    """How a character looks, in a person's own words. Every field may be missing."""

    skin_tone: str | None = None
    """Colour of the skin, for example `warm brown`. Null: not said."""
    hair: str | None = None
    """Colour and form of the hair. Null: not said."""
    eyes: str | None = None
    """Colour of the eyes. Null: not said."""
    outfit: str | None = None
    """Clothes that the character wears in every picture. Null: not said."""
    other: str | None = None
    """Anything else that a picture should show. Null: not said."""


class Character(Value):
    """A hero of the book."""

    id: str | None = None
    """Id of a kept character. Null if the character was described in the request."""
    name: str
    """Name of the character, as the story tells it."""
    age: int | None = None
    """Age in years. Null: not said."""
    kind: Kind = "child"
    """What the character is: `child`, `adult` or `animal`."""
    species: str | None = None
    """Species of an animal, for example `fox`. Null for other kinds."""
    pronouns: Pronouns | None = None
    """Pronouns that the story uses for the character. Null: not said."""
    description: str = ""
    """What the character is like. Empty: not said."""
    traits: tuple[TraitRef, ...] = ()
    """Traits that the text and the pictures show."""
    looks: Looks = Looks()
    """How the character looks in the pictures."""
    preferred_words: dict[str, str] = Field(default_factory=dict)
    """The character's own word for a trait, by the id of the trait."""
    reference_images: tuple[str, ...] = ()
    """Keys in the store of the pictures that books are drawn from. Empty: books draw a sheet first."""

    def has(self, trait: str) -> bool:
        """Whether the character has the trait with this id."""
        return any(ref.id == trait for ref in self.traits)


class StoryBrief(Value):
    """A person's request for a story, stored unchanged with the story."""

    characters: tuple[Character, ...]
    story_type: str = "adventure"
    themes: tuple[str, ...] = ()
    title: str | None = None
    scene_count: int = 4
    age_range: AgeRange = "3-5"
    language: str = "en"
    voice: str | None = None
    style: str | None = None
    instructions: str | None = None
    #: What happens with a picture that fails all tries; None means as the settings say.
    validation: Validation | None = None
    #: The most that all calls for the story may cost together, in US dollars; None means no limit.
    budget_usd: float | None = None
    seed: int = 0
    #: Optional assets that are made in addition to those of every book.
    extras: tuple[str, ...] = Field(default=(), exclude_if=lambda it: not it)

    def decisive(self) -> dict[str, object]:
        """The part of the brief that decides the text. A changed budget changes no result."""
        return self.model_dump(mode="json", exclude={"budget_usd", "validation", "extras"})


class Pose(Value):
    """One character in one picture."""

    name: str
    pose: str
    expression: str


class Staging(Value):
    """The setting of a picture: what the illustrator needs to know besides the heroes.

    ``place``, ``time_of_day`` and ``weather`` are single plain words if possible (forest, seaside, night,
    rain …). ``props`` are things that must be visible.
    """

    place: str
    time_of_day: str
    weather: str
    props: tuple[str, ...] = ()
    poses: tuple[Pose, ...] = ()


class Beat(Value):
    """One scene of the story.

    ``index`` counts from 1. ``text`` has paragraphs separated by one blank line. ``alt`` says what happens in
    the picture. ``staging`` is the storyteller's hint for the director, if it gives one. ``staged_for`` are
    the text and the alt for which the hint was written, if a person has changed them since. ``described``: a
    person has described the picture.
    """

    index: int
    text: str
    alt: str
    staging: Staging | None = None
    staged_for: tuple[str, str] | None = None
    described: bool = Field(default=False, exclude_if=lambda it: not it)

    def reworded(self, text: str | None, alt: str | None) -> Beat:
        """The scene with other words. None keeps the present ones. If a person restores the original words,
        the scene is the same as before."""
        wording = (self.text if text is None else text, self.alt if alt is None else alt)
        was = self.staged_for or (self.text, self.alt)
        staged_for = was if self.staging is not None and wording != was else None
        changed = self.described or wording[1] != self.alt
        described = changed and (self.staging is None or wording[1] != was[1])
        return self.model_copy(
            update={"text": wording[0], "alt": wording[1], "staged_for": staged_for, "described": described}
        )

    def alt_of(self, drawn: str | None) -> str:
        """The description of the picture: a person's words, or else the description of the picture as it was
        ``drawn`` if that is known, or else the storyteller's."""
        return self.alt if self.described or not drawn else drawn

    @property
    def new_words(self) -> str:
        """The sentences that were written after the staging."""
        known = {sentence for text in self.staged_for or () for sentence in _sentences(text)}
        sentences = [*_sentences(self.alt), *_sentences(self.text)] if self.staged_for else []
        return " ".join(sentence for sentence in sentences if sentence not in known)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?…])\s+|\n+", text.strip())


class StoryContent(Value):
    """The written story. ``language`` is the language of the text if it is not the requested one."""

    title: str
    summary: str
    beats: tuple[Beat, ...]
    cover_alt: str = ""
    language: str | None = Field(default=None, exclude_if=lambda it: it is None)

    def language_of(self, brief: StoryBrief) -> str:
        """The tag of the language of the text."""
        return self.language or brief.language

    def decisive(self) -> dict[str, object]:
        """The part of the story that decides its other assets. The author of a picture's description does not
        count."""
        return self.model_dump(mode="json", exclude={"language": True, "beats": {"__all__": {"described"}}})

    def public(self) -> dict[str, object]:
        """The text as listeners and clients see it, without the hints for the director."""
        return self.model_dump(mode="json", exclude={"beats": {"__all__": {"staging", "staged_for"}}})


class PaletteStep(Value):
    """The colours of one picture in the palette of a book. ``colours`` run from light to deep."""

    name: str
    mood: str
    colours: tuple[Colour, ...]


class PaletteJourney(Value):
    """Pass 1: a motif, and one step for the cover and for each scene (n + 1 in all)."""

    motif: str
    steps: tuple[PaletteStep, ...]


class SceneAnalysis(Value):
    """Pass 2: the cinematic reading of the cover (``index`` 0) or a scene."""

    index: int
    action: str
    camera: str
    depth: str
    atmosphere: str
    staging: Staging

    @property
    def is_cover(self) -> bool:
        """Whether it is the reading of the cover."""
        return self.index == 0

    @property
    def description(self) -> str:
        """The analysis as one paragraph for a prompt."""
        return f"{self.action} Camera: {self.camera}. Depth: {self.depth}. Atmosphere: {self.atmosphere}."


class Activity(Value):
    """A comprehension question. ``page`` is the scene that it asks about, counted from 1."""

    kind: Literal["multiple_choice", "true_false", "open", "sequence"]
    question: str
    options: tuple[str, ...] = ()
    answer: str
    page: int | None = None


class Activities(Value):
    """Questions fit for the age range, each with its answer."""

    age_range: AgeRange
    questions: tuple[Activity, ...]


class SpokenWord(Value):
    """A spoken word of the text. Times are in seconds from the start of its audio.

    ``text`` is a run of characters without white space, with punctuation. So the words of a page, joined by
    single spaces, are its text with white space normalized.
    """

    text: str
    start: float
    end: float


class Finding(Value):
    """The answer to one question about a picture."""

    question: str
    """The yes/no question that was asked about the picture."""
    verdict: Literal["present", "absent", "wrong_detail", "occluded", "unclear", "not_verifiable"]
    """The answer. `present` means yes. `occluded`: something hides it. `not_verifiable`: the validator
    cannot answer such a question."""
    evidence: str
    """What the validator saw, in a sentence."""
    character: str | None = None
    """Name of the character that the question is about. Null: it is about the whole picture."""
    trait: str | None = None
    """Id of the trait that the question is about. Null: it is about no trait."""
