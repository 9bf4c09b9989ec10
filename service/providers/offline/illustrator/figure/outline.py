"""Draws tapering tubes for limbs, and the thin outline that all shapes have."""

from __future__ import annotations

import math
from collections.abc import Sequence

from service.providers.offline.illustrator.colour import darker, to_oklch
from service.providers.offline.illustrator.figure.skeleton import LimbBones
from service.providers.offline.illustrator.svg import Point, path, smooth

LINE = 2.6


def edge(colour: str) -> str:
    """The colour of the outline around a shape: a darker shade of the shape's colour, never black."""
    lightness, _, _ = to_oklch(colour)
    return darker(colour, 0.16 if lightness > 0.45 else 0.1)


def shape(d: str, colour: str, line: float = LINE) -> str:
    """A filled shape with its thin outline."""
    return path(d, colour, stroke=edge(colour), stroke_width=line, stroke_linejoin="round")


def unit_shape(points: Sequence[Point], colour: str) -> str:
    """A smooth closed shape in units of a head's radius, with its thin outline."""
    return path(smooth(points), colour, stroke=edge(colour), stroke_width=0.036, stroke_linejoin="round")


def along(bones: LimbBones, share: float) -> Point:
    """A point on the smooth curve of a limb. ``share`` is 0 at its root, 0.5 at its bend and 1 at its end."""
    (x0, y0), (jx, jy), (x2, y2) = bones.root, bones.joint, bones.end
    x1, y1 = jx * 1.6 - (x0 + x2) * 0.3, jy * 1.6 - (y0 + y2) * 0.3
    rest = 1 - share
    return (
        rest * rest * x0 + 2 * rest * share * x1 + share * share * x2,
        rest * rest * y0 + 2 * rest * share * y1 + share * share * y2,
    )


def tube(points: Sequence[Point], widths: Sequence[float]) -> str:
    """The path data of a tube with round ends around a line. ``widths`` contains the full width at each
    point."""
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(points):
        before, after = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        angle = math.atan2(after[1] - before[1], after[0] - before[0])
        dx, dy = -math.sin(angle) * widths[i] / 2, math.cos(angle) * widths[i] / 2
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return smooth([*left, _cap(points, widths, -1), *reversed(right), _cap(points, widths, 0)])


def _cap(points: Sequence[Point], widths: Sequence[float], end: int) -> Point:
    x, y = points[end]
    inner = points[-2] if end else points[1]
    gap = math.hypot(x - inner[0], y - inner[1]) or 1.0
    out = widths[end] * 0.42
    return x + (x - inner[0]) / gap * out, y + (y - inner[1]) / gap * out


def limb(bones: LimbBones, start: float, stop: float, wide: float, narrow: float, colour: str) -> str:
    """The part of a limb from share ``start`` to ``stop``, tapering from ``wide`` to ``narrow``."""
    shares = [start + (stop - start) * i / 5 for i in range(6)]
    widths = [wide + (narrow - wide) * i / 5 for i in range(6)]
    return shape(tube([along(bones, share) for share in shares], widths), colour)
