"""Draws trees, bushes, flowers, and leaves that frame a picture."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from random import Random

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    group,
    path,
    stroke,
)


def leafy_tree(x: float, y: float, size: float, colour: str, rng: Random, trunk: str = "#7a5a44") -> str:
    """A round-headed tree, ``size`` high, standing on ``y``."""
    w = size * 0.075
    stem = path(
        f"M{x - w:.1f} {y:.1f}Q{x - w * 0.5:.1f} {y - size * 0.3:.1f} {x - w * 0.6:.1f} {y - size * 0.56:.1f}L{x + w * 0.6:.1f} {y - size * 0.56:.1f}Q{x + w * 0.5:.1f} {y - size * 0.3:.1f} {x + w * 1.1:.1f} {y:.1f}Z",
        trunk,
    )
    limb = stroke(
        f"M{x:.1f} {y - size * 0.36:.1f}L{x + size * 0.14:.1f} {y - size * 0.54:.1f}M{x:.1f} {y - size * 0.42:.1f}L{x - size * 0.12:.1f} {y - size * 0.58:.1f}",
        trunk,
        w * 0.7,
    )
    return stem + limb + _crown(x, y, size, colour, rng)


_LUMPS = (
    (-0.24, -0.58, 0.17), (0.24, -0.58, 0.17), (0.0, -0.53, 0.19), (-0.29, -0.72, 0.15), (0.29, -0.72, 0.15),
    (-0.13, -0.72, 0.2), (0.13, -0.74, 0.19), (-0.17, -0.87, 0.15), (0.16, -0.88, 0.15), (0.0, -0.94, 0.15),
)  # fmt: skip


def _crown(x: float, y: float, size: float, colour: str, rng: Random) -> str:
    """The crown of a tree: groups of leaves, dark below and light above."""
    clumps = [
        (x + (dx + rng.uniform(-0.03, 0.03)) * size, y + dy * size, r * size * rng.uniform(0.9, 1.12))
        for dx, dy, r in _LUMPS
    ]
    shade = "".join(circle(cx, cy + r * 0.16, r * 1.03, darker(colour, 0.06)) for cx, cy, r in clumps)
    drawn = "".join(
        circle(cx, cy, r, colour) + circle(cx - r * 0.22, cy - r * 0.26, r * 0.6, lighter(colour, 0.035))
        for cx, cy, r in clumps
    )
    return shade + drawn + _leaf_marks(x, y - size * 0.7, size * 0.28, darker(colour, 0.08), rng)


def _leaf_marks(x: float, y: float, r: float, colour: str, rng: Random) -> str:
    marks = ""
    for _ in range(12):
        angle, away = rng.uniform(0, math.tau), r * math.sqrt(rng.random())
        marks += f"M{x + math.cos(angle) * away:.0f} {y + math.sin(angle) * away:.0f}q{r * 0.05:.1f} -{r * 0.07:.1f} {r * 0.1:.1f} 0"
    return stroke(marks, colour, max(r * 0.02, 1.4), opacity=0.6)


def pine(x: float, y: float, size: float, colour: str, snow: str | None = None) -> str:
    """A fir of four tiers, ``size`` high."""
    stem = path(
        f"M{x - size * 0.035:.1f} {y:.1f}h{size * 0.07:.1f}v-{size * 0.2:.1f}h-{size * 0.07:.1f}Z", "#6d4e3c"
    )
    tiers = ""
    for i in range(4):
        foot = y - size * (0.12 + 0.2 * i)
        half, top = size * (0.3 - 0.055 * i), foot - size * 0.34
        shade = lighter(colour, 0.022 * i)
        tiers += path(
            f"M{x - half:.1f} {foot:.1f}Q{x - half * 0.34:.1f} {foot - size * 0.14:.1f} {x:.1f} {top:.1f}Q{x + half * 0.34:.1f} {foot - size * 0.14:.1f} {x + half:.1f} {foot:.1f}Q{x + half * 0.5:.1f} {foot + size * 0.035:.1f} {x:.1f} {foot + size * 0.01:.1f}T{x - half:.1f} {foot:.1f}Z",
            shade,
        )
        if snow:
            tiers += path(
                f"M{x - half * 0.5:.1f} {foot - size * 0.12:.1f}Q{x - half * 0.1:.1f} {foot - size * 0.2:.1f} {x:.1f} {top:.1f}Q{x + half * 0.1:.1f} {foot - size * 0.2:.1f} {x + half * 0.4:.1f} {foot - size * 0.14:.1f}Q{x:.1f} {foot - size * 0.07:.1f} {x - half * 0.5:.1f} {foot - size * 0.12:.1f}Z",
                snow,
            )
    return stem + tiers


def trunk(x: float, y: float, width: float, colour: str) -> str:
    """The trunk of a large near tree, whose crown is above the picture."""
    body = path(
        f"M{x - width * 0.9:.0f} {y + 12:.0f}Q{x - width * 0.5:.0f} {y - 60:.0f} {x - width * 0.48:.0f} {y - 260:.0f}L{x - width * 0.42:.0f} -20L{x + width * 0.42:.0f} -20L{x + width * 0.5:.0f} {y - 260:.0f}Q{x + width * 0.5:.0f} {y - 60:.0f} {x + width:.0f} {y + 12:.0f}Q{x:.0f} {y - 8:.0f} {x - width * 0.9:.0f} {y + 12:.0f}Z",
        colour,
    )
    shade = path(
        f"M{x + width * 0.14:.0f} -20L{x + width * 0.42:.0f} -20L{x + width * 0.5:.0f} {y - 260:.0f}Q{x + width * 0.5:.0f} {y - 60:.0f} {x + width:.0f} {y + 12:.0f}L{x + width * 0.3:.0f} {y:.0f}Q{x + width * 0.1:.0f} {y - 200:.0f} {x + width * 0.14:.0f} -20Z",
        darker(colour, 0.05),
        opacity=0.7,
    )
    marks = "".join(
        f"M{x + width * dx:.0f} {y * s:.0f}q{width * 0.04:.0f} {y * 0.06:.0f} 0 {y * 0.12:.0f}"
        for dx, s in ((-0.25, 0.12), (0.05, 0.3), (-0.2, 0.5), (0.2, 0.62), (-0.08, 0.72))
    )
    return body + shade + stroke(marks, darker(colour, 0.09), 4, opacity=0.7)


def bush(x: float, y: float, size: float, colour: str, rng: Random) -> str:
    """A round bush, about twice as wide as high."""
    lumps = [
        (x + dx * size, y - dy * size, r * size)
        for dx, dy, r in ((-0.7, 0.3, 0.42), (-0.2, 0.55, 0.5), (0.35, 0.48, 0.46), (0.8, 0.26, 0.38))
    ]
    balls = "".join(circle(bx, by, r, colour) for bx, by, r in lumps)
    lights = "".join(
        circle(bx - r * 0.25, by - r * 0.3, r * 0.55, lighter(colour, 0.045), opacity=0.8)
        for bx, by, r in lumps
    )
    foot = ellipse(x + 0.05 * size, y - size * 0.08, size * 1.1, size * 0.2, colour)
    return balls + lights + foot + _leaf_marks(x, y - size * 0.4, size * 0.7, darker(colour, 0.09), rng)


def flower(x: float, y: float, size: float, colour: str, stem: str = "#6f9a4c") -> str:
    """A five-petalled flower on its stem, ``size`` high."""
    r = size * 0.15
    top = y - size * 0.86
    petals = "".join(
        ellipse(
            x + math.sin(math.tau * i / 5) * r,
            top - math.cos(math.tau * i / 5) * r,
            r * 0.72,
            r * 0.72,
            colour,
        )
        for i in range(5)
    )
    leaf = path(
        f"M{x:.1f} {y - size * 0.2:.1f}q{size * 0.22:.1f} -{size * 0.2:.1f} {size * 0.3:.1f} -{size * 0.06:.1f}q-{size * 0.1:.1f} {size * 0.14:.1f} -{size * 0.3:.1f} {size * 0.06:.1f}Z",
        stem,
    )
    return (
        stroke(
            f"M{x:.1f} {y:.1f}Q{x - size * 0.05:.1f} {y - size * 0.4:.1f} {x:.1f} {top:.1f}",
            stem,
            size * 0.055,
        )
        + leaf
        + petals
        + circle(x, top, r * 0.55, "#f2c14e")
    )


def tulip(x: float, y: float, size: float, colour: str, stem: str = "#6f9a4c") -> str:
    """A tulip, ``size`` high."""
    top, w = y - size, size * 0.16
    cup = path(
        f"M{x - w:.1f} {top:.1f}L{x - w * 0.4:.1f} {top + w * 0.8:.1f}L{x:.1f} {top - w * 0.3:.1f}L{x + w * 0.4:.1f} {top + w * 0.8:.1f}L{x + w:.1f} {top:.1f}Q{x + w * 1.2:.1f} {top + w * 2.1:.1f} {x:.1f} {top + w * 2.2:.1f}Q{x - w * 1.2:.1f} {top + w * 2.1:.1f} {x - w:.1f} {top:.1f}Z",
        colour,
    )
    leaves = path(
        f"M{x:.1f} {y:.1f}Q{x - size * 0.26:.1f} {y - size * 0.3:.1f} {x - size * 0.16:.1f} {y - size * 0.5:.1f}Q{x:.1f} {y - size * 0.3:.1f} {x:.1f} {y:.1f}Q{x + size * 0.2:.1f} {y - size * 0.3:.1f} {x + size * 0.22:.1f} {y - size * 0.42:.1f}Q{x + size * 0.1:.1f} {y - size * 0.1:.1f} {x:.1f} {y:.1f}Z",
        stem,
    )
    return stroke(f"M{x:.1f} {y:.1f}L{x:.1f} {top + w * 2:.1f}", stem, size * 0.05) + leaves + cup


def mushroom(x: float, y: float, size: float, colour: str) -> str:
    """A toadstool with pale spots, ``size`` high."""
    stem = path(
        f"M{x - size * 0.16:.1f} {y:.1f}Q{x - size * 0.1:.1f} {y - size * 0.5:.1f} {x - size * 0.13:.1f} {y - size * 0.6:.1f}h{size * 0.26:.1f}Q{x + size * 0.1:.1f} {y - size * 0.5:.1f} {x + size * 0.17:.1f} {y:.1f}Z",
        "#f5ead4",
    )
    cap = path(
        f"M{x - size * 0.48:.1f} {y - size * 0.52:.1f}Q{x - size * 0.4:.1f} {y - size * 1.02:.1f} {x:.1f} {y - size:.1f}Q{x + size * 0.4:.1f} {y - size * 1.02:.1f} {x + size * 0.48:.1f} {y - size * 0.52:.1f}Q{x:.1f} {y - size * 0.42:.1f} {x - size * 0.48:.1f} {y - size * 0.52:.1f}Z",
        colour,
    )
    spots = "".join(
        circle(x + dx * size, y - dy * size, s * size, "#fdf6e6")
        for dx, dy, s in ((-0.2, 0.72, 0.08), (0.08, 0.84, 0.07), (0.26, 0.66, 0.06))
    )
    return stem + cap + spots


def reeds(x: float, y: float, size: float, colour: str, rng: Random) -> str:
    """A stand of reeds with brown heads."""
    drawn = ""
    for _ in range(6):
        dx, tall, lean = (
            rng.uniform(-0.3, 0.3) * size,
            size * rng.uniform(0.7, 1.0),
            rng.uniform(-0.14, 0.14) * size,
        )
        drawn += stroke(
            f"M{x + dx:.0f} {y:.0f}Q{x + dx:.0f} {y - tall * 0.5:.0f} {x + dx + lean:.0f} {y - tall:.0f}",
            colour,
            5,
        )
        drawn += ellipse(x + dx + lean, y - tall, 6, 17, "#8a5d3c") if rng.random() < 0.6 else ""
    return drawn


def frame_leaves(stage: Stage, colour: str, corners: str = "tl tr bl br", size: float = 1.0) -> str:
    """Dark leaves in corners of the picture (t/b, l/r), as if the viewer looked past them."""
    drawn = ""
    for corner in corners.split():
        x = 0.0 if corner[1] == "l" else stage.width
        y = -10.0 if corner[0] == "t" else 1010.0
        inward = 1 if corner[1] == "l" else -1
        down = 1 if corner[0] == "t" else -1
        drawn += _spray(x, y, inward, down, colour, stage.rng, size)
    return group(drawn)


def _spray(x: float, y: float, inward: int, down: int, colour: str, rng: Random, size: float) -> str:
    drawn = ""
    for i, angle in enumerate((8, 30, 52, 74)):
        long = rng.uniform(150, 230) * size * (0.8 if i in (0, 3) else 1.0)
        shade = darker(colour, 0.03 * (i % 2))
        turn = math.radians(angle)
        end = (x + inward * math.cos(turn) * long, y + down * math.sin(turn) * long)
        drawn += stroke(
            f"M{x:.0f} {y:.0f}Q{x + inward * long * 0.4:.0f} {y + down * long * 0.1:.0f} {end[0]:.0f} {end[1]:.0f}",
            darker(colour, 0.05),
            5,
        )
        drawn += _leaves_along((x, y), end, long, shade)
    return drawn


def _leaves_along(start: Point, end: Point, long: float, colour: str) -> str:
    drawn = ""
    angle = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    for share in (0.35, 0.6, 0.82, 1.0):
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        for side in (-1, 1):
            tilt = angle + side * (38 if share < 1 else 6)
            size = long * 0.16
            d = f"M0 0Q{size * 0.5:.1f} -{size * 0.42:.1f} {size * 1.35:.1f} 0Q{size * 0.5:.1f} {size * 0.42:.1f} 0 0Z"
            drawn += group(
                path(d, colour),
                stroke(f"M{size * 0.2:.1f} 0L{size:.1f} 0", darker(colour, 0.07), 2),
                transform=f"translate({x:.0f} {y:.0f}) rotate({tilt:.0f})",
            )
    return drawn


def frame_grass(stage: Stage, colour: str) -> str:
    """Tall grass along the bottom of the picture, high at the sides and low in the middle."""
    rng = stage.rng
    blades = ""
    for i in range(46):
        x = stage.width * (i + rng.random()) / 46
        side = abs(x / stage.width - 0.5) * 2
        tall = 22 + 120 * side**2.6 * rng.uniform(0.6, 1.1) + rng.uniform(0, 16)
        lean = rng.uniform(-0.3, 0.3) * tall
        blades += f"M{x - 6:.0f} 1006Q{x - 2 + lean * 0.3:.0f} {1000 - tall * 0.6:.0f} {x + lean:.0f} {1000 - tall:.0f}Q{x + 5 + lean * 0.3:.0f} {1000 - tall * 0.5:.0f} {x + 7:.0f} 1006Z"
    return path(blades, colour)


def meadow_flowers(stage: Stage, top: float, count: int) -> str:
    """Flowers over a meadow. Near flowers are larger."""
    rng = stage.rng
    dyes = [stage.tint(c) for c in ("#e8697a", "#f2b94a", "#f6f0e2", "#8f7fd0", "#f29a6a")]
    spots = sorted(
        (top + (985 - top) * rng.random() ** 0.8, rng.uniform(10, stage.width - 10)) for _ in range(count)
    )
    return "".join(
        flower(x, y, 14 + 34 * (y - top) / max(1000 - top, 1), rng.choice(dyes), stage.tint("#6f9a4c"))
        for y, x in spots
    )
