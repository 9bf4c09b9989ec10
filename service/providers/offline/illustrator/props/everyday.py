"""Draws everyday things that stories often name. Their lowest point is on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.props.thing import Thing, ball, box
from service.providers.offline.illustrator.svg import circle, ellipse, path, rect, smooth, stroke


def _button(colour: str) -> str:
    holes = "".join(circle(x, y, 6, darker(colour, 0.26)) for x in (-12, 12) for y in (-52, -28))
    rim = circle(0, -40, 28, "none", stroke=darker(colour, 0.12), stroke_width=6)
    return ball(0, -40, 40, colour) + rim + holes + stroke("M-12 -52L12 -28M12 -52L-12 -28", "#f6ead0", 3.4)


def _shoe(colour: str) -> str:
    sole = shape("M-58 -12Q-60 0 -48 0H62Q74 0 72 -14Z", "#f3ead9")
    upper = shape(
        smooth([(-56, -12), (-54, -66), (-14, -70), (8, -44), (60, -36), (72, -12)], tension=0.8), colour
    )
    return sole + upper + stroke("M0 -54L14 -38M14 -48L28 -34M-50 -60H-18", "#f7efdf", 5)


def _mitten(colour: str) -> str:
    hand = shape(smooth([(-34, -28), (-38, -84), (-16, -122), (18, -122), (36, -84), (32, -28)]), colour)
    thumb = shape(smooth([(28, -40), (48, -84), (66, -78), (62, -50), (36, -30)]), colour)
    return thumb + hand + box(-38, -32, 76, 32, lighter(colour, 0.16), 10)


def _pencil(colour: str) -> str:
    wood = path("M-14 -132L0 -168L14 -132Z", "#ecc999", stroke=edge("#ecc999"), stroke_width=2.4)
    point = path("M-5 -155L0 -168L5 -155Z", "#3a3440")
    return (
        box(-14, -132, 28, 112, colour, 2)
        + wood
        + point
        + box(-14, -20, 28, 20, "#ef9aa0", 5)
        + stroke("M-4 -130V-22", lighter(colour, 0.14), 5)
    )


def _pillow(colour: str) -> str:
    body = shape("M-84 -84Q0 -102 84 -84Q96 -46 86 -6Q0 8 -86 -6Q-96 -46 -84 -84Z", colour)
    folds = stroke("M-84 -80l22 16M84 -80l-22 16M-82 -10l20 -14M82 -10l-20 -14", darker(colour, 0.14), 4)
    return body + folds + stroke("M-50 -70Q0 -80 48 -70", lighter(colour, 0.2), 6)


def _plate(colour: str) -> str:
    rim = ellipse(0, -26, 74, 26, "#f8f2e6", stroke=edge("#f8f2e6"), stroke_width=2.6)
    return (
        rim
        + ellipse(0, -26, 62, 20, "none", stroke=colour, stroke_width=5)
        + ellipse(0, -24, 42, 12, "#efe5d2")
    )


def _plum(_colour: str) -> str:
    body = ball(0, -36, 36, "#7a4a8c") + stroke("M2 -70Q-14 -36 0 -4", darker("#7a4a8c", 0.1), 4)
    leaf = path("M4 -70q24 -22 40 -10q-14 20 -40 10Z", "#74a85a")
    return stroke("M2 -68V-84", "#7f5a3a", 6) + leaf + body + ellipse(-14, -48, 8, 11, "#b48ac4", opacity=0.7)


def _bus(colour: str) -> str:
    """A bus that drives to the left."""
    body = shape("M-230 -44V-176Q-230 -206 -200 -206H200Q226 -206 226 -180V-44Z", colour)
    panes = "".join(
        rect(x, -182, 74, 60, "#cfe6ee", rx=8, stroke=edge("#cfe6ee"), stroke_width=2.6)
        for x in (-214, -120, -32, 56)
    )
    door = rect(146, -182, 56, 134, "#cfe6ee", rx=6, stroke=edge(colour), stroke_width=4)
    band = rect(-228, -104, 366, 16, lighter(colour, 0.24))
    tyres = "".join(ball(x, -36, 36, "#4a4650") + circle(x, -36, 16, "#c3c9d1") for x in (-140, 120))
    return (
        body
        + band
        + panes
        + door
        + stroke("M174 -180V-50", edge(colour), 4)
        + circle(-222, -66, 11, "#f7e08a")
        + tyres
    )


def _hedge(_colour: str) -> str:
    green = "#6f9a58"
    body = shape(
        smooth(
            [
                (-180, 0),
                (-186, -90),
                (-140, -136),
                (-80, -124),
                (-20, -146),
                (50, -126),
                (110, -144),
                (170, -110),
                (186, -40),
                (180, 0),
            ]
        ),
        green,
    )
    leaves = "".join(
        f"M{x} {y}q10 -12 20 0"
        for x, y in (
            (-140, -40),
            (-90, -84),
            (-40, -40),
            (10, -96),
            (50, -50),
            (100, -90),
            (130, -36),
            (-150, -96),
        )
    )
    return body + stroke(leaves, lighter(green, 0.1), 6)


def _rainbow(_colour: str) -> str:
    bands = ("#d8564a", "#ec9440", "#f3cf52", "#74a85a", "#4f86bd", "#7a5cb0")
    return "".join(
        stroke(f"M{-170 + n * 15} -4A{170 - n * 15} {170 - n * 15} 0 0 1 {170 - n * 15} -4", colour, 15)
        for n, colour in enumerate(bands)
    )


def _mole(colour: str) -> str:
    """A mole that looks out of its hill, to the left."""
    hill = shape(smooth([(-130, 0), (-90, -46), (0, -66), (90, -46), (130, 0)]), "#8a6a4c")
    body = shape(smooth([(-52, -50), (-58, -120), (-10, -164), (48, -132), (56, -50), (0, -36)]), colour)
    snout = shape(smooth([(-50, -128), (-94, -112), (-96, -96), (-56, -92)]), lighter(colour, 0.06)) + ball(
        -94, -104, 9, "#e89a9a"
    )
    eyes = (
        circle(-34, -130, 6, "#241e26")
        + circle(-36, -132, 2, "#ffffff")
        + stroke("M-80 -92Q-64 -82 -46 -90", "#241e26", 3.4)
    )
    paws = "".join(
        shape(smooth([(x - 22, -44), (x, -66), (x + 22, -44), (x, -34)]), "#e8aaa4") for x in (-52, 46)
    )
    return (
        f'{hill}<g data-surface="face">{body}{snout}{eyes}</g>'
        + paws
        + stroke("M-110 -18q20 -12 40 0M40 -22q20 -12 40 0", "#a8845e", 6)
    )


def _bee(_colour: str) -> str:
    wings = "".join(
        ellipse(
            x, -58, 16, 26, "#eaf2f4", stroke="#a9bcc4", stroke_width=2.4, transform=f"rotate({turn} {x} -58)"
        )
        for x, turn in ((-6, -24), (22, 22))
    )
    body = ellipse(6, -28, 42, 27, "#f2bd3f", stroke=edge("#f2bd3f"), stroke_width=2.6)
    return (
        wings
        + body
        + stroke("M-4 -52Q-12 -28 -4 -4M18 -53Q10 -28 18 -3", "#463a36", 9)
        + circle(-26, -32, 4.5, "#2a2226")
        + stroke("M-32 -46q-8 -10 -14 -12M-24 -50q-4 -12 -8 -14", "#463a36", 3)
    )


def _plush(fur: str, face: str) -> str:
    """A sewn animal that sits, with the face on it."""
    pad = lighter(fur, 0.12)
    limbs = "".join(
        ellipse(x, y, rx, ry, fur, stroke=edge(fur), stroke_width=2.6)
        for x, y, rx, ry in ((-36, -38, 13, 20), (36, -38, 13, 20), (-22, -8, 17, 13), (22, -8, 17, 13))
    )
    body = ellipse(0, -30, 30, 30, fur, stroke=edge(fur), stroke_width=2.6) + ellipse(0, -28, 17, 18, pad)
    eyes = "".join(circle(x, -82, 4.4, "#33262a") + circle(x - 1, -84, 1.4, "#ffffff") for x in (-12, 12))
    return (
        limbs
        + body
        + ball(0, -76, 32, fur)
        + face
        + eyes
        + path("M-16 -46L0 -42L-16 -36ZM16 -46L0 -42L16 -36Z", "#4f86bd")
    )


def _rabbit_without_ears(_colour: str) -> str:
    stitches = "".join(f"M{x - 9} -104h18M{x - 5} -108v8M{x + 4} -108v8" for x in (-15, 15))
    muzzle = "".join(ellipse(x, -64, 10, 8, "#fbf3e8") for x in (-8, 8)) + path("M-5 -72h10l-5 6Z", "#d98a8a")
    teeth = rect(-5, -60, 10, 9, "#ffffff", stroke="#b9a58c", stroke_width=1.6)
    return ball(40, -22, 13, "#fbf3e8") + _plush("#c7b299", muzzle + teeth + stroke(stitches, "#7a5a44", 3))


def _bear_with_long_nose(_colour: str) -> str:
    ears = ball(-26, -100, 13, "#9a6f48") + ball(26, -100, 13, "#9a6f48")
    nose = shape(
        smooth([(-10, -76), (10, -76), (34, -52), (46, -26), (32, -20), (12, -46), (-6, -62)]), "#c99a6c"
    )
    return ears + _plush("#9a6f48", "") + nose + ball(40, -22, 9, "#33262a")


def _footprints(_colour: str) -> str:
    """Small bare feet in flour, from left to right."""
    flour = path(
        smooth([(-190, -10), (-150, -60), (-40, -78), (90, -70), (180, -48), (190, -12), (80, 0), (-90, 2)]),
        "#fbf7ec",
        stroke="#d9cdb4",
        stroke_width=3,
    )
    feet = ""
    for n, (x, y) in enumerate(((-140, -26), (-84, -50), (-26, -22), (32, -50), (88, -22), (140, -42))):
        toes = "".join(circle(x + 17, y + dy, 3.4, "#a58d6c") for dy in (-7, 0, 7))
        feet += ellipse(x, y, 15, 9, "#a58d6c", transform=f"rotate({-8 if n % 2 else 8} {x} {y})") + toes
    return flour + feet


def _seesaw(colour: str) -> str:
    stand = shape("M-30 0L0 -66L30 0Z", "#8a6a4c")
    board = shape("M-186 -30L182 -112L186 -96L-182 -14Z", colour)
    handles = stroke("M-140 -40V-78M-154 -74L-126 -80M138 -102V-140M124 -136L152 -142", "#5a5660", 7)
    return handles + board + stand


EVERYDAY: dict[str, Thing] = {
    "button": Thing(_button, 80, 80, grip=(0, -18), colour="#4f86bd"), "shoe": Thing(_shoe, 134, 76, grip=(0, -20), colour="#cf4236"),
    "mitten": Thing(_mitten, 104, 124, grip=(0, -20), colour="#cf4236"), "pencil": Thing(_pencil, 40, 168, grip=(0, -40), colour="#e8b640"),
    "pillow": Thing(_pillow, 176, 96, grip=(0, -30), colour="#dbe6ef"), "plate": Thing(_plate, 148, 54, grip=(0, -14), colour="#4f86bd"),
    "plum": Thing(_plum, 74, 84, grip=(0, -22)), "bus": Thing(_bus, 460, 210, "ground", colour="#cf4236", front=-1, handle=(-150, -110), grow=1.2),
    "hedge": Thing(_hedge, 374, 146, "ground", grow=1.2), "rainbow": Thing(_rainbow, 356, 180, "air", grow=1.3),
    "mole": Thing(_mole, 260, 166, "ground", colour="#5a4c52", alive=True, front=-1, handle=(-60, -120)),
    "rabbit with no ears": Thing(_rabbit_without_ears, 100, 110, grip=(0, -24)),
    "bear with the long nose": Thing(_bear_with_long_nose, 100, 114, grip=(0, -24)),
    "footprints": Thing(_footprints, 380, 80, "ground"), "seesaw": Thing(_seesaw, 372, 142, "ground", colour="#cf4236", handle=(-140, -78)),
    "bee": Thing(_bee, 88, 88, "air", alive=True, front=-1),
}  # fmt: skip
