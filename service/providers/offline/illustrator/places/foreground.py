"""Draws the nearest plane of a picture: a dark shape in a lower corner, cut by the edges."""

from __future__ import annotations

import math

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure.outline import tube
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import Point, circle, path, smooth, stroke

_BLADES = frozenset(("seaside", "island", "lake", "river", "underwater"))
_DRIFTS = frozenset(("snowfield", "night_sky", "space", "mountain", "cave"))
_LEAVES = frozenset(("forest", "meadow", "garden", "park", "castle", "treehouse"))


def corner(place: str, stage: Stage, side: int) -> str:
    """The near plane of a place, in the lower left corner if ``side`` is −1, in the right one if it is 1.
    Empty for places that have none."""
    x = -16.0 if side < 0 else stage.width + 16
    way = -side
    if place in _LEAVES:
        return _leaves(stage, x, way)
    if place in _BLADES:
        return _blades(stage, x, way)
    return _drift(stage, x, way, place) if place in _DRIFTS else ""


def _dark(stage: Stage, colour: str, by: float = 0.16) -> str:
    return mix(darker(stage.tint(colour), by), stage.tones.deep, 0.35)


def _polar(at: Point, length: float, degrees: float) -> Point:
    turn = math.radians(degrees)
    return at[0] + length * math.cos(turn), at[1] + length * math.sin(turn)


def _leaves(stage: Stage, x: float, way: int) -> str:
    """Broad leaves that rise from the corner."""
    rng, base, drawn = stage.rng, _dark(stage, "#5f8f4a"), ""
    for i in range(7):
        root = (x + way * i * 24, 1050.0)
        tip = _polar(root, rng.uniform(170, 300) * (1 if i < 5 else 0.62), -90 + way * (2 + i * 15))
        middle = ((root[0] + tip[0]) / 2 + way * 10, (root[1] + tip[1]) / 2 - 18)
        colour = lighter(base, i % 3 * 0.035)
        drawn += path(tube([root, middle, tip], [18, 66, 8]), colour)
        drawn += stroke(smooth([root, middle, tip], closed=False), lighter(colour, 0.1), 3.4)
    return drawn


def _blades(stage: Stage, x: float, way: int) -> str:
    """Long grass or weed."""
    rng, base, drawn = stage.rng, _dark(stage, "#7f9a58"), ""
    for i in range(16):
        root = (x + way * i * 13, 1040.0)
        tip = _polar(root, rng.uniform(130, 290) * (1 - i * 0.035), -90 + way * rng.uniform(-6, 34))
        middle = ((root[0] + tip[0]) / 2 - way * 8, (root[1] + tip[1]) / 2)
        drawn += path(tube([root, middle, tip], [16, 13, 3]), lighter(base, i % 4 * 0.03))
    return drawn


def _drift(stage: Stage, x: float, way: int, place: str) -> str:
    """A low bank of snow, stone or ground."""
    white = place == "snowfield"
    colour = mix(stage.tint("#e8eef6"), stage.tones.deep, 0.3) if white else _dark(stage, "#7a6f78", 0.1)
    bank = smooth(
        [
            (x, 1060),
            (x, 850),
            (x + way * 90, 836),
            (x + way * 210, 900),
            (x + way * 330, 985),
            (x + way * 380, 1060),
        ],
        tension=0.8,
    )
    spots = "".join(
        circle(x + way * dx, y, r, lighter(colour, 0.06)) for dx, y, r in ((70, 900, 22), (150, 950, 15))
    )
    return path(bank, colour) + spots
