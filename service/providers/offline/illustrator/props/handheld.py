"""Draws things that heroes carry. They are about life-size for a child who is 400 high. Their lowest point is
on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.props.findings import (
    acorn,
    apple,
    basket,
    bread,
    cookie,
    egg,
    feather,
    flower,
    leaf,
    pumpkin,
    sea_shell,
    sprout,
)
from service.providers.offline.illustrator.props.playthings import (
    balloon,
    bell,
    blanket,
    cake,
    candle,
    drum,
    gift,
    guitar,
    paintbrush,
    play_ball,
    shining_star,
    teddy,
    trumpet,
    wand,
)
from service.providers.offline.illustrator.props.thing import Thing, ball, box
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    halo,
    path,
    stroke,
)


def _lantern(colour: str) -> str:
    light = halo(0, -38, 105, 105, "#ffe6a0", 0.5)
    hoop = stroke("M-20 -70Q0 -104 20 -70", "#5a4a42", 5)
    return (
        light
        + hoop
        + box(-25, -64, 50, 56, "#ffe9a8", 8)
        + halo(0, -34, 22, 26, "#fffbe6", 1)
        + path("M0 -50Q13 -34 0 -20Q-13 -34 0 -50Z", "#f29a3c")
        + stroke("M-25 -60V-12M25 -60V-12M0 -64V-56", "#5a4a42", 4)
        + box(-31, -76, 62, 13, colour)
        + box(-31, -12, 62, 12, colour)
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
        box(-44, -62, 88, 58, "#fbf3df")
        + stroke("M-44 -60L0 -26L44 -60M-44 -6L-12 -34M44 -6L12 -34", "#cdbb96", 3)
        + ball(0, -30, 11, colour)
        + path("M0 -25l-5 -5a3 3 0 0 1 5 -2.6a3 3 0 0 1 5 2.6Z", "#fff3e6")
    )


def _telescope(colour: str) -> str:
    tube = "".join(
        f'<g transform="rotate(-28)">{inner}</g>'
        for inner in (
            box(-60, -16, 50, 30, colour, 5)
            + box(-14, -13, 40, 24, "#d9a94a", 4)
            + box(24, -10, 34, 18, colour, 4)
            + box(-68, -19, 14, 36, "#d9a94a", 4),
        )
    )
    return group(tube, transform="translate(0 -36)")


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
        ball(0, -36, 35, "#e3b23c")
        + circle(0, -36, 26, "#fbf3df")
        + path("M0 -58l8 22h-16Z", "#d8564a")
        + path("M0 -14l8 -22h-16Z", "#4f6a8a")
        + circle(0, -78, 8, "none", stroke="#b08a2c", stroke_width=4)
    )


def _cup(colour: str) -> str:
    return (
        circle(32, -28, 14, "none", stroke=edge(colour), stroke_width=8)
        + box(-30, -54, 60, 54, colour, 11)
        + ellipse(0, -54, 30, 8, lighter(colour, 0.14))
        + stroke("M-8 -68q-9 -13 0 -26M10 -68q-9 -13 0 -26", "#ffffff", 5, opacity=0.7)
    )


def _bucket(colour: str) -> str:
    return (
        stroke("M-34 -52Q0 -104 34 -52", "#8a8790", 5)
        + shape("M-38 -54H38L28 0H-28Z", colour)
        + box(-41, -60, 82, 12, lighter(colour, 0.07), 5)
        + path("M-8 -30l8 -10l8 10l-8 10Z", lighter(colour, 0.2))
    )


def _spade(colour: str) -> str:
    return (
        stroke("M0 -46V-118", edge("#b98a5a"), 11)
        + stroke("M0 -46V-118", "#b98a5a", 7)
        + shape("M-22 -50H22V-18Q0 8 -22 -18Z", colour)
        + stroke("M-15 -120H15", colour, 11)
    )


def _jar(colour: str) -> str:
    glowing = halo(0, -36, 80, 80, "#fff0a0", 0.5)
    return (
        glowing
        + box(-30, -66, 60, 66, "#e4f1ee", 13)
        + "".join(circle(x, y, 5, "#ffe27a") for x, y in ((-12, -22), (10, -36), (-6, -48), (14, -14)))
        + box(-27, -80, 54, 17, colour, 4)
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
        + box(-52, -45, 62, 21, colour, 6)
        + shape("M8 -46L30 -56V-14L8 -24Z", "#d9a94a")
    )


def _clock(colour: str) -> str:
    return (
        ball(0, -42, 40, colour)
        + circle(0, -42, 31, "#fbf3df")
        + stroke("M0 -42V-64M0 -42L15 -34", "#3d3b44", 5)
        + "".join(
            circle(math.sin(math.tau * i / 12) * 26, -42 - math.cos(math.tau * i / 12) * 26, 2, "#3d3b44")
            for i in range(12)
        )
    )


HANDHELD: dict[str, Thing] = {
    "lantern": Thing(_lantern, 64, 100, grip=(0, -90), glow=True), "map": Thing(_map, 120, 78, grip=(0, -30), colour="#cf4236"),
    "balloon": Thing(balloon, 104, 290, grip=(0, -4), colour="#e0604a"), "cake": Thing(cake, 134, 126, grip=(0, -6), colour="#ea90a6"),
    "star": Thing(shining_star, 84, 84, grip=(0, -36), glow=True), "book": Thing(_book, 134, 84, grip=(0, -20), colour="#8a4f9a"),
    "key": Thing(_key, 110, 56, grip=(-28, -26)), "letter": Thing(_letter, 92, 64, grip=(0, -20)),
    "ball": Thing(play_ball, 70, 70, grip=(0, -24)), "basket": Thing(basket, 108, 100, grip=(0, -82)),
    "flower": Thing(flower, 64, 104, grip=(0, -14), colour="#e8697a"), "shell": Thing(sea_shell, 94, 80, grip=(0, -20)),
    "blanket": Thing(blanket, 104, 44, grip=(0, -18), colour="#7f9fc9"), "teddy": Thing(teddy, 96, 106, grip=(0, -24), colour="#d8564a"),
    "candle": Thing(candle, 64, 108, grip=(0, -10), glow=True), "gift": Thing(gift, 90, 98, grip=(0, -14), colour="#7a5cb0"),
    "telescope": Thing(_telescope, 130, 80, grip=(0, -34), colour="#8a4f3a"), "drum": Thing(drum, 110, 108, grip=(0, -20)),
    "bell": Thing(bell, 88, 96, grip=(0, -86)), "feather": Thing(feather, 88, 98, grip=(-30, -6), colour="#5f93c4"),
    "acorn": Thing(acorn, 58, 70, grip=(0, -24)), "apple": Thing(apple, 74, 70, grip=(0, -22)),
    "umbrella": Thing(_umbrella, 226, 246, grip=(0, -6), grow=1.25), "compass": Thing(_compass, 72, 88, grip=(0, -24)),
    "cup": Thing(_cup, 88, 94, grip=(0, -20), colour="#6b8fb5"), "bucket": Thing(_bucket, 84, 100, grip=(0, -78), colour="#4f86bd"),
    "spade": Thing(_spade, 46, 124, grip=(0, -90)), "leaf": Thing(leaf, 60, 94, grip=(0, -6)),
    "sprout": Thing(sprout, 74, 110, grip=(0, -16)), "bread": Thing(bread, 122, 54, grip=(0, -16)),
    "jar": Thing(_jar, 64, 82, grip=(0, -24), glow=True), "magnifying glass": Thing(_glass, 90, 92, grip=(40, -6)),
    "torch": Thing(_torch, 200, 110, grip=(-24, -32), glow=True), "guitar": Thing(guitar, 180, 80, grip=(10, -36)),
    "trumpet": Thing(trumpet, 116, 64, grip=(-10, -24)), "paintbrush": Thing(paintbrush, 100, 88, grip=(-24, -16)),
    "wand": Thing(wand, 90, 112, grip=(-22, -12), glow=True), "pumpkin": Thing(pumpkin, 116, 90, grip=(0, -14)),
    "egg": Thing(egg, 46, 64, grip=(0, -20)), "clock": Thing(_clock, 82, 84, grip=(0, -20)),
    "cookie": Thing(cookie, 62, 62, grip=(0, -20)),
}  # fmt: skip
