"""Draws night skies and caves."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.places import land, plants
from service.providers.offline.illustrator.places.country import LEAF, grassland
from service.providers.offline.illustrator.places.sky import sky, sparkles
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import circle, path, rect, smooth, stroke


def night_sky(stage: Stage) -> Setting:
    """Draws the night sky."""
    rng, h = stage.rng, stage.horizon + 90
    drawn = sky(stage, h) + _milky(stage)
    drawn += land.ridge(stage, h - 30, 36, stage.tint("#5f7f86", 0.45))
    for x in land.scatter(rng, 10, stage.width):
        drawn += plants.pine(x, h + 22, rng.uniform(80, 170), stage.tint("#3f6a60", 0.15))
    drawn += grassland(stage, h + 20, "#6f9a68")
    return Setting(
        drawn + sparkles(stage, 18, h - 120, 930, "#fff0a8"),
        plants.frame_grass(stage, darker(stage.tint(LEAF), 0.14)),
    )


def _milky(stage: Stage) -> str:
    rng = stage.rng
    x0, x1 = stage.x(-0.05), stage.x(1.15)
    band = stroke(
        f"M{x0:.0f} -20Q{(x0 + x1) / 2:.0f} 120 {x1:.0f} 430", "#d9d4ff", 130, opacity=0.1
    ) + stroke(f"M{x0:.0f} -20Q{(x0 + x1) / 2:.0f} 120 {x1:.0f} 430", "#efe6ff", 56, opacity=0.12)
    dust = "".join(
        circle(
            x0 + (x1 - x0) * s + rng.uniform(-70, 70),
            440 * s * s + rng.uniform(-60, 60),
            rng.uniform(1, 2.6),
            "#ffffff",
            opacity=0.85,
        )
        for s in (rng.random() for _ in range(70))
    )
    return band + dust


def cave(stage: Stage) -> Setting:
    """Draws a cave."""
    rng, h = stage.rng, stage.horizon
    wall, floor = stage.tint("#6d5b98"), stage.tint("#8f7aa6")
    mouth_x = stage.x(0.66)
    drawn = rect(-10, -10, stage.width + 20, 1020, darker(wall, 0.04))
    drawn += sky(stage, h + 30)
    rock = smooth(
        [
            (mouth_x - 230, h + 40),
            (mouth_x - 250, h - 160),
            (mouth_x - 130, h - 330),
            (mouth_x + 40, h - 370),
            (mouth_x + 200, h - 250),
            (mouth_x + 240, h - 60),
            (mouth_x + 220, h + 40),
        ]
    )
    hole = f"M-20 -20H{stage.width + 20:.0f}V1020H-20Z{rock}"
    drawn += path(hole, wall, fill_rule="evenodd") + path(
        rock, "none", stroke=lighter(wall, 0.1), stroke_width=16, opacity=0.6
    )
    drawn += land.ridge(stage, h + 40, 16, floor) + land.speckle(stage, h + 70, lighter(floor, 0.06), 40)
    for x in land.scatter(rng, 9, stage.width):
        long = rng.uniform(60, 190)
        drawn += path(
            f"M{x - 34:.0f} -10Q{x - 8:.0f} {long * 0.6:.0f} {x:.0f} {long:.0f}Q{x + 8:.0f} {long * 0.6:.0f} {x + 34:.0f} -10Z",
            darker(wall, 0.05),
        )
    drawn += (
        _crystals(stage.x(0.12), h + 130, 1.0)
        + _crystals(stage.x(0.9), h + 190, 0.8)
        + _crystals(stage.x(0.26), h + 70, 0.6)
    )
    return Setting(
        drawn + sparkles(stage, 16, 200, 800, "#c9f0ff"), edges=_cave_front(stage, darker(wall, 0.16))
    )


def _crystals(x: float, y: float, size: float) -> str:
    drawn = ""
    for dx, tall, lean, colour in (
        (-40, 110, -24, "#8fd3e0"),
        (30, 130, 20, "#b9a3ea"),
        (-6, 180, 0, "#a5e3dd"),
    ):
        w, t = 24 * size, tall * size
        bx = x + dx * size
        drawn += path(
            f"M{bx - w:.0f} {y:.0f}L{bx - w + lean:.0f} {y - t * 0.7:.0f}L{bx + lean * 1.5:.0f} {y - t:.0f}L{bx + w + lean:.0f} {y - t * 0.7:.0f}L{bx + w:.0f} {y:.0f}Z",
            colour,
        )
        drawn += path(
            f"M{bx + lean * 1.5:.0f} {y - t:.0f}L{bx + w + lean:.0f} {y - t * 0.7:.0f}L{bx + w:.0f} {y:.0f}L{bx:.0f} {y:.0f}Z",
            darker(colour, 0.07),
            opacity=0.8,
        )
    return drawn


def _cave_front(stage: Stage, colour: str) -> str:
    left = smooth(
        [(-20, -20), (90, -20), (40, 200), (56, 420), (16, 640), (60, 860), (110, 1020), (-20, 1020)]
    )
    right = smooth(
        [
            (stage.width + 20, -20),
            (stage.width - 80, -20),
            (stage.width - 30, 260),
            (stage.width - 52, 500),
            (stage.width - 14, 700),
            (stage.width - 80, 1020),
            (stage.width + 20, 1020),
        ]
    )
    return path(left, colour) + path(right, colour)
