"""Converts a palette step with any number of colours to the five tones of a picture."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.story import PaletteStep
from service.providers.offline.illustrator.colour import to_oklch

_FALLBACK = ("#fdf3dc", "#f3cf9a", "#d99a6c", "#8a6f9c", "#3b3a5e")


@dataclass(frozen=True)
class Tones:
    """Five tones from light to deep."""

    light: str
    soft: str
    mid: str
    strong: str
    deep: str


def tones_of(step: PaletteStep) -> Tones:
    """The five tones of a palette step: its colours from light to deep, selected evenly or repeated."""
    colours = sorted(step.colours, key=lambda colour: -to_oklch(colour)[0]) or list(_FALLBACK)
    last = len(colours) - 1
    return Tones(*(colours[round(i * last / 4)] for i in range(5)))
