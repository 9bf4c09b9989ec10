"""Draws places beside, on and under water."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.places import land, plants
from service.providers.offline.illustrator.places.sky import sky
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    fade,
    group,
    path,
    rect,
    smooth,
    stroke,
)

_SAND, _SEA = "#f0d9a8", "#5fa9c0"


def seaside(stage: Stage) -> Setting:
    """Draws the seaside."""
    rng, h = stage.rng, stage.horizon
    shore = h + (1000 - h) * 0.36
    sand = stage.tint(_SAND)
    drawn = sky(stage) + land.ridge(stage, h - 16, 20, stage.tint("#8fae8a", 0.55), 5)
    drawn += land.water(stage, h, shore + 40, stage.tint(_SEA)) + _sail(stage, stage.x(0.2), h + 34, 80)
    edge = smooth(
        [
            (-60, shore + 30),
            (stage.width * 0.25, shore - 6),
            (stage.width * 0.55, shore + 26),
            (stage.width * 0.8, shore + 2),
            (stage.width + 60, shore + 22),
        ],
        closed=False,
    )
    drawn += (
        stroke(edge, "#ffffff", 24, opacity=0.75)
        + path(f"{edge}V1010H-60Z", sand)
        + stroke(edge, lighter(sand, 0.05), 9, opacity=0.8)
    )
    drawn += land.speckle(stage, shore + 50, darker(sand, 0.07), 60, 0.8)
    drawn += (
        _palm(stage, stage.x(0.92), shore + 120, 420)
        if rng.random() < 0.6
        else _parasol(stage, stage.x(0.88), shore + 130)
    )
    for x in land.scatter(rng, 9, stage.width):
        drawn += _shell(
            x,
            rng.uniform(shore + 90, 980),
            rng.uniform(9, 17),
            stage.tint(rng.choice(("#f3b6a0", "#f8ead6", "#d9a3b4"))),
        )
    return Setting(drawn + _gulls(stage), _dune(stage, sand))


def _gulls(stage: Stage) -> str:
    rng = stage.rng
    d = ""
    for _ in range(4):
        x, y, w = (
            rng.uniform(0.1, 0.9) * stage.width,
            rng.uniform(90, stage.horizon * 0.55),
            rng.uniform(14, 24),
        )
        d += f"M{x - w:.0f} {y - w * 0.3:.0f}Q{x - w * 0.4:.0f} {y - w * 0.5:.0f} {x:.0f} {y:.0f}Q{x + w * 0.4:.0f} {y - w * 0.5:.0f} {x + w:.0f} {y - w * 0.3:.0f}"
    return stroke(d, "#ffffff" if not stage.light.dark else "#cfd3ea", 4)


def _dune(stage: Stage, sand: str) -> str:
    dark = darker(sand, 0.06)
    drawn = ellipse(stage.x(0.0), 1030, 210, 76, dark) + ellipse(stage.x(1.0), 1036, 240, 80, dark)
    blade = stage.tint("#8fa860")
    for x, lean in ((0.02, 30), (0.05, -16), (0.08, 22), (0.94, -24), (0.97, 14), (0.99, -30)):
        px = stage.x(x)
        drawn += stroke(f"M{px:.0f} 1000Q{px + lean * 0.2:.0f} 930 {px + lean:.0f} 868", blade, 6)
    return drawn


def _sail(stage: Stage, x: float, y: float, size: float) -> str:
    hull = path(
        f"M{x - size * 0.5:.0f} {y - size * 0.1:.0f}H{x + size * 0.5:.0f}L{x + size * 0.34:.0f} {y + size * 0.12:.0f}H{x - size * 0.36:.0f}Z",
        stage.tint("#b0553f", 0.2),
    )
    sails = path(
        f"M{x:.0f} {y - size * 1.1:.0f}L{x:.0f} {y - size * 0.16:.0f}H{x - size * 0.42:.0f}Z", "#fbf4e4"
    ) + path(
        f"M{x + 5:.0f} {y - size * 0.9:.0f}L{x + 5:.0f} {y - size * 0.16:.0f}H{x + size * 0.36:.0f}Z",
        stage.tint("#f0b96a", 0.15),
    )
    return hull + sails


def _shell(x: float, y: float, size: float, colour: str) -> str:
    fan = path(
        f"M{x:.0f} {y:.0f}L{x - size:.0f} {y - size * 0.7:.0f}Q{x:.0f} {y - size * 1.7:.0f} {x + size:.0f} {y - size * 0.7:.0f}Z",
        colour,
    )
    return fan + stroke(
        f"M{x:.0f} {y:.0f}L{x - size * 0.5:.1f} {y - size:.0f}M{x:.0f} {y:.0f}L{x:.0f} {y - size * 1.15:.0f}M{x:.0f} {y:.0f}L{x + size * 0.5:.1f} {y - size:.0f}",
        darker(colour, 0.12),
        1.8,
    )


def _palm(stage: Stage, x: float, y: float, tall: float) -> str:
    wood, leaf = stage.tint("#a5794f"), stage.tint("#5f9a55")
    lean = -60 if x > stage.width / 2 else 60
    trunk = stroke(f"M{x:.0f} {y:.0f}Q{x:.0f} {y - tall * 0.5:.0f} {x + lean:.0f} {y - tall:.0f}", wood, 26)
    rings = "".join(
        stroke(f"M{x + lean * s * s - 10:.0f} {y - tall * s:.0f}q10 6 20 0", darker(wood, 0.08), 3.4)
        for s in (0.12, 0.25, 0.38, 0.51, 0.64, 0.77)
    )
    fronds = ""
    tx, ty = x + lean, y - tall
    for dx, dy in (
        (-170, 10),
        (-130, -80),
        (-40, -130),
        (70, -120),
        (150, -60),
        (170, 30),
        (-110, 90),
        (110, 100),
    ):
        fronds += path(
            f"M{tx:.0f} {ty:.0f}Q{tx + dx * 0.5 - dy * 0.2:.0f} {ty + dy * 0.5 - 46:.0f} {tx + dx:.0f} {ty + dy:.0f}Q{tx + dx * 0.5:.0f} {ty + dy * 0.5 + 6:.0f} {tx:.0f} {ty:.0f}Z",
            leaf if dy < 60 else darker(leaf, 0.05),
        )
    return (
        ellipse(x, y, 60, 9, "#2a2438", opacity=0.14)
        + trunk
        + rings
        + fronds
        + circle(tx - 10, ty + 14, 13, darker(wood, 0.1))
        + circle(tx + 14, ty + 16, 13, darker(wood, 0.14))
    )


def _parasol(stage: Stage, x: float, y: float) -> str:
    pole = stroke(f"M{x:.0f} {y:.0f}L{x - 26:.0f} {y - 280:.0f}", "#e9dcc4", 9)
    top_x, top_y = x - 26, y - 280
    red = stage.tint("#e06a55")
    dome = path(
        f"M{top_x - 160:.0f} {top_y + 70:.0f}Q{top_x - 110:.0f} {top_y - 50:.0f} {top_x:.0f} {top_y - 56:.0f}Q{top_x + 110:.0f} {top_y - 50:.0f} {top_x + 160:.0f} {top_y + 70:.0f}Q{top_x:.0f} {top_y + 30:.0f} {top_x - 160:.0f} {top_y + 70:.0f}Z",
        red,
    )
    wedge = path(
        f"M{top_x - 64:.0f} {top_y + 52:.0f}Q{top_x - 50:.0f} {top_y - 40:.0f} {top_x:.0f} {top_y - 56:.0f}Q{top_x + 50:.0f} {top_y - 40:.0f} {top_x + 64:.0f} {top_y + 52:.0f}Q{top_x:.0f} {top_y + 40:.0f} {top_x - 64:.0f} {top_y + 52:.0f}Z",
        "#fbf0dc",
    )
    return ellipse(x, y, 70, 9, "#2a2438", opacity=0.14) + pole + dome + wedge


def island(stage: Stage) -> Setting:
    """Draws an island."""
    h, rng = stage.horizon, stage.rng
    top, sand = h + (1000 - h) * 0.34, stage.tint(_SAND)
    drawn = (
        sky(stage) + land.water(stage, h, 1010, stage.tint(_SEA)) + _sail(stage, stage.x(0.85), h + 30, 60)
    )
    isle = smooth(
        [
            (-80, 1040),
            (-60, top + 60),
            (stage.width * 0.2, top + 6),
            (stage.width * 0.5, top - 10),
            (stage.width * 0.8, top + 10),
            (stage.width + 60, top + 70),
            (stage.width + 80, 1040),
        ]
    )
    drawn += (
        path(isle, "none", stroke="#ffffff", stroke_width=22, opacity=0.65)
        + path(isle, sand)
        + land.speckle(stage, top + 60, darker(sand, 0.07), 50, 0.8)
    )
    drawn += _palm(stage, stage.x(0.1), top + 70, 400) + _palm(stage, stage.x(0.9), top + 90, 330)
    for x in land.scatter(rng, 6, stage.width, (0.25, 0.75)):
        drawn += plants.bush(x, top + rng.uniform(40, 110), rng.uniform(34, 56), stage.tint("#6a9f4e"), rng)
    return Setting(drawn + _gulls(stage), _dune(stage, sand))


def lake(stage: Stage) -> Setting:
    """Draws a lake."""
    rng, h = stage.rng, stage.horizon
    near = h + (1000 - h) * 0.42
    drawn = (
        sky(stage)
        + land.peaks(stage, h, 250, stage.tint("#93a3b8", 0.45), snowy=False)
        + land.ridge(stage, h - 12, 18, stage.tint("#86ab7c", 0.4))
    )
    for x in land.scatter(rng, 11, stage.width):
        drawn += plants.pine(x, h + 10, rng.uniform(80, 150), stage.tint("#4f8465", 0.3))
    drawn += land.water(stage, h + 4, near + 50, stage.tint("#6fb0c4")) + _lilies(stage, h + 40, near)
    drawn += _bank(stage, near) + _jetty(stage, stage.x(0.8), near + 60)
    drawn += plants.reeds(stage.x(0.06), near + 80, 200, stage.tint("#6f9450"), rng) + plants.reeds(
        stage.x(0.16), near + 60, 150, stage.tint("#6f9450"), rng
    )
    return Setting(drawn, _water_front(stage))


def _bank(stage: Stage, y: float) -> str:
    grass = stage.tint("#93b95c")
    return (
        land.ridge(stage, y + 14, 14, grass)
        + land.speckle(stage, y + 50, lighter(grass, 0.05), 40)
        + land.tufts(stage, y + 50, darker(grass, 0.07), 34)
    )


def _jetty(stage: Stage, x: float, y: float) -> str:
    wood = stage.tint("#a57c54")
    deck = path(f"M{x - 60:.0f} {y:.0f}L{x - 26:.0f} {y - 120:.0f}h52L{x + 60:.0f} {y:.0f}Z", wood)
    boards = "".join(f"M{x - 57 + i * 7:.0f} {y - 10 - i * 22:.0f}h{114 - i * 14}" for i in range(5))
    posts = rect(x - 34, y - 134, 11, 44, darker(wood, 0.1)) + rect(
        x + 24, y - 134, 11, 44, darker(wood, 0.1)
    )
    return posts + deck + stroke(boards, darker(wood, 0.09), 3)


def _lilies(stage: Stage, top: float, bottom: float) -> str:
    rng, drawn = stage.rng, ""
    for _ in range(7):
        x, y, w = (
            rng.uniform(0.05, 0.95) * stage.width,
            rng.uniform(top + 20, bottom - 10),
            rng.uniform(20, 36),
        )
        drawn += ellipse(x, y, w, w * 0.3, stage.tint("#7fae62")) + (
            ellipse(x, y - w * 0.2, w * 0.34, w * 0.24, stage.tint("#f3b8c4")) if rng.random() < 0.5 else ""
        )
    return drawn


def _water_front(stage: Stage) -> str:
    dark = darker(stage.tint("#6a9f4e"), 0.12)
    return plants.frame_grass(stage, dark) + plants.frame_leaves(
        stage, dark, "tl" if stage.flip else "tr", 0.8
    )


def river(stage: Stage) -> Setting:
    """Draws a river."""
    rng, h = stage.rng, stage.horizon
    grass = stage.tint("#93b95c")
    drawn = (
        sky(stage)
        + land.ridge(stage, h - 40, 30, stage.tint("#8fb184", 0.5))
        + land.ridge(stage, h - 4, 16, stage.tint("#8fb56c", 0.3))
    )
    for x in land.scatter(rng, 7, stage.width):
        drawn += plants.leafy_tree(
            x, h + 16, rng.uniform(150, 240), stage.tint("#6a9f4e", 0.25), rng, stage.tint("#7a5a44", 0.2)
        )
    drawn += land.ridge(stage, h + 14, 10, grass) + land.speckle(stage, h + 40, lighter(grass, 0.05), 50)
    drawn += _stream(stage, mix(stage.tint("#6fb0c4"), stage.light.sky[1], 0.25)) + land.tufts(
        stage, h + 60, darker(grass, 0.07), 30
    )
    drawn += _stone_bridge(stage, stage.x(0.72), h + 64)
    for x, y in ((0.06, 0.5), (0.93, 0.8), (0.12, 0.86)):
        drawn += land.stone(stage.x(x), h + (1000 - h) * y, rng.uniform(26, 46), stage.tint("#a9a6a4"))
    return Setting(drawn, _water_front(stage))


def _stream(stage: Stage, colour: str) -> str:
    h = stage.horizon
    x0, x1, s = stage.x(0.74), stage.x(0.95), -1 if stage.flip else 1
    d = f"M{x0 - 16:.0f} {h + 22:.0f}C{x0 + 60 * s:.0f} {h + 90:.0f} {x0 - 120 * s:.0f} {h + 160:.0f} {x1 - 190:.0f} 1010L{x1 + 190:.0f} 1010C{x0 + 70 * s:.0f} {h + 190:.0f} {x0 + 120 * s:.0f} {h + 100:.0f} {x0 + 16:.0f} {h + 22:.0f}Z"
    lights = "".join(
        f"M{x1 + dx:.0f} {y:.0f}q24 -8 48 0"
        for dx, y in ((-90, 960), (20, 900), (-60, 850), (40, 970), (-30, 800))
    )
    return (
        path(
            d, darker(stage.tint("#93b95c"), 0.1), stroke=darker(stage.tint("#93b95c"), 0.1), stroke_width=16
        )
        + path(d, colour)
        + stroke(lights, lighter(colour, 0.13), 4)
    )


def _stone_bridge(stage: Stage, x: float, y: float) -> str:
    grey = stage.tint("#b9aea4", 0.08)
    arch = path(
        f"M{x - 120:.0f} {y + 10:.0f}Q{x:.0f} {y - 100:.0f} {x + 120:.0f} {y + 10:.0f}L{x + 120:.0f} {y + 26:.0f}H{x + 62:.0f}Q{x:.0f} {y - 42:.0f} {x - 62:.0f} {y + 26:.0f}H{x - 120:.0f}Z",
        grey,
    )
    rail = stroke(
        f"M{x - 120:.0f} {y - 12:.0f}Q{x:.0f} {y - 122:.0f} {x + 120:.0f} {y - 12:.0f}",
        lighter(grey, 0.06),
        9,
    )
    posts = "".join(
        rect(x + dx - 4, y - 30 - dy, 8, 34, grey)
        for dx, dy in ((-104, -6), (-56, 26), (0, 36), (56, 26), (104, -6))
    )
    return posts + arch + rail


def underwater(stage: Stage) -> Setting:
    """Draws the sea floor."""
    rng = stage.rng
    top = mix(mix("#8fdbe0", stage.tones.light, 0.25), stage.light.land, stage.light.strength * 0.5)
    deep = mix(mix("#2f6f9a", stage.tones.deep, 0.3), stage.light.land, stage.light.strength * 0.5)
    define, paint = fade([(0, top), (0.5, mix(top, deep, 0.5)), (1, deep)])
    drawn = define + rect(-10, -10, stage.width + 20, 1020, paint)
    drawn += "".join(
        path(f"M{stage.width * s:.0f} -10h70L{stage.width * s - 60:.0f} 860h-150Z", "#ffffff", opacity=0.1)
        for s in (0.2, 0.42, 0.66, 0.88)
    )
    h, sand = stage.horizon + 90, mix("#e8d6a8", deep, 0.28)
    drawn += (
        land.ridge(stage, h - 40, 34, mix(deep, "#4f93a8", 0.45))
        + land.ridge(stage, h + 40, 18, sand)
        + land.speckle(stage, h + 80, darker(sand, 0.06), 46)
    )
    for x in land.scatter(rng, 10, stage.width, (0.28, 0.72)):
        drawn += _weed(
            x, h + rng.uniform(60, 180), rng.uniform(140, 300), mix("#5fae7a", deep, 0.3), rng.uniform(-1, 1)
        )
    for x, y, colour in ((0.1, 120, "#ef8f7d"), (0.92, 170, "#e79ab4"), (0.2, 70, "#f2b866")):
        drawn += _coral(stage.x(x), h + y, 1.0, mix(colour, deep, 0.14))
    drawn += _shoal(stage, deep) + "".join(
        circle(
            rng.uniform(0, stage.width),
            rng.uniform(60, 900),
            rng.uniform(4, 13),
            "#ffffff",
            fill_opacity=0.14,
            stroke="#ffffff",
            stroke_width=2,
            opacity=0.7,
        )
        for _ in range(26)
    )
    return Setting(
        drawn,
        _weed(stage.x(0.02), 1010, 330, darker(deep, 0.05), 0.5)
        + _weed(stage.x(0.07), 1010, 240, darker(deep, 0.03), -0.5)
        + _weed(stage.x(0.97), 1010, 300, darker(deep, 0.05), -0.4),
    )


def _weed(x: float, y: float, tall: float, colour: str, sway: float) -> str:
    lean = 34 * sway
    return path(
        f"M{x - 11:.0f} {y:.0f}C{x - 40 + lean:.0f} {y - tall * 0.35:.0f} {x + 34 + lean:.0f} {y - tall * 0.65:.0f} {x + lean:.0f} {y - tall:.0f}C{x + 50 + lean:.0f} {y - tall * 0.6:.0f} {x - 14 + lean:.0f} {y - tall * 0.35:.0f} {x + 12:.0f} {y:.0f}Z",
        colour,
    )


def _coral(x: float, y: float, size: float, colour: str) -> str:
    d = f"M{x:.0f} {y:.0f}v-{60 * size:.0f}M{x:.0f} {y - 30 * size:.0f}q-{44 * size:.0f} -8 -{44 * size:.0f} -{60 * size:.0f}M{x:.0f} {y - 50 * size:.0f}q{44 * size:.0f} -4 {46 * size:.0f} -{66 * size:.0f}M{x:.0f} {y - 58 * size:.0f}q-10 -30 -4 -{60 * size:.0f}M{x + 30 * size:.0f} {y - 64 * size:.0f}q24 -2 30 -26M{x - 34 * size:.0f} {y - 48 * size:.0f}q-26 0 -30 -24"
    return stroke(d, colour, 19 * size)


def _shoal(stage: Stage, deep: str) -> str:
    rng, drawn = stage.rng, ""
    for _ in range(9):
        x, y, s = rng.uniform(0, stage.width), rng.uniform(90, 460), rng.uniform(15, 30)
        colour = mix(rng.choice(("#f5b45c", "#f08a78", "#f3dc7a", "#c9a3e0")), deep, 0.15)
        fish = ellipse(0, 0, s, s * 0.56, colour) + path(
            f"M-{s * 0.8:.0f} 0l-{s * 0.7:.0f} -{s * 0.5:.0f}v{s:.0f}Z", colour
        )
        fish += circle(s * 0.52, -s * 0.12, s * 0.12, "#33262a") + stroke(
            f"M0 -{s * 0.46:.0f}q{s * 0.2:.0f} {s * 0.46:.0f} 0 {s * 0.92:.0f}",
            lighter(colour, 0.12),
            s * 0.13,
        )
        flip = "scale(-1 1)" if rng.random() < 0.5 else ""
        drawn += group(fish, transform=f"translate({x:.0f} {y:.0f}) {flip}".strip())
    return drawn
