"""Things that are carried. About life-size beside a child of 400; feet on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.figure.patterns import star_points
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    halo,
    path,
    polyline,
    rect,
    ring,
    smooth,
    stroke,
)


def _box(x: float, y: float, w: float, h: float, colour: str, rx: float = 4) -> str:
    return rect(x, y, w, h, colour, rx=rx, stroke=edge(colour), stroke_width=2.6)


def _ball(x: float, y: float, r: float, colour: str) -> str:
    return circle(x, y, r, colour, stroke=edge(colour), stroke_width=2.6)


def _lantern(colour: str) -> str:
    light = halo(0, -38, 105, 105, "#ffe6a0", 0.5)
    hoop = stroke("M-20 -70Q0 -104 20 -70", "#5a4a42", 5)
    return (
        light
        + hoop
        + _box(-25, -64, 50, 56, "#ffe9a8", 8)
        + halo(0, -34, 22, 26, "#fffbe6", 1)
        + path("M0 -50Q13 -34 0 -20Q-13 -34 0 -50Z", "#f29a3c")
        + stroke("M-25 -60V-12M25 -60V-12M0 -64V-56", "#5a4a42", 4)
        + _box(-31, -76, 62, 13, colour)
        + _box(-31, -12, 62, 12, colour)
    )


def _map(colour: str) -> str:
    paper = shape("M-58 -66L-20 -74L20 -64L58 -72V-6L20 2L-20 -8L-58 0Z", "#f3e2b8")
    folds = stroke("M-20 -74V-8M20 -64V2", darker("#f3e2b8", 0.1), 2.4)
    land = path(
        "M-48 -26q16 -22 34 -10q14 8 22 -8q12 -16 34 -4",
        "none",
        stroke="#7fae6a",
        stroke_width=9,
        stroke_linecap="round",
    )
    return (
        paper
        + folds
        + land
        + stroke("M-44 -50q22 12 38 6t34 26", "#b0704a", 3, **{"stroke-dasharray": "7 6"})
        + stroke("M34 -28l14 14M48 -28l-14 14", colour, 5)
    )


def _balloon(colour: str) -> str:
    string = stroke("M0 0Q-12 -60 4 -110T0 -180", "#8a7f78", 2.6)
    body = shape(
        smooth(
            [(0, -290), (42, -270), (50, -226), (28, -190), (0, -178), (-28, -190), (-50, -226), (-42, -270)]
        ),
        colour,
    )
    return (
        string
        + body
        + path("M-8 -170L0 -180L8 -170Z", darker(colour, 0.08))
        + ellipse(-18, -252, 9, 17, "#ffffff", opacity=0.5, transform="rotate(24 -18 -252)")
    )


def _cake(colour: str) -> str:
    plate = ellipse(0, -5, 66, 9, "#e9e3da", stroke="#b9b0a5", stroke_width=2.4)
    low = _box(-52, -48, 104, 44, "#f3d8b6", 9) + path(
        "M-52 -40q13 22 26 0q13 22 26 0q13 22 26 0q13 22 26 0v-10H-52Z", colour
    )
    high = _box(-34, -82, 68, 36, "#fbe9cf", 9) + path(
        "M-34 -74q11 18 23 0q11 18 23 0q11 18 22 0v-10H-34Z", lighter(colour, 0.1)
    )
    candles = "".join(
        rect(x - 3, -106, 6, 24, c, rx=2) + path(f"M{x} -124q8 9 0 17q-8 -8 0 -17Z", "#f6b13e")
        for x, c in ((-18, "#6fb4e8"), (0, "#f4c542"), (18, "#8fd08a"))
    )
    return halo(0, -112, 70, 50, "#ffe6a0", 0.5) + plate + low + high + candles


def _star(_colour: str) -> str:
    return (
        halo(0, -40, 110, 110, "#fff0b0", 0.8)
        + path(
            smooth(star_points(0, -40, 40, 0.52), tension=0.5),
            "#ffd85e",
            stroke="#d9a32e",
            stroke_width=3,
            stroke_linejoin="round",
        )
        + stroke("M-12 -50q4 -8 12 -10", "#fff6d0", 5)
    )


def _book(colour: str) -> str:
    pages = shape("M0 -14Q-30 -30 -60 -18V-72Q-30 -84 0 -68Q30 -84 60 -72V-18Q30 -30 0 -14Z", "#fbf3df")
    cover = shape(
        "M0 -6Q-32 -20 -66 -9V-70L-60 -72V-18Q-30 -30 0 -14Q30 -30 60 -18V-72L66 -70V-9Q32 -20 0 -6Z", colour
    )
    lines = stroke(
        "M-50 -58q20 -7 40 2M-50 -44q20 -7 40 2M12 -56q20 -9 38 -2M12 -42q20 -9 38 -2", "#c9b896", 2.8
    )
    return pages + cover + lines + stroke("M0 -68V-14", "#d9c9a6", 2.6)


def _key(_colour: str) -> str:
    gold = "#e3b23c"
    shaft = stroke("M-8 -30H52M38 -30v16M50 -30v20", edge(gold), 13) + stroke(
        "M-8 -30H52M38 -30v16M50 -30v20", gold, 8.5
    )
    return (
        shaft
        + circle(-28, -30, 22, "none", stroke=edge(gold), stroke_width=13)
        + circle(-28, -30, 22, "none", stroke=gold, stroke_width=8.5)
    )


def _letter(colour: str) -> str:
    return (
        _box(-44, -62, 88, 58, "#fbf3df")
        + stroke("M-44 -60L0 -26L44 -60M-44 -6L-12 -34M44 -6L12 -34", "#cdbb96", 3)
        + _ball(0, -30, 11, colour)
        + path("M0 -25l-5 -5a3 3 0 0 1 5 -2.6a3 3 0 0 1 5 2.6Z", "#fff3e6")
    )


def _round_ball(colour: str) -> str:
    return (
        _ball(0, -34, 34, colour)
        + path("M-34 -34A34 34 0 0 1 34 -34Q0 -50 -34 -34Z", "#fbf0dc")
        + stroke("M-33 -38Q0 -54 33 -38M-32 -26Q0 -14 32 -26", darker(colour, 0.14), 3)
        + ellipse(-12, -52, 8, 5, "#ffffff", opacity=0.6)
    )


def _basket(_colour: str) -> str:
    straw = "#c8924f"
    hoop = stroke("M-44 -44Q0 -124 44 -44", edge(straw), 11) + stroke("M-44 -44Q0 -124 44 -44", straw, 7)
    fruit = "".join(
        _ball(x, y, 14, c) for x, y, c in ((-26, -50, "#d8564a"), (0, -56, "#f0b13e"), (26, -50, "#8fb84e"))
    )
    body = shape("M-52 -46H52L42 -4Q0 4 -42 -4Z", straw)
    weave = stroke(
        "M-48 -32H48M-46 -18H46M-30 -46L-26 -2M-10 -46L-9 0M10 -46L9 0M30 -46L26 -2", darker(straw, 0.09), 2.8
    )
    return hoop + fruit + body + weave


def _flower(colour: str) -> str:
    stem = stroke("M0 0Q-4 -34 0 -64", "#5f8f4a", 6) + path("M0 -22q24 -18 32 -4q-12 14 -32 4Z", "#74a85a")
    petals = "".join(
        ellipse(
            math.sin(math.tau * i / 6) * 17,
            -74 - math.cos(math.tau * i / 6) * 17,
            13,
            13,
            colour,
            stroke=edge(colour),
            stroke_width=2,
        )
        for i in range(6)
    )
    return stem + petals + _ball(0, -74, 11, "#f4c542")


def _shell(_colour: str) -> str:
    base = "#f3b6a0"
    return (
        shape("M0 0L-46 -34Q-44 -76 0 -78Q44 -76 46 -34Z", base)
        + stroke("M0 -4L-28 -62M0 -4L-10 -74M0 -4L10 -74M0 -4L28 -62", darker(base, 0.12), 3.4)
        + _box(-14, -8, 28, 9, base, 4)
    )


def _blanket(colour: str) -> str:
    body = _box(-50, -40, 100, 38, colour, 12)
    return (
        body
        + stroke("M-44 -22Q0 -30 44 -22M-44 -12Q0 -18 44 -12", darker(colour, 0.08), 3)
        + "".join(circle(x, -31, 4, lighter(colour, 0.22)) for x in (-34, -12, 10, 32))
    )


def _teddy(colour: str) -> str:
    fur, pad = "#b98353", "#e3bd90"
    ears = _ball(-24, -92, 13, fur) + _ball(24, -92, 13, fur)
    limbs = "".join(
        ellipse(x, y, rx, ry, fur, stroke=edge(fur), stroke_width=2.6)
        for x, y, rx, ry in ((-36, -38, 13, 20), (36, -38, 13, 20), (-22, -8, 17, 13), (22, -8, 17, 13))
    )
    body = ellipse(0, -30, 30, 30, fur, stroke=edge(fur), stroke_width=2.6) + ellipse(0, -28, 17, 18, pad)
    head = _ball(0, -74, 31, fur) + ellipse(0, -65, 15, 12, pad)
    return (
        ears
        + limbs
        + body
        + head
        + circle(-11, -80, 4, "#33262a")
        + circle(11, -80, 4, "#33262a")
        + ellipse(0, -70, 5, 3.6, "#33262a")
        + stroke("M-6 -62q6 6 12 0", "#7a4a38", 2.6)
        + path("M-16 -46L0 -42L-16 -36ZM16 -46L0 -42L16 -36Z", colour)
    )


def _candle(_colour: str) -> str:
    return (
        halo(0, -86, 110, 110, "#ffe6a0", 0.7)
        + path("M-30 -4Q0 8 30 -4L22 -14H-22Z", "#c9a24a")
        + _box(-12, -70, 24, 58, "#fbf0dc", 5)
        + stroke("M0 -70v-9", "#4a3a38", 3)
        + path("M0 -106q16 18 0 30q-16 -12 0 -30Z", "#f6a83c")
        + path("M0 -94q8 9 0 17q-8 -8 0 -17Z", "#fff0b8")
    )


def _gift(colour: str) -> str:
    return (
        _box(-38, -60, 76, 60, colour, 5)
        + _box(-43, -72, 86, 19, lighter(colour, 0.06), 5)
        + rect(-8, -72, 16, 72, "#f6e2a8")
        + shape(smooth([(0, -74), (-30, -98), (-40, -80), (-14, -70)]), "#f6e2a8")
        + shape(smooth([(0, -74), (30, -98), (40, -80), (14, -70)]), "#f6e2a8")
    )


def _telescope(colour: str) -> str:
    tube = "".join(
        f'<g transform="rotate(-28)">{inner}</g>'
        for inner in (
            _box(-60, -16, 50, 30, colour, 5)
            + _box(-14, -13, 40, 24, "#d9a94a", 4)
            + _box(24, -10, 34, 18, colour, 4)
            + _box(-68, -19, 14, 36, "#d9a94a", 4),
        )
    )
    return group(tube, transform="translate(0 -36)")


def _drum(colour: str) -> str:
    return (
        _box(-46, -62, 92, 56, colour, 6)
        + ellipse(0, -62, 46, 15, "#fbf0dc", stroke=edge("#fbf0dc"), stroke_width=3)
        + stroke("M-46 -48L-24 -8L0 -46L24 -8L46 -48", "#f6e2a8", 4)
        + _box(-48, -14, 96, 13, "#e3b23c")
        + stroke("M-20 -70L-56 -104M20 -70L56 -104", "#8a5d3c", 6)
        + circle(-56, -104, 7, "#fbf0dc")
        + circle(56, -104, 7, "#fbf0dc")
    )


def _bell(_colour: str) -> str:
    gold = "#e8b93e"
    return (
        _ball(0, -6, 10, darker(gold, 0.1))
        + shape("M-42 -14Q-28 -26 -26 -54Q-20 -82 0 -82Q20 -82 26 -54Q28 -26 42 -14Q0 -4 -42 -14Z", gold)
        + stroke("M-36 -22Q0 -12 36 -22", darker(gold, 0.1), 4)
        + circle(0, -88, 8, "none", stroke=edge(gold), stroke_width=5)
        + ellipse(-12, -54, 5, 15, "#fff3c4", opacity=0.8)
    )


def _feather(colour: str) -> str:
    return shape(smooth([(-30, -4), (-22, -44), (6, -78), (40, -92), (34, -58), (8, -26)]), colour) + stroke(
        "M-44 6Q-10 -40 38 -90M-12 -30l-8 -16M4 -46l-6 -18M0 -36l22 -2M14 -54l20 -6", lighter(colour, 0.2), 3
    )


def _acorn(_colour: str) -> str:
    return (
        shape(smooth([(-22, -34), (22, -34), (18, -12), (0, 0), (-18, -12)]), "#c08a4a")
        + shape(smooth([(-28, -34), (-20, -54), (20, -54), (28, -34), (0, -28)]), "#7f5a3a")
        + stroke("M0 -54v-14", "#7f5a3a", 6)
        + stroke("M-12 -24q-2 8 4 14", "#e6bd84", 4)
    )


def _apple(_colour: str) -> str:
    red = "#cf4a3c"
    return (
        shape(
            smooth(
                [(0, -48), (20, -56), (36, -38), (28, -8), (8, 0), (-8, 0), (-28, -8), (-36, -38), (-20, -56)]
            ),
            red,
        )
        + stroke("M0 -48q2 -14 8 -18", "#6d4e3c", 5)
        + path("M6 -56q18 -18 30 -6q-14 14 -30 6Z", "#7fae4e")
        + ellipse(-17, -36, 6, 10, "#ffffff", opacity=0.5)
    )


def _umbrella(colour: str) -> str:
    stick = stroke("M0 0V-150M0 0q0 12 -11 12q-10 0 -10 -10", "#6d4e3c", 6)
    dome = shape(
        "M-112 -128Q-104 -226 0 -232Q104 -226 112 -128Q84 -150 56 -128Q28 -150 0 -128Q-28 -150 -56 -128Q-84 -150 -112 -128Z",
        colour,
    )
    return (
        stick
        + dome
        + stroke("M0 -232Q-54 -200 -56 -132M0 -232Q54 -200 56 -132M0 -232V-132", darker(colour, 0.09), 3.4)
        + stroke("M0 -232v-12", "#6d4e3c", 5)
    )


def _compass(_colour: str) -> str:
    return (
        _ball(0, -36, 35, "#e3b23c")
        + circle(0, -36, 26, "#fbf3df")
        + path("M0 -58l8 22h-16Z", "#d8564a")
        + path("M0 -14l8 -22h-16Z", "#4f6a8a")
        + circle(0, -78, 8, "none", stroke="#b08a2c", stroke_width=4)
    )


def _cup(colour: str) -> str:
    return (
        circle(32, -28, 14, "none", stroke=edge(colour), stroke_width=8)
        + _box(-30, -54, 60, 54, colour, 11)
        + ellipse(0, -54, 30, 8, lighter(colour, 0.14))
        + stroke("M-8 -68q-9 -13 0 -26M10 -68q-9 -13 0 -26", "#ffffff", 5, opacity=0.7)
    )


def _bucket(colour: str) -> str:
    return (
        stroke("M-34 -52Q0 -104 34 -52", "#8a8790", 5)
        + shape("M-38 -54H38L28 0H-28Z", colour)
        + _box(-41, -60, 82, 12, lighter(colour, 0.07), 5)
        + path("M-8 -30l8 -10l8 10l-8 10Z", lighter(colour, 0.2))
    )


def _spade(colour: str) -> str:
    return (
        stroke("M0 -46V-118", edge("#b98a5a"), 11)
        + stroke("M0 -46V-118", "#b98a5a", 7)
        + shape("M-22 -50H22V-18Q0 8 -22 -18Z", colour)
        + stroke("M-15 -120H15", colour, 11)
    )


def _leaf(_colour: str) -> str:
    green = "#6fa355"
    return shape(smooth([(0, 0), (-28, -24), (-26, -58), (0, -90), (26, -58), (28, -24)]), green) + stroke(
        "M0 6V-78M0 -24l-16 -12M0 -24l16 -12M0 -46l-14 -11M0 -46l14 -11", lighter(green, 0.15), 3
    )


def _sprout(_colour: str) -> str:
    pot = shape("M-28 -40H28L21 0H-21Z", "#c0714f") + _box(-32, -48, 64, 12, "#cd8160", 4)
    return (
        stroke("M0 -48Q-3 -70 0 -86", "#6fa355", 6)
        + path("M0 -76q-34 2 -36 -26q30 0 36 26Z", "#86b865")
        + path("M0 -82q34 0 34 -28q-30 2 -34 28Z", "#74a85a")
        + pot
    )


def _bread(_colour: str) -> str:
    crust = "#c98a4a"
    return shape(
        smooth([(-56, -6), (-60, -34), (-30, -52), (30, -52), (60, -34), (56, -6)], tension=0.7), crust
    ) + stroke("M-28 -44q10 10 6 24M0 -48q10 10 6 26M28 -44q10 10 6 24", "#f0cd96", 5)


def _jar(colour: str) -> str:
    glowing = halo(0, -36, 80, 80, "#fff0a0", 0.5)
    return (
        glowing
        + _box(-30, -66, 60, 66, "#e4f1ee", 13)
        + "".join(circle(x, y, 5, "#ffe27a") for x, y in ((-12, -22), (10, -36), (-6, -48), (14, -14)))
        + _box(-27, -80, 54, 17, colour, 4)
    )


def _glass(_colour: str) -> str:
    return (
        stroke("M16 -34L44 -2", edge("#8a5d3c"), 14)
        + stroke("M16 -34L44 -2", "#8a5d3c", 9)
        + circle(-8, -58, 32, "#dff0f5", fill_opacity=0.75, stroke="#d9a94a", stroke_width=8)
        + stroke("M-24 -70q6 -9 16 -11", "#ffffff", 5)
    )


def _torch(colour: str) -> str:
    return (
        path("M26 -44L150 -96V14L26 -26Z", "#fff0b0", opacity=0.45)
        + _box(-52, -45, 62, 21, colour, 6)
        + shape("M8 -46L30 -56V-14L8 -24Z", "#d9a94a")
    )


def _guitar(_colour: str) -> str:
    wood = "#c9863f"
    body = shape(
        smooth(
            [
                (-66, -30),
                (-60, -58),
                (-34, -58),
                (-16, -48),
                (4, -54),
                (14, -34),
                (4, -12),
                (-16, -16),
                (-34, -2),
                (-60, -6),
            ]
        ),
        wood,
    )
    return (
        stroke("M0 -34L92 -66", edge("#7a4f32"), 14)
        + stroke("M0 -34L92 -66", "#7a4f32", 10)
        + body
        + circle(-18, -33, 11, "#5a3a28")
        + stroke("M-48 -26L90 -66", "#f3e6c8", 2)
        + _box(86, -78, 22, 16, "#7a4f32", 3)
    )


def _trumpet(_colour: str) -> str:
    gold = "#e8b93e"
    return (
        stroke("M-50 -34H20M-30 -34q-10 22 10 22h20q18 0 10 -22", edge(gold), 11)
        + stroke("M-50 -34H20M-30 -34q-10 22 10 22h20q18 0 10 -22", gold, 7)
        + shape("M16 -38Q46 -40 60 -64V-4Q46 -28 16 -30Z", gold)
    )


def _paintbrush(colour: str) -> str:
    return (
        stroke("M-40 0L20 -62", edge("#c08a56"), 11)
        + stroke("M-40 0L20 -62", "#c08a56", 7)
        + path("M14 -56l12 -12l10 10l-12 12Z", "#c3c9d1")
        + shape(smooth([(26, -68), (36, -58), (58, -86), (40, -88)]), colour)
    )


def _wand(_colour: str) -> str:
    return (
        halo(30, -86, 60, 60, "#fff0b0", 0.8)
        + stroke("M-30 0L22 -72", "#6a4a7a", 8)
        + path(polyline(star_points(30, -86, 24, 0.48), True), "#ffd85e", stroke="#d9a32e", stroke_width=2.6)
    )


def _pumpkin(_colour: str) -> str:
    skin = "#e5853a"
    lobes = "".join(
        ellipse(x, -36, 24, 35, skin, stroke=edge(skin), stroke_width=2.6) for x in (-32, 32, -14, 14)
    )
    return (
        lobes
        + stroke("M0 -68q-2 -14 8 -20", "#6f8a44", 9)
        + path("M6 -76q22 -8 30 8q-18 8 -30 -8Z", "#86a84e")
    )


def _egg(colour: str) -> str:
    shell = "#f3e3c8"
    return shape(smooth([(0, -62), (20, -42), (22, -16), (0, 0), (-22, -16), (-20, -42)]), shell) + "".join(
        circle(x, y, 4, colour, opacity=0.7) for x, y in ((-8, -40), (8, -28), (-10, -18), (4, -48))
    )


def _clock(colour: str) -> str:
    return (
        _ball(0, -42, 40, colour)
        + circle(0, -42, 31, "#fbf3df")
        + stroke("M0 -42V-64M0 -42L15 -34", "#3d3b44", 5)
        + "".join(
            circle(math.sin(math.tau * i / 12) * 26, -42 - math.cos(math.tau * i / 12) * 26, 2, "#3d3b44")
            for i in range(12)
        )
    )


def _cookie(_colour: str) -> str:
    dough = "#d3a062"
    return path(
        smooth(ring(0, -30, 31, 30, 12, (1.0, 0.95))), dough, stroke=edge(dough), stroke_width=2.6
    ) + "".join(
        circle(x, y, 4.6, "#5a3a28")
        for x, y in ((-12, -40), (8, -44), (14, -24), (-6, -20), (-18, -26), (2, -32))
    )


HANDHELD: dict[str, Thing] = {
    "lantern": Thing(_lantern, 64, 100, grip=(0, -90), glow=True), "map": Thing(_map, 120, 78, grip=(0, -30), colour="#cf4236"),
    "balloon": Thing(_balloon, 104, 290, grip=(0, -4), colour="#e0604a"), "cake": Thing(_cake, 134, 126, grip=(0, -6), colour="#ea90a6"),
    "star": Thing(_star, 84, 84, grip=(0, -36), glow=True), "book": Thing(_book, 134, 84, grip=(0, -20), colour="#8a4f9a"),
    "key": Thing(_key, 110, 56, grip=(-28, -26)), "letter": Thing(_letter, 92, 64, grip=(0, -20)),
    "ball": Thing(_round_ball, 70, 70, grip=(0, -24)), "basket": Thing(_basket, 108, 100, grip=(0, -82)),
    "flower": Thing(_flower, 64, 104, grip=(0, -14), colour="#e8697a"), "shell": Thing(_shell, 94, 80, grip=(0, -20)),
    "blanket": Thing(_blanket, 104, 44, grip=(0, -18), colour="#7f9fc9"), "teddy": Thing(_teddy, 96, 106, grip=(0, -24), colour="#d8564a"),
    "candle": Thing(_candle, 64, 108, grip=(0, -10), glow=True), "gift": Thing(_gift, 90, 98, grip=(0, -14), colour="#7a5cb0"),
    "telescope": Thing(_telescope, 130, 80, grip=(0, -34), colour="#8a4f3a"), "drum": Thing(_drum, 110, 108, grip=(0, -20)),
    "bell": Thing(_bell, 88, 96, grip=(0, -86)), "feather": Thing(_feather, 88, 98, grip=(-30, -6), colour="#5f93c4"),
    "acorn": Thing(_acorn, 58, 70, grip=(0, -24)), "apple": Thing(_apple, 74, 70, grip=(0, -22)),
    "umbrella": Thing(_umbrella, 226, 246, grip=(0, -6)), "compass": Thing(_compass, 72, 88, grip=(0, -24)),
    "cup": Thing(_cup, 88, 94, grip=(0, -20), colour="#6b8fb5"), "bucket": Thing(_bucket, 84, 100, grip=(0, -78), colour="#4f86bd"),
    "spade": Thing(_spade, 46, 124, grip=(0, -90)), "leaf": Thing(_leaf, 60, 94, grip=(0, -6)),
    "sprout": Thing(_sprout, 74, 110, grip=(0, -16)), "bread": Thing(_bread, 122, 54, grip=(0, -16)),
    "jar": Thing(_jar, 64, 82, grip=(0, -24), glow=True), "magnifying glass": Thing(_glass, 90, 92, grip=(40, -6)),
    "torch": Thing(_torch, 200, 110, grip=(-24, -32), glow=True), "guitar": Thing(_guitar, 180, 80, grip=(10, -36)),
    "trumpet": Thing(_trumpet, 116, 64, grip=(-10, -24)), "paintbrush": Thing(_paintbrush, 100, 88, grip=(-24, -16)),
    "wand": Thing(_wand, 90, 112, grip=(-22, -12), glow=True), "pumpkin": Thing(_pumpkin, 116, 90, grip=(0, -14)),
    "egg": Thing(_egg, 46, 64, grip=(0, -20)), "clock": Thing(_clock, 82, 84, grip=(0, -20)),
    "cookie": Thing(_cookie, 62, 62, grip=(0, -20)),
}  # fmt: skip
