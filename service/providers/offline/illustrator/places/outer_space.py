"""Draws the ground of the moon, with planets in the sky."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.places import land
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    fade,
    halo,
    path,
    rect,
    smooth,
    stroke,
)


def space(stage: Stage) -> Setting:
    """Draws outer space."""
    rng, h = stage.rng, stage.horizon + 60
    top = mix("#1a1d44", stage.tones.deep, 0.35)
    define, paint = fade(
        [(0, top), (0.6, mix(top, "#5a3f86", 0.5)), (1, mix(stage.tones.strong, "#8a5f9a", 0.5))]
    )
    drawn = define + rect(-10, -10, stage.width + 20, 1020, paint)
    drawn += halo(stage.x(0.3), 220, 320, 200, "#c97fc0", 0.35) + halo(
        stage.x(0.75), 380, 300, 190, "#6fa8e0", 0.3
    )
    drawn += "".join(
        circle(
            rng.uniform(0, stage.width),
            rng.uniform(0, h + 40),
            rng.uniform(1.2, 3.4),
            "#fff8e0",
            opacity=rng.uniform(0.5, 1),
        )
        for _ in range(110)
    )
    drawn += (
        _planet(stage.x(0.8), 190, 92, stage.tint("#e0a06a"), ring=True)
        + _planet(stage.x(0.16), 140, 46, stage.tint("#7fb8c9"), ring=False)
        + _rocket(stage, stage.x(0.14), h + 110)
    )
    ground = mix(stage.tint("#b7a4c0"), stage.tones.mid, 0.25)
    drawn += land.ridge(stage, h + 40, 26, darker(ground, 0.05)) + land.ridge(stage, h + 90, 14, ground)
    for _ in range(11):
        y = rng.uniform(h + 130, 985)
        wide = 22 + 50 * (y - h) / (1000 - h)
        x = rng.uniform(0, stage.width)
        drawn += ellipse(x, y, wide, wide * 0.28, darker(ground, 0.07)) + ellipse(
            x + 3, y + wide * 0.06, wide * 0.8, wide * 0.19, darker(ground, 0.035)
        )
    return Setting(
        drawn,
        land.stone(stage.x(0.01), 1012, 120, darker(ground, 0.14))
        + land.stone(stage.x(1.0), 1014, 150, darker(ground, 0.14)),
    )


def _planet(x: float, y: float, r: float, colour: str, ring: bool) -> str:
    body = circle(x, y, r, colour) + stroke(
        f"M{x - r * 0.86:.0f} {y - r * 0.3:.0f}Q{x:.0f} {y - r * 0.1:.0f} {x + r * 0.9:.0f} {y - r * 0.34:.0f}M{x - r * 0.94:.0f} {y + r * 0.2:.0f}Q{x:.0f} {y + r * 0.44:.0f} {x + r * 0.92:.0f} {y + r * 0.16:.0f}",
        lighter(colour, 0.09),
        r * 0.15,
        opacity=0.7,
    )
    if not ring:
        return body
    back = ellipse(
        x,
        y,
        r * 1.7,
        r * 0.42,
        "none",
        stroke="#f3dca8",
        stroke_width=r * 0.14,
        transform=f"rotate(-16 {x:.0f} {y:.0f})",
        opacity=0.9,
    )
    over = path(
        f"M{x - r:.0f} {y:.0f}A{r:.0f} {r:.0f} 0 0 1 {x + r:.0f} {y:.0f}Z",
        colour,
        transform=f"rotate(-16 {x:.0f} {y:.0f})",
    )
    return body + back + over


def _rocket(stage: Stage, x: float, y: float) -> str:
    body = path(
        smooth(
            [
                (x, y - 300),
                (x + 54, y - 190),
                (x + 56, y - 60),
                (x + 40, y - 20),
                (x - 40, y - 20),
                (x - 56, y - 60),
                (x - 54, y - 190),
            ]
        ),
        "#f3ecdf",
    )
    nose = path(
        smooth(
            [(x, y - 302), (x + 36, y - 236), (x + 42, y - 206), (x - 42, y - 206), (x - 36, y - 236)],
            tension=0.7,
        ),
        stage.tint("#d8564a"),
    )
    fins = "".join(
        path(
            f"M{x + s * 50:.0f} {y - 110:.0f}Q{x + s * 104:.0f} {y - 70:.0f} {x + s * 96:.0f} {y:.0f}L{x + s * 40:.0f} {y - 24:.0f}Z",
            stage.tint("#d8564a"),
        )
        for s in (-1, 1)
    )
    port = circle(x, y - 140, 27, "#8fc4dd", stroke=stage.tint("#c9a24a"), stroke_width=8)
    return (
        ellipse(x, y, 90, 10, "#15132e", opacity=0.25)
        + fins
        + body
        + nose
        + port
        + rect(x - 26, y - 22, 52, 20, "#5a5763", rx=5)
    )
