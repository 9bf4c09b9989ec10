"""Draws outdoor places without houses."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.places import land, plants
from service.providers.offline.illustrator.places.buildings import castle as draw_castle
from service.providers.offline.illustrator.places.buildings import fence, house
from service.providers.offline.illustrator.places.sky import rainbow, sky, sparkles
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import circle, ellipse, path, rect, stroke

GRASS, LEAF, PINE = "#93b95c", "#6a9f4e", "#4f8465"


def grassland(stage: Stage, top: float, colour: str = GRASS, tufts: int = 46) -> str:
    """Draws grass from ``top`` down to the bottom of the picture."""
    ground = stage.tint(colour)
    base = land.ridge(stage, top, 12, ground)
    return (
        base
        + land.speckle(stage, top + 30, lighter(ground, 0.05), 60)
        + land.tufts(stage, top + 40, darker(ground, 0.07), tufts)
    )


def _front(stage: Stage, colour: str = LEAF) -> str:
    dark = darker(stage.tint(colour), 0.12)
    corners = "tl tr" if stage.camera.framed else ("tl" if stage.flip else "tr")
    return plants.frame_leaves(
        stage, dark, corners, 1.0 if stage.camera.framed else 0.8
    ) + plants.frame_grass(stage, dark)


def _fireflies(stage: Stage) -> str:
    return sparkles(stage, 16, stage.horizon - 60, 900, "#ffefa0") if stage.light.dark else ""


def forest(stage: Stage) -> Setting:
    """Draws a forest."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage) + land.ridge(stage, h - 70, 16, stage.tint(PINE, 0.5))
    for away, base, tall, count in ((0.62, h + 6, 330, 13), (0.38, h + 26, 390, 9)):
        leaf = stage.tint(PINE if away > 0.5 else LEAF, away)
        for x in land.scatter(rng, count, stage.width):
            size = tall * rng.uniform(0.8, 1.15)
            kind = rng.random() < (0.8 if away > 0.5 else 0.35)
            drawn += (
                plants.pine(x, base, size, leaf)
                if kind
                else plants.leafy_tree(x, base, size, leaf, rng, stage.tint("#7a5a44", away))
            )
    drawn += grassland(stage, h + 18) + land.trail(stage, stage.tint("#d3b584"), 0.46, 0.6)
    for share in (0.05, 0.95):
        drawn += plants.trunk(stage.x(share), h + 150, 110, stage.tint("#7a5a46"))
    for x in land.scatter(rng, 7, stage.width, (0.24, 0.76)):
        drawn += plants.bush(x, h + rng.uniform(90, 170), rng.uniform(46, 76), stage.tint(LEAF), rng)
    for x in (stage.x(0.13), stage.x(0.17), stage.x(0.86)):
        drawn += plants.mushroom(x, h + rng.uniform(220, 300), rng.uniform(34, 56), stage.tint("#cf5a4a"))
    return Setting(drawn + _rays(stage) + _fireflies(stage), _front(stage))


def _rays(stage: Stage) -> str:
    if stage.light.disc != "sun":
        return ""
    x = stage.x(0.8)
    return "".join(
        path(
            f"M{x + dx:.0f} -20L{x + dx + 46:.0f} -20L{x + dx * 3.2 - side:.0f} 900L{x + dx * 3.2 - side - 150:.0f} 900Z",
            stage.light.glow,
            opacity=0.13,
        )
        for dx, side in ((-120, 190), (-40, 130), (50, 60))
    )


def meadow(stage: Stage) -> Setting:
    """Draws a meadow."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage) + (
        rainbow(stage)
        if rng.random() < 0.25 and not stage.light.dark and stage.light.weather in ("clear", "sunny")
        else ""
    )
    drawn += land.ridge(stage, h - 60, 34, stage.tint("#9dbf86", 0.55)) + land.ridge(
        stage, h - 14, 26, stage.tint("#97bb6e", 0.32)
    )
    for x in land.scatter(rng, 5, stage.width):
        drawn += plants.leafy_tree(
            x,
            h + rng.uniform(-6, 14),
            rng.uniform(120, 190),
            stage.tint(LEAF, 0.25),
            rng,
            stage.tint("#7a5a44", 0.25),
        )
    drawn += grassland(stage, h + 20) + plants.meadow_flowers(stage, h + 60, 46)
    return Setting(
        drawn + _fireflies(stage),
        plants.frame_grass(stage, darker(stage.tint(LEAF), 0.1)) + _side_flowers(stage),
    )


def _side_flowers(stage: Stage) -> str:
    rng = stage.rng
    dyes = ("#e8697a", "#f2b94a", "#f6f0e2", "#8f7fd0")
    return "".join(
        plants.flower(x, 1004, rng.uniform(90, 170), stage.tint(rng.choice(dyes)), stage.tint("#5f8a44"))
        for x in (stage.width * s for s in (0.02, 0.06, 0.11, 0.9, 0.95, 0.99))
    )


def garden(stage: Stage) -> Setting:
    """Draws a garden."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage) + land.ridge(stage, h - 20, 20, stage.tint("#97bb6e", 0.45))
    drawn += house(stage, stage.x(0.8), h + 26, 250, rng, 0.12)
    drawn += plants.leafy_tree(stage.x(0.14), h + 40, 360, stage.tint(LEAF, 0.08), rng, stage.tint("#7a5a44"))
    drawn += grassland(stage, h + 24) + fence(h + 66, 78, stage.tint("#f4ead8", 0.05), -10, stage.width + 10)
    for i, x in enumerate(land.scatter(rng, 13, stage.width)):
        make = plants.tulip if i % 2 else plants.flower
        drawn += make(
            x,
            h + rng.uniform(92, 116),
            rng.uniform(62, 92),
            stage.tint(rng.choice(("#e8697a", "#f2b94a", "#d87fae", "#f29a6a"))),
            stage.tint("#5f8a44"),
        )
    bed = stage.tint("#8a654a")
    for share, y in ((0.12, 0.62), (0.88, 0.7)):
        cy = h + (1000 - h) * y
        drawn += ellipse(stage.x(share), cy, 120, 24, bed)
        for dx in (-80, -42, -4, 36, 78):
            drawn += plants.tulip(
                stage.x(share) + dx,
                cy + rng.uniform(-6, 10),
                rng.uniform(66, 90),
                stage.tint(rng.choice(("#e8697a", "#f2b94a", "#f6f0e2"))),
                stage.tint("#5f8a44"),
            )
    return Setting(drawn + _fireflies(stage), _front(stage))


