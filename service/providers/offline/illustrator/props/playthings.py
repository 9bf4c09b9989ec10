"""Draws toys, presents and lights. They are about life-size for a child who is 400 high. Their lowest point
is on y = 0."""

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.figure.patterns import star_points
from service.providers.offline.illustrator.props.thing import ball, box
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    halo,
    path,
    polyline,
    rect,
    smooth,
    stroke,
)


def balloon(colour: str) -> str:
    """Draws a balloon."""
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


def cake(colour: str) -> str:
    """Draws a cake."""
    plate = ellipse(0, -5, 66, 9, "#e9e3da", stroke="#b9b0a5", stroke_width=2.4)
    low = box(-52, -48, 104, 44, "#f3d8b6", 9) + path(
        "M-52 -40q13 22 26 0q13 22 26 0q13 22 26 0q13 22 26 0v-10H-52Z", colour
    )
    high = box(-34, -82, 68, 36, "#fbe9cf", 9) + path(
        "M-34 -74q11 18 23 0q11 18 23 0q11 18 22 0v-10H-34Z", lighter(colour, 0.1)
    )
    candles = "".join(
        rect(x - 3, -106, 6, 24, c, rx=2) + path(f"M{x} -124q8 9 0 17q-8 -8 0 -17Z", "#f6b13e")
        for x, c in ((-18, "#6fb4e8"), (0, "#f4c542"), (18, "#8fd08a"))
    )
    return halo(0, -112, 70, 50, "#ffe6a0", 0.5) + plate + low + high + candles


def shining_star(_colour: str) -> str:
    """Draws a shining star."""
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


def play_ball(colour: str) -> str:
    """Draws a ball."""
    return (
        ball(0, -34, 34, colour)
        + path("M-34 -34A34 34 0 0 1 34 -34Q0 -50 -34 -34Z", "#fbf0dc")
        + stroke("M-33 -38Q0 -54 33 -38M-32 -26Q0 -14 32 -26", darker(colour, 0.14), 3)
        + ellipse(-12, -52, 8, 5, "#ffffff", opacity=0.6)
    )


def blanket(colour: str) -> str:
    """Draws a blanket."""
    body = box(-50, -40, 100, 38, colour, 12)
    return (
        body
        + stroke("M-44 -22Q0 -30 44 -22M-44 -12Q0 -18 44 -12", darker(colour, 0.08), 3)
        + "".join(circle(x, -31, 4, lighter(colour, 0.22)) for x in (-34, -12, 10, 32))
    )


def teddy(colour: str) -> str:
    """Draws a teddy."""
    fur, pad = "#b98353", "#e3bd90"
    ears = ball(-24, -92, 13, fur) + ball(24, -92, 13, fur)
    limbs = "".join(
        ellipse(x, y, rx, ry, fur, stroke=edge(fur), stroke_width=2.6)
        for x, y, rx, ry in ((-36, -38, 13, 20), (36, -38, 13, 20), (-22, -8, 17, 13), (22, -8, 17, 13))
    )
    body = ellipse(0, -30, 30, 30, fur, stroke=edge(fur), stroke_width=2.6) + ellipse(0, -28, 17, 18, pad)
    head = ball(0, -74, 31, fur) + ellipse(0, -65, 15, 12, pad)
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


def candle(_colour: str) -> str:
    """Draws a candle."""
    return (
        halo(0, -86, 110, 110, "#ffe6a0", 0.7)
        + path("M-30 -4Q0 8 30 -4L22 -14H-22Z", "#c9a24a")
        + box(-12, -70, 24, 58, "#fbf0dc", 5)
        + stroke("M0 -70v-9", "#4a3a38", 3)
        + path("M0 -106q16 18 0 30q-16 -12 0 -30Z", "#f6a83c")
        + path("M0 -94q8 9 0 17q-8 -8 0 -17Z", "#fff0b8")
    )


def gift(colour: str) -> str:
    """Draws a gift."""
    return (
        box(-38, -60, 76, 60, colour, 5)
        + box(-43, -72, 86, 19, lighter(colour, 0.06), 5)
        + rect(-8, -72, 16, 72, "#f6e2a8")
        + shape(smooth([(0, -74), (-30, -98), (-40, -80), (-14, -70)]), "#f6e2a8")
        + shape(smooth([(0, -74), (30, -98), (40, -80), (14, -70)]), "#f6e2a8")
    )


def drum(colour: str) -> str:
    """Draws a drum."""
    return (
        box(-46, -62, 92, 56, colour, 6)
        + ellipse(0, -62, 46, 15, "#fbf0dc", stroke=edge("#fbf0dc"), stroke_width=3)
        + stroke("M-46 -48L-24 -8L0 -46L24 -8L46 -48", "#f6e2a8", 4)
        + box(-48, -14, 96, 13, "#e3b23c")
        + stroke("M-20 -70L-56 -104M20 -70L56 -104", "#8a5d3c", 6)
        + circle(-56, -104, 7, "#fbf0dc")
        + circle(56, -104, 7, "#fbf0dc")
    )


def bell(_colour: str) -> str:
    """Draws a bell."""
    gold = "#e8b93e"
    return (
        ball(0, -6, 10, darker(gold, 0.1))
        + shape("M-42 -14Q-28 -26 -26 -54Q-20 -82 0 -82Q20 -82 26 -54Q28 -26 42 -14Q0 -4 -42 -14Z", gold)
        + stroke("M-36 -22Q0 -12 36 -22", darker(gold, 0.1), 4)
        + circle(0, -88, 8, "none", stroke=edge(gold), stroke_width=5)
        + ellipse(-12, -54, 5, 15, "#fff3c4", opacity=0.8)
    )


def guitar(_colour: str) -> str:
    """Draws a guitar."""
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
        + box(86, -78, 22, 16, "#7a4f32", 3)
    )


def trumpet(_colour: str) -> str:
    """Draws a trumpet."""
    gold = "#e8b93e"
    return (
        stroke("M-50 -34H20M-30 -34q-10 22 10 22h20q18 0 10 -22", edge(gold), 11)
        + stroke("M-50 -34H20M-30 -34q-10 22 10 22h20q18 0 10 -22", gold, 7)
        + shape("M16 -38Q46 -40 60 -64V-4Q46 -28 16 -30Z", gold)
    )


def paintbrush(colour: str) -> str:
    """Draws a paintbrush."""
    return (
        stroke("M-40 0L20 -62", edge("#c08a56"), 11)
        + stroke("M-40 0L20 -62", "#c08a56", 7)
        + path("M14 -56l12 -12l10 10l-12 12Z", "#c3c9d1")
        + shape(smooth([(26, -68), (36, -58), (58, -86), (40, -88)]), colour)
    )


def wand(_colour: str) -> str:
    """Draws a wand."""
    return (
        halo(30, -86, 60, 60, "#fff0b0", 0.8)
        + stroke("M-30 0L22 -72", "#6a4a7a", 8)
        + path(polyline(star_points(30, -86, 24, 0.48), True), "#ffd85e", stroke="#d9a32e", stroke_width=2.6)
    )
