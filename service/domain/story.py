"""The data classes of a story: the request and the results.

All classes are values: immutable, validated and without I/O. Text lengths are in characters, times are in
seconds, and colours are ``#rrggbb``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.domain.storyboard import Frame
from service.domain.values import Value as Value

AgeRange = Literal["0-3", "3-5", "5-8", "8-10"]
Kind = Literal["child", "adult", "animal"]
Pronouns = Literal["she/her", "he/him", "they/them"]
Validation = Literal["review", "strict"]
#: What is done with a text that a person gave: it is kept word for word, mended and joined, or retold.
TextMode = Literal["faithful", "light", "free"]
TextMaker = Literal["person", "program"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]

#: The names of the first four blocks of a narration. Each scene is one block.
BLOCK_NAMES = "abcdefghijkl"


class TraitRef(Value):
    """A trait of the registry that a character has."""

    id: str
    """Id of the trait in the registry."""
    detail: str | None = None
    """Detail of the trait, for example `red wheels`. Null means no detail was given."""


class Looks(Value):
    """How a character looks, in free text. All fields are optional."""

    skin_tone: str | None = None
    """Colour of the skin, for example `warm brown`. Null means not given."""
    hair: str | None = None
    """Colour and form of the hair. Null means not given."""
    eyes: str | None = None
    """Colour of the eyes. Null means not given."""
    outfit: str | None = None
    """Clothes that the character wears in every picture. Null means not given."""
    other: str | None = None
    """Anything else that a picture should show. Null means not given."""


class Character(Value):
    """A hero of the book."""

    id: str | None = None
    """Id of a kept character. Null if the character was described in the request."""
    name: str
    """Name of the character in the story."""
    say_as: str | None = Field(default=None, exclude_if=lambda it: it is None)
    """How the voice says the name, for example `Seer-sha`. Missing means as it is written."""
    age: int | None = None
    """Age in years. Null means not given."""
    kind: Kind = "child"
    """What the character is: `child`, `adult` or `animal`."""
    species: str | None = None
    """Species of an animal, for example `fox`. Null for other kinds."""
    pronouns: Pronouns | None = None
    """Pronouns that the story uses for the character. Null means not given."""
    description: str = ""
    """What the character is like. Empty if not given."""
    traits: tuple[TraitRef, ...] = ()
    """Traits that the text and the pictures show."""
    looks: Looks = Looks()
    """How the character looks in the pictures."""
    preferred_words: dict[str, str] = Field(default_factory=dict)
    """Words that the story uses for traits instead of the usual words, by the id of the trait."""
    reference_images: tuple[str, ...] = ()
    """Store keys of the reference pictures that books are drawn from. If empty, a character sheet is drawn
    first."""

    def has(self, trait: str) -> bool:
        """Return whether the character has the trait with this id."""
        return any(ref.id == trait for ref in self.traits)


class OwnText(Value):
    """A text that was given for the book. In the modes ``faithful`` and ``light``, each page is a scene."""

    mode: TextMode
    """What is done with the text."""
    pages: tuple[str, ...]
    """The text in pages. In the mode `free`, its parts as they were given."""
    by: TextMaker = Field(default="person", exclude_if=lambda it: it == "person")
    """Who wrote the text: a `person`, or a `program`. The last page of the book says it."""


class StoryBrief(Value):
    """A user's request for a story. It is stored unchanged with the story."""

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
    #: What happens with a picture that fails all tries. None means the value of the settings.
    validation: Validation | None = None
    #: The greatest cost of all provider calls for the story, in US dollars. None means no limit.
    budget_usd: float | None = None
    seed: int = 0
    #: Optional assets that are made in addition to those of every book.
    extras: tuple[str, ...] = Field(default=(), exclude_if=lambda it: not it)
    #: The person's own text. None means that the storyteller writes the text.
    text: OwnText | None = Field(default=None, exclude_if=lambda it: it is None)

    @property
    def given_pages(self) -> tuple[str, ...]:
        """Return the pages that the person wrote and that the book must keep; none in the mode ``free``."""
        return self.text.pages if self.text is not None and self.text.mode != "free" else ()

    def decisive(self) -> dict[str, object]:
        """Return the fields of the brief that influence the text. The budget is not included, because it does
        not change the results."""
        return self.model_dump(mode="json", exclude={"budget_usd", "validation", "extras"})


class Pose(Value):
    """The pose and expression of one character in one picture."""

    name: str
    pose: str
    expression: str


class Staging(Value):
    """The setting of a picture: what the illustrator needs to know in addition to the heroes.

    ``place``, ``time_of_day`` and ``weather`` are single plain words if possible (forest, seaside, night,
    rain …). ``props`` are things that must be visible. ``focus`` is the central thing of the picture, in the
    words of the story; ``shot`` is wide, medium, close, low, high or side; ``act`` names the event of the
    story that the picture shows; ``lead`` is the index of the hero in ``poses`` who does it, if this is not
    the first one. Only the offline storyteller gives these four.
    """

    place: str
    time_of_day: str
    weather: str
    props: tuple[str, ...] = ()
    poses: tuple[Pose, ...] = ()
    focus: str | None = Field(default=None, exclude_if=lambda it: it is None)
    shot: str | None = Field(default=None, exclude_if=lambda it: it is None)
    act: str | None = Field(default=None, exclude_if=lambda it: it is None)
    lead: int | None = Field(default=None, exclude_if=lambda it: it is None)


