"""Draws places in towns and villages: streets, markets, roofs, trains and treehouses."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.places import buildings, land, plants
from service.providers.offline.illustrator.places.sky import sky
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    path,
    rect,
    smooth,
    stroke,
)


def _cobbles(stage: Stage, top: float, colour: str) -> str:
    base = land.ridge(stage, top, 3, colour)
    rng, stones = stage.rng, ""
    for _ in range(110):
        y = top + 20 + (990 - top) * rng.random() ** 0.8
        near = (y - top) / (1000 - top)
        stones += ellipse(
            rng.uniform(0, stage.width),
            y,
            10 + 26 * near,
            4 + 9 * near,
            lighter(colour, 0.03) if rng.random() < 0.5 else darker(colour, 0.03),
        )
    return base + stones


def _planters(stage: Stage) -> str:
    rng, drawn = stage.rng, ""
    for x in (stage.x(0.03), stage.x(0.97)):
        for dx in (-44, -10, 26, 54):
            drawn += plants.flower(
                x + dx,
                930,
                rng.uniform(80, 120),
                stage.tint(rng.choice(("#e8697a", "#f2b94a", "#d87fae"))),
                stage.tint("#5f8a44"),
            )
        drawn += path(
            f"M{x - 80:.0f} 912H{x + 80:.0f}L{x + 64:.0f} 1010H{x - 64:.0f}Z",
            darker(stage.tint("#b0654a"), 0.04),
        ) + rect(x - 86, 902, 172, 22, stage.tint("#b0654a"), rx=6)
    return drawn


def city(stage: Stage) -> Setting:
    """Draws a city."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage)
    for away, tall, count in ((0.62, 420, 9), (0.36, 340, 7)):
        for x in land.scatter(rng, count, stage.width):
            drawn += rect(
                x - 60,
                h - tall * rng.uniform(0.6, 1.1),
                rng.uniform(80, 130),
                tall * 1.3,
                stage.tint("#a9a3b5", away),
            )
    for i, x in enumerate(range(-20, int(stage.width) + 120, 150)):
        colour = stage.tint(buildings.WALLS[(i * 2 + 1) % len(buildings.WALLS)], 0.08)
        drawn += buildings.tower(stage, x + 60, h + 60, 142, rng.uniform(240, 380), colour)
    drawn += _street(stage, h + 56) + plants.leafy_tree(
        stage.x(0.12), h + 120, 280, stage.tint("#6a9f4e"), rng, stage.tint("#7a5a44")
    )
    drawn += buildings.lamp_post(stage, stage.x(0.88), h + 130, 300)
    return Setting(drawn, edges=_planters(stage))


def _street(stage: Stage, top: float) -> str:
    road, kerb = stage.tint("#a6a0a2"), stage.tint("#d6cdbf")
    walk = rect(-10, top, stage.width + 20, 1010 - top, kerb)
    band_top, band = top + 46, 66
    lines = "".join(
        rect(x, band_top + band / 2 - 4, 60, 7, "#f6efdf") for x in range(-20, int(stage.width), 130)
    )
    slabs = "".join(
        f"M{x} {band_top + band + 12}L{stage.width / 2 + (x - stage.width / 2) * 1.9:.0f} 1010"
        for x in range(0, int(stage.width) + 1, 90)
    )
    rows = "".join(
        f"M-10 {y}H{stage.width + 10:.0f}" for y in (int(band_top + band + 70), int(band_top + band + 160))
    )
    return (
        walk
        + rect(-10, band_top, stage.width + 20, band, road)
        + lines
        + stroke(slabs + rows, darker(kerb, 0.05), 3)
    )


def village(stage: Stage) -> Setting:
    """Draws a village."""
    rng, h = stage.rng, stage.horizon
    drawn = (
        sky(stage)
        + land.ridge(stage, h - 60, 36, stage.tint("#9dbf86", 0.5))
        + land.ridge(stage, h - 10, 16, stage.tint("#97bb6e", 0.3))
    )
    for share, size in ((0.36, 150), (0.62, 170)):
        drawn += buildings.house(stage, stage.x(share), h + 24, size, rng, 0.25)
    drawn += plants.leafy_tree(
        stage.x(0.5), h + 28, 190, stage.tint("#6a9f4e", 0.2), rng, stage.tint("#7a5a44", 0.2)
    )
    for share, size in ((0.1, 300), (0.9, 280)):
        drawn += buildings.house(stage, stage.x(share), h + 76, size, rng, 0.05)
    drawn += _cobbles(stage, h + 70, stage.tint("#d3bd9a")) + buildings.lamp_post(
        stage, stage.x(0.24), h + 130, 230
    )
    return Setting(drawn + buildings.bunting(stage, 60), edges=_planters(stage))


