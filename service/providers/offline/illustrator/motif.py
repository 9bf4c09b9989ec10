"""The motif of a book: a small sign that appears in every picture."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.figure.patterns import star_points
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    halo,
    moved,
    path,
    polyline,
    smooth,
    stroke,
)
from service.providers.offline.illustrator.words import choice_for, first_of, fold


def _star(colour: str) -> str:
    return path(smooth(star_points(0, 0, 20, 0.5), tension=0.4), colour)


def _heart(colour: str) -> str:
    return path("M0 18Q-24 0 -20 -12Q-12 -24 0 -10Q12 -24 20 -12Q24 0 0 18Z", colour)


def _feather(colour: str) -> str:
    return path(smooth([(-16, 16), (-12, -6), (6, -20), (20, -22), (16, -4), (0, 12)]), colour) + stroke(
        "M-20 20L16 -18", "#ffffff", 2.4, opacity=0.7
    )


def _leaf(colour: str) -> str:
    return path("M-18 16Q-20 -14 18 -20Q20 12 -18 16Z", colour) + stroke(
        "M-18 16L12 -14", "#ffffff", 2.4, opacity=0.6
    )


def _flower(colour: str) -> str:
    petals = "".join(
        circle(x, y, 8.5, colour) for x, y in ((0, -11), (10.5, -3.4), (6.5, 9), (-6.5, 9), (-10.5, -3.4))
    )
    return petals + circle(0, 0, 6, "#f7d774")


def _bird(colour: str) -> str:
    return path(smooth([(-24, -8), (-6, -6), (0, 2), (6, -6), (24, -8), (10, 4), (0, 12), (-10, 4)]), colour)


def _light(_colour: str) -> str:
    return halo(0, 0, 40, 40, "#ffd873", 0.85) + circle(0, 0, 9, "#fff6d2")


def _key(colour: str) -> str:
    return circle(-10, 0, 8, "none", stroke=colour, stroke_width=5) + stroke(
        "M-2 0H20M14 0v8M20 0v8", colour, 5
    )


def _wave(colour: str) -> str:
    return stroke("M-24 4q6 -12 12 0t12 0t12 0t12 0", colour, 5)


def _kite(colour: str) -> str:
    return path(polyline([(0, -22), (14, -4), (0, 16), (-14, -4)], True), colour) + stroke(
        "M0 16q-8 10 0 16", colour, 3
    )


def _butterfly(colour: str) -> str:
    wings = "".join(ellipse(s * 10, -5, 9, 11, colour) + ellipse(s * 8, 9, 7, 8, colour) for s in (-1, 1))
    return wings + stroke("M0 -12V14", "#5a4a48", 3)


def _moon(colour: str) -> str:
    return path("M8 -20A20 20 0 1 0 8 20A15 15 0 1 1 8 -20Z", colour)


def _snow(colour: str) -> str:
    return stroke("M0 -20V20M-17 -10L17 10M-17 10L17 -10", colour, 4)


MOTIFS: dict[str, Callable[[str], str]] = {
    "star": _star, "heart": _heart, "feather": _feather, "leaf": _leaf, "flower": _flower, "bird": _bird,
    "light": _light, "key": _key, "wave": _wave, "kite": _kite, "butterfly": _butterfly, "moon": _moon,
    "snowflake": _snow,
}  # fmt: skip
_ALIASES = {
    "lantern": "light", "firefly": "light", "fireflies": "light", "spark": "light", "glow": "light", "lamp": "light",
    "blossom": "flower", "petal": "flower", "seed": "leaf", "tree": "leaf", "acorn": "leaf", "river": "wave",
    "water": "wave", "sea": "wave", "ribbon": "wave", "thread": "wave", "rainbow": "wave", "wind": "kite",
    "balloon": "kite", "dove": "bird", "wing": "bird", "swallow": "bird", "compass": "key", "door": "key",
    "constellation": "star", "snow": "snowflake", "hand": "heart", "love": "heart",
}  # fmt: skip


def motif_of(words: str) -> str:
    """The sign that the words of a motif name. If no word is known, a sign is chosen from the words."""
    table = {**{name: name for name in MOTIFS}, **_ALIASES}
    return first_of(fold(words), table) or choice_for(words, "motif", ("star", "heart", "leaf", "bird"))


def woven(motif: str, stage: Stage, indoors: bool) -> str:
    """Draw the motif once, small: outdoors as a sign in the air, indoors as a mobile on the ceiling."""
    name = motif_of(motif)
    rng, colour = stage.rng, stage.tones.light if stage.light.dark else stage.tones.strong
    x, y = stage.x(rng.uniform(0.28, 0.42)), stage.horizon * rng.uniform(0.2, 0.32)
    line = ""
    if indoors:
        x, y = stage.x(rng.uniform(0.8, 0.9)), rng.uniform(80, 110)
        line = stroke(f"M{x:.0f} -10V{y:.0f}", colour, 2.4, opacity=0.7)
    sign = moved(MOTIFS[name](colour), x, y, rng.uniform(0.85, 1.05), rng.uniform(-20, 20))
    return group(line, sign, data_motif=name)
