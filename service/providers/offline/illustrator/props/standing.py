"""Draws things that stand on the ground or hang in the air. Their lowest point is on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.figure.patterns import star_points
from service.providers.offline.illustrator.places import plants
from service.providers.offline.illustrator.props import creatures
from service.providers.offline.illustrator.props.thing import Thing, box
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    halo,
    moved,
    path,
    polyline,
    rect,
    smooth,
    stroke,
)

_WOOD = "#a5754c"


def _boat(colour: str) -> str:
    hull = shape("M-130 -66Q-100 -4 -70 0H76Q112 -6 136 -70Q0 -46 -130 -66Z", colour)
    sail = shape("M6 -258V-74H110Q80 -190 6 -258Z", "#fbf0dc") + shape(
        "M-8 -230V-80H-88Q-60 -170 -8 -230Z", "#f0c987"
    )
    return (
        stroke("M0 -270V-60", _WOOD, 9)
        + sail
        + hull
        + stroke("M-116 -48Q0 -30 122 -50", lighter(colour, 0.18), 6)
    )


def _tree(_colour: str) -> str:
    crown = shape(
        smooth(
            [
                (0, -420),
                (96, -390),
                (140, -300),
                (110, -210),
                (0, -180),
                (-110, -210),
                (-140, -300),
                (-96, -390),
            ]
        ),
        "#74a850",
    )
    lights = (
        ellipse(-50, -350, 40, 26, "#8dbb62")
        + ellipse(40, -380, 34, 20, "#8dbb62")
        + ellipse(60, -280, 36, 22, "#63974a")
    )
    return shape("M-26 0Q-14 -100 -18 -220H18Q14 -100 30 0Q0 -12 -26 0Z", "#7a5a44") + crown + lights


def _bridge(_colour: str) -> str:
    deck = shape("M-190 0Q0 -110 190 0V24Q0 -80 -190 24Z", _WOOD)
    rails = stroke("M-180 -50Q0 -160 180 -50", darker(_WOOD, 0.06), 9)
    posts = stroke("M-170 0V-58M-96 -42V-100M0 -58V-116M96 -42V-100M170 0V-58", darker(_WOOD, 0.06), 9)
    return (
        posts
        + rails
        + deck
        + stroke("M-130 -20v22M-70 -40v24M-10 -48v24M50 -44v24M110 -28v24", darker(_WOOD, 0.1), 3)
    )


def _door(colour: str) -> str:
    frame = shape("M-82 0V-190Q-82 -272 0 -272Q82 -272 82 -190V0Z", lighter(_WOOD, 0.08))
    leaf = shape("M-64 0V-188Q-64 -252 0 -252Q64 -252 64 -188V0Z", colour)
    return (
        frame
        + leaf
        + stroke("M-22 -246V0M22 -246V0", darker(colour, 0.08), 3)
        + circle(42, -108, 9, "#e8b93e")
        + path("M-24 -176a24 24 0 0 1 48 0v14h-48Z", "#ffe9a8")
    )


def _crate(_colour: str) -> str:
    return (
        box(-52, -84, 104, 84, "#c8955c", 4)
        + stroke("M-50 -56H50M-50 -28H50", darker("#c8955c", 0.1), 3.4)
        + stroke("M-46 -78L46 -6", "#b4824c", 9)
        + box(-56, -90, 112, 14, "#d6a56c", 4)
    )


def _chest(_colour: str) -> str:
    low = box(-66, -56, 132, 56, "#9a653c", 5)
    lid = shape("M-68 -56Q-66 -108 0 -108Q66 -108 68 -56Z", "#a8714a")
    return (
        low
        + lid
        + stroke("M-44 -98V0M44 -98V0M-68 -56H68", "#e3b23c", 8)
        + box(-13, -68, 26, 30, "#e8b93e", 5)
        + circle(0, -54, 5, "#5a3a28")
    )


def _fire(_colour: str) -> str:
    logs = stroke("M-52 -6L52 -22M-52 -22L52 -6", edge("#7a5238"), 22) + stroke(
        "M-52 -6L52 -22M-52 -22L52 -6", "#7a5238", 17
    )
    flame = (
        path(
            smooth([(0, -124), (30, -78), (44, -44), (24, -14), (-24, -14), (-44, -44), (-26, -72)]),
            "#f0803a",
        )
        + path(smooth([(2, -90), (20, -56), (20, -30), (0, -16), (-20, -30), (-16, -56)]), "#fbc54e")
        + path(smooth([(0, -58), (10, -36), (0, -18), (-10, -36)]), "#fff0b8")
    )
    return halo(0, -60, 200, 170, "#ffd98a", 0.6) + logs + flame


def _tent(colour: str) -> str:
    return (
        shape("M-150 0L0 -210L150 0Z", colour)
        + shape("M-44 0L0 -200L44 0Z", darker(colour, 0.2))
        + path("M0 -204Q34 -90 66 0H44L0 -200Z", lighter(colour, 0.12))
        + stroke("M0 -210l-8 -16M0 -210l8 -16", _WOOD, 5)
    )


def _sandcastle(colour: str) -> str:
    sand = "#e3c07c"
    towers = "".join(
        box(x - 24, -h, 48, h, sand, 3)
        + path(
            f"M{x - 26} -{h}h12v-11h10v11h8v-11h10v11h12v8h-52Z", sand, stroke=edge(sand), stroke_width=2.4
        )
        for x, h in ((-56, 84), (56, 84), (0, 120))
    )
    return (
        towers
        + box(-78, -46, 156, 46, lighter(sand, 0.03), 4)
        + path("M-14 0v-20a14 14 0 0 1 28 0v20Z", darker(sand, 0.22))
        + stroke("M0 -130v-34", _WOOD, 3.4)
        + path("M0 -164l28 9l-28 9Z", colour)
    )


def _table(colour: str) -> str:
    return (
        stroke("M-92 0V-104M92 0V-104", edge(_WOOD), 17)
        + stroke("M-92 0V-104M92 0V-104", _WOOD, 13)
        + box(-122, -120, 244, 22, lighter(_WOOD, 0.05), 6)
        + shape("M-60 -118H60L78 -76Q0 -62 -78 -76Z", colour)
    )


def _chair(colour: str) -> str:
    return (
        stroke("M-40 0V-190M40 0V-90M-40 -70H40", edge(_WOOD), 15)
        + stroke("M-40 0V-190M40 0V-90", _WOOD, 11)
        + box(-48, -100, 96, 17, colour, 6)
        + box(-46, -186, 16, 74, lighter(_WOOD, 0.05), 5)
    )


def _ladder(_colour: str) -> str:
    d = "M-34 0L-20 -320M34 0L20 -320" + "".join(
        f"M{-32 + i * 2} {-40 - i * 50}H{32 - i * 2}" for i in range(6)
    )
    return stroke(d, edge(_WOOD), 14) + stroke(d, lighter(_WOOD, 0.05), 10)


def _wagon(colour: str) -> str:
    wheels = "".join(
        circle(x, -22, 20, "#e8ddc8", stroke="#3d3b44", stroke_width=8) + circle(x, -22, 5, colour)
        for x in (-62, 62)
    )
    return (
        stroke("M96 -58L160 -126M148 -132h24", "#4a4852", 8)
        + box(-104, -92, 206, 54, colour, 8)
        + stroke("M-98 -66H98", lighter(colour, 0.16), 5)
        + wheels
    )


def _bicycle(colour: str) -> str:
    wheels = "".join(
        circle(x, -52, 46, "none", stroke="#3d3b44", stroke_width=8)
        + stroke(f"M{x - 42} -52h84M{x} -94v84M{x - 30} -82l60 60M{x - 30} -22l60 -60", "#c3c9d1", 2)
        for x in (-82, 82)
    )
    frame = stroke("M-82 -52L-34 -128L46 -128L-10 -52ZM-10 -52L-44 -146M82 -52L42 -150L22 -158", colour, 9)
    return wheels + frame + stroke("M-62 -150h36", "#4a3a38", 13) + circle(-10, -52, 13, "#8a8790")


def _log(_colour: str) -> str:
    bark = "#8a6244"
    return (
        box(-92, -50, 180, 50, bark, 22)
        + ellipse(86, -25, 20, 25, "#d9b384", stroke=edge(bark), stroke_width=3)
        + ellipse(86, -25, 11, 14, "none", stroke="#b58a5a", stroke_width=3)
        + stroke("M-70 -34h60M-50 -18h80M20 -38h36", darker(bark, 0.08), 3.4)
    )


def _rock(_colour: str) -> str:
    grey = "#a9a5a3"
    return shape(
        smooth([(-70, 0), (-62, -44), (-20, -74), (34, -66), (68, -30), (74, 0)], tension=0.7), grey
    ) + path(smooth([(-46, -40), (-16, -62), (20, -58), (-10, -46)]), lighter(grey, 0.08))


def _nest(_colour: str) -> str:
    straw = "#a57f50"
    eggs = "".join(
        ellipse(x, -34, 15, 19, "#bfe0e0", stroke=edge("#bfe0e0"), stroke_width=2) for x in (-22, 2, 26)
    )
    return (
        eggs
        + shape(smooth([(-64, -30), (0, -18), (64, -30), (50, 0), (-50, 0)]), straw)
        + stroke(
            "M-56 -20q56 16 112 0M-50 -8q50 12 100 0M-64 -32l-16 -8M64 -32l18 -6", darker(straw, 0.1), 3.4
        )
    )


def _mushroom(colour: str) -> str:
    return moved(plants.mushroom(0, 0, 100, colour), 0, 0) + moved(plants.mushroom(44, 0, 58, colour), 0, 0)


def _mirror(_colour: str) -> str:
    return (
        ellipse(0, -130, 72, 104, "#d9eaf0", stroke="#d9a94a", stroke_width=15)
        + stroke("M-34 -170L-10 -204M-36 -140L14 -204", "#ffffff", 7)
        + stroke("M0 -26V0M-36 0H36", "#d9a94a", 13)
    )


def _snail(colour: str) -> str:
    body = shape(
        smooth([(-56, -2), (-50, -18), (20, -20), (44, -48), (60, -46), (54, -8), (30, 0)]), "#d9b48a"
    )
    return (
        body
        + stroke("M48 -48l-4 -22M58 -46l8 -20", "#d9b48a", 4)
        + circle(-10, -36, 32, colour, stroke=edge(colour), stroke_width=3)
        + stroke("M-10 -36q10 -12 16 2q2 18 -18 16q-24 -6 -14 -28q16 -20 36 -4", lighter(colour, 0.18), 4)
    )


def _fish(colour: str) -> str:
    body = shape(
        smooth([(-44, -40), (-10, -70), (36, -58), (56, -38), (36, -16), (-10, -8)]), colour
    ) + shape("M-40 -40L-80 -66V-12Z", darker(colour, 0.07))
    return (
        body
        + circle(34, -44, 6, "#33262a")
        + circle(36, -46, 2, "#ffffff")
        + stroke("M14 -58q-12 18 0 40M-12 -46q8 8 0 18", lighter(colour, 0.18), 4)
    )


def _kite(colour: str) -> str:
    tail = stroke("M0 0Q-40 60 -10 110T-40 210", "#8a7f78", 3.4)
    bows = "".join(
        path(f"M{x - 15} {y - 9}L{x} {y}L{x - 15} {y + 9}ZM{x + 15} {y - 9}L{x} {y}L{x + 15} {y + 9}Z", c)
        for x, y, c in ((-24, 52, "#f2c14e"), (-12, 108, "#6fae8f"), (-30, 164, "#6b8fc9"))
    )
    cloth = shape("M0 -150L62 -78L0 0L-62 -78Z", colour) + path(
        "M0 -150L62 -78H0ZM0 0L-62 -78H0Z", lighter(colour, 0.14)
    )
    return tail + bows + cloth + stroke("M0 -150V0M-62 -78H62", darker(colour, 0.16), 3.4)


def _moon(_colour: str) -> str:
    return halo(0, -50, 130, 130, "#fff3c4", 0.6) + path(
        "M22 -100A52 52 0 1 0 22 0A40 40 0 1 1 22 -100Z", "#fbe39a", stroke="#e0b95a", stroke_width=3
    )


def _cloud(_colour: str) -> str:
    return (
        "".join(
            circle(x, y, r, "#ffffff")
            for x, y, r in ((-56, -36, 32), (-16, -56, 44), (34, -50, 38), (68, -32, 27))
        )
        + rect(-88, -42, 182, 40, "#ffffff", rx=20)
        + _asleep(2, -42)
    )


def _asleep(x: float, y: float) -> str:
    """A small friendly face."""
    lines = f"M{x - 26} {y}q8 8 16 0M{x + 10} {y}q8 8 16 0M{x - 7} {y + 12}q7 6 14 0"
    blush = ellipse(x - 30, y + 13, 8, 5, "#f0b0a8") + ellipse(x + 30, y + 13, 8, 5, "#f0b0a8")
    return blush + stroke(lines, "#6a6f8a", 3.4)


def _many_stars(_colour: str) -> str:
    return "".join(
        path(polyline(star_points(x, y, s, 0.45), True), "#ffdf7a")
        for x, y, s in ((0, -40, 26), (60, -80, 16), (-60, -90, 18), (40, -4, 12))
    )


def _balloons(colour: str) -> str:
    drawn = ""
    for x, y, c in ((-44, -20, "#f2c14e"), (44, -14, "#6b8fc9"), (0, -62, colour)):
        drawn += (
            stroke(f"M0 120Q{x * 0.4} 60 {x} {y + 10}", "#8a7f78", 2.4)
            + ellipse(x, y - 38, 36, 44, c, stroke=edge(c), stroke_width=2.6)
            + ellipse(x - 12, y - 54, 6, 11, "#ffffff", opacity=0.5)
        )
    return group(drawn)


def _bird_in_air(colour: str) -> str:
    wing = path(
        smooth([(-6, -34), (-34, -84), (6, -70), (22, -36)]),
        lighter(colour, 0.08),
        stroke=edge(colour),
        stroke_width=2.4,
    )
    return moved(creatures.songbird(colour), 0, 0) + wing


def _beast(name: str, size: float = 1.0) -> Thing:
    kind = creatures.BEASTS[name]
    return Thing(
        lambda _colour: moved(creatures.beast(kind), 0, 0, size), 230 * size, 190 * size, "ground", alive=True, front=1,
        handle=(70 * size, -158 * size),
    )  # fmt: skip


STANDING: dict[str, Thing] = {
    "boat": Thing(_boat, 270, 270, "ground", colour="#b8553f", handle=(-96, -66), grow=1.3), "tree": Thing(_tree, 280, 420, "ground", grow=1.1),
    "bridge": Thing(_bridge, 390, 160, "ground"), "door": Thing(_door, 170, 272, "ground", colour="#4f7fa5", grow=1.15),
    "box": Thing(_crate, 112, 92, "ground"), "chest": Thing(_chest, 136, 110, "ground"), "fire": Thing(_fire, 130, 124, "ground", glow=True),
    "tent": Thing(_tent, 300, 226, "ground", colour="#d98a4a", grow=1.3), "sandcastle": Thing(_sandcastle, 160, 166, "ground"),
    "table": Thing(_table, 244, 122, "ground", colour="#e0806a"), "chair": Thing(_chair, 100, 190, "ground", colour="#d98a5a"),
    "ladder": Thing(_ladder, 70, 320, "ground"), "wagon": Thing(_wagon, 280, 134, "ground"), "bicycle": Thing(_bicycle, 260, 160, "ground"),
    "log": Thing(_log, 200, 54, "ground", grow=1.5), "rock": Thing(_rock, 146, 76, "ground"), "nest": Thing(_nest, 160, 54, "ground"),
    "mushroom": Thing(_mushroom, 120, 104, "ground"), "mirror": Thing(_mirror, 150, 240, "ground"), "snail": Thing(_snail, 120, 72, "ground", colour="#c98a5a"),
    "fish": Thing(_fish, 140, 70, "air", colour="#f0954a"), "kite": Thing(_kite, 130, 150, "air", colour="#e0604a", grow=1.1),
    "moon": Thing(_moon, 110, 104, "air", glow=True, grow=1.4), "cloud": Thing(_cloud, 186, 100, "air", grow=1.2), "stars": Thing(_many_stars, 150, 110, "air", glow=True),
    "balloons": Thing(_balloons, 170, 240, "air"), "bird": Thing(_bird_in_air, 120, 90, "air", colour="#5f93c4", alive=True, front=1, grow=1.2),
    "owl": Thing(lambda colour: creatures.perched_owl(colour), 80, 98, "ground", colour="#96704f", alive=True, grow=1.25),
    "butterfly": Thing(lambda colour: moved(creatures.butterfly(colour), 0, -20), 60, 50, "air", colour="#e79a4a"),
    "dog": _beast("dog", 0.95), "puppy": _beast("puppy", 0.65), "cat": _beast("cat", 0.66), "kitten": _beast("kitten", 0.5),
    "fox": _beast("fox", 0.8), "rabbit": _beast("rabbit", 0.5), "mouse": _beast("mouse", 0.32), "squirrel": _beast("squirrel", 0.42),
    "deer": _beast("deer", 1.2), "horse": _beast("horse", 1.6), "sheep": _beast("sheep", 0.95), "pig": _beast("pig", 0.8),

}  # fmt: skip
