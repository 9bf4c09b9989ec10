"""Paper and ink colours for a page, mixed from the three dark colours of its picture.

Each pair of text and background keeps the contrast (WCAG's, from 1 to 21) that this module requires.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.publishing.colours import contrast_ratio, mix, to_oklab, to_oklch

#: Body text has WCAG's AAA contrast to its paper; larger and coloured letters have AA.
TEXT_CONTRAST = 7.0
ACCENT_CONTRAST = 4.5
#: The contrast of black on a light background that leaves room for inks which are not quite black.
_LIGHT_CONTRAST = 9.0

_BLACK = "#000000"
_CREAM = "#fff9ee"


@dataclass(frozen=True, slots=True)
class Inks:
    """One page's colours: papers and hills, text and its accent, a dark background and a sky, and the inks on
    them."""

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
    """The inks of a page for its picture's colours. Each pair of text and background is checked."""
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
    """The colour, darkened only as far as this contrast to a light background requires."""
    for step in range(21):
        ink = mix(colour, _BLACK, step / 20)
        if contrast_ratio(ink, ground) >= ratio:
            return ink
    return _BLACK


def _light(colour: str) -> str:
    """The colour, lightened only as far as dark text on it requires."""
    steps = (mix(colour, _CREAM, step / 20) for step in range(21))
    return next(ground for ground in steps if contrast_ratio(_BLACK, ground) >= _LIGHT_CONTRAST)


def _lightness(colour: str) -> float:
    return to_oklab(colour)[0]


def _chroma(colour: str) -> float:
    return to_oklch(colour)[1]
