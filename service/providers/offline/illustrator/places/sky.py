"""Draws skies and weather."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from random import Random

from service.providers.offline.illustrator.colour import lighter, mix
from service.providers.offline.illustrator.figure.patterns import star_points
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    fade,
    group,
    halo,
    path,
    polyline,
    rect,
    stroke,
)


def sky(stage: Stage, foot: float | None = None) -> str:
    """The whole sky down to ``foot`` (the horizon), with its sun or moon, clouds and stars."""
    bottom = (foot or stage.horizon) + 60
    top, middle, low = stage.light.sky
    define, paint = fade([(0, top), (0.58, middle), (1, low)])
    ground = define + rect(-10, -10, stage.width + 20, bottom + 10, paint)
    return ground + _stars(stage, bottom) + _disc(stage, bottom) + _clouds(stage, bottom)


def _stars(stage: Stage, bottom: float) -> str:
    if not stage.light.stars:
        return ""
    rng = stage.rng
    small = "".join(
        circle(
            rng.uniform(0, stage.width),
            rng.uniform(0, bottom * 0.82),
            rng.uniform(1.2, 3.2),
            "#fff8e0",
            opacity=rng.uniform(0.45, 1),
        )
        for _ in range(70)
    )
    large = "".join(
        path(
            polyline(
                star_points(
                    rng.uniform(40, stage.width - 40), rng.uniform(30, bottom * 0.5), rng.uniform(7, 12), 0.36
                ),
                True,
            ),
            "#fff1bd",
            opacity=0.9,
        )
        for _ in range(7)
    )
    return small + large


def _disc(stage: Stage, bottom: float) -> str:
    light = stage.light
    if light.disc == "none":
        return ""
    x, y = stage.x(0.77), bottom * light.disc_height - 40
    y = max(y, 110)
    if light.disc == "moon":
        return moon(x, y, 58, light.glow)
    colour = mix("#ffe08a", light.glow, 0.4)
    rim = circle(x, y, 66, lighter(colour, 0.05), opacity=0.5)
    return halo(x, y, 300, 300, light.glow, 0.85) + rim + circle(x, y, 54, lighter(colour, 0.04))


def moon(x: float, y: float, r: float, glow: str) -> str:
    """A full moon with its seas, in a soft glow."""
    seas = "".join(
        circle(x + dx * r, y + dy * r, s * r, "#e8d9a8", opacity=0.6)
        for dx, dy, s in ((-0.34, -0.2, 0.24), (0.28, 0.3, 0.18), (0.1, -0.44, 0.13), (-0.2, 0.46, 0.12))
    )
    return halo(x, y, r * 4.4, r * 4.4, glow, 0.5) + circle(x, y, r, "#fdf3cf") + seas


def _clouds(stage: Stage, bottom: float) -> str:
    many = {"clear": 3, "sunny": 2, "stars": 1, "wind": 5}.get(stage.light.weather, 6)
    if stage.light.time == "night" and stage.light.weather == "clear":
        many = 2
    colour = (
        mix("#ffffff", stage.light.sky[2], 0.25)
        if not stage.light.dark
        else mix(stage.light.sky[1], "#c9cbe6", 0.3)
    )
    if stage.light.weather in ("rain", "storm"):
        colour = mix(stage.light.sky[0], "#5f6a80", 0.35)
    rng = stage.rng
    drawn = ""
    for i in range(many):
        x = stage.width * ((i + rng.uniform(0.1, 0.9)) / many)
        drawn += cloud(x, bottom * rng.uniform(0.1, 0.52), rng.uniform(60, 120), colour, rng)
    return group(drawn, opacity=0.88 if not stage.light.dark else 0.55)


def cloud(x: float, y: float, size: float, colour: str, rng: Random) -> str:
    """A cloud with a flat foot, about 2.4 × its size wide."""
    bumps = ((-0.82, -0.1, 0.38), (-0.34, -0.34, 0.52), (0.24, -0.28, 0.48), (0.74, -0.08, 0.36))
    balls = "".join(
        circle(x + dx * size, y + dy * size, r * size * rng.uniform(0.92, 1.1), colour) for dx, dy, r in bumps
    )
    return balls + rect(x - size * 1.14, y - size * 0.2, size * 2.28, size * 0.46, colour, rx=size * 0.23)


def weather(stage: Stage) -> str:
    """Draw the rain, snow or leaves in front of everything else."""
    maker = {"rain": _rain, "storm": _rain, "snow": _snow, "wind": _wind}.get(stage.light.weather)
    return maker(stage) if maker else ""


def _rain(stage: Stage) -> str:
    rng = stage.rng
    lines = "".join(
        f"M{rng.uniform(-40, stage.width):.0f} {rng.uniform(-40, 960):.0f}l-{rng.uniform(7, 12):.1f} {rng.uniform(24, 44):.1f}"
        for _ in range(85)
    )
    rings = "".join(
        ellipse(
            rng.uniform(30, stage.width - 30),
            rng.uniform(stage.ground - 60, 985),
            rng.uniform(12, 24),
            rng.uniform(3, 6),
            "none",
            stroke="#eaf4fb",
            stroke_width=2,
            opacity=0.6,
        )
        for _ in range(12)
    )
    return rings + stroke(lines, "#eaf4fb", 2.3, opacity=0.5)


def _snow(stage: Stage) -> str:
    rng = stage.rng
    return group(
        *(
            circle(
                rng.uniform(0, stage.width),
                rng.uniform(0, 1000),
                rng.uniform(2.4, 7),
                "#ffffff",
                opacity=rng.uniform(0.6, 0.95),
            )
            for _ in range(100)
        )
    )


def _wind(stage: Stage) -> str:
    rng = stage.rng
    curls = "".join(
        f"M{x:.0f} {y:.0f}q80 -26 150 0q44 18 62 -8q8 -24 -16 -24q-20 2 -14 20"
        for x, y in ((rng.uniform(0, stage.width - 260), rng.uniform(120, 520)) for _ in range(4))
    )
    leaves = ""
    for _ in range(16):
        x, y = rng.uniform(0, stage.width), rng.uniform(120, 900)
        turn = rng.uniform(0, 180)
        leaves += ellipse(
            x,
            y,
            10,
            4.6,
            stage.tint(rng.choice(("#d98a3c", "#c9603a", "#9aa84a"))),
            transform=f"rotate({turn:.0f} {x:.0f} {y:.0f})",
        )
    return stroke(curls, "#ffffff", 4, opacity=0.55) + leaves


def fog(stage: Stage) -> str:
    """Banks of mist that lie behind the heroes."""
    if stage.light.weather != "fog":
        return ""
    rng = stage.rng
    return "".join(
        halo(rng.uniform(0, stage.width), y, stage.width * 0.6, 60, "#f4f3ee", 0.62)
        for y in (stage.horizon - 40, stage.horizon + 60, stage.horizon + 170, 960)
    )


def sparkles(stage: Stage, count: int, top: float, bottom: float, colour: str) -> str:
    """Small floating lights: dust in the sun, or fireflies at night."""
    rng = stage.rng
    drawn = ""
    for _ in range(count):
        x, y, r = rng.uniform(20, stage.width - 20), rng.uniform(top, bottom), rng.uniform(2, 4.2)
        drawn += circle(x, y, r * 2.6, colour, opacity=0.22) + circle(x, y, r, colour, opacity=0.9)
    return drawn


def rainbow(stage: Stage) -> str:
    """A wide and soft rainbow over the land."""
    x, y = stage.width * 0.5, stage.horizon + 80
    bands = ("#e8806a", "#f2b366", "#f5dd80", "#9fce8e", "#86b8e0", "#a996d0")
    return group(*(
        path(f"M{x - r:.0f} {y:.0f}A{r:.0f} {r:.0f} 0 0 1 {x + r:.0f} {y:.0f}", stroke=colour, stroke_width=17)
        for r, colour in zip((math.floor(stage.width * 0.52) - i * 16 for i in range(6)), bands, strict=True)
    ), opacity=0.42)  # fmt: skip
