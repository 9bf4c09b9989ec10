"""Draws things that people wear, carry or use at home. Their lowest point is on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.props.thing import Thing, ball, box
from service.providers.offline.illustrator.svg import circle, ellipse, path, smooth, stroke

_STRAW, _WOOD, _PAPER = "#d9b878", "#a5754c", "#fbf3df"


def _rope(_colour: str) -> str:
    coils = "".join(
        ellipse(0, -16 - i * 17, 62 - i * 3, 22, "none", stroke=edge(_STRAW), stroke_width=18)
        + ellipse(0, -16 - i * 17, 62 - i * 3, 22, "none", stroke=_STRAW, stroke_width=13)
        for i in range(4)
    )
    end = "M50 -70Q96 -96 92 -40T118 -6"
    twist = stroke(
        "M-52 -12l14 8M-20 2l14 6M18 4l14 -4M-50 -34l14 8M16 -14l14 -4M-48 -52l14 8", darker(_STRAW, 0.14), 4
    )
    return coils + stroke(end, edge(_STRAW), 18) + stroke(end, _STRAW, 13) + twist


def _bag(colour: str) -> str:
    strap = stroke("M-34 -92Q0 -150 34 -92", edge(colour), 13) + stroke(
        "M-34 -92Q0 -150 34 -92", darker(colour, 0.1), 9
    )
    body = shape(
        smooth(
            [(-52, -92), (0, -100), (52, -92), (62, -40), (52, -2), (0, 0), (-52, -2), (-62, -40)],
            tension=0.8,
        ),
        colour,
    )
    flap = shape("M-54 -92Q0 -102 54 -92Q58 -50 0 -40Q-58 -50 -54 -92Z", lighter(colour, 0.06))
    return strap + body + flap + box(-10, -54, 20, 22, "#e8b93e", 4)


def _sock(colour: str) -> str:
    foot = shape(
        "M-30 -128H16L14 -58Q16 -42 38 -34Q62 -24 58 -6Q54 2 30 0Q-10 0 -26 -22Q-34 -36 -32 -60Z", _PAPER
    )
    bands = "".join(path(f"M-31 {y}H15L14 {y + 15}H-32Z", colour) for y in (-104, -74))
    toe = path("M34 -36Q62 -24 58 -6Q54 2 34 0Q44 -18 34 -36Z", colour)
    heel = path("M-32 -52Q-34 -32 -24 -20Q-8 -30 -10 -50Z", colour)
    return foot + bands + toe + heel + box(-34, -138, 54, 22, colour, 6)


def _hat(colour: str) -> str:
    crown = shape("M-44 -22Q-46 -92 0 -96Q46 -92 44 -22Z", colour)
    band = path("M-45 -26Q0 -12 45 -26V-46Q0 -32 -45 -46Z", darker(colour, 0.2))
    brim = shape(smooth([(-88, -12), (0, -32), (88, -12), (0, 0)]), lighter(colour, 0.03))
    return brim + crown + band + path("M30 -44Q62 -96 70 -112Q76 -84 42 -42Z", "#f2c14e")


def _crown(_colour: str) -> str:
    gold = "#eec14a"
    points = shape("M-62 -6L-74 -84L-36 -50L0 -102L36 -50L74 -84L62 -6Q0 10 -62 -6Z", gold)
    gems = ball(0, -32, 12, "#cf4236") + ball(-38, -30, 8, "#3f86c4") + ball(38, -30, 8, "#5c9a58")
    tips = "".join(ball(x, y, 9, "#fbe08a") for x, y in ((-74, -86), (0, -104), (74, -86)))
    return points + path("M-62 -14Q0 4 62 -14L61 -4Q0 12 -61 -4Z", darker(gold, 0.1)) + gems + tips


def _scarf(colour: str) -> str:
    """A scarf that is laid together, with its ends down."""
    band, fringe = (
        lighter(colour, 0.24),
        "M-70 -12l-4 16M-56 -8l-4 16M-42 -4l-3 16M42 -4l3 16M56 -8l4 16M70 -12l4 16",
    )
    back = path(
        "M-10 -112Q10 -122 30 -104L78 -14L38 0L4 -70Z",
        darker(colour, 0.07),
        stroke=edge(colour),
        stroke_width=2.6,
    )
    front = shape("M10 -112Q-10 -122 -30 -104L-78 -14L-38 0L-2 -70L16 -96Z", colour)
    stripes = stroke("M-66 -36L-30 -22M-56 -56L-20 -42M66 -36L30 -22M56 -56L22 -42", band, 9)
    return stroke(fringe, darker(colour, 0.08), 6) + back + front + stripes


def _pot(colour: str) -> str:
    body = shape("M-58 -78H58L50 -8Q0 8 -50 -8Z", colour)
    rim = box(-66, -90, 132, 18, lighter(colour, 0.08), 9)
    ears = stroke("M-62 -62q-26 2 -12 24M62 -62q26 2 12 24", darker(colour, 0.12), 10)
    steam = stroke("M-24 -104q-14 -18 0 -34t0 -34M18 -104q-14 -18 0 -34t0 -34", "#ffffff", 8, opacity=0.75)
    return ears + body + rim + steam + path("M-44 -66L-38 -18", stroke=lighter(colour, 0.22), stroke_width=7)


def _spoon(_colour: str) -> str:
    return (
        stroke("M-6 0L4 -96", edge(_WOOD), 15)
        + stroke("M-6 0L4 -96", _WOOD, 10)
        + ellipse(8, -122, 23, 32, _WOOD, stroke=edge(_WOOD), stroke_width=3)
        + ellipse(7, -122, 13, 20, darker(_WOOD, 0.1))
    )


def _ticket(colour: str) -> str:
    paper = shape("M-58 -62H58V-42A10 10 0 0 0 58 -22V0H-58V-22A10 10 0 0 0 -58 -42Z", _PAPER)
    return paper + box(-44, -48, 46, 34, colour, 4) + stroke("M14 -46H46M14 -32H46M14 -18H36", "#b59f78", 5)


def _picture(colour: str) -> str:
    frame = box(-72, -124, 144, 124, "#c9973f", 6) + box(-58, -110, 116, 96, "#bfe0ea", 2)
    hill = path("M-58 -44Q-16 -84 18 -48Q38 -66 58 -50V-14H-58Z", "#7fae6a") + circle(30, -86, 14, "#f7d774")
    house = path("M-34 -14V-42H-4V-14ZM-40 -42L-19 -62L2 -42Z", colour)
    return frame + hill + house


def _mask(colour: str) -> str:
    face = shape("M-62 -84Q0 -106 62 -84Q70 -30 30 -8Q0 4 -30 -8Q-70 -30 -62 -84Z", colour)
    eyes = ellipse(-26, -56, 15, 10, "#2c2430") + ellipse(26, -56, 15, 10, "#2c2430")
    plumes = "".join(
        path(f"M{x} -88Q{x - 12} -130 {x + 6} -146Q{x + 20} -120 {x + 10} -88Z", c)
        for x, c in ((-40, "#f2c14e"), (-6, "#6fae8f"), (28, "#6b8fc9"))
    )
    return plumes + face + eyes + stroke("M-20 -26Q0 -12 20 -26", darker(colour, 0.26), 6)


def _stick(_colour: str) -> str:
    d = "M-14 0Q2 -60 -4 -110T12 -190M-2 -104Q22 -124 28 -144"
    return (
        stroke(d, edge(_WOOD), 15)
        + stroke(d, _WOOD, 10)
        + path("M28 -144q20 -16 30 -2q-14 14 -30 2Z", "#7aa84f")
    )


def _cloth(colour: str) -> str:
    square = shape("M-58 -96Q0 -108 58 -96Q66 -46 50 -2Q20 -16 0 0Q-24 -16 -50 -2Q-66 -46 -58 -96Z", colour)
    return square + "".join(
        circle(x, y, 7, lighter(colour, 0.3))
        for x, y in ((-32, -74), (0, -64), (32, -76), (-34, -38), (2, -30), (34, -40))
    )


def _paper(colour: str) -> str:
    sheet = shape("M-42 -108L34 -114L46 -4L-36 0Z", _PAPER)
    return (
        sheet
        + stroke("M-26 -88L22 -91M-24 -70L26 -74M-22 -52L28 -56", "#b9a884", 4)
        + path("M-10 -16q12 -26 26 -4q10 -18 16 -4", "none", stroke=colour, stroke_width=5)
    )


def _bowl(colour: str) -> str:
    fill = ellipse(0, -58, 58, 15, "#f0c987", stroke=edge("#f0c987"), stroke_width=2.4)
    body = shape("M-60 -58Q-56 -6 -24 0H24Q56 -6 60 -58Q0 -36 -60 -58Z", colour)
    return fill + body + path("M-48 -36Q0 -18 48 -36", "none", stroke=lighter(colour, 0.25), stroke_width=6)


def _coin(_colour: str) -> str:
    gold = "#e8b93e"
    return (
        ball(0, -42, 42, gold)
        + circle(0, -42, 31, "none", stroke=darker(gold, 0.1), stroke_width=5)
        + path("M0 -64l7 15 16 2 -12 11 3 16 -14 -8 -14 8 3 -16 -12 -11 16 -2Z", darker(gold, 0.12))
    )


def _scissors(colour: str) -> str:
    blades = stroke("M-22 -40L28 -128M22 -40L-28 -128", edge("#c3c9d1"), 14) + stroke(
        "M-22 -40L28 -128M22 -40L-28 -128", "#c3c9d1", 9
    )
    return blades + "".join(
        ellipse(s * 26, -22, 19, 22, "none", stroke=colour, stroke_width=12) for s in (-1, 1)
    )


BELONGINGS: dict[str, Thing] = {
    "rope": Thing(_rope, 180, 84, grip=(0, -30)), "bag": Thing(_bag, 124, 130, grip=(0, -116), colour="#8a5a3c"),
    "sock": Thing(_sock, 96, 138, grip=(-6, -128), colour="#cf4236"), "hat": Thing(_hat, 176, 112, grip=(0, -8), colour="#4f6f95"),
    "crown": Thing(_crown, 160, 112, grip=(0, -6)), "scarf": Thing(_scarf, 160, 122, grip=(0, -80), colour="#cf4236"),
    "pot": Thing(_pot, 148, 110, grip=(0, -40), colour="#5f7f9a"), "spoon": Thing(_spoon, 50, 154, grip=(-2, -30)),
    "ticket": Thing(_ticket, 116, 62, grip=(0, -14), colour="#d8564a"), "painting": Thing(_picture, 144, 124, grip=(0, -12), colour="#d8564a"),
    "mask": Thing(_mask, 130, 146, grip=(0, -20), colour="#8a4f9a"), "stick": Thing(_stick, 70, 190, grip=(-2, -60)),
    "handkerchief": Thing(_cloth, 124, 104, grip=(0, -90), colour="#4a7fbe"), "paper": Thing(_paper, 92, 114, grip=(0, -20), colour="#5f8fa8"),
    "bowl": Thing(_bowl, 124, 74, grip=(0, -20), colour="#4f86bd"), "coin": Thing(_coin, 84, 84, grip=(0, -18)),
    "scissors": Thing(_scissors, 90, 130, grip=(0, -24), colour="#cf4236"),
}  # fmt: skip
