"""The expected cost and duration of a book, or of a round of proposals, before it starts. Pure.

The numbers of tokens are from recent calls in the ledger. If the ledger has too few calls, typical numbers
are used. They include the reasoning tokens that are billed as output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from typing import Literal

from service.domain.languages import is_english
from service.domain.story import StoryBrief
from service.providers import plan_tokens
from service.providers.duration import (
    Durations,
    Measurements,
    Role,
    characters_of,
    draws_sheet,
    is_offline,
    model_of,
    writing_steps,
)
from service.providers.prices import Counts, PriceTable
from service.settings import Settings

#: Proposals of a usual round, and tokens of one proposal for each stage of a novel's plan.
_PROPOSALS = 3
_PROPOSAL_TOKENS: Mapping[str, int] = MappingProxyType(
    {"concept": 900, "theme": 800, "character": 3800, "world": 2700, "plot": 7500}
)
#: Tokens of one call of each step.
TYPICAL: Mapping[str, Counts] = MappingProxyType(
    {
        "outline": Counts(input_tokens=900, output_tokens=1500),
        "content": Counts(input_tokens=1500, output_tokens=3000),
        "critique": Counts(input_tokens=1900, output_tokens=1400),
        "revision": Counts(input_tokens=2300, output_tokens=2400),
        "palette": Counts(input_tokens=900, output_tokens=600),
        "storyboard": Counts(input_tokens=1500, output_tokens=2200),
        "analysis": Counts(input_tokens=1700, output_tokens=800),
        "chapter_scene": Counts(input_tokens=4500, output_tokens=2200),
        "chapter_passage": Counts(input_tokens=4000, output_tokens=900),
        "activities": Counts(input_tokens=900, output_tokens=1200),
        "verdict": Counts(input_tokens=3800, output_tokens=1000),
        "safety": Counts(input_tokens=1400, output_tokens=400),
        "alt": Counts(input_tokens=1400, output_tokens=250),
        **{
            f"propose_{stage}": Counts(input_tokens=7000, output_tokens=_PROPOSALS * each)
            for stage, each in _PROPOSAL_TOKENS.items()
        },
        "sort_material": plan_tokens.usual_call(plan_tokens.SORTED),
        "review_plot": plan_tokens.usual_call(plan_tokens.REVIEWED),
        "propose_scenes": plan_tokens.usual_call(plan_tokens.usual_scenes(plan_tokens.CHAPTERS_A_CALL)),
    }
)
#: The number of tokens of a picture of 1024 by 1024 pixels, by quality, and of one reference image.
_PICTURE_TOKENS = {"low": 272, "medium": 1056, "high": 4160, "auto": 4160, "xhigh": 6240, "max": 8320}
_REFERENCE_TOKENS = 1500
_PROMPT_TOKENS = 800
#: A planner is asked again at most once for a round: where its answer is of no use.
_ROUND_TRIES = 2
_STANDARD_PIXELS = 1024 * 1024
#: The minimum number of a step's calls that a forecast needs, because fewer calls are not representative.
#: Offline calls do not count.
_ENOUGH = 5

_ROLES: tuple[Role, ...] = ("text", "image", "vision", "voice")

Kind = Literal["words", "pictures", "checks", "voice"]
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {"picture": "pictures", "verdict": "checks", "safety": "checks", "alt": "checks", "narration": "voice"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """The forecast of the calls of one step: the minimum number of calls, and the cost of each call, in US
    dollars."""

    step: str
    model: str
    calls: int
    each_usd: Decimal
    #: The number of calls in the ledger on which the forecast is based; 0 if it is based on typical numbers.
    measured: int = 0
    #: The maximum number of times that each call is made.
    tries: int = 1

    @property
    def usd(self) -> Decimal:
        """The cost if every picture passes at the first try."""
        return self.calls * self.each_usd

    @property
    def most_usd(self) -> Decimal:
        """The cost if every picture is drawn and checked as often as the settings allow."""
        return self.usd * self.tries

    @property
    def kind(self) -> Kind:
        """The category of the step in the forecast: words, pictures, checks or voice."""
        return _KINDS.get(self.step, "words")


@dataclass(frozen=True, slots=True)
class Estimate:
    """The forecast for a book. ``low_usd`` and ``seconds`` apply if every picture passes at the first try.
    ``high_usd`` and ``most_seconds`` apply if every picture is drawn as often as the settings allow."""

    lines: tuple[Line, ...]
    low_usd: Decimal
    high_usd: Decimal
    seconds: float
    most_seconds: float


@dataclass(frozen=True, slots=True)
class RoundEstimate:
    """The forecast for a round of proposals: its cost in US dollars, usually and at the most, and its time in
    seconds. ``measured`` is the number of calls in the ledger behind it; 0 for typical numbers."""

    model: str
    usd: Decimal
    most_usd: Decimal
    seconds: float
    measured: int
    calls: int = 1
    input_tokens: int = 0
    output_tokens: int = 0


class Estimator:
    """Makes forecasts with the models and prices of the settings. Offline calls cost nothing."""

    def __init__(self, settings: Settings, prices: PriceTable, measured: Measurements | None = None) -> None:
        self._settings = settings
        self._prices = prices
        here = {model_of(settings, role) for role in (*_ROLES, "planner") if is_offline(settings, role)}
        self._measured = {
            key: found for key, found in (measured or {}).items() if found.calls >= _ENOUGH or key[1] in here
        }
        self._durations = Durations(settings, self._measured)

    def call(self, step: str, model: str, *, characters: int = 0) -> Decimal:
        """The expected cost of one call, in US dollars. ``characters`` is the number of characters of a
        narration."""
        return self._prices.usage(model, self._counts(step, model, characters)).cost_usd

    def tokens(self, step: str, model: str) -> int:
        """The expected number of input and output tokens of one call, which count against a limit per
        minute."""
        counts = self._counts(step, model, 0)
        return counts.input_tokens + counts.output_tokens

    def seconds(self, step: str, model: str) -> float | None:
        """The average duration of recent calls of a step, in seconds; None if there are too few."""
        found = self._measured.get((step, model))
        return found.seconds if found else None

    def _counts(self, step: str, model: str, characters: int) -> Counts:
        if step == "picture":
            counts = self._picture()
        elif step == "narration":
            counts = Counts(characters=characters)
        else:
            counts = TYPICAL.get(step, Counts())
        return self._as_measured(step, model, counts)

    def _as_measured(self, step: str, model: str, counts: Counts) -> Counts:
        found = self._measured.get((step, model))
        if found is None or step == "narration":
            return counts
        pictures = counts.image_tokens / max(counts.input_tokens, 1)
        return replace(
            counts,
            input_tokens=found.input_tokens,
            image_tokens=round(found.input_tokens * pictures),
            output_tokens=found.output_tokens,
        )

    def book(self, brief: StoryBrief, *, assets: bool = True) -> Estimate:
        """The forecast for a whole first build. If ``assets`` is empty, the forecast for the text alone."""
        written = len(writing_steps(self._settings, brief))
        lines = self._lines(brief) if assets else self._lines(brief)[:written]
        return Estimate(
            lines,
            sum((line.usd for line in lines), Decimal(0)),
            sum((line.most_usd for line in lines), Decimal(0)),
            self._durations.book(brief, assets=assets, tries=1),
            self._durations.book(brief, assets=assets, tries=self._settings.picture_tries),
        )

    def round(
        self,
        stage: str,
        count: int,
        *,
        chapters: int = plan_tokens.CHAPTERS,
        language: str = "en",
        scope: Sequence[str] = (),
        pieces: int = 0,
    ) -> RoundEstimate:
        """A round of so many proposals for a stage of a novel's plan, or for the paths of ``scope``. With
        ``pieces``, the round sorts so many pieces of a text."""
        if not is_offline(self._settings, "planner"):
            calls = plan_tokens.calls_of(stage, count, chapters=chapters, scope=scope, pieces=pieces)
            return self._round(calls, count, language)
        step, model = f"propose_{stage}", self._model("planner")
        typical = replace(TYPICAL[step], output_tokens=count * _PROPOSAL_TOKENS[stage])
        usd = self._prices.usage(model, self._as_measured(step, model, typical)).cost_usd
        seconds = self._durations.round(step, count)
        return RoundEstimate(model, usd, usd * _ROUND_TRIES, seconds, self._known(step, model))

    def _round(self, calls: Sequence[tuple[str, int, int]], count: int, language: str) -> RoundEstimate:
        """A round of a language model: as measured, else by typical tokens; at the most, what is reserved."""
        model = self._model("planner")
        usual = [
            (times, self._as_measured(step, model, plan_tokens.usual_call(output)))
            for step, times, output in calls
        ]
        most = [(times, plan_tokens.most_call(output, language)) for _, times, output in calls]
        return RoundEstimate(
            model,
            sum((times * self._prices.usage(model, one).cost_usd for times, one in usual), Decimal(0)),
            sum((times * self._prices.usage(model, one).cost_usd for times, one in most), Decimal(0)),
            self._durations.turns(calls, count),
            min(self._known(step, model) for step, _, _ in calls),
            sum(times for times, _ in usual),
            sum(times * one.input_tokens for times, one in usual),
            sum(times * one.output_tokens for times, one in usual),
        )

    def _lines(self, brief: StoryBrief) -> tuple[Line, ...]:
        scenes = brief.scene_count
        pictures = scenes + 1 + draws_sheet(brief)
        characters = ceil(characters_of(self._settings, brief) / scenes)
        text, image, vision, voice = map(self._model, _ROLES)
        steps = (
            *((step, text, calls) for step, calls in writing_steps(self._settings, brief).items()),
            ("palette", text, 1),
            # The offline director plans the frames in its analyses.
            ("storyboard", text, not is_offline(self._settings, "text")),
            ("analysis", text, scenes + 1),
            ("picture", image, pictures),
            ("verdict", vision, pictures),
            # The offline validator answers all questions in one check.
            ("safety", vision, pictures if self._settings.checks_with != "offline" else 0),
            ("alt", vision, scenes + 1 if self._describes(brief) else 0),
            ("narration", voice, scenes),
            ("activities", text, 1),
        )
        return tuple(self._line(step, model, calls, characters) for step, model, calls in steps if calls)

    def _describes(self, brief: StoryBrief) -> bool:
        """Whether a model describes the pictures. The offline illustrator describes its own, in English."""
        drawn_here = is_offline(self._settings, "image") and is_english(brief.language)
        return self._settings.checks_with != "offline" and not drawn_here

    def _line(self, step: str, model: str, calls: int, characters: int) -> Line:
        each = self.call(step, model, characters=characters)
        again = _KINDS.get(step) in ("pictures", "checks")
        tries = self._settings.picture_tries if again else 1
        return Line(step, model, calls, each, self._known(step, model), tries)

    def _known(self, step: str, model: str) -> int:
        found = self._measured.get((step, model))
        return found.calls if found else 0

    def _model(self, role: Role) -> str:
        return model_of(self._settings, role)

    def _picture(self) -> Counts:
        width, height = map(int, self._settings.image_size.split("x"))
        whole = _PICTURE_TOKENS[self._settings.image_quality] * width * height / _STANDARD_PIXELS
        files = 1 if self._settings.scene_references == "cover" else 2
        return Counts(
            input_tokens=_PROMPT_TOKENS + files * _REFERENCE_TOKENS,
            image_tokens=files * _REFERENCE_TOKENS,
            output_tokens=ceil(whole),
            images=1,
        )
