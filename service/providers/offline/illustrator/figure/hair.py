"""Draws hair in three layers: behind the body, on the head, and over the shoulders.

Units are the radius of the head, around its centre. The texture determines the outline of every style.
"""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.ball import Ball
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.hairwords import Hair
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    path,
    smooth,
    stroke,
)

_LINE = 0.035


def curls(places: Sequence[tuple[float, float, float]], colour: str) -> str:
    """Round curls with a common outline, each with a light spiral."""
    rim = "".join(circle(x, y, r + _LINE, edge(colour)) for x, y, r in places)
    balls = "".join(circle(x, y, r, colour) for x, y, r in places)
    turns = "".join(
        f"M{x - r * 0.45:.3f} {y + r * 0.1:.3f}Q{x - r * 0.2:.3f} {y - r * 0.6:.3f} {x + r * 0.4:.3f} {y - r * 0.25:.3f}"
        for x, y, r in places
    )
    return rim + balls + stroke(turns, lighter(colour, 0.09), 0.03, opacity=0.75)


def arc(radius: float, start: float, stop: float, count: int, cx: float = 0, cy: float = 0) -> list[Point]:
    """Points on a circle. Angles are in degrees, clockwise from the top."""
    angles = [math.radians(start + (stop - start) * i / (count - 1)) for i in range(count)]
    return [(cx + math.sin(a) * radius, cy - math.cos(a) * radius) for a in angles]


def ball_row(points: Sequence[Point], size: float, rng: Random) -> list[tuple[float, float, float]]:
    """Balls of hair at these points, with random offsets and sizes, as (x, y, radius)."""
    return [
        (x + rng.uniform(-0.03, 0.03), y + rng.uniform(-0.03, 0.03), size * rng.uniform(0.88, 1.14))
        for x, y in points
    ]


_FALL = {"short": 0.1, "chin": 0.82, "shoulder": 1.3, "long": 1.95}


def hangs(hair: Hair) -> bool:
    """Whether loose hair hangs over the ears."""
    return hair.grows and hair.style not in {**_BEHIND, **_TIED} and hair.length not in ("shaved", "short")


def behind(hair: Hair, ball: Ball) -> str:
    """The hair behind the head and the shoulders. Where it is tied, and how it falls, goes with the head."""
    if hair.style in _TIED and hair.grows:
        tie = _TIED[hair.style]
        return "".join(
            placed(tie(hair, side), side * 0.86 * (ball.cos - 1) - 0.16 * ball.sin) for side in (1, -1)
        )
    drawn = _behind(hair)
    if not drawn or (ball.sin == 0 and ball.cos > 0):
        return drawn
    side = 1 if ball.sin >= 0 else -1
    turn, back = abs(ball.sin), max(-ball.cos, 0)
    if hair.style == "ponytail":
        return placed(drawn, 0.9 * back * side)
    if hair.style == "afro":
        return placed(drawn, -0.12 * ball.sin)
    return placed(drawn, -0.3 * ball.sin, 1 - 0.2 * turn)


def placed(drawn: str, x: float, wide: float = 1.0) -> str:
    """Hair that is moved to the side, and made narrower."""
    return f'<g transform="translate({x:.3f} 0) scale({wide:.3f} 1)">{drawn}</g>'


def _behind(hair: Hair) -> str:
    if not hair.grows or hair.length == "shaved":
        return ""
    special = _BEHIND.get(hair.style)
    if special is not None:
        return special(hair)
    if hair.length == "short":
        return ""
    fall = _FALL[hair.length]
    if hair.texture in ("curly", "coily"):
        return _curly_fall(hair, fall)
    return _straight_fall(hair, fall)


def _straight_fall(hair: Hair, fall: float) -> str:
    wave = 0.09 if hair.texture == "wavy" else 0.0
    side: list[Point] = [(0.0, -1.14), (0.7, -0.95), (1.08, -0.3)]
    steps = 4
    for i in range(1, steps + 1):
        y = -0.3 + (fall + 0.3) * i / steps
        side.append((1.1 + 0.06 * i / steps + (wave if i % 2 else -wave), y))
    side.append((0.55, fall + 0.08))
    points = [*side, *[(-x, y) for x, y in reversed(side) if x]]
    strands = "".join(
        f"M{x:.2f} 0.2Q{x * 1.08 + wave:.2f} {fall * 0.5:.2f} {x * 1.02:.2f} {fall * 0.94:.2f}"
        for x in (-0.98, -0.82, 0.82, 0.98)
    )
    return unit_shape(points, darker(hair.colour, 0.04)) + stroke(
        strands, lighter(hair.colour, 0.06), 0.035, opacity=0.7
    )


def _curly_fall(hair: Hair, fall: float) -> str:
    rng = Random(f"{hair}")
    rows = max(2, int(fall / 0.3) + 2)
    places = [
        (x + rng.uniform(-0.07, 0.07), y + rng.uniform(-0.06, 0.06), rng.uniform(0.21, 0.28))
        for y in (-0.45 + (fall + 0.45) * i / (rows - 1) for i in range(rows))
        for x in (-1.12, 1.12, -0.8, 0.8, -0.4, 0.4)
    ]
    places += ball_row(arc(1.02, -75, 75, 7), 0.25, rng)
    return curls(places, darker(hair.colour, 0.02))


def _afro(hair: Hair) -> str:
    rng = Random(f"{hair}")
    outer = ball_row(arc(1.27, -118, 118, 15, 0, -0.22), 0.27, rng)
    return circle(0, -0.24, 1.3, hair.colour) + curls(outer, hair.colour)


