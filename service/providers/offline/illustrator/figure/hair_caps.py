"""Draws the hair on the head, down to the hairline. Units are the radius of the head, around its centre."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.ball import Ball
from service.providers.offline.illustrator.figure.hair import _LINE, arc, ball_row, curls, hangs
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.hairwords import Hair
from service.providers.offline.illustrator.svg import (
    Point,
    group,
    path,
    polyline,
    smooth,
    stroke,
)


def turned(hair: Hair, ball: Ball) -> str:
    """The hair on a turned head: the cap, and what grows behind the ears."""
    return _nape(hair, ball) + ball.wrapped(cap(hair)) + _nape(hair, ball, seam=True)


def _nape(hair: Hair, ball: Ball, seam: bool = False) -> str:
    """The hair at the side and at the back of the head, as far as it is seen; or what hides its ``seam``."""
    yaw = math.degrees(ball.yaw)
    if not hair.grows or hair.style in ("patchy", "mohawk") or abs(yaw) < 12:
        return ""
    ear = 70 if hangs(hair) or hair.style == "afro" else 104
    low = 0.98 if hangs(hair) or hair.style in ("afro", "locs") else 0.6
    heights = [-0.75 + (low + 0.75) * i / 6 for i in range(7)]
    back = -1 if yaw >= 0 else 1
    if abs(yaw) + ear > 270 - ear + 90:  # seen from behind, both edges show
        edge_back = [ball.side(-back * ear, y) for y in heights]
    else:
        edge_back = [(back * 1.03 * max(1 - (y / 1.15) ** 2, 0.05) ** 0.5, y) for y in heights]
    line = [ball.side(back * ear, y) for y in heights]
    outline = [*edge_back, *reversed(line)]
    if hair.length == "shaved":
        return "" if seam else path(smooth(outline), hair.colour, opacity=0.82)
    if seam:
        return path(smooth([(x * 0.97, y * 0.97) for x, y in outline[1:-1]]), hair.colour)
    mass = unit_shape(outline, hair.colour)
    if hair.texture in ("curly", "coily") and (hair.style == "loose" or hair.style == "afro"):
        rng = Random(f"{hair}nape")
        rows = [
            (a[0] + (b[0] - a[0]) * share, a[1])
            for a, b in zip(edge_back, line, strict=True)
            for share in ([0.08, 0.5, 0.92] if abs(a[0] - b[0]) > 0.7 else [0.3])
        ]
        return mass + curls(ball_row(rows, 0.2, rng), hair.colour)
    return mass


def cap(hair: Hair, turn: float = 0.0) -> str:
    """The hair on the head, down to the hairline."""
    if not hair.grows:
        return ""
    if hair.style == "patchy":
        return _patches(hair)
    if hair.length == "shaved":
        return _shaved(hair)
    special = _CAPS.get(hair.style)
    if special is not None:
        return special(hair, turn)
    if hair.texture in ("curly", "coily"):
        return _curly_cap(hair, turn)
    return _smooth_cap(hair, turn)


def _outer(lift: float = 0.13) -> list[Point]:
    r = 1 + lift
    return [(-1.04, 0.06), (-1.07, -0.35), (-0.86 * r, -0.74 * r), (-0.42 * r, -0.98 * r), (0, -1.04 * r),
            (0.42 * r, -0.98 * r), (0.86 * r, -0.74 * r), (1.07, -0.35), (1.04, 0.06)]  # fmt: skip


def _hairline(hair: Hair, turn: float) -> list[Point]:
    """The points of the hairline from the right temple to the left temple, along the brow."""
    part = 0.28 - turn * 0.35
    if hair.fringe:
        return [
            (0.9, -0.08),
            (0.82, -0.26),
            (0.45, -0.24),
            (0.0, -0.2),
            (-0.45, -0.24),
            (-0.82, -0.26),
            (-0.9, -0.08),
        ]
    if hair.length in ("short", "chin"):
        return [
            (0.93, -0.12),
            (0.8, -0.42),
            (0.5, -0.36),
            (part, -0.66),
            (-0.2, -0.44),
            (-0.6, -0.34),
            (-0.84, -0.4),
            (-0.93, -0.12),
        ]
    return [
        (0.93, -0.05),
        (0.86, -0.36),
        (0.55, -0.58),
        (part, -0.78),
        (-0.3, -0.6),
        (-0.72, -0.42),
        (-0.88, -0.3),
        (-0.93, -0.05),
    ]


def _smooth_cap(hair: Hair, turn: float) -> str:
    mass = unit_shape([*_outer(), *_hairline(hair, turn)], hair.colour)
    part = 0.28 - turn * 0.35
    lines = "".join(
        f"M{part + x * 0.1:.2f} -1.0Q{x * 0.75:.2f} -0.92 {x * 0.92:.2f} {-0.4 - abs(x) * 0.06:.2f}"
        for x in (-0.95, -0.55, 0.6, 0.95)
    )
    shine = stroke("M-0.62 -0.84Q-0.2 -1.06 0.3 -0.98", lighter(hair.colour, 0.14), 0.07, opacity=0.55)
    strands = stroke(lines, darker(hair.colour, 0.07), 0.03, opacity=0.6)
    spikes = _tousle(hair) if hair.texture == "wavy" and hair.length == "short" else ""
    return spikes + mass + strands + shine


def _tousle(hair: Hair) -> str:
    points: list[Point] = []
    for i, (x, y) in enumerate(arc(1.1, -70, 70, 11)):
        scale = 1.14 if i % 2 else 1.0
        points.append((x * scale, y * scale))
    return unit_shape([*points, (0.7, -0.6), (-0.7, -0.6)], hair.colour)


def _curly_cap(hair: Hair, turn: float) -> str:
    rng = Random(f"{hair}cap")
    base = path(smooth([*_outer(0.1), *_hairline(hair, turn)]), hair.colour)
    rows = ball_row(arc(1.06, -88, 88, 11), 0.235, rng)
    rows += ball_row(arc(0.83, -66, 66, 8), 0.22, rng)
    rows += [(x, y, 0.15) for x, y in ((-0.96, -0.06), (0.96, -0.06))]
    fringe = arc(0.62, -52, 52, 5, turn * 0.1, -0.06)
    return base + curls(rows, hair.colour) + curls(ball_row(fringe, 0.17, rng), hair.colour)


def _afro_cap(hair: Hair, _turn: float) -> str:
    rng = Random(f"{hair}cap")
    line = [
        (0.96, -0.1),
        (0.84, -0.42),
        (0.45, -0.6),
        (0, -0.66),
        (-0.45, -0.6),
        (-0.84, -0.42),
        (-0.96, -0.1),
    ]
    base = path(smooth([*_outer(0.1), *line]), hair.colour)
    edge_curls = ball_row([(x * 0.98, y - 0.06) for x, y in line[1:-1]], 0.13, rng)
    inner = ball_row(arc(0.95, -80, 80, 11, 0, -0.15), 0.17, rng)
    return base + curls([*inner, *edge_curls], hair.colour)


def _tied_cap(hair: Hair, turn: float) -> str:
    line = [
        (0.93, -0.05),
        (0.84, -0.42),
        (0.45, -0.64),
        (0, -0.7),
        (-0.45, -0.64),
        (-0.84, -0.42),
        (-0.93, -0.05),
    ]
    if hair.fringe:
        line = _hairline(hair, turn)
    mass = unit_shape([*_outer(0.08), *line], hair.colour)
    lines = "".join(
        f"M{x * 0.7:.2f} {-0.64 + abs(x) * 0.14:.2f}Q{x * 0.8:.2f} -0.95 {x * 0.35:.2f} -1.08"
        for x in (-0.9, -0.45, 0, 0.45, 0.9)
    )
    return mass + stroke(lines, darker(hair.colour, 0.08), 0.028, opacity=0.7)


def _parted_cap(hair: Hair, turn: float) -> str:
    part = turn * 0.1
    line = [
        (0.93, 0.0),
        (0.85, -0.3),
        (0.5, -0.55),
        (part, -0.86),
        (-0.5, -0.55),
        (-0.85, -0.3),
        (-0.93, 0.0),
    ]
    mass = unit_shape([*_outer(0.08), *line], hair.colour)
    parting = stroke(f"M{part:.2f} -0.86L{part * 0.6:.2f} -1.1", lighter(hair.colour, 0.16), 0.035)
    lines = "".join(f"M{part + s * 0.05:.2f} -0.98Q{s * 0.6:.2f} -0.85 {s * 0.95:.2f} -0.3" for s in (-1, 1))
    return mass + stroke(lines, darker(hair.colour, 0.08), 0.03, opacity=0.7) + parting


def _cornrow_cap(hair: Hair, turn: float) -> str:
    base = _tied_cap(hair, turn)
    rows = "".join(
        f"M{x * 0.78:.2f} {-0.62 + abs(x) * 0.16:.2f}Q{x * 0.92:.2f} -0.9 {x * 0.45:.2f} -1.12"
        for x in (-1.05, -0.75, -0.45, -0.15, 0.15, 0.45, 0.75, 1.05)
    )
    knots = stroke(rows, lighter(hair.colour, 0.12), 0.09, **{"stroke-dasharray": "0.01 0.12"})
    return base + stroke(rows, darker(hair.colour, 0.1), 0.05) + knots


def _mohawk_cap(hair: Hair, _turn: float) -> str:
    crest = [
        (-0.3, -0.62),
        (-0.34, -1.2),
        (-0.2, -1.6),
        (-0.05, -1.36),
        (0.1, -1.66),
        (0.2, -1.36),
        (0.36, -1.5),
        (0.34, -0.95),
        (0.24, -0.62),
    ]
    return _shaved(hair) + path(
        polyline(crest, True),
        hair.colour,
        stroke=edge(hair.colour),
        stroke_width=_LINE,
        stroke_linejoin="round",
    )


def _shaved(hair: Hair) -> str:
    line = [
        (0.92, -0.05),
        (0.84, -0.46),
        (0.45, -0.66),
        (0, -0.7),
        (-0.45, -0.66),
        (-0.84, -0.46),
        (-0.92, -0.05),
    ]
    return path(smooth([*_outer(0.02), *line]), hair.colour, opacity=0.82)


def _patches(hair: Hair) -> str:
    spots = (
        [(-1.0, -0.1), (-1.04, -0.4), (-0.8, -0.78), (-0.55, -0.75), (-0.66, -0.4), (-0.88, -0.2)],
        [(0.1, -0.78), (0.0, -1.06), (0.5, -0.98), (0.78, -0.74), (0.55, -0.6)],
        [(0.86, -0.36), (1.03, -0.3), (1.02, 0.02), (0.92, -0.02)],
    )
    return group(*(path(smooth(points), hair.colour, opacity=0.9) for points in spots))


_CAPS: dict[str, Callable[[Hair, float], str]] = {
    "afro": _afro_cap, "ponytail": _tied_cap, "puffs": _parted_cap, "bunches": _parted_cap, "bun": _tied_cap,
    "topknot": _tied_cap, "locs": _parted_cap, "cornrows": _cornrow_cap, "mohawk": _mohawk_cap,
    "braids": _parted_cap, "braid": _tied_cap,
}  # fmt: skip
