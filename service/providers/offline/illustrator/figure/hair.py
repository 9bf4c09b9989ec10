"""Hair in three layers: behind the body, on the head, over the shoulders.

Units are the head's radius around its centre. Every style takes its edge from the texture.
"""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.hairwords import Hair
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    group,
    path,
    polyline,
    smooth,
    stroke,
)

_LINE = 0.035


def _mass(points: Sequence[Point], colour: str) -> str:
    return path(smooth(points), colour, stroke=edge(colour), stroke_width=_LINE, stroke_linejoin="round")


def _curls(places: Sequence[tuple[float, float, float]], colour: str) -> str:
    """Round curls, each with a light turn in it, on one common outline."""
    rim = "".join(circle(x, y, r + _LINE, edge(colour)) for x, y, r in places)
    balls = "".join(circle(x, y, r, colour) for x, y, r in places)
    turns = "".join(
        f"M{x - r * 0.45:.3f} {y + r * 0.1:.3f}Q{x - r * 0.2:.3f} {y - r * 0.6:.3f} {x + r * 0.4:.3f} {y - r * 0.25:.3f}"
        for x, y, r in places
    )
    return rim + balls + stroke(turns, lighter(colour, 0.09), 0.03, opacity=0.75)


def _arc(radius: float, start: float, stop: float, count: int, cx: float = 0, cy: float = 0) -> list[Point]:
    """Points on a circle; degrees, 0 at the top, clockwise."""
    angles = [math.radians(start + (stop - start) * i / (count - 1)) for i in range(count)]
    return [(cx + math.sin(a) * radius, cy - math.cos(a) * radius) for a in angles]


def _ball_row(points: Sequence[Point], size: float, rng: Random) -> list[tuple[float, float, float]]:
    return [
        (x + rng.uniform(-0.03, 0.03), y + rng.uniform(-0.03, 0.03), size * rng.uniform(0.88, 1.14))
        for x, y in points
    ]


_FALL = {"short": 0.1, "chin": 0.82, "shoulder": 1.3, "long": 1.95}


