"""Forecasts how long a book takes: the waits for providers, and the work of processes on this machine. Pure.

Rules from measurements describe the structure of the work, and how it grows with scenes, pages, heroes and
processes. As soon as the ledger has a call of a model that runs on this machine, the rules are scaled to the
speed of this machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from types import MappingProxyType
from typing import Literal

from service.domain.assets import ASSETS
from service.domain.story import AgeRange, StoryBrief
from service.providers.offline import models
from service.providers.offline.pace import (
    ACTIVITIES_SECONDS,
    ANALYSIS_SECONDS,
    AUDIO_SECONDS,
    CONTENT_SECONDS,
    IMAGE_SECONDS,
    PROPOSAL_SECONDS,
)
from service.settings import Settings

#: The time that one process of a usual machine needs for a picture, for its check and for its colours, and to
#: speak a thousand characters, in seconds. More heroes make only the text slower.
_DRAW, _LOOK, _COLOURS = 0.8, 0.05, 0.15
_SPEAK_A_THOUSAND = 8.0
#: The time for writing, directing and questions by offline providers, and between steps, in seconds.
_BESIDE = 1.0
#: Writing one proposal for a stage of a novel's plan on this machine, and how many tokens a usual language
#: model writes in a second.
_PROPOSE, _TOKENS_A_SECOND = 0.1, 80
#: Characters of a book that is written on this machine: with up to four scenes, and for each further scene.
_WRITTEN: Mapping[AgeRange, tuple[int, int]] = MappingProxyType(
    {"0-3": (1100, 145), "3-5": (1120, 145), "5-8": (3000, 220), "8-10": (3450, 195)}
)
_WRITTEN_A_HERO = 45
_SCENES_OF_ONE_LENGTH = 4
#: The number of characters in a whole book by a language model, by age.
CHARACTERS: Mapping[AgeRange, int] = MappingProxyType({"0-3": 1000, "3-5": 2000, "5-8": 3800, "8-10": 5200})

#: How long the steps of writing take, other than the story itself, in seconds.
_WRITING: Mapping[str, float] = MappingProxyType({"outline": 10.0, "critique": 12.0, "revision": 20.0})

#: How long the storyboard of a book takes, in seconds.
_STORYBOARD = 15.0

Role = Literal["text", "image", "vision", "voice", "planner"]
_OFFLINE: Mapping[Role, str] = MappingProxyType(
    {
        "text": models.TEXT,
        "image": models.IMAGE,
        "vision": models.VISION,
        "voice": models.VOICE,
        "planner": models.PLANNER,
    }
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The average usage, and the average duration in seconds, of the calls of one step by one model.
    ``calls`` is the number of these calls. Unknown values are 0."""

    calls: int
    input_tokens: int
    output_tokens: int
    seconds: float
    characters: float = 0.0


#: Measurements by step and model.
Measurements = Mapping[tuple[str, str], Measured]


def is_offline(settings: Settings, role: Role) -> bool:
    """Whether an offline provider, which runs on this machine, has the role."""
    provider = {
        "text": settings.text_provider,
        "image": settings.image_provider,
        "vision": settings.checks_with,
        "voice": settings.speech_provider,
        "planner": settings.plans_with[0],
    }
    return provider[role] == "offline"


def model_of(settings: Settings, role: Role) -> str:
    """The name in the ledger of the model that has a role."""
    if is_offline(settings, role):
        return _OFFLINE[role]
    chosen = {
        "text": settings.text_model,
        "image": settings.image_model,
        "vision": settings.vision_model,
        "voice": settings.voice_model,
        "planner": settings.plans_with[1],
    }
    return chosen[role]


def characters_of(settings: Settings, brief: StoryBrief) -> int:
    """The approximate number of characters of a book's text."""
    if brief.given_pages:
        return sum(map(len, brief.given_pages))
    if not is_offline(settings, "text"):
        return CHARACTERS[brief.age_range]
    short, more = _WRITTEN[brief.age_range]
    further = max(0, brief.scene_count - _SCENES_OF_ONE_LENGTH)
    return short + more * further + _WRITTEN_A_HERO * (len(brief.characters) - 1)


