"""Draws patterns on cloth, within the outline of the trunk."""

from __future__ import annotations

import math
from collections.abc import Callable

from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.outfit import Outfit
from service.providers.offline.illustrator.svg import Point, circle, path, polyline, stroke

Width = Callable[[Build, float], float]


def patterned(outfit: Outfit, build: Build, width: Width) -> str:
    """The pattern of an outfit's main cloth; empty for plain cloth."""
    if outfit.top in ("overalls", "vest", "poncho"):
        return ""
    maker = {"stripes": _stripes, "check": _check, "kente": _kente}.get(outfit.pattern)
    if maker is not None:
        return maker(outfit, build, width)
    mark = {"dots": _dot, "stars": _star, "flowers": _flower}.get(outfit.pattern)
    return "".join(mark(x, y, outfit.trim) for x, y in _spots(build, width)) if mark else ""


def _stripes(outfit: Outfit, build: Build, width: Width) -> str:
    marks = []
    for i in range(1, 6):
        y = -build.torso * (0.84 - i * 0.145)
        w = width(build, y) - 3
        marks.append(f"M{-w:.1f} {y:.1f}Q0 {y + 6:.1f} {w:.1f} {y:.1f}")
    return path("".join(marks), stroke=outfit.trim, stroke_width=7.5)


_KENTE = ("#2f7a48", "#c23f36", "#3a3438")


def _kente(_outfit: Outfit, build: Build, width: Width) -> str:
    """Woven bands of green, red and black on gold."""
    drawn = ""
    for row in range(6):
        y = -build.torso * (0.84 - row * 0.15)
        w = width(build, y) - 3
        drawn += kente_band(-w, w, y, _KENTE[row % 3])
    return drawn


def kente_band(left: float, right: float, y: float, colour: str) -> str:
    """One woven band from left to right at height ``y``."""
    d = f"M{left:.1f} {y:.1f}Q{(left + right) / 2:.1f} {y + 5:.1f} {right:.1f} {y:.1f}"
    return stroke(d, colour, 7.5, stroke_linecap="butt") + stroke(d, "#f3d98c", 2.2, stroke_dasharray="6 7")


def _check(outfit: Outfit, build: Build, width: Width) -> str:
    t = build.torso
    rows = "".join(
        f"M{-width(build, -t * s) + 3:.1f} {-t * s:.1f}L{width(build, -t * s) - 3:.1f} {-t * s:.1f}"
        for s in (0.2, 0.42, 0.64)
    )
    columns = "".join(
        f"M{build.hip * c:.1f} {-t * 0.8:.1f}L{build.hip * c:.1f} 8" for c in (-0.6, -0.05, 0.5)
    )
    return stroke(rows + columns, outfit.trim, 4, opacity=0.85)


def _spots(build: Build, width: Width) -> list[Point]:
    spots = []
    for row, share in enumerate((0.78, 0.58, 0.38, 0.18, 0.0)):
        y = -build.torso * share
        w = width(build, y) - 9
        places = (-0.82, -0.28, 0.28, 0.82) if row % 2 else (-0.55, 0.0, 0.55)
        spots += [(w * place, y) for place in places]
    return spots


def _dot(x: float, y: float, colour: str) -> str:
    return circle(x, y, 4.6, colour)


def _star(x: float, y: float, colour: str) -> str:
    return path(polyline(star_points(x, y, 7.5), True), colour)


def star_points(x: float, y: float, size: float, inner: float = 0.45) -> list[Point]:
    """The ten corners of a star."""
    corners = []
    for i in range(10):
        r = size if i % 2 == 0 else size * inner
        angle = math.pi * i / 5
        corners.append((x + math.sin(angle) * r, y - math.cos(angle) * r))
    return corners


def _flower(x: float, y: float, colour: str) -> str:
    petals = "".join(
        circle(x + math.sin(math.tau * i / 5) * 4.4, y - math.cos(math.tau * i / 5) * 4.4, 3.4, colour)
        for i in range(5)
    )
    return petals + circle(x, y, 2.6, "#e8a93e")
