"""The protocols of providers. Actors know only these protocols.

Every call returns a :class:`Reply` with its cost, and raises only errors of ``service.errors.ProviderError``:
retryable, throttled, refused, permanent or blocked. Implementations do not retry, because the retry policies
of the actors do this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from service.domain.inspection import Question as Question
from service.domain.story import (
    Activities,
    Finding,
    PaletteJourney,
    SceneAnalysis,
    SpokenWord,
    StoryBrief,
    StoryContent,
)
from service.domain.storyboard import Frame, Storyboard
from service.domain.writing import Critique, Outline
from service.domain.writing import Remark as StoryRemark
from service.providers.picture_values import Alt as Alt
from service.providers.picture_values import Likeness as Likeness
from service.providers.picture_values import Picture as Picture
from service.providers.picture_values import PictureAsk as PictureAsk
from service.providers.replies import Reply
from service.providers.writing import Writer

#: A function that is called while a story is written, with the index of a scene (from 1) and the whole text
#: of this scene so far.
OnWords = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class SpeechAsk:
    """A request for one page's narration. The texts of the neighbouring pages only improve the intonation,
    and are not spoken. ``book`` has the texts of all pages, in which refrains are found. A ``bedtime`` story
    is read slowly."""

    text: str
    language: str = "en"
    voice: str | None = None
    previous_text: str | None = None
    next_text: str | None = None
    book: tuple[str, ...] = ()
    bedtime: bool = False


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


class Editor(Protocol):
    """Plans stories before they are written, revises drafts, and plans all pictures of a story together. Its
    calls belong to its text provider."""

    async def outline_story(self, brief: StoryBrief) -> Reply[Outline]:
        """Plan the pages of the story."""
        ...

    async def criticise_story(self, brief: StoryBrief, content: StoryContent) -> Reply[Critique]:
        """Say what is wrong with a draft, and what to do."""
        ...

    async def revise_story(
        self, brief: StoryBrief, content: StoryContent, remarks: Sequence[StoryRemark], on_words: OnWords
    ) -> Reply[StoryContent]:
        """Mend what the remarks say. Calls ``on_words`` with the whole text of each new page."""
        ...

    async def plan_storyboard(self, brief: StoryBrief, content: StoryContent) -> Reply[Storyboard]:
        """Plan a frame for the cover and for each scene. Neighbouring frames differ."""
        ...


class Text(Protocol):
    """A provider that writes the text and directs the pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    @property
    def editor(self) -> Editor | None:
        """The provider's editor, who plans and revises its stories and plans their pictures. None: a story is
        written in one call, and each scene analysis plans its own picture."""
        ...

    async def write_story(
        self, brief: StoryBrief, on_words: OnWords, outline: Outline | None = None
    ) -> Reply[StoryContent]:
        """Write the story, from an outline if there is one. Calls ``on_words`` while the text of each scene
        arrives.

        If the brief has ``given_pages``, they are the text: word for word, or lightly mended.
        """
        ...

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """Pass 1: the motif and a palette step for the cover and each scene."""
        ...

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int, frame: Frame | None = None
    ) -> Reply[SceneAnalysis]:
        """Pass 2: the scene analysis of the cover (``index`` 0) or of a scene. It follows the frame of a
        storyboard if there is one."""
        ...

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        """Write comprehension questions with their answers."""
        ...


class Image(Protocol):
    """A provider that draws pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        """Draw one picture that matches the references (encoded pictures), if there are any."""
        ...


@runtime_checkable
class Redraws(Protocol):
    """A provider of pictures that can draw a picture again, larger, and without a cost."""

    async def redraw(self, ask: PictureAsk, digest: str, side: int) -> bytes | None:
        """The picture of a request as a JPEG whose shorter side has ``side`` pixels. None if the request
        gives another picture now than that whose SHA-256 begins with ``digest``."""
        ...


class Vision(Protocol):
    """A provider that checks pictures."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    @property
    def safety_apart(self) -> bool:
        """Whether the text of a user could influence the validator's answers. If so, the caller asks the
        safeguard questions with ``look``, in a call without such text, and leaves them out of ``check``."""
        ...

    @property
    def sees(self) -> bool:
        """Whether the validator recognises who and what is in a picture. Then it compares the heroes with
        their likenesses and describes pictures."""
        ...

    async def check(
        self,
        ask: PictureAsk,
        picture: bytes,
        questions: Sequence[Question],
        beside: Sequence[Likeness] = (),
    ) -> Reply[tuple[Finding, ...]]:
        """Answer each question, in order, about one encoded picture of the ask's characters. ``beside`` says
        what they look like."""
        ...

    async def describe(self, ask: PictureAsk, picture: bytes, language: str) -> Reply[Alt]:
        """Describe one encoded picture of the ask's characters, in a language, from what it shows. Only a
        validator that ``sees`` is asked."""
        ...

    async def look(self, picture: bytes, questions: Sequence[Question]) -> Reply[tuple[Finding, ...]]:
        """Answer questions that the service wrote, in order, about one encoded picture. The call contains
        only the picture and the questions."""
        ...