def writing_steps(settings: Settings, brief: StoryBrief) -> dict[str, int]:
    """The steps in which a story is written, in their order, with the number of calls of each. A text that a
    person gave is not planned and not criticised, and the offline storyteller writes in one step."""
    if is_offline(settings, "text") or brief.given_pages:
        return {"content": 1}
    steps = {"outline": int(settings.outline), "content": 1}
    steps |= {"critique": settings.critiques, "revision": settings.critiques}
    return {step: times for step, times in steps.items() if times}


def draws_sheet(brief: StoryBrief) -> bool:
    """Whether a character sheet is drawn before the cover."""
    return not all(character.reference_images for character in brief.characters)


def binding_seconds(brief: StoryBrief, *, spoken: bool) -> float:
    """The time that one process of a usual machine needs to bind the story's books, in seconds. ``spoken``
    selects the books that need the narration; otherwise the books that do not need it."""
    made = [asset for asset in ASSETS if not asset.optional or asset.name in brief.extras]
    books = [asset for asset in made if asset.is_book and ("audio" in asset.needs) == spoken]
    return sum(least + each * brief.scene_count for least, each in (asset.seconds for asset in books))


class Durations:
    """Forecasts of durations in seconds. They use measurements if these exist, and otherwise rules."""

    def __init__(self, settings: Settings, measured: Measurements) -> None:
        """``measured`` contains the measured calls that a forecast may use. For offline models, one call is
        enough."""
        self._settings = settings
        self._measured = measured

    def book(self, brief: StoryBrief, *, assets: bool, tries: int) -> float:
        """The duration of a whole first build, with this number of tries for each picture. If ``assets`` is
        empty, the duration of the text alone."""
        if not assets:
            return self._words(brief) + self._written()
        return self._waiting(brief, tries) + self._written() + self._working(brief, tries)

    def round(self, step: str, count: int) -> float:
        """A round of so many proposals by the offline planner, for a stage of a novel's plan."""
        found = self._measured.get((step, model_of(self._settings, "planner")))
        worked = found.seconds if found else 0.0
        return (worked or count * _PROPOSE) + count * PROPOSAL_SECONDS * self._settings.offline_latency

    def turns(self, calls: Sequence[tuple[str, int, int]], count: int) -> float:
        """A round of so many proposals by a language model. ``calls`` are its steps, each with the number of
        its calls and their output tokens. The calls follow one another, except those for the scenes of one
        proposal."""
        return sum(
            (count if step == "propose_scenes" else times) * self._written_by_model(step, tokens)
            for step, times, tokens in calls
        )

    def _written_by_model(self, step: str, tokens: int) -> float:
        found = self._paid("planner", step)
        return found.seconds if found else tokens / _TOKENS_A_SECOND

    def _written(self) -> float:
        return _BESIDE if is_offline(self._settings, "text") else 0.0

    # ── what is waited for: the longest way through the graph ──

    def _waiting(self, brief: StoryBrief, tries: int) -> float:
        picture = tries * self._drawn()
        rounds = ceil(brief.scene_count / self._settings.image_concurrency_per_process)
        read = self._waits("text", "analysis", ANALYSIS_SECONDS)
        if not is_offline(self._settings, "text"):
            read += self._waits("text", "storyboard", _STORYBOARD)
        drawn = max(read, picture if draws_sheet(brief) else 0.0) + picture * (1 + rounds)
        asked = self._waits("text", "activities", ACTIVITIES_SECONDS)
        return self._words(brief) + max(drawn, asked, self._spoken(brief))

    def _words(self, brief: StoryBrief) -> float:
        """The duration of the steps in which the story is written, one after the other."""
        return sum(
            times * self._waits("text", step, _WRITING.get(step, CONTENT_SECONDS))
            for step, times in writing_steps(self._settings, brief).items()
        )

    def _drawn(self) -> float:
        """The duration of a picture with its check."""
        drawing, looking = self._paid("image", "picture"), self._paid("vision", "verdict")
        if drawing is None or looking is None:
            return self._waits("image", "", IMAGE_SECONDS)
        return drawing.seconds + looking.seconds

    def _spoken(self, brief: StoryBrief) -> float:
        """The duration of the narration of all pages. The voice's provider limits how many pages are spoken
        at once."""
        page = self._paid("voice", "narration")
        if page is None:
            return self._waits("voice", "", AUDIO_SECONDS)
        return page.seconds * ceil(brief.scene_count / self._settings.voice_concurrency)

    def _waits(self, role: Role, step: str, seconds: float) -> float:
        """The wait for a provider in one step: the measured time, or else the time from the source document.
        For offline providers, only the delay from the settings counts."""
        if is_offline(self._settings, role):
            return seconds * self._settings.offline_latency
        found = self._paid(role, step)
        return found.seconds if found else seconds

    def _paid(self, role: Role, step: str) -> Measured | None:
        if is_offline(self._settings, role):
            return None
        return self._measured.get((step, model_of(self._settings, role)))

    # ── what the processes of this machine work at ──

    def _working(self, brief: StoryBrief, tries: int) -> float:
        scenes = brief.scene_count
        offline = is_offline(self._settings, "image")
        usual = self._usual()
        draw = self._scale("image") * _DRAW if offline else 0.0
        look = self._scale("vision") * _LOOK if offline else 0.0
        colours = usual * _COLOURS
        # A picture's colours are extracted while it is checked.
        ahead = (draws_sheet(brief) + 1) * tries * (draw + max(look, colours))
        return through_the_pool(
            self._settings.cpu_processes,
            speaking=self._speaking(brief),
            ahead=ahead,
            scenes=scenes * tries * (draw + look + colours),
            silent=usual * binding_seconds(brief, spoken=False),
            spoken=usual * binding_seconds(brief, spoken=True),
        )

    def _speaking(self, brief: StoryBrief) -> float:
        if not is_offline(self._settings, "voice"):
            return 0.0
        return self._scale("voice") * _SPEAK_A_THOUSAND * characters_of(self._settings, brief) / 1000

    def _usual(self) -> float:
        """How many times slower this machine is than a usual machine, from all measurements on this
        machine."""
        known = [scale for role in ("image", "vision", "voice") if (scale := self._seen(role))]
        return fmean(known) if known else 1.0

    def _scale(self, role: Role) -> float:
        return self._seen(role) or self._usual()

    def _seen(self, role: Role) -> float | None:
        """How many times longer a step takes on this machine than by the rule. None if the step has no
        measurement yet."""
        step, rule = {
            "image": ("picture", _DRAW),
            "vision": ("verdict", _LOOK),
            "voice": ("narration", _SPEAK_A_THOUSAND / 1000),
        }[role]
        found = self._measured.get((step, _OFFLINE[role]))
        if found is None or not found.seconds:
            return None
        if role != "voice":
            return found.seconds / rule
        return found.seconds / (rule * found.characters) if found.characters else None


def through_the_pool(
    processes: int, *, speaking: float, ahead: float, scenes: float, silent: float, spoken: float
) -> float:
    """How long work takes in the pool of processes. All amounts are in seconds of one process.

    Pages are spoken one after another (``speaking``). The sheet and the cover are drawn before the scenes
    (``ahead``). ``silent`` books wait for all pictures, and ``spoken`` books also wait for the narration.
    """
    if processes == 1:
        return speaking + ahead + scenes + silent + spoken
    drawn = ahead + scenes / (processes - 1)
    if drawn > speaking:
        # From then on, the process that spoke draws, too.
        left = speaking + (drawn - speaking) * (processes - 1) / processes
        drawn = max(ahead + scenes / processes, left)
    return max(drawn + silent, max(drawn, speaking) + spoken)