def park(stage: Stage) -> Setting:
    """Draws a park."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage) + land.ridge(stage, h - 24, 18, stage.tint("#97bb6e", 0.5))
    for x in land.scatter(rng, 7, stage.width):
        drawn += plants.leafy_tree(
            x,
            h + 14,
            rng.uniform(200, 300),
            stage.tint(rng.choice((LEAF, "#86a94e", "#5f9a68")), 0.25),
            rng,
            stage.tint("#7a5a44", 0.2),
        )
    drawn += grassland(stage, h + 16) + land.trail(stage, stage.tint("#e2cfa6"), 0.5, 0.34)
    drawn += _pond(stage, stage.x(0.8), h + 96, 150) + _bench(stage, stage.x(0.16), h + 150)
    drawn += (
        _swing(stage, stage.x(0.9), h + 210)
        if rng.random() < 0.6
        else plants.bush(stage.x(0.92), h + 190, 70, stage.tint(LEAF), rng)
    )
    return Setting(drawn + _fireflies(stage), _front(stage))


def _pond(stage: Stage, x: float, y: float, wide: float) -> str:
    colour = mix(stage.tint("#7fb8d0"), stage.light.sky[1], 0.4)
    return (
        ellipse(x, y, wide, wide * 0.2, darker(stage.tint(GRASS), 0.07))
        + ellipse(x, y - 3, wide * 0.95, wide * 0.17, colour)
        + stroke(
            f"M{x - wide * 0.4:.0f} {y - 4:.0f}q30 -8 60 0M{x:.0f} {y + 8:.0f}q26 -7 52 0",
            lighter(colour, 0.12),
            3,
        )
    )


def _bench(stage: Stage, x: float, y: float) -> str:
    wood, iron = stage.tint("#a8764a"), stage.tint("#4d4a55")
    legs = stroke(
        f"M{x - 62:.0f} {y:.0f}v-50M{x + 62:.0f} {y:.0f}v-50M{x - 62:.0f} {y - 50:.0f}l-8 -46M{x + 62:.0f} {y - 50:.0f}l-8 -46",
        iron,
        7,
    )
    return (
        ellipse(x, y, 84, 8, "#2a2438", opacity=0.14)
        + legs
        + "".join(rect(x - 86, y - dy, 164, 13, wood, rx=5) for dy in (56, 82, 102))
    )


def _swing(stage: Stage, x: float, y: float) -> str:
    pole, rope = stage.tint("#b5604a"), stage.tint("#7a6a5a")
    frame = stroke(
        f"M{x - 96:.0f} {y:.0f}L{x - 66:.0f} {y - 240:.0f}H{x + 66:.0f}L{x + 96:.0f} {y:.0f}M{x - 44:.0f} {y:.0f}L{x - 66:.0f} {y - 240:.0f}M{x + 44:.0f} {y:.0f}L{x + 66:.0f} {y - 240:.0f}",
        pole,
        9,
    )
    return (
        frame
        + stroke(
            f"M{x - 24:.0f} {y - 238:.0f}V{y - 60:.0f}M{x + 24:.0f} {y - 238:.0f}V{y - 60:.0f}", rope, 3.4
        )
        + rect(x - 34, y - 64, 68, 11, stage.tint("#e0a94a"), rx=4)
    )


def mountain(stage: Stage) -> Setting:
    """Draws a mountain."""
    rng, h = stage.rng, stage.horizon
    drawn = (
        sky(stage)
        + land.peaks(stage, h + 30, 430, stage.tint("#8f9ab8", 0.35))
        + land.ridge(stage, h - 10, 30, stage.tint("#7f9f86", 0.35))
    )
    for x in land.scatter(rng, 12, stage.width):
        drawn += plants.pine(x, h + rng.uniform(16, 40), rng.uniform(110, 190), stage.tint(PINE, 0.22))
    drawn += grassland(stage, h + 30, "#a3b774", 26) + land.trail(stage, stage.tint("#d8c39a"), 0.42, 0.66)
    for x in land.scatter(rng, 9, stage.width, (0.3, 0.7)):
        drawn += land.stone(x, h + rng.uniform(80, 330), rng.uniform(22, 54), stage.tint("#a9a6a4"))
    return Setting(
        drawn, plants.frame_grass(stage, darker(stage.tint("#7f9a58"), 0.1)) + _corner_rocks(stage)
    )


def _corner_rocks(stage: Stage) -> str:
    dark = darker(stage.tint("#8f8c90"), 0.08)
    return land.stone(stage.x(0.02), 1010, 120, dark) + land.stone(stage.x(0.98), 1012, 90, dark)


def snowfield(stage: Stage) -> Setting:
    """Draws a snowfield."""
    rng, h = stage.rng, stage.horizon
    snow = mix(stage.tint("#f3f6fa"), "#ffffff", 0.35)
    shade = mix(snow, stage.light.sky[0], 0.3)
    drawn = (
        sky(stage)
        + land.peaks(stage, h + 20, 300, stage.tint("#a9b6cc", 0.45))
        + land.ridge(stage, h - 10, 26, mix(shade, stage.light.sky[2], 0.3))
    )
    for x in land.scatter(rng, 9, stage.width):
        drawn += plants.pine(
            x,
            h + rng.uniform(16, 46),
            rng.uniform(150, 270),
            stage.tint("#5a8a78", 0.15),
            mix(snow, "#ffffff", 0.5),
        )
    drawn += land.ridge(stage, h + 34, 14, snow) + land.ridge(stage, h + 190, 20, mix(snow, "#ffffff", 0.4))
    drawn += stroke(
        f"M{stage.x(0.62):.0f} {h + 60:.0f}Q{stage.x(0.5):.0f} {h + 200:.0f} {stage.x(0.56):.0f} 1000",
        shade,
        20,
        opacity=0.5,
    )
    drawn += _snowman(stage, stage.x(0.13), h + 190) + plants.bush(
        stage.x(0.9), h + 150, 60, mix(snow, shade, 0.3), rng
    )
    return Setting(
        drawn,
        land.stone(stage.x(0.0), 1016, 150, mix(snow, "#ffffff", 0.6))
        + land.stone(stage.x(1.0), 1018, 170, mix(snow, "#ffffff", 0.6)),
    )


def _snowman(stage: Stage, x: float, y: float) -> str:
    white, line = "#fdfdfb", mix("#b9c6d8", stage.light.sky[1], 0.3)
    balls = "".join(
        circle(x, y - dy, r, white, stroke=line, stroke_width=3) for dy, r in ((44, 50), (118, 36), (174, 27))
    )
    face = (
        circle(x - 8, y - 180, 3.4, "#33262a")
        + circle(x + 10, y - 180, 3.4, "#33262a")
        + path(f"M{x:.0f} {y - 174:.0f}l28 7l-26 3Z", "#ee8a35")
    )
    scarf = stroke(
        f"M{x - 24:.0f} {y - 150:.0f}Q{x:.0f} {y - 138:.0f} {x + 24:.0f} {y - 150:.0f}M{x + 16:.0f} {y - 144:.0f}l8 34",
        stage.tint("#cf4236"),
        11,
    )
    arms = stroke(f"M{x - 32:.0f} {y - 124:.0f}l-40 -22M{x + 32:.0f} {y - 124:.0f}l40 -26", "#7a5a44", 5)
    return ellipse(x, y + 2, 64, 9, line, opacity=0.5) + arms + balls + face + scarf


def castle(stage: Stage) -> Setting:
    """Draws a castle."""
    rng, h = stage.rng, stage.horizon
    drawn = (
        sky(stage)
        + land.ridge(stage, h - 50, 30, stage.tint("#9dbf86", 0.5))
        + land.ridge(stage, h - 6, 20, stage.tint("#97bb6e", 0.3))
    )
    drawn += draw_castle(stage, stage.x(0.62), h + 8, 460, 0.12)
    for x in land.scatter(rng, 8, stage.width, (0.42, 0.84) if not stage.flip else (0.16, 0.58)):
        drawn += plants.leafy_tree(
            x, h + 24, rng.uniform(120, 180), stage.tint(LEAF, 0.15), rng, stage.tint("#7a5a44", 0.15)
        )
    drawn += (
        grassland(stage, h + 22)
        + land.trail(stage, stage.tint("#e2cfa6"), 0.42, 0.62)
        + plants.meadow_flowers(stage, h + 120, 16)
    )
    return Setting(drawn + _fireflies(stage), _front(stage))
