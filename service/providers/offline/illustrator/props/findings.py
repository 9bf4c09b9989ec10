"""Draws things that grow, or that children find or eat. They are about life-size for a child who is 400 high.
Their lowest point is on y = 0."""

from __future__ import annotations

import math

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.props.thing import ball, box
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    path,
    ring,
    smooth,
    stroke,
)


def basket(_colour: str) -> str:
    """Draws a basket."""
    straw = "#c8924f"
    hoop = stroke("M-44 -44Q0 -124 44 -44", edge(straw), 11) + stroke("M-44 -44Q0 -124 44 -44", straw, 7)
    fruit = "".join(
        ball(x, y, 14, c) for x, y, c in ((-26, -50, "#d8564a"), (0, -56, "#f0b13e"), (26, -50, "#8fb84e"))
    )
    body = shape("M-52 -46H52L42 -4Q0 4 -42 -4Z", straw)
    weave = stroke(
        "M-48 -32H48M-46 -18H46M-30 -46L-26 -2M-10 -46L-9 0M10 -46L9 0M30 -46L26 -2", darker(straw, 0.09), 2.8
    )
    return hoop + fruit + body + weave


def flower(colour: str) -> str:
    """Draws a flower."""
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
    return stem + petals + ball(0, -74, 11, "#f4c542")


def sea_shell(_colour: str) -> str:
    """Draws a sea shell."""
    base = "#f3b6a0"
    return (
        shape("M0 0L-46 -34Q-44 -76 0 -78Q44 -76 46 -34Z", base)
        + stroke("M0 -4L-28 -62M0 -4L-10 -74M0 -4L10 -74M0 -4L28 -62", darker(base, 0.12), 3.4)
        + box(-14, -8, 28, 9, base, 4)
    )


def feather(colour: str) -> str:
    """Draws a feather."""
    return shape(smooth([(-30, -4), (-22, -44), (6, -78), (40, -92), (34, -58), (8, -26)]), colour) + stroke(
        "M-44 6Q-10 -40 38 -90M-12 -30l-8 -16M4 -46l-6 -18M0 -36l22 -2M14 -54l20 -6", lighter(colour, 0.2), 3
    )


def acorn(_colour: str) -> str:
    """Draws an acorn."""
    return (
        shape(smooth([(-22, -34), (22, -34), (18, -12), (0, 0), (-18, -12)]), "#c08a4a")
        + shape(smooth([(-28, -34), (-20, -54), (20, -54), (28, -34), (0, -28)]), "#7f5a3a")
        + stroke("M0 -54v-14", "#7f5a3a", 6)
        + stroke("M-12 -24q-2 8 4 14", "#e6bd84", 4)
    )


def apple(_colour: str) -> str:
    """Draws an apple."""
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


def leaf(_colour: str) -> str:
    """Draws a leaf."""
    green = "#6fa355"
    return shape(smooth([(0, 0), (-28, -24), (-26, -58), (0, -90), (26, -58), (28, -24)]), green) + stroke(
        "M0 6V-78M0 -24l-16 -12M0 -24l16 -12M0 -46l-14 -11M0 -46l14 -11", lighter(green, 0.15), 3
    )


def sprout(_colour: str) -> str:
    """Draws a sprout."""
    pot = shape("M-28 -40H28L21 0H-21Z", "#c0714f") + box(-32, -48, 64, 12, "#cd8160", 4)
    return (
        stroke("M0 -48Q-3 -70 0 -86", "#6fa355", 6)
        + path("M0 -76q-34 2 -36 -26q30 0 36 26Z", "#86b865")
        + path("M0 -82q34 0 34 -28q-30 2 -34 28Z", "#74a85a")
        + pot
    )


def bread(_colour: str) -> str:
    """Draws a loaf of bread."""
    crust = "#c98a4a"
    return shape(
        smooth([(-56, -6), (-60, -34), (-30, -52), (30, -52), (60, -34), (56, -6)], tension=0.7), crust
    ) + stroke("M-28 -44q10 10 6 24M0 -48q10 10 6 26M28 -44q10 10 6 24", "#f0cd96", 5)


def pumpkin(_colour: str) -> str:
    """Draws a pumpkin."""
    skin = "#e5853a"
    lobes = "".join(
        ellipse(x, -36, 24, 35, skin, stroke=edge(skin), stroke_width=2.6) for x in (-32, 32, -14, 14)
    )
    return (
        lobes
        + stroke("M0 -68q-2 -14 8 -20", "#6f8a44", 9)
        + path("M6 -76q22 -8 30 8q-18 8 -30 -8Z", "#86a84e")
    )


def egg(colour: str) -> str:
    """Draws an egg."""
    shell = "#f3e3c8"
    return shape(smooth([(0, -62), (20, -42), (22, -16), (0, 0), (-22, -16), (-20, -42)]), shell) + "".join(
        circle(x, y, 4, colour, opacity=0.7) for x, y in ((-8, -40), (8, -28), (-10, -18), (4, -48))
    )


def cookie(_colour: str) -> str:
    """Draws a cookie."""
    dough = "#d3a062"
    return path(
        smooth(ring(0, -30, 31, 30, 12, (1.0, 0.95))), dough, stroke=edge(dough), stroke_width=2.6
    ) + "".join(
        circle(x, y, 4.6, "#5a3a28")
        for x, y in ((-12, -40), (8, -44), (14, -24), (-6, -20), (-18, -26), (2, -32))
    )
