"""The abilities of each known model, and when it will be shut down. Data, and pure functions over it.

Names come only from the settings. A model that is not in the table gets the abilities of the newest family,
because names change every few months, but the API rarely changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil, floor, sqrt
from typing import Literal

Size = tuple[int, int]

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class ChatAbilities:
    """The abilities of a language model. If ``reasons`` is true, the model reasons before it writes, accepts
    an effort, and does not accept a temperature."""

    reasons: bool = True
    seed: bool = False


@dataclass(frozen=True, slots=True)
class SizeBounds:
    """The sizes that a picture model draws: both sides are multiples of ``step`` pixels. No side is longer
    than ``longest``, nor than ``ratio`` times the other one. The number of pixels has two bounds."""

    step: int = 16
    longest: int = 3840
    ratio: int = 3
    least_pixels: int = 655_360
    most_pixels: int = 8_294_400


@dataclass(frozen=True, slots=True)
class ImageAbilities:
    """The abilities of a picture model. If ``sizes`` is None, the model draws any size within ``bounds``;
    without bounds, any size. If ``fidelity`` or ``complexity`` is true, the model accepts ``input_fidelity``
    or ``complexity``."""

    sizes: tuple[Size, ...] | None = None
    #: Not an ability of a family: a model of another server may have other bounds.
    bounds: SizeBounds | None = field(default=None, compare=False)
    complexity: bool = False
    qualities: tuple[str, ...] = ("low", "medium", "high", "xhigh", "max", "auto")
    fidelity: bool = False
    references: int = 16


_OLD_SIZES: tuple[Size, ...] = ((1024, 1024), (1536, 1024), (1024, 1536))
_OLD_QUALITIES = ("low", "medium", "high", "auto")

#: The families of language models, newest first. A name belongs to the first family whose pattern matches.
CHAT_FAMILIES: tuple[tuple[str, ChatAbilities], ...] = (
    (r"gpt-[56]", ChatAbilities()),
    (r"o\d", ChatAbilities()),
    (r"gpt-4|gpt-3", ChatAbilities(reasons=False, seed=True)),
)
IMAGE_FAMILIES: tuple[tuple[str, ImageAbilities], ...] = (
    (r"gpt-image-2\.[6-9]", ImageAbilities(bounds=SizeBounds(), complexity=True)),
    (r"gpt-image-2\.5", ImageAbilities(bounds=SizeBounds())),
    (r"gpt-image-2", ImageAbilities(bounds=SizeBounds(), qualities=_OLD_QUALITIES)),
    (
        r"gpt-image-1|chatgpt-image",
        ImageAbilities(sizes=_OLD_SIZES, qualities=_OLD_QUALITIES, fidelity=True),
    ),
)

#: The shut-downs that were announced before 22 November 2026. The provider's own list is read at the start,
#: and replaces these dates.
SUNSETS: Mapping[str, date] = {
    "dall-e-2": date(2026, 5, 12),
    "dall-e-3": date(2026, 5, 12),
    "gpt-3.5-turbo": date(2026, 10, 23),
    "gpt-4": date(2026, 10, 23),
    "gpt-4-turbo": date(2026, 10, 23),
    "gpt-4.1-nano": date(2026, 10, 23),
    "gpt-4o-2024-05-13": date(2026, 10, 23),
    "gpt-image-1": date(2026, 10, 23),
    "o1": date(2026, 10, 23),
    "o1-pro": date(2026, 10, 23),
    "o3-mini": date(2026, 10, 23),
    "o4-mini": date(2026, 10, 23),
    "gpt-image-1-mini": date(2026, 12, 1),
    "gpt-image-1.5": date(2026, 12, 1),
    "chatgpt-image-latest": date(2026, 12, 1),
    "gpt-5": date(2026, 12, 11),
    "gpt-5-mini": date(2026, 12, 11),
    "gpt-5-nano": date(2026, 12, 11),
    "gpt-5-pro": date(2026, 12, 11),
    "o3": date(2026, 12, 11),
    "o3-pro": date(2026, 12, 11),
    "gpt-4.1": date(2027, 1, 14),
    "gpt-4.1-mini": date(2027, 1, 14),
    "gpt-4o": date(2027, 1, 14),
    "gpt-4o-mini": date(2027, 1, 14),
    "gpt-5.1": date(2027, 4, 1),
    "gpt-5.4-nano": date(2027, 4, 1),
}


def chat_abilities(model: str) -> ChatAbilities:
    """The abilities of a language model."""
    return next((can for pattern, can in CHAT_FAMILIES if re.match(pattern, model)), CHAT_FAMILIES[0][1])


def image_abilities(model: str) -> ImageAbilities:
    """The abilities of a picture model. A model that the table does not know has those of the newest family,
    and no bounds of its sizes: it may be on a server with other pictures in mind."""
    newest = replace(IMAGE_FAMILIES[0][1], bounds=None)
    return next((can for pattern, can in IMAGE_FAMILIES if re.match(pattern, model)), newest)


def nearest_size(can: ImageAbilities, wanted: Size) -> Size:
    """The wanted size if the model can draw it, or else the size with the most similar shape."""
    if can.sizes is None:
        return _within(can.bounds, wanted) if can.bounds else wanted
    if wanted in can.sizes:
        return wanted
    ratio = wanted[0] / wanted[1]
    return min(can.sizes, key=lambda size: abs(size[0] / size[1] - ratio))


def _within(bounds: SizeBounds, wanted: Size) -> Size:
    """The size within the bounds that is most similar to the wanted one."""
    width, height = wanted
    width, height = min(width, height * bounds.ratio), min(height, width * bounds.ratio)
    pixels = width * height
    scale = sqrt(min(max(pixels, bounds.least_pixels), bounds.most_pixels) / pixels)
    scale = min(scale, bounds.longest / max(width, height))
    # A size that had to grow is rounded up, and any other one down, so that it stays within the bounds.
    rounded = ceil if scale > 1 else floor
    width = rounded(width * scale / bounds.step) * bounds.step
    height = rounded(height * scale / bounds.step) * bounds.step
    return min(width, height * bounds.ratio), min(height, width * bounds.ratio)


def nearest_quality(can: ImageAbilities, wanted: str) -> str:
    """The wanted quality if the model has it, or else the best quality of the model."""
    return wanted if wanted in can.qualities else "high"


@dataclass(frozen=True, slots=True)
class Sunset:
    """A configured model that is or will be shut down."""

    model: str
    on: date
    state: Literal["gone", "soon", "announced"]

    def __str__(self) -> str:
        if self.state == "gone":
            return f"The model {self.model} was shut down on {self.on}. Set another one."
        return f"The model {self.model} will be shut down on {self.on}. Choose its successor before then."


def sunsets(models: Iterable[str], announced: Mapping[str, date], today: date) -> tuple[Sunset, ...]:
    """The known shut-downs of these models. ``announced`` is the provider's own list, which replaces the
    built-in dates."""
    known = {**SUNSETS, **announced}
    ends = {model: known.get(model) or known.get(undated(model)) for model in sorted(set(models))}
    return tuple(Sunset(model, on, _state(on, today)) for model, on in ends.items() if on is not None)


def undated(model: str) -> str:
    """A model's name without the date of its version."""
    return _DATED.sub("", model)


def _state(on: date, today: date) -> Literal["gone", "soon", "announced"]:
    days = (on - today).days
    return "gone" if days <= 0 else "soon" if days <= 60 else "announced"
