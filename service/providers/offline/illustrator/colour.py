"""Colours in OKLCH: lightness 0–1, chroma 0–0.4, hue in degrees. Drawings use ``#rrggbb``."""

from __future__ import annotations

import math
from functools import lru_cache

OkLab = tuple[float, float, float]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def channels(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of a colour, 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=4096)
def to_oklab(colour: str) -> OkLab:
    """Convert a ``#rrggbb`` to OKLab."""
    r, g, b = (_linear(channel / 255) for channel in channels(colour))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(lab: OkLab) -> tuple[float, float, float]:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def from_oklab(lab: OkLab) -> str:
    """Convert OKLab to the nearest ``#rrggbb``. If a screen cannot show the colour, the chroma is reduced and
    the hue stays."""
    lightness, a, b = lab
    for _ in range(24):
        rgb = _rgb((lightness, a, b))
        if all(-0.002 <= channel <= 1.002 for channel in rgb):
            break
        a, b = a * 0.92, b * 0.92
    values = (round(255 * _encoded(min(max(channel, 0.0), 1.0))) for channel in rgb)
    return "#" + "".join(f"{value:02x}" for value in values)


@lru_cache(maxsize=4096)
def oklch(lightness: float, chroma: float, hue: float) -> str:
    """The ``#rrggbb`` of a colour in OKLCH."""
    angle = math.radians(hue)
    return from_oklab((lightness, chroma * math.cos(angle), chroma * math.sin(angle)))


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Convert a colour to lightness, chroma, and hue in degrees."""
    lightness, a, b = to_oklab(colour)
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


@lru_cache(maxsize=8192)
def mix(first: str, second: str, share: float) -> str:
    """A mixture of two colours in OKLab. ``share`` is the share of the second colour."""
    one, two = to_oklab(first), to_oklab(second)
    return from_oklab(
        (
            one[0] + (two[0] - one[0]) * share,
            one[1] + (two[1] - one[1]) * share,
            one[2] + (two[2] - one[2]) * share,
        )
    )


@lru_cache(maxsize=8192)
def shift(colour: str, lightness: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> str:
    """The colour with lightness added, chroma multiplied and hue turned."""
    light, strength, angle = to_oklch(colour)
    return oklch(min(max(light + lightness, 0.03), 0.99), strength * chroma, angle + hue)


def darker(colour: str, by: float = 0.1) -> str:
    """A darker shade of the colour, for the shadow side, with a little more chroma."""
    return shift(colour, -by, 1.08)


def lighter(colour: str, by: float = 0.08) -> str:
    """A lighter tint of the colour, for the light side."""
    return shift(colour, by, 0.92)


def distance(first: str, second: str) -> float:
    """The distance of two colours in OKLab: 0.02 is just noticeable, and 1 is the distance from black to
    white."""
    return math.dist(to_oklab(first), to_oklab(second))


def luminance(colour: str) -> float:
    """Relative luminance, 0–1."""
    r, g, b = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG, 1–21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