def behind(hair: Hair) -> str:
    """What falls behind head and shoulders."""
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
    return _mass(points, darker(hair.colour, 0.04)) + stroke(
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
    places += _ball_row(_arc(1.02, -75, 75, 7), 0.25, rng)
    return _curls(places, darker(hair.colour, 0.02))


def _afro(hair: Hair) -> str:
    rng = Random(f"{hair}")
    outer = _ball_row(_arc(1.27, -118, 118, 15, 0, -0.22), 0.27, rng)
    return circle(0, -0.24, 1.3, hair.colour) + _curls(outer, hair.colour)


def _ponytail(hair: Hair) -> str:
    if hair.texture in ("curly", "coily"):
        spots = [
            (-0.98, -0.55, 0.3),
            (-1.25, -0.25, 0.32),
            (-1.32, 0.15, 0.3),
            (-1.25, 0.5, 0.26),
            (-1.12, 0.75, 0.2),
        ]
        tail = _curls(spots, hair.colour)
    else:
        tail = _mass(
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


def _puffs(hair: Hair) -> str:
    rng = Random(f"{hair}")
    drawn = ""
    for side in (-1, 1):
        cx, cy = side * 0.86, -0.92
        balls = _ball_row(_arc(0.36, 0, 330, 9, cx, cy), 0.19, rng)
        drawn += circle(cx, cy, 0.44, hair.colour) + _curls(balls, hair.colour)
    return drawn


def _bunches(hair: Hair) -> str:
    drawn = ""
    for side in (-1, 1):
        if hair.texture in ("curly", "coily"):
            drawn += _curls(
                [
                    (side * x, y, r)
                    for x, y, r in (
                        (1.18, -0.3, 0.27),
                        (1.36, 0.02, 0.28),
                        (1.36, 0.38, 0.25),
                        (1.26, 0.66, 0.18),
                    )
                ],
                hair.colour,
            )
        else:
            drawn += _mass(
                [
                    (side * x, y)
                    for x, y in (
                        (0.9, -0.5),
                        (1.35, -0.5),
                        (1.58, 0.1),
                        (1.4, 0.85),
                        (1.18, 0.4),
                        (0.98, 0.0),
                    )
                ],
                hair.colour,
            )
        drawn += circle(side * 1.02, -0.38, 0.13, "#d8564a")
    return drawn


def _bun(hair: Hair) -> str:
    return _mass(
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
    "afro": _afro, "ponytail": _ponytail, "puffs": _puffs, "bunches": _bunches, "bun": _bun, "topknot": _bun,
    "locs": _locs, "cornrows": _close, "mohawk": _close, "patchy": _close, "braids": _close, "braid": _close,
}  # fmt: skip


def cap(hair: Hair, turn: float) -> str:
    """What lies on the head, down to the hairline."""
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
    """From the right temple to the left, along the brow."""
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
    mass = _mass([*_outer(), *_hairline(hair, turn)], hair.colour)
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
    for i, (x, y) in enumerate(_arc(1.1, -70, 70, 11)):
        scale = 1.14 if i % 2 else 1.0
        points.append((x * scale, y * scale))
    return _mass([*points, (0.8, -0.2), (-0.8, -0.2)], hair.colour)


def _curly_cap(hair: Hair, turn: float) -> str:
    rng = Random(f"{hair}cap")
    base = path(smooth([*_outer(0.1), *_hairline(hair, turn)]), hair.colour)
    rows = _ball_row(_arc(1.06, -88, 88, 11), 0.235, rng)
    rows += _ball_row(_arc(0.83, -66, 66, 8), 0.22, rng)
    rows += [(x, y, 0.15) for x, y in ((-0.96, -0.06), (0.96, -0.06))]
    fringe = _arc(0.62, -52, 52, 5, turn * 0.1, -0.06)
    return base + _curls(rows, hair.colour) + _curls(_ball_row(fringe, 0.17, rng), hair.colour)


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
    edge_curls = _ball_row([(x * 0.98, y - 0.06) for x, y in line[1:-1]], 0.13, rng)
    inner = _ball_row(_arc(0.95, -80, 80, 11, 0, -0.15), 0.17, rng)
    return base + _curls([*inner, *edge_curls], hair.colour)


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
    mass = _mass([*_outer(0.08), *line], hair.colour)
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
    mass = _mass([*_outer(0.08), *line], hair.colour)
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


def over(hair: Hair) -> str:
    """What hangs before the shoulders: braids, and the fall of locs."""
    if hair.style == "braids":
        return _plait(-1.0, 0.1, -1.12, 1.75, hair.colour) + _plait(1.0, 0.1, 1.12, 1.75, hair.colour)
    if hair.style == "braid":
        return _plait(0.92, 0.25, 0.82, 1.85, hair.colour)
    return ""


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


def beard(hair: Hair, turn: float) -> str:
    """A beard or a moustache."""
    shift = turn * 0.1
    drawn = ""
    if hair.beard:
        points = [(-0.96, 0.05), (-0.8, 0.42), (-0.34 + shift, 0.5), (shift, 0.46), (0.34 + shift, 0.5), (0.8, 0.42),
                  (0.96, 0.05), (0.92, 0.7), (0.5, 1.12), (0, 1.26), (-0.5, 1.12), (-0.92, 0.7)]  # fmt: skip
        drawn += _mass(points, hair.colour)
    if hair.moustache or hair.beard:
        line = f"M{shift} 0.46Q{shift - 0.16} 0.42 {shift - 0.3} 0.54M{shift} 0.46Q{shift + 0.16} 0.42 {shift + 0.3} 0.54"
        drawn += stroke(line, darker(hair.colour, 0.03) if hair.beard else hair.colour, 0.1)
    return drawn
