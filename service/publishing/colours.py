"""Colours of a picture and for print: OKLab, contrast by WCAG 2, and three dark colours of a picture.

Colours are ``#rrggbb``. OKLab and OKLCH (Björn Ottosson, 2020) are close to how people see colours: lightness
0–1, chroma 0–about 0.32 in sRGB, hue in degrees. A distance of 0.02 is just visible.
"""

from __future__ import annotations

import io
import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from service.domain.story import Colour

Points = npt.NDArray[np.float64]

#: The minimum contrast of white text on each extracted colour (WCAG 2, level AA).
CONTRAST_WITH_WHITE = 4.5
#: The minimum distance of two extracted colours in OKLab. Three colours of one hue always fit between the
#: lightness ``DEEPEST`` and the limit of contrast.
FLOOR = 0.10
DEEPEST = 0.22

_SIDE = 72
_CLUSTERS = 10
_ROUNDS = 12
_MOST_PIXELS = 80_000_000
_GREY_CHROMA = 0.02

_TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_CONE = np.linalg.inv(_TO_CONE)


def to_oklab(colour: Colour) -> tuple[float, float, float]:
    """Lightness and the two colour axes. Raises ``ValueError`` if the text is not ``#rrggbb``."""
    lightness, a, b = _lab_of(np.array([_channels(colour)]))[0]
    return float(lightness), float(a), float(b)


def to_oklch(colour: Colour) -> tuple[float, float, float]:
    """Lightness, chroma and hue in degrees (0–360; 0 for greys)."""
    lightness, a, b = to_oklab(colour)
    chroma = math.hypot(a, b)
    return lightness, chroma, math.degrees(math.atan2(b, a)) % 360 if chroma > 1e-4 else 0.0


def from_oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """The colour as ``#rrggbb``. If sRGB does not contain the colour, the result has the same lightness and
    hue, and the highest chroma that sRGB allows."""
    lightness = min(max(lightness, 0.0), 1.0)
    low, high = 0.0, max(chroma, 0.0)
    if _in_gamut(_rgb_of(lightness, high, hue)):
        return _hex(_rgb_of(lightness, high, hue))
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if _in_gamut(_rgb_of(lightness, middle, hue)) else (low, middle)
    return _hex(_rgb_of(lightness, low, hue))


def distance(one: Colour, other: Colour) -> float:
    """The visible difference of two colours: the Euclidean distance in OKLab."""
    return math.dist(to_oklab(one), to_oklab(other))


def contrast_ratio(one: Colour, other: Colour) -> float:
    """The contrast of two colours by WCAG 2: from 1 (none) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A mixture of two colours in OKLab: ``share`` (0–1) is the share of ``other``, and the rest is
    ``one``."""
    start, end = np.array(to_oklab(one)), np.array(to_oklab(other))
    lightness, a, b = start + (end - start) * min(max(share, 0.0), 1.0)
    return from_oklch(float(lightness), math.hypot(a, b), math.degrees(math.atan2(b, a)))


def readable_ink(background: Colour) -> Colour:
    """The most readable ink on a background: a dark ink of its hue, or white, or black.

    The contrast is at least 4.5 on any background.
    """
    _, chroma, hue = to_oklch(background)
    deep = from_oklch(0.24, min(chroma, 0.05), hue)
    best = max((deep, "#ffffff"), key=lambda ink: contrast_ratio(ink, background))
    return best if contrast_ratio(best, background) >= CONTRAST_WITH_WHITE else "#000000"


def extract(data: bytes) -> tuple[Colour, Colour, Colour]:
    """Three dark, distinct colours of an encoded picture, the most characteristic first.

    Each has a contrast of ``CONTRAST_WITH_WHITE`` with white, and they are at least ``FLOOR`` apart. The same
    picture gives the same colours. CPU work of about 30 ms. Raises ``ValueError`` if the data is not a
    picture.
    """
    points, weights = _sample(data)
    centres, shares = _cluster(points, weights)
    candidates = [deepen(float(c[0]), math.hypot(c[1], c[2]), _hue(c)) for c in centres]
    scores = [_telling(centre, float(share)) for centre, share in zip(centres, shares, strict=True)]
    first = candidates[max(range(len(candidates)), key=lambda place: (scores[place], -place))]
    second = _next_colour(candidates, scores, (first,))
    return first, second, _next_colour(candidates, scores, (first, second))


def deepen(lightness: float, chroma: float, hue: float) -> Colour:
    """The nearest colour of this hue that is dark enough for readable white text, and not almost black.

    When the function reduces the lightness, it raises the chroma a little, so that pale colours do not become
    grey.
    """
    if chroma < _GREY_CHROMA:
        richer = chroma
    else:
        richer = min(max(chroma, 0.15), chroma * (1 + max(0.0, lightness - 0.5)))
    low, high = DEEPEST, max(lightness, DEEPEST)
    if _bears_white(from_oklch(high, richer, hue)):
        return from_oklch(high, richer, hue)
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (middle, high) if _bears_white(from_oklch(middle, richer, hue)) else (low, middle)
    return from_oklch(low, richer, hue)


