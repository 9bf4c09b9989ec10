"""What a book will cost and how long it will take, before it is begun. Pure.

The tokens are what such calls use as a rule, with the thinking that is billed as output; they are
a forecast, and the ledger has what was really used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from typing import Literal

from service.domain.story import AgeRange, StoryBrief
from service.providers.offline.pace import (
    ACTIVITIES_SECONDS,
    ANALYSIS_SECONDS,
    AUDIO_SECONDS,
    CONTENT_SECONDS,
    IMAGE_SECONDS,
)
from service.providers.prices import Counts, PriceTable
from service.settings import Settings

#: Tokens of one call of each step.
TYPICAL: Mapping[str, Counts] = MappingProxyType(
    {
        "content": Counts(input_tokens=900, output_tokens=3000),
        "palette": Counts(input_tokens=900, output_tokens=600),
        "analysis": Counts(input_tokens=1400, output_tokens=700),
        "activities": Counts(input_tokens=900, output_tokens=1200),
        "verdict": Counts(input_tokens=2000, output_tokens=900),
    }
)
#: Tokens of a picture of 1024 by 1024 pixels by its quality, and of one reference that it is drawn from.
_PICTURE_TOKENS = {"low": 272, "medium": 1056, "high": 4160, "auto": 4160, "xhigh": 6240, "max": 8320}
_REFERENCE_TOKENS = 1500
_PROMPT_TOKENS = 500
_STANDARD_PIXELS = 1024 * 1024
#: Characters of a whole book's text by its age.
_CHARACTERS: Mapping[AgeRange, int] = MappingProxyType({"0-3": 1000, "3-5": 2000, "5-8": 3800, "8-10": 5200})
_PDF_SECONDS = 2.0
#: Pictures for one place in the book, at most.
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """The calls of one step: how many at least, and what each of them costs, in US dollars."""

    step: str
    model: str
    calls: int
    each_usd: Decimal

    @property
    def usd(self) -> Decimal:
        return self.calls * self.each_usd


@dataclass(frozen=True, slots=True)
class Estimate:
    """``low_usd`` is where every picture passes at once, ``high_usd`` where each is drawn three times."""

    lines: tuple[Line, ...]
    low_usd: Decimal
    high_usd: Decimal
    seconds: float


class Estimator:
    """Forecasts by the settings' models and prices; what is made offline costs nothing."""

    def __init__(self, settings: Settings, prices: PriceTable) -> None:
        self._settings = settings
        self._prices = prices

    def call(self, step: str, model: str, *, characters: int = 0) -> Decimal:
        """About what one call costs, in US dollars. ``characters`` are those of a narration."""
        if step == "picture":
            counts = self._picture()
        elif step == "narration":
            counts = Counts(characters=characters)
        else:
            counts = TYPICAL.get(step, Counts())
        return self._prices.usage(model, counts).cost_usd

    def book(self, brief: StoryBrief, *, assets: bool = True) -> Estimate:
        """All of a first build; without ``assets`` the text alone."""
        lines = self._lines(brief) if assets else self._lines(brief)[:1]
        low = sum((line.usd for line in lines), Decimal(0))
        again = sum((line.usd for line in lines if line.step in ("picture", "verdict")), Decimal(0))
        return Estimate(lines, low, low + (_MOST_TRIES - 1) * again, self._seconds(brief, assets))

    def _lines(self, brief: StoryBrief) -> tuple[Line, ...]:
        scenes = brief.scene_count
        pictures = scenes + 1 + _draws_sheet(brief)
        characters = ceil(_CHARACTERS[brief.age_range] / scenes)
        text, image, vision, voice = (self._model(role) for role in ("text", "image", "vision", "voice"))
        return (
            Line("content", text, 1, self.call("content", text)),
            Line("palette", text, 1, self.call("palette", text)),
            Line("analysis", text, scenes + 1, self.call("analysis", text)),
            Line("picture", image, pictures, self.call("picture", image)),
            Line("verdict", vision, pictures, self.call("verdict", vision)),
            Line("narration", voice, scenes, self.call("narration", voice, characters=characters)),
            Line("activities", text, 1, self.call("activities", text)),
        )

    def _model(self, role: Literal["text", "image", "vision", "voice"]) -> str:
        settings = self._settings
        chosen = {
            "text": (settings.text_provider, settings.text_model),
            "image": (settings.image_provider, settings.image_model),
            "vision": (settings.image_provider, settings.vision_model),
            "voice": (settings.speech_provider, settings.voice_model),
        }
        provider, model = chosen[role]
        return "offline" if provider == "offline" else model

    def _picture(self) -> Counts:
        width, height = map(int, self._settings.image_size.split("x"))
        whole = _PICTURE_TOKENS[self._settings.image_quality] * width * height / _STANDARD_PIXELS
        return Counts(
            input_tokens=_PROMPT_TOKENS + _REFERENCE_TOKENS,
            image_tokens=_REFERENCE_TOKENS,
            output_tokens=ceil(whole),
            images=1,
        )

    def _seconds(self, brief: StoryBrief, assets: bool) -> float:
        """The longest way through the graph, each picture drawn once."""
        if not assets:
            return self._paced("text", CONTENT_SECONDS)
        picture = self._paced("image", IMAGE_SECONDS)
        rounds = ceil(brief.scene_count / self._settings.image_concurrency_per_process)
        before = max(self._paced("text", ANALYSIS_SECONDS), picture if _draws_sheet(brief) else 0.0)
        drawn = before + picture * (1 + rounds)
        asked = self._paced("text", ACTIVITIES_SECONDS)
        spoken = self._paced("voice", AUDIO_SECONDS)
        return self._paced("text", CONTENT_SECONDS) + max(max(drawn, asked) + _PDF_SECONDS, spoken)

    def _paced(self, role: Literal["text", "image", "voice"], seconds: float) -> float:
        offline = self._model(role) == "offline"
        return seconds * self._settings.offline_latency if offline else seconds


def _draws_sheet(brief: StoryBrief) -> bool:
    return not all(character.reference_images for character in brief.characters)
