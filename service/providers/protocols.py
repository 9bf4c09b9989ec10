"""The protocols of providers. Actors know only these protocols.

Every call returns a :class:`Reply` with its cost, and raises only errors of ``service.errors.ProviderError``:
retryable, throttled, refused, permanent or blocked. Implementations do not retry, since the actors' policies
do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from service.domain.inspection import Question as Question
from service.domain.prompts import Prompt
from service.domain.story import (
    Activities,
    Character,
    Finding,
    PaletteJourney,
    PaletteStep,
    SceneAnalysis,
    SpokenWord,
    StoryBrief,
    StoryContent,
)
from service.providers.replies import Reply

#: Called while words are written, with the scene's index (from 1) and its whole text so far.
OnWords = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class PictureAsk:
    """A request for one picture. ``prompt`` is for models that read text. The other fields are the data
    behind the prompt.

    ``index`` is 0 for the cover, 1… for scenes, and the character's position for a sheet. ``size`` is width
    by height in pixels. ``feedback`` is the validator's newest, if any.
    """

    subject: Literal["character_sheet", "cover", "scene"]
    index: int
    title: str
    characters: tuple[Character, ...]
    analysis: SceneAnalysis | None
    palette: PaletteStep
    motif: str
    prompt: Prompt
    style: str | None = None
    instructions: str | None = None
    feedback: str | None = None
    seed: int = 0
    size: tuple[int, int] = (1024, 1024)


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture in its stored form. ``alt`` describes it in English, if the illustrator can."""

    data: bytes
    media_type: str
    width: int
    height: int
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechAsk:
    """A request for one page's narration. The neighbouring pages only improve the flow, and are not
    spoken."""

    text: str
    language: str = "en"
    voice: str | None = None
    previous_text: str | None = None
    next_text: str | None = None


@dataclass(frozen=True, slots=True)
class Narration:
    """A spoken page: an encoded sound file and the times of its words.

    ``estimated`` means that the times of the words were spread over the sound, not measured.
    """

    data: bytes
    media_type: str
    duration: float
    words: tuple[SpokenWord, ...]
    estimated: bool = False


class Text(Protocol):
    """Writes the text and directs the pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def write_story(self, brief: StoryBrief, on_words: OnWords) -> Reply[StoryContent]:
        """Write the story. Calls ``on_words`` as the words of each scene arrive."""
        ...

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """Pass 1: the motif and a palette step for the cover and each scene."""
        ...

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int
    ) -> Reply[SceneAnalysis]:
        """Pass 2: the cinematic reading of the cover (0) or of scene ``index``."""
        ...

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        """Comprehension questions with their answers."""
        ...


class Image(Protocol):
    """Draws pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        """Draw one picture that matches the references (encoded pictures), if there are any."""
        ...


class Vision(Protocol):
    """Checks pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    @property
    def safety_apart(self) -> bool:
        """Whether words of a person could influence it. If so, ``look`` asks the safeguard questions in a
        call without such words, and ``check`` does not ask them."""
        ...

    async def check(
        self, ask: PictureAsk, picture: bytes, questions: Sequence[Question]
    ) -> Reply[tuple[Finding, ...]]:
        """Answer each question, in order, about one encoded picture of the ask's characters."""
        ...

    async def look(self, picture: bytes, questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        """Answer our own questions, in order, about one encoded picture. Nothing else is sent."""
        ...


@dataclass(frozen=True, slots=True)
class Review:
    """The categories that a moderator flagged; empty if it flagged nothing."""

    flagged: tuple[str, ...] = ()


class Moderation(Protocol):
    """Finds unsuitable content."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def review(self, texts: Sequence[str], pictures: Sequence[bytes] = ()) -> Reply[Review]:
        """Review texts and encoded pictures together."""
        ...


class Speech(Protocol):
    """Speaks pages."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        """Speak one page, with the time of every word."""
        ...


Stage = Literal["concept", "theme", "character", "world", "plot"]
#: The value of one field of a plan.
FieldValue = str | int | bool | list[str]


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """Proposals for one stage of a novel's plan.

    ``fields`` are the accepted values of all stages by path (``character.people.c3.want``); at the path of a
    collection stands the order of its ids, else its elements stand in their order. ``locked`` are the fields
    of this stage that a draft must keep: all but those that are asked for, where only some are. ``material``
    is text by id. ``avoid`` are words and things that must not occur; ``used_names`` are people's names of
    earlier proposals; ``feedback`` is what a person has said of earlier proposals, oldest first;
    ``instruction`` is for this round. ``blend`` holds the values of proposals that are to become one.
    """

    stage: Stage
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    inspiration: str = ""
    material: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    count: int = 1
    locked: Mapping[str, FieldValue] = field(default_factory=dict)
    avoid: tuple[str, ...] = ()
    used_names: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    instruction: str = ""
    blend: tuple[Mapping[str, FieldValue], ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One proposal: values of the asked stage by path, the elements of a collection in their order.

    ``drawn_from`` are the paths of the ask's ``fields`` that the draft follows from, with ``inspiration`` and
    ``material.ID``; ``assumed`` are paths that were empty, so that the provider assumed something. ``notes``
    say, in sentences for a person, what the draft does not honour. An element's id is that of ``fields``
    where the element is the same, else a new one; a value refers to elements of ``fields`` or of the draft.
    """

    values: Mapping[str, FieldValue]
    drawn_from: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftPart:
    """As much as there is of the draft with this ``index`` (from 0); ``closed`` says that it is complete."""

    index: int
    draft: Draft
    closed: bool = False


#: Called as a draft grows, and once when it is complete.
OnPart = Callable[[DraftPart], None]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one field of a plan, exactly as they stand there."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a model says of a plan: what is wrong and what to do, with the words that show it.

    It counts only while all its quotes stand in the accepted fields.
    """

    message: str
    quotes: tuple[Quote, ...]


class Planner(Protocol):
    """Plans novels."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        """At most ``ask.count`` drafts that differ, each closed before the next one begins.

        May be cancelled: what was closed by then stands.
        """
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """The provider set: one provider for each role. Without a moderator, moderation is skipped."""

    text: Text
    image: Image
    vision: Vision
    speech: Speech
    planner: Planner
    moderation: Moderation | None = None
