"""Paper and ink colours for a page, mixed from the three dark colours of its picture.

Each pair of text and background has at least the contrast that this module requires. Contrasts are those of
WCAG, from 1 to 21.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.publishing.colours import contrast_ratio, mix, to_oklab, to_oklch

#: The minimum contrast of body text to its paper is WCAG's level AAA. For larger and coloured letters it is
#: level AA.
TEXT_CONTRAST = 7.0
ACCENT_CONTRAST = 4.5
#: The minimum contrast of black to a light background. It is high enough that text in dark colours is also
#: readable there.
_LIGHT_CONTRAST = 9.0

_BLACK = "#000000"
_CREAM = "#fff9ee"


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of one page: papers and hills, text and accent, a dark background and a sky, and the inks
    on these backgrounds."""

    paper: str
    glow: str
    hill: str
    near_hill: str
    text: str
    accent: str
    deep: str
    on_deep: str
    sky: str
    on_sky: str


@cache
def mix_inks(colours: tuple[str, str, str]) -> Inks:
    """The inks of a page, from the colours of its picture. Each text colour has enough contrast with its
    background colour."""
    base, second, third = sorted(colours, key=_lightness)
    vivid = max(colours, key=_chroma)
    paper = mix(_CREAM, vivid, 0.07)
    hill = _light(mix(paper, second, 0.24))
    near_hill = _light(mix(paper, third, 0.34))
    sky = _light(mix(second, _CREAM, 0.6))
    deep = darken_for(_CREAM, vivid, TEXT_CONTRAST)
    return Inks(
        paper=paper,
        glow=mix(_CREAM, third, 0.03),
        hill=hill,
        near_hill=near_hill,
        text=darken_for(min(paper, hill, near_hill, key=_lightness), mix(base, _BLACK, 0.55), TEXT_CONTRAST),
        accent=darken_for(paper, vivid, ACCENT_CONTRAST),
        deep=deep,
        on_deep=_CREAM,
        sky=sky,
        on_sky=darken_for(sky, deep, TEXT_CONTRAST),
    )


def darken_for(ground: str, colour: str, ratio: float) -> str:
    """The colour, darkened until it has this contrast to a light background, and no further."""
    for step in range(21):
        ink = mix(colour, _BLACK, step / 20)
        if contrast_ratio(ink, ground) >= ratio:
            return ink
    return _BLACK


def _light(colour: str) -> str:
    """The colour, lightened until dark text on it is readable, and no further."""
    steps = (mix(colour, _CREAM, step / 20) for step in range(21))
    return next(ground for ground in steps if contrast_ratio(_BLACK, ground) >= _LIGHT_CONTRAST)


def _lightness(colour: str) -> float:
    return to_oklab(colour)[0]


def _chroma(colour: str) -> float:
    return to_oklch(colour)[1]