class Beat(Value):
    """One scene of the story.

    ``index`` counts from 1. ``text`` has paragraphs separated by one blank line. ``alt`` says what happens in
    the picture. ``staging`` is an optional hint of the storyteller for the director. If a user has changed
    ``text`` or ``alt`` since, ``staged_for`` has the text and the alt that the hint was written for.
    ``described`` means that a user wrote ``alt``.
    """

    index: int
    text: str
    alt: str
    staging: Staging | None = None
    staged_for: tuple[str, str] | None = None
    described: bool = Field(default=False, exclude_if=lambda it: not it)

    def reworded(self, text: str | None, alt: str | None) -> Beat:
        """Return the scene with a new text or description. None keeps the current one. If a user restores the
        original words, the result equals the original scene."""
        wording = (self.text if text is None else text, self.alt if alt is None else alt)
        was = self.staged_for or (self.text, self.alt)
        staged_for = was if self.staging is not None and wording != was else None
        changed = self.described or wording[1] != self.alt
        described = changed and (self.staging is None or wording[1] != was[1])
        return self.model_copy(
            update={"text": wording[0], "alt": wording[1], "staged_for": staged_for, "described": described}
        )

    def alt_of(self, drawn: str | None) -> str:
        """Return the description of the picture. A user's description comes first. Without one, it is the
        description of the picture as it was ``drawn``, if known, or else the storyteller's description."""
        return self.alt if self.described or not drawn else drawn

    @property
    def new_words(self) -> str:
        """The sentences that a user wrote after the staging was made."""
        known = {sentence for text in self.staged_for or () for sentence in _sentences(text)}
        sentences = [*_sentences(self.alt), *_sentences(self.text)] if self.staged_for else []
        return " ".join(sentence for sentence in sentences if sentence not in known)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?…])\s+|\n+", text.strip())


class StoryContent(Value):
    """The written story. ``language`` is the language of the text if it differs from the requested
    language."""

    title: str
    summary: str
    beats: tuple[Beat, ...]
    cover_alt: str = ""
    language: str | None = Field(default=None, exclude_if=lambda it: it is None)

    def language_of(self, brief: StoryBrief) -> str:
        """Return the language tag of the text."""
        return self.language or brief.language

    def decisive(self) -> dict[str, object]:
        """Return the parts of the story that influence the other assets. Who wrote a picture's description
        (``described``) is not included."""
        return self.model_dump(mode="json", exclude={"language": True, "beats": {"__all__": {"described"}}})

    def public(self) -> dict[str, object]:
        """Return the text as clients see it, without the hints for the director."""
        return self.model_dump(mode="json", exclude={"beats": {"__all__": {"staging", "staged_for"}}})


class PaletteStep(Value):
    """The colours of one picture in the palette of a book. ``colours`` are ordered from light to dark."""

    name: str
    mood: str
    colours: tuple[Colour, ...]


class PaletteJourney(Value):
    """The result of pass 1 of the director: a motif, and one palette step for the cover and for each scene (n
    + 1 in total)."""

    motif: str
    steps: tuple[PaletteStep, ...]


class SceneAnalysis(Value):
    """The result of pass 2 of the director: the cinematic analysis of the cover (``index`` 0) or of a
    scene.

    ``frame`` is the storyboard's plan of the picture, and ``heroes`` are the names of the heroes in the
    picture. An analysis by an older version has neither.
    """

    index: int
    action: str
    camera: str
    depth: str
    atmosphere: str
    staging: Staging
    heroes: tuple[str, ...] | None = Field(default=None, exclude_if=lambda it: it is None)
    frame: Frame | None = Field(default=None, exclude_if=lambda it: it is None)

    @property
    def is_cover(self) -> bool:
        """Whether this is the analysis of the cover."""
        return self.index == 0

    @property
    def description(self) -> str:
        """Return the analysis as one paragraph for a prompt."""
        return f"{self.action} Camera: {self.camera}. Depth: {self.depth}. Atmosphere: {self.atmosphere}."

    @property
    def must_show(self) -> tuple[str, ...]:
        """Return what must be seen, beside the heroes: the things of the frame, and those of the staging that
        the frame does not name."""
        planned = self.frame.must_show if self.frame is not None and self.heroes is not None else ()
        said = " ".join(planned).casefold()
        return (*planned, *(prop for prop in self.staging.props if prop.casefold() not in said))

    def staged(self, characters: Sequence[Character]) -> tuple[Character, ...]:
        """Return those of the characters whom the picture shows. All, if the analysis does not say it."""
        if self.heroes is None:
            return tuple(characters)
        return tuple(character for character in characters if character.name in self.heroes)


class Activity(Value):
    """A comprehension question. ``page`` is the scene that it asks about, counted from 1."""

    kind: Literal["multiple_choice", "true_false", "open", "sequence"]
    question: str
    options: tuple[str, ...] = ()
    answer: str
    page: int | None = None


class Activities(Value):
    """The comprehension questions of a story for its age range, each with the answer."""

    age_range: AgeRange
    questions: tuple[Activity, ...]


class SpokenWord(Value):
    """A spoken word of the text. Times are in seconds from the start of its audio.

    ``text`` has no white space but includes punctuation. The words of a page, joined by single spaces, give
    the text of the page with normalized white space.
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
    """Name of the character that the question is about. Null if the question is about the whole picture."""
    trait: str | None = None
    """Id of the trait that the question is about. Null if the question is not about a trait."""