def _next_colour(candidates: list[Colour], scores: list[float], taken: tuple[Colour, ...]) -> Colour:
    """The candidate with the best combination of score and distance from the ``taken`` colours. If it is too
    close to a taken colour, its lightness is changed."""

    def gap(colour: Colour) -> float:
        return min(distance(colour, other) for other in taken)

    apart = [place for place, colour in enumerate(candidates) if gap(colour) >= FLOOR]
    if apart:
        best = max(apart, key=lambda place: (scores[place] * min(gap(candidates[place]), 0.3), -place))
        return candidates[best]
    rest = [place for place, colour in enumerate(candidates) if colour not in taken]
    source = candidates[max(rest, key=lambda place: (scores[place], -place))] if rest else taken[-1]
    return _move_apart(source, taken)


def _move_apart(source: Colour, taken: tuple[Colour, ...]) -> Colour:
    """The source colour with another lightness, which keeps the distance ``FLOOR`` from all taken colours.
    Among such lightnesses, the function takes the nearest to the taken colours, so that one more colour fits.
    If no lightness keeps this distance, the function takes the lightness with the largest distance."""
    _, chroma, hue = to_oklch(source)
    lightest = to_oklab(deepen(1.0, chroma, hue))[0]
    used = [to_oklab(colour)[0] for colour in taken]
    gaps = {
        float(step): min(abs(float(step) - lightness) for lightness in used)
        for step in np.linspace(DEEPEST, lightest, 48)
    }
    enough = {step: -gap for step, gap in gaps.items() if gap >= FLOOR * 1.03}
    fit = enough or gaps
    return from_oklch(max(fit, key=lambda step: fit[step]), chroma, hue)


def _telling(centre: Points, share: float) -> float:
    """How characteristic a cluster is of its picture. A larger and a more colourful cluster has a higher
    value."""
    lightness, chroma = float(centre[0]), math.hypot(centre[1], centre[2])
    washed_out = 0.35 if lightness > 0.93 or lightness < 0.12 else 1.0
    return math.sqrt(share) * (0.03 + min(chroma, 0.2)) * washed_out


def _sample(data: bytes) -> tuple[Points, Points]:
    """A few thousand pixels in OKLab with their weights. Transparent pixels have weight 0."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("The picture is too large.")
            picture.draft("RGB", (_SIDE * 4, _SIDE * 4))
            small = picture.convert("RGBA").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the picture cannot be read: {error}") from error
    pixels = np.asarray(small, dtype=np.float64).reshape(-1, 4) / 255
    alpha = pixels[:, 3]
    if not alpha.any():
        return _lab_of(np.ones((1, 3))), np.ones(1)
    seen = alpha > 0
    points = _lab_of(pixels[seen, :3])
    return points, alpha[seen] * (0.15 + np.hypot(points[:, 1], points[:, 2]))


def _cluster(points: Points, weights: Points) -> tuple[Points, Points]:
    """The centres of clusters by k-means, and the share of each cluster in the weight. Each next seed is the
    point that is farthest from all earlier seeds."""
    centres = points[np.argmin(_squares(points, np.average(points, axis=0, weights=weights)[None])[:, 0])][
        None
    ]
    while len(centres) < _CLUSTERS:
        far = _squares(points, centres).min(axis=1) * weights
        if far.max() < 1e-7:
            break
        centres = np.vstack([centres, points[np.argmax(far)]])
    for _ in range(_ROUNDS):
        nearest = _squares(points, centres).argmin(axis=1)
        shares = np.bincount(nearest, weights, len(centres))
        held = shares > 0
        sums = np.stack([np.bincount(nearest, weights * axis, len(centres)) for axis in points.T], axis=1)
        centres = sums[held] / shares[held, None]
    return centres, shares[held] / shares.sum()


def _squares(points: Points, centres: Points) -> Points:
    """The squared distance of each point from each centre."""
    return np.asarray(((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))


def _hue(centre: Points) -> float:
    return math.degrees(math.atan2(centre[2], centre[1]))


def _bears_white(colour: Colour) -> bool:
    return contrast_ratio(colour, "#ffffff") >= CONTRAST_WITH_WHITE


def _channels(colour: Colour) -> tuple[float, float, float]:
    digits = colour.removeprefix("#")
    if len(digits) != 6 or not colour.startswith("#"):
        raise ValueError(f"{colour!r} is not a colour like #rrggbb")
    red, green, blue = bytes.fromhex(digits)
    return red / 255, green / 255, blue / 255


def _hex(rgb: Points) -> Colour:
    red, green, blue = (round(float(channel) * 255) for channel in np.clip(rgb, 0.0, 1.0))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _linear(rgb: Points) -> Points:
    """Linear light from sRGB values."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _coded(light: Points) -> Points:
    """sRGB values from linear light. Values out of range stay out of range."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0) ** (1 / 2.4) - 0.055)


def _lab_of(rgb: Points) -> Points:
    return np.asarray(np.cbrt(_linear(rgb) @ _TO_CONE.T) @ _TO_LAB.T)


def _rgb_of(lightness: float, chroma: float, hue: float) -> Points:
    angle = math.radians(hue)
    lab = np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)])
    return _coded(((lab @ _FROM_LAB.T) ** 3) @ _FROM_CONE.T)


def _in_gamut(rgb: Points) -> bool:
    return bool(np.all(rgb >= -1e-4) and np.all(rgb <= 1 + 1e-4))


def _luminance(colour: Colour) -> float:
    """Relative luminance by WCAG 2."""
    return float(_linear(np.array(_channels(colour))) @ np.array([0.2126, 0.7152, 0.0722]))