def _ponytail(hair: Hair) -> str:
    if hair.texture in ("curly", "coily"):
        spots = [
            (-0.98, -0.55, 0.3),
            (-1.25, -0.25, 0.32),
            (-1.32, 0.15, 0.3),
            (-1.25, 0.5, 0.26),
            (-1.12, 0.75, 0.2),
        ]
        tail = curls(spots, hair.colour)
    else:
        tail = unit_shape(
            [
                (-0.7, -0.85),
                (-1.15, -0.85),
                (-1.55, -0.2),
                (-1.45, 0.7),
                (-1.2, 1.15),
                (-1.18, 0.5),
                (-0.95, -0.2),
            ],
            hair.colour,
        )
    return tail + ellipse(-0.86, -0.68, 0.17, 0.2, "#d8564a", transform="rotate(-40 -0.86 -0.68)")


def _puff(hair: Hair, side: int) -> str:
    cx, cy = side * 0.86, -0.92
    balls = ball_row(arc(0.36, 0, 330, 9, cx, cy), 0.19, Random(f"{hair}{side}"))
    return circle(cx, cy, 0.44, hair.colour) + curls(balls, hair.colour)


def _bunch(hair: Hair, side: int) -> str:
    tie = circle(side * 1.02, -0.38, 0.13, "#d8564a")
    if hair.texture in ("curly", "coily"):
        balls = ((1.18, -0.3, 0.27), (1.36, 0.02, 0.28), (1.36, 0.38, 0.25), (1.26, 0.66, 0.18))
        return curls([(side * x, y, r) for x, y, r in balls], hair.colour) + tie
    tail = ((0.9, -0.5), (1.35, -0.5), (1.58, 0.1), (1.4, 0.85), (1.18, 0.4), (0.98, 0.0))
    return unit_shape([(side * x, y) for x, y in tail], hair.colour) + tie


def _bun(hair: Hair) -> str:
    return unit_shape(
        [(0.02, -1.62), (0.4, -1.42), (0.36, -1.02), (0, -0.9), (-0.36, -1.02), (-0.38, -1.42)], hair.colour
    )


def _locs(hair: Hair) -> str:
    fall = {"short": 0.45, "chin": 0.75, "shoulder": 1.2, "long": 1.8}.get(hair.length, 1.1)
    lines = [
        f"M{x * 0.9:.2f} -0.55Q{x * 1.32:.2f} {fall * 0.2:.2f} {x * 1.12:.2f} {fall + 0.1 * (i % 2):.2f}"
        for i, x in enumerate((-1.05, -0.92, -0.76, 0.76, 0.92, 1.05))
    ]
    return "".join(stroke(d, edge(hair.colour), 0.27) + stroke(d, hair.colour, 0.2) for d in lines)


def _close(_hair: Hair) -> str:
    return ""


_BEHIND: dict[str, Callable[[Hair], str]] = {
    "afro": _afro, "ponytail": _ponytail, "bun": _bun, "topknot": _bun,
    "locs": _locs, "cornrows": _close, "mohawk": _close, "patchy": _close, "braids": _close, "braid": _close,
}  # fmt: skip
#: Hair that is tied at both sides: each side is drawn by itself.
_TIED: dict[str, Callable[[Hair, int], str]] = {"puffs": _puff, "bunches": _bunch}


def over(hair: Hair, ball: Ball) -> str:
    """The hair in front of the shoulders: braids and hanging locs."""
    if hair.style == "braids":
        sides = [side for side in (-1, 1) if side == ball.near or abs(ball.sin) < 0.5]
    elif hair.style == "braid":
        sides = [1 if ball.sin < 0.5 else -1]
    else:
        return ""
    drawn = ""
    for side in sides:
        x, _ = ball.side(side * 104, 0.1)
        drawn += _plait(x, 0.15, x + (0.12 * side if abs(ball.sin) < 0.5 else 0), 1.8, hair.colour)
    return drawn


def _plait(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    count = 7
    beads = []
    for i in range(count):
        share = i / (count - 1)
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        width = 0.19 - 0.05 * share
        tilt = 24 if i % 2 else -24
        beads.append(
            ellipse(
                x,
                y,
                width,
                0.17,
                colour,
                stroke=edge(colour),
                stroke_width=0.03,
                transform=f"rotate({tilt} {x:.2f} {y:.2f})",
            )
        )
    tie = ellipse(x1, y1 + 0.14, 0.13, 0.06, "#d8564a")
    tuft = path(
        smooth(
            [(x1 - 0.1, y1 + 0.18), (x1 + 0.1, y1 + 0.18), (x1 + 0.13, y1 + 0.42), (x1 - 0.12, y1 + 0.42)]
        ),
        colour,
    )
    return "".join(beads) + tuft + tie


def beard(hair: Hair) -> str:
    """A beard or a moustache."""
    drawn = ""
    if hair.beard:
        points = [(-0.96, 0.05), (-0.8, 0.42), (-0.34, 0.5), (0.0, 0.46), (0.34, 0.5), (0.8, 0.42),
                  (0.96, 0.05), (0.92, 0.7), (0.5, 1.12), (0, 1.26), (-0.5, 1.12), (-0.92, 0.7)]  # fmt: skip
        drawn += unit_shape(points, hair.colour)
    if hair.moustache or hair.beard:
        line = "M0 0.46Q-0.16 0.42 -0.3 0.54M0 0.46Q0.16 0.42 0.3 0.54"
        drawn += stroke(line, darker(hair.colour, 0.03) if hair.beard else hair.colour, 0.1)
    return drawn