@dataclass(frozen=True, slots=True)
class Review:
    """The result of a moderation: the categories that the moderator flagged. Empty if the moderator flagged
    nothing."""

    flagged: tuple[str, ...] = ()


class Moderation(Protocol):
    """A provider that finds unsuitable content."""

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
    """A provider that speaks pages."""

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
    """A request for proposals for one stage of a novel's plan.

    ``fields`` contains the accepted values of all stages by path (``character.people.c3.want``). The path of
    a collection may contain the order of its ids; without it, the elements are in their order. ``locked``
    contains the fields of this stage that a draft must keep. If only some fields are requested, all others
    are locked. ``material`` contains texts by id. ``avoid`` contains words and things that must not occur.
    ``used_names`` contains names of people in earlier proposals. ``feedback`` contains the user's comments on
    earlier proposals, oldest first. ``instruction`` applies to this round only. ``blend`` contains the values
    of the proposals that are combined. ``scope`` contains the paths that are requested, with all paths below
    them; if it is empty, the whole stage is requested.
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
    scope: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One proposal: the values of the requested stage by path. The elements of a collection are in their
    order.

    ``drawn_from`` contains the sources of the draft: paths in ``fields`` of the request, ``inspiration`` and
    ``material.ID``. ``assumed`` contains empty paths for which the provider assumed a value. ``notes`` are
    sentences for the user about wishes that the draft does not fulfil. An element that exists in ``fields``
    keeps its id; every other element has a new id. References name elements of ``fields`` or of the draft.
    ``quotes`` contains the passages of the material from which values were taken, by the paths of the values.
    ``only`` is true if the provider would propose the same again as long as the request asks for nothing new.
    """

    values: Mapping[str, FieldValue]
    drawn_from: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    quotes: Mapping[str, str] = field(default_factory=dict)
    only: bool = False


@dataclass(frozen=True, slots=True)
class DraftPart:
    """The current part of the draft with this ``index`` (from 0). If ``closed`` is true, the draft is
    complete."""

    index: int
    draft: Draft
    closed: bool = False


#: The maximum number of characters of the texts that one call sorts.
MOST_SORTED = 12_000
PlannerCall = Literal["propose", "sort_material", "review"]
#: A function that is called while a draft is written, and once when the draft is complete.
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
    """A provider that plans novels."""

    @property
    def provider(self) -> str:
        """Its name in the ledger."""

    @property
    def model(self) -> str:
        """The model's name in the ledger."""

    async def propose(self, ask: PlanAsk, on_part: OnPart) -> Reply[tuple[Draft, ...]]:
        """Make at most ``ask.count`` different drafts. Each draft is complete before the next draft begins.

        The chapters of a plot may come without scenes. Then the scenes are requested by ``scope``, for a few
        chapters in each call. The call may be cancelled: complete drafts stay valid.
        """
        ...

    async def sort_material(self, ask: PlanAsk) -> Reply[tuple[Draft, ...]]:
        """What the texts of ``ask.material`` say of the stage: at most one draft, each value with its quote.

        Nothing is made up. A text is at most ``MOST_SORTED`` characters long.
        """
        ...

    async def review(self, ask: PlanAsk) -> Reply[tuple[Remark, ...]]:
        """What is wrong in the accepted fields, chiefly in those of the stage."""
        ...

    def most_usd(self, ask: PlanAsk, call: PlannerCall = "propose") -> Decimal:
        """The most that a call can cost for this ask, in US dollars."""
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers of a process: one provider for each role. If no moderator exists, moderation is
    skipped."""

    text: Text
    image: Image
    vision: Vision
    speech: Speech
    planner: Planner
    writer: Writer
    moderation: Moderation | None = None