def market(stage: Stage) -> Setting:
    """Draws a market."""
    rng, h = stage.rng, stage.horizon
    drawn = sky(stage)
    for i, x in enumerate(range(0, int(stage.width) + 160, 190)):
        colour = stage.tint(buildings.WALLS[(i * 3) % len(buildings.WALLS)], 0.22)
        drawn += buildings.tower(stage, x, h + 40, 184, rng.uniform(250, 340), colour)
    drawn += _cobbles(stage, h + 36, stage.tint("#d9c6a8")) + buildings.bunting(stage, 90, 50)
    goods = (
        ("#e0604a", "#f2b13e", "#8fb84e"),
        ("#f29a4a", "#d8486a", "#7fae4e"),
        ("#8a6bb0", "#f2d14e", "#e0604a"),
    )
    dyes = ("#d8665a", "#5f9a8f", "#e0a23e")
    for i, share in enumerate((0.13, 0.5, 0.88)):
        near = 150 if share != 0.5 else 84
        drawn += buildings.stall(
            stage,
            stage.x(share),
            h + near,
            270 if share != 0.5 else 220,
            stage.tint(dyes[i]),
            tuple(stage.tint(c) for c in goods[i]),
        )
    return Setting(drawn, edges=_planters(stage))


def rooftop(stage: Stage) -> Setting:
    """Draws a rooftop."""
    rng, h = stage.rng, stage.horizon + 40
    drawn = sky(stage, h)
    for away, count in ((0.55, 9), (0.3, 7)):
        for x in land.scatter(rng, count, stage.width):
            wide, tall = rng.uniform(110, 170), rng.uniform(90, 210)
            y = h + 40 * (1 - away)
            drawn += rect(
                x - wide / 2, y - tall, wide, tall + 300, stage.tint(rng.choice(buildings.WALLS), away)
            )
            drawn += path(
                f"M{x - wide * 0.6:.0f} {y - tall:.0f}L{x:.0f} {y - tall - wide * 0.4:.0f}L{x + wide * 0.6:.0f} {y - tall:.0f}Z",
                stage.tint(rng.choice(buildings.ROOFS), away),
            )
            drawn += rect(x - 12, y - tall + 26, 24, 30, buildings.pane(stage), rx=3, opacity=0.9)
    tiles, top = stage.tint("#b8735a"), h + 90
    drawn += path(f"M-10 {top:.0f}H{stage.width + 10:.0f}V1010H-10Z", tiles)
    for row in range(7):
        y = top + 24 + row * (24 + row * 7)
        step = 34 + row * 9
        drawn += stroke(
            "".join(
                f"M{x:.0f} {y:.0f}q{step / 2:.0f} {step * 0.5:.0f} {step} 0"
                for x in range(-step - (row % 2) * step // 2, int(stage.width) + step, step)
            ),
            darker(tiles, 0.06),
            4,
        )
    drawn += rect(-10, top - 14, stage.width + 20, 22, darker(tiles, 0.08), rx=6) + _chimney(
        stage, stage.x(0.9), top + 70
    )
    return Setting(drawn + buildings.glow_pool(stage.x(0.3), 980, 240, "#fff0c0", 0.25), "")


def _chimney(stage: Stage, x: float, y: float) -> str:
    brick = stage.tint("#a5604c")
    smoke = "".join(
        circle(x + dx, y - dy, r, "#ffffff", opacity=0.3)
        for dx, dy, r in ((6, 250, 20), (24, 296, 28), (14, 350, 36))
    )
    courses = "".join(f"M{x - 46} {y - 30 - i * 34}h92" for i in range(5))
    return (
        smoke
        + rect(x - 46, y - 190, 92, 230, brick)
        + stroke(courses, darker(brick, 0.07), 3)
        + rect(x - 56, y - 206, 112, 24, lighter(brick, 0.05), rx=4)
        + rect(x - 20, y - 234, 40, 30, darker(brick, 0.1), rx=4)
    )


def train(stage: Stage) -> Setting:
    """Draws the inside of a train carriage: two windows with a view of hills, and a bench on each side."""
    wall, wood = stage.room("#d9a56a"), stage.room("#9a5f48")
    drawn = (
        sky(stage, 520)
        + land.ridge(stage, 430, 40, stage.tint("#9dbf86", 0.4))
        + land.ridge(stage, 500, 26, stage.tint("#97bb6e", 0.15))
    )
    w = stage.width
    panes = [(w * 0.06, w * 0.4), (w * 0.6, w * 0.94)]
    holes = "".join(
        f"M{a + 30:.0f} 150H{b - 30:.0f}Q{b:.0f} 150 {b:.0f} 180V520Q{b:.0f} 550 {b - 30:.0f} 550H{a + 30:.0f}Q{a:.0f} 550 {a:.0f} 520V180Q{a:.0f} 150 {a + 30:.0f} 150Z"
        for a, b in panes
    )
    drawn += path(f"M-10 -10H{w + 10:.0f}V1010H-10Z{holes}", wall, fill_rule="evenodd") + stroke(
        holes, wood, 16
    )
    drawn += rect(-10, 610, w + 20, 220, wood) + stroke(f"M-10 610H{w + 10:.0f}", lighter(wood, 0.1), 12)
    drawn += "".join(rect(x, 640, 90, 160, darker(wood, 0.04), rx=8) for x in range(20, int(w), 120)) + rect(
        -10, 830, w + 20, 190, stage.room("#b98d68")
    )
    drawn += stroke(
        "".join(f"M-10 {y}H{w + 10:.0f}" for y in (880, 940)), darker(stage.room("#b98d68"), 0.05), 4
    )
    rack = stroke(f"M-10 96H{w + 10:.0f}", stage.room("#c9a24a"), 9)
    bags = (
        rect(w * 0.12, 30, 130, 62, stage.room("#7a8a6a"), rx=10)
        + rect(w * 0.72, 22, 110, 70, stage.room("#a5604c"), rx=10)
        + rect(w * 0.72 + 40, 12, 30, 14, "none", stroke=stage.room("#7a4638"), stroke_width=6, rx=5)
    )
    seats = "".join(_seat(stage, x, side) for x, side in ((0.0, 1), (w, -1)))
    return Setting(drawn + rack + bags + seats, "", indoors=True)


def _seat(stage: Stage, x: float, side: int) -> str:
    cloth = stage.room("#5f7fa5")
    back = path(
        smooth(
            [
                (x - side * 40, 560),
                (x + side * 60, 545),
                (x + side * 92, 620),
                (x + side * 100, 790),
                (x - side * 40, 800),
            ],
            tension=0.6,
        ),
        cloth,
    )
    seat = path(
        smooth(
            [
                (x - side * 40, 770),
                (x + side * 170, 762),
                (x + side * 190, 800),
                (x + side * 176, 850),
                (x - side * 40, 860),
            ],
            tension=0.6,
        ),
        lighter(cloth, 0.04),
    )
    return back + seat + rect(min(x, x + side * 160), 850, 160, 40, darker(cloth, 0.2))


def treehouse(stage: Stage) -> Setting:
    """Draws a treehouse: a platform of planks high in a tree, leaves around it, and the land far below."""
    rng, h = stage.rng, stage.horizon
    leaf, wood = stage.tint("#6a9f4e"), stage.tint("#b08458")
    drawn = (
        sky(stage)
        + land.ridge(stage, h + 20, 30, stage.tint("#9dbf86", 0.6))
        + land.ridge(stage, h + 80, 30, stage.tint("#97bb6e", 0.45))
    )
    for x in land.scatter(rng, 12, stage.width):
        drawn += plants.bush(
            x, h + rng.uniform(120, 180), rng.uniform(70, 110), mix(leaf, stage.light.sky[2], 0.25), rng
        )
    trunk_x = stage.x(0.82)
    drawn += plants.trunk(trunk_x, 1100, 150, stage.tint("#7a5a46")) + _hut(
        stage, stage.x(0.24), h + 150, wood
    )
    for x, y, s in ((0.7, 90, 150), (0.92, 60, 170), (0.82, 180, 110), (0.04, 40, 130)):
        drawn += plants.bush(stage.x(x), y + 60, s, mix(leaf, stage.tint("#86a94e"), rng.random() * 0.5), rng)
    top = stage.ground - 96
    deck = rect(-10, top, stage.width + 20, 1010 - top, wood)
    boards = "".join(
        f"M{x} {top + 6:.0f}L{stage.width / 2 + (x - stage.width / 2) * 1.35:.0f} 1010"
        for x in range(0, int(stage.width) + 1, 84)
    )
    rail = "".join(
        rect(x, top - 104, 13, 110, darker(wood, 0.05), rx=4) for x in range(14, int(stage.width), 108)
    ) + rect(-10, top - 112, stage.width + 20, 17, lighter(wood, 0.04), rx=6)
    drawn += (
        rail
        + deck
        + stroke(boards, darker(wood, 0.08), 4)
        + stroke(f"M-10 {top:.0f}H{stage.width + 10:.0f}", lighter(wood, 0.07), 10)
    )
    return Setting(drawn, plants.frame_leaves(stage, darker(leaf, 0.1), "tl tr", 1.0))


def _hut(stage: Stage, x: float, y: float, wood: str) -> str:
    roof, wall = stage.tint("#a0643c"), darker(wood, 0.04)
    body = rect(x - 150, y - 210, 300, 250, wall) + stroke(
        "".join(f"M{x - 150:.0f} {y - 170 + i * 40:.0f}h300" for i in range(5)), darker(wall, 0.06), 3.4
    )
    top = path(f"M{x - 190:.0f} {y - 200:.0f}L{x:.0f} {y - 340:.0f}L{x + 190:.0f} {y - 200:.0f}Z", roof)
    return (
        body
        + top
        + buildings.window(x + 66, y - 120, 74, buildings.pane(stage), wall)
        + path(f"M{x - 100:.0f} {y + 40:.0f}v-150q40 -46 80 0v150Z", darker(wall, 0.22))
    )
