"""Draws ground, hills, water and paths."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from random import Random

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import (
    Point,
    ellipse,
    fade,
    halo,
    path,
    rect,
    smooth,
    stroke,
)


def ridge(stage: Stage, y: float, swing: float, colour: str, steps: int = 7) -> str:
    """A soft line of hills at height ``y``, filled down to the bottom of the picture."""
    rng = stage.rng
    phase = rng.uniform(0, 6)
    points: list[Point] = []
    for i in range(steps + 3):
        x = stage.width * (i - 1) / steps
        points.append((x, y + swing * math.sin(phase + i * 1.35) + rng.uniform(-0.25, 0.25) * swing))
    line = smooth(points, closed=False)
    return path(f"{line}L{stage.width * 1.3:.0f} 1010L{-stage.width * 0.3:.0f} 1010Z", colour)


def peaks(stage: Stage, y: float, height: float, colour: str, snowy: bool = True) -> str:
    """Mountains that stand on ``y``, with snow on their tops."""
    rng = stage.rng
    drawn = ""
    for i in (0, 2, 1):
        x = stage.width * (0.16 + 0.34 * i) + rng.uniform(-40, 40)
        tall = height * (1.0 if i == 1 else rng.uniform(0.62, 0.8))
        wide = tall * 0.95
        base = lighter(colour, 0.05) if i != 1 else colour
        drawn += path(
            f"M{x - wide:.0f} {y:.0f}L{x - wide * 0.32:.0f} {y - tall * 0.64:.0f}L{x:.0f} {y - tall:.0f}L{x + wide * 0.38:.0f} {y - tall * 0.56:.0f}L{x + wide:.0f} {y:.0f}Z",
            base,
        )
        drawn += path(
            f"M{x:.0f} {y - tall:.0f}L{x + wide * 0.38:.0f} {y - tall * 0.56:.0f}L{x + wide:.0f} {y:.0f}L{x + wide * 0.2:.0f} {y:.0f}L{x + wide * 0.1:.0f} {y - tall * 0.5:.0f}Z",
            darker(base, 0.06),
            opacity=0.7,
        )
        if snowy:
            drawn += path(
                f"M{x:.0f} {y - tall:.0f}L{x + wide * 0.24:.0f} {y - tall * 0.72:.0f}L{x + wide * 0.1:.0f} {y - tall * 0.76:.0f}L{x:.0f} {y - tall * 0.66:.0f}L{x - wide * 0.1:.0f} {y - tall * 0.76:.0f}L{x - wide * 0.2:.0f} {y - tall * 0.76:.0f}Z",
                mix("#fdfbf6", stage.light.sky[1], 0.18),
            )
    return drawn


def water(stage: Stage, top: float, bottom: float, colour: str) -> str:
    """A surface of water with light reflections."""
    define, paint = fade(
        [(0, mix(colour, stage.light.sky[2], 0.5)), (0.5, colour), (1, darker(colour, 0.07))]
    )
    rng = stage.rng
    lines = ""
    for _ in range(26):
        y = top + (bottom - top) * rng.random() ** 1.3
        wide = 16 + 70 * (y - top) / max(bottom - top, 1)
        lines += (
            f"M{rng.uniform(-20, stage.width):.0f} {y:.0f}q{wide / 2:.0f} -{wide * 0.12:.0f} {wide:.0f} 0"
        )
    shine = (
        halo(stage.x(0.77), top + 30, 120, (bottom - top) * 0.6, stage.light.glow, 0.55)
        if stage.light.disc != "none"
        else ""
    )
    return (
        define
        + rect(-10, top, stage.width + 20, bottom - top, paint)
        + shine
        + stroke(lines, lighter(colour, 0.14), 3.2, opacity=0.6)
    )


def trail(stage: Stage, colour: str, start: float = 0.5, far: float = 0.62) -> str:
    """A winding path from the bottom of the picture to the horizon."""
    y0, y1 = 1010, stage.horizon + 26
    x0, x1 = stage.x(start), stage.x(far)
    mid = (y0 + y1) / 2
    swing = stage.width * 0.16 * (-1 if stage.flip else 1)
    d = (
        f"M{x0 - 210:.0f} {y0}C{x0 - 130 + swing:.0f} {mid + 60:.0f} {x1 - 120:.0f} {mid:.0f} {x1 - 9:.0f} {y1:.0f}"
        f"L{x1 + 9:.0f} {y1:.0f}C{x1 + 10:.0f} {mid:.0f} {x0 + 130 + swing:.0f} {mid + 80:.0f} {x0 + 210:.0f} {y0}Z"
    )
    return path(d, colour) + path(d, "none", stroke=darker(colour, 0.05), stroke_width=4, opacity=0.6)


def speckle(stage: Stage, top: float, colour: str, count: int, size: float = 1.0) -> str:
    """Short brush strokes over the ground. Near strokes are larger."""
    rng = stage.rng
    marks = ""
    for _ in range(count):
        y = top + (1000 - top) * rng.random() ** 0.8
        near = (y - top) / max(1000 - top, 1)
        long = (5 + 14 * near) * size
        marks += (
            f"M{rng.uniform(0, stage.width):.0f} {y:.0f}q{long * 0.5:.0f} -{long * 0.25:.0f} {long:.0f} 0"
        )
    return stroke(marks, colour, 3 * size, opacity=0.5)


def tufts(stage: Stage, top: float, colour: str, count: int) -> str:
    """Tufts of grass over the ground."""
    rng = stage.rng
    marks = ""
    for _ in range(count):
        y = top + (990 - top) * rng.random() ** 0.75
        size = 6 + 20 * (y - top) / max(1000 - top, 1)
        x = rng.uniform(0, stage.width)
        marks += f"M{x:.0f} {y:.0f}q-{size * 0.2:.0f} -{size * 0.6:.0f} -{size * 0.5:.0f} -{size * 0.8:.0f}M{x:.0f} {y:.0f}q0 -{size * 0.7:.0f} {size * 0.1:.1f} -{size * 1.1:.0f}M{x:.0f} {y:.0f}q{size * 0.2:.1f} -{size * 0.5:.0f} {size * 0.6:.0f} -{size * 0.7:.0f}"
    return stroke(marks, colour, 3)


def stone(x: float, y: float, size: float, colour: str) -> str:
    """A round stone on the ground."""
    body = smooth(
        [
            (x - size, y),
            (x - size * 0.8, y - size * 0.6),
            (x - size * 0.1, y - size * 0.82),
            (x + size * 0.8, y - size * 0.5),
            (x + size, y),
        ]
    )
    light = path(
        smooth(
            [
                (x - size * 0.6, y - size * 0.45),
                (x - size * 0.1, y - size * 0.7),
                (x + size * 0.3, y - size * 0.55),
                (x - size * 0.1, y - size * 0.45),
            ]
        ),
        lighter(colour, 0.09),
    )
    return ellipse(x, y, size * 1.15, size * 0.16, "#2a2438", opacity=0.16) + path(body, colour) + light


def scatter(rng: Random, count: int, width: float, gap: tuple[float, float] | None = None) -> list[float]:
    """Random positions across the picture, as shares of its width. No position is within ``gap``."""
    spots = []
    for i in range(count):
        x = (i + rng.uniform(0.15, 0.85)) / count
        if gap and gap[0] < x < gap[1]:
            continue
        spots.append(x * width)
    return spots
