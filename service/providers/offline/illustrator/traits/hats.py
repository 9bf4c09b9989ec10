"""Draws hats that are only clothes. Units are the radius of the head, around its centre."""

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.svg import circle, ellipse, path, smooth, stroke


def _cap(colour: str) -> str:
    dome = unit_shape(
        [
            (-0.98, -0.44),
            (-0.92, -0.94),
            (-0.4, -1.26),
            (0.4, -1.26),
            (0.92, -0.94),
            (0.98, -0.44),
            (0, -0.58),
        ],
        colour,
    )
    peak = unit_shape(
        [(-0.3, -0.6), (0.5, -0.66), (1.25, -0.5), (1.34, -0.36), (0.7, -0.36), (0.0, -0.42)],
        darker(colour, 0.06),
    )
    return dome + peak + circle(0, -1.25, 0.07, lighter(colour, 0.12))


def _beanie(colour: str) -> str:
    dome = unit_shape(
        [(-1.05, -0.42), (-1.0, -0.94), (-0.4, -1.34), (0.4, -1.34), (1.0, -0.94), (1.05, -0.42), (0, -0.5)],
        colour,
    )
    band = unit_shape(
        [(-1.08, -0.32), (-1.08, -0.6), (0, -0.78), (1.08, -0.6), (1.08, -0.32), (0, -0.5)],
        lighter(colour, 0.12),
    )
    ribs = "".join(f"M{x:.2f} {-0.66 + abs(x) * 0.1:.2f}l0 0.2" for x in (-0.8, -0.5, -0.2, 0.1, 0.4, 0.7))
    return (
        dome
        + band
        + stroke(ribs, darker(colour, 0.02), 0.03)
        + circle(0, -1.42, 0.2, lighter(colour, 0.18), stroke=edge(colour), stroke_width=0.03)
    )


def _sunhat(colour: str) -> str:
    straw = "#e6c784" if colour == "#cf4236" else colour
    brim = ellipse(0, -0.56, 1.52, 0.27, straw, stroke=edge(straw), stroke_width=0.036)
    dome = unit_shape(
        [(-0.88, -0.56), (-0.8, -1.08), (-0.3, -1.32), (0.3, -1.32), (0.8, -1.08), (0.88, -0.56), (0, -0.46)],
        straw,
    )
    return brim + dome + stroke("M-0.87 -0.66Q0 -0.5 0.87 -0.66", "#c9503f", 0.13)


def _crown(_colour: str) -> str:
    gold = "#e8b93e"
    d = "M-0.62 -0.86L-0.7 -1.4L-0.34 -1.14L0 -1.5L0.34 -1.14L0.7 -1.4L0.62 -0.86Q0 -0.98 -0.62 -0.86Z"
    gems = "".join(circle(x, y, 0.06, "#d8564a") for x, y in ((-0.34, -1.0), (0, -1.04), (0.34, -1.0)))
    return path(d, gold, stroke=edge(gold), stroke_width=0.036, stroke_linejoin="round") + gems


def _helmet(colour: str) -> str:
    dome = unit_shape(
        [
            (-1.08, -0.3),
            (-1.06, -0.86),
            (-0.45, -1.34),
            (0.45, -1.34),
            (1.06, -0.86),
            (1.08, -0.3),
            (0, -0.48),
        ],
        colour,
    )
    vents = "".join(
        path(smooth([(x - 0.08, -0.74), (x, -1.16), (x + 0.08, -0.74)]), darker(colour, 0.16))
        for x in (-0.5, 0.0, 0.5)
    )
    straps = stroke("M-0.98 -0.3Q-0.9 0.6 -0.3 0.98M0.98 -0.3Q0.9 0.6 0.3 0.98", "#4a4650", 0.05)
    return straps + dome + vents


def _hood(_colour: str) -> str:
    return ""


HATS: dict[str, Callable[[str], str]] = {
    "cap": _cap, "beanie": _beanie, "sunhat": _sunhat, "crown": _crown, "helmet": _helmet, "hood": _hood,
}  # fmt: skip
