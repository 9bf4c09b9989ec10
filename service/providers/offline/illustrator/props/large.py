"""Draws large things that stand on the ground. Their lowest point is on y = 0."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.props.thing import Thing, ball, box
from service.providers.offline.illustrator.svg import circle, ellipse, path, rect, smooth, stroke

_WOOD, _BRASS, _IRON = "#a5754c", "#e3b23c", "#4a4852"


def _bar(d: str, colour: str, width: float) -> str:
    return stroke(d, edge(colour), width + 5) + stroke(d, colour, width)


def _wheel_at(x: float, r: float, colour: str) -> str:
    spokes = "".join(
        f"M{x} {-r}L{x + dx * r * 0.8:.0f} {-r + dy * r * 0.8:.0f}"
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
    )
    return (
        circle(x, -r, r, "#d8cdb8", stroke=_IRON, stroke_width=r * 0.24)
        + stroke(spokes, colour, 5)
        + ball(x, -r, r * 0.2, _BRASS)
    )


def _train(colour: str) -> str:
    """A steam engine that faces left, with one carriage behind it."""
    carriage = box(120, -232, 300, 178, lighter(colour, 0.1), 12) + box(
        108, -252, 324, 30, darker(colour, 0.12), 14
    )
    windows = "".join(box(x, -206, 66, 76, "#fdf0c0", 10) for x in (142, 234, 326))
    boiler = box(-190, -176, 210, 112, colour, 46) + "".join(
        rect(x, -176, 13, 112, _BRASS) for x in (-128, -54)
    )
    cab = (
        box(-8, -250, 112, 196, darker(colour, 0.05), 8)
        + box(-26, -272, 148, 30, darker(colour, 0.16), 12)
        + box(18, -224, 60, 66, "#fdf0c0", 10)
    )
    chimney = path(
        "M-160 -170V-226H-172L-178 -258H-104L-110 -226H-122V-170Z", _IRON, stroke=edge(_IRON), stroke_width=3
    ) + rect(-180, -264, 78, 13, _BRASS, rx=5)
    dome = path("M-84 -172Q-84 -212 -58 -212Q-32 -212 -32 -172Z", _BRASS, stroke=edge(_BRASS), stroke_width=3)
    front = (
        circle(-192, -120, 50, darker(colour, 0.12), stroke=edge(colour), stroke_width=3)
        + circle(-196, -120, 33, lighter(colour, 0.08))
        + ball(-210, -166, 17, "#fff0b0")
    )
    plough = shape("M-204 -52H-150L-160 0H-262Z", "#cf4236") + stroke(
        "M-186 -48L-222 -2M-168 -48L-190 -2", lighter("#cf4236", 0.15), 5
    )
    base = rect(-200, -68, 630, 22, _IRON, rx=6)
    wheels = (
        _wheel_at(-98, 40, colour)
        + _wheel_at(-6, 46, colour)
        + _wheel_at(78, 40, colour)
        + _wheel_at(186, 38, colour)
        + _wheel_at(354, 38, colour)
    )
    rod = stroke("M-98 -32H78", "#c3c9d1", 11)
    smoke = "".join(
        circle(x, y, r, "#fbf6ea")
        for x, y, r in ((-136, -296, 30), (-104, -340, 42), (-44, -380, 54), (36, -398, 62))
    )
    return smoke + chimney + dome + carriage + windows + boiler + cab + base + plough + front + wheels + rod


def _bed(colour: str) -> str:
    head = shape("M-190 0V-170Q-160 -210 -130 -170V0Z", _WOOD)
    foot = shape("M150 0V-100Q170 -124 190 -100V0Z", _WOOD)
    pillow = shape(smooth([(-136, -78), (-122, -118), (-56, -116), (-44, -78)], tension=0.7), "#fbf2e0")
    quilt = shape(
        smooth([(-60, -84), (-20, -112), (110, -106), (164, -84), (168, -26), (-70, -26)], tension=0.6),
        colour,
    )
    patches = "".join(
        path(f"M{x} {y}h34v26h-34Z", c)
        for x, y, c in (
            (-40, -96, "#f2c14e"),
            (6, -66, "#e8806a"),
            (52, -98, "#8fb58c"),
            (96, -66, "#f6ead4"),
            (-36, -52, "#f6ead4"),
            (60, -52, "#b49ac9"),
        )
    )
    return (
        head
        + rect(-150, -60, 310, 36, _WOOD, rx=4)
        + pillow
        + quilt
        + patches
        + foot
        + path("M-66 -88Q-30 -124 0 -112Q-34 -92 -54 -70Z", "#f6ead4")
    )


def _cradle(colour: str) -> str:
    rockers = _bar("M-92 -14Q0 26 92 -14", darker(_WOOD, 0.06), 12)
    body = shape("M-104 -96L-82 -22H82L104 -96Z", _WOOD)
    hood = shape("M40 -94Q44 -164 100 -150Q116 -120 104 -94Z", lighter(_WOOD, 0.06))
    cover = shape(smooth([(-96, -94), (-40, -112), (44, -108), (60, -88), (20, -60), (-60, -58)]), colour)
    return (
        rockers
        + body
        + ellipse(66, -100, 24, 22, "#f0c9a4", stroke=edge("#f0c9a4"), stroke_width=2.4)
        + stroke("M56 -98q5 5 10 0M70 -98q5 5 10 0", "#5a3a30", 3)
        + hood
        + cover
        + stroke("M-70 -90Q-20 -78 40 -90", lighter(colour, 0.2), 5)
    )


def _lighthouse(colour: str) -> str:
    tower = shape("M-62 0L-38 -330H38L62 0Z", "#fbf3e4")
    bands = "".join(
        path(
            f"M{-(62 - y * 0.073):.0f} {-y}H{62 - y * 0.073:.0f}L{62 - (y + 62) * 0.073:.0f} {-(y + 62)}H{-(62 - (y + 62) * 0.073):.0f}Z",
            colour,
        )
        for y in (40, 160, 268)
    )
    top = (
        box(-54, -344, 108, 18, _IRON, 4)
        + box(-28, -400, 56, 58, "#fff0b0", 6)
        + shape("M-40 -398Q0 -450 40 -398Z", colour)
    )
    return tower + bands + top + shape("M-16 0V-40A16 16 0 0 1 16 -40V0Z", _WOOD) + ball(0, -446, 8, _BRASS)


def _bench(_colour: str) -> str:
    legs = _bar("M-104 0V-62M104 0V-62M-104 -62V-128M104 -62V-128", _IRON, 9)
    return (
        legs
        + box(-132, -74, 264, 18, _WOOD, 6)
        + box(-132, -138, 264, 18, lighter(_WOOD, 0.05), 6)
        + box(-132, -110, 264, 18, _WOOD, 6)
    )


def _swing(colour: str) -> str:
    frame = _bar("M-130 0L-96 -330H96L130 0", _WOOD, 14)
    return frame + stroke("M-42 -326V-84M42 -326V-84", "#d9b878", 6) + box(-60, -90, 120, 18, colour, 6)


def _sign(colour: str) -> str:
    board = shape("M-96 -236H84L120 -196L84 -156H-96Z", lighter(_WOOD, 0.1))
    return _bar("M0 0V-250", _WOOD, 16) + board + stroke("M-70 -208H56M-70 -184H28", colour, 9)


def _flag(colour: str) -> str:
    cloth = shape("M6 -296Q60 -326 110 -292T196 -296L184 -190Q150 -176 104 -194T6 -188Z", colour)
    return (
        cloth
        + path("M6 -256Q60 -284 108 -252T192 -258L188 -226Q150 -212 104 -228T6 -226Z", lighter(colour, 0.24))
        + _bar("M0 0V-310", _WOOD, 9)
        + ball(0, -316, 10, _BRASS)
    )


def _gate(_colour: str) -> str:
    posts = box(-150, -190, 30, 190, _WOOD, 8) + box(120, -190, 30, 190, _WOOD, 8)
    rails = "".join(box(-126, y, 252, 20, lighter(_WOOD, 0.08), 6) for y in (-158, -112, -66))
    pales = "".join(
        shape(f"M{x - 13} -14V-166L{x} -184L{x + 13} -166V-14Z", lighter(_WOOD, 0.14))
        for x in range(-92, 100, 46)
    )
    return rails + pales + posts + ball(104, -112, 9, _IRON)


def _washing(colour: str) -> str:
    poles = _bar("M-200 0V-290M200 0V-290", _WOOD, 12)
    line = "M-200 -280Q0 -240 200 -280"
    shirt = shape(
        "M-150 -266L-100 -256L-72 -226L-92 -206L-102 -216V-130H-158V-218L-170 -210L-184 -236Z", colour
    )
    sheet = shape("M-44 -254Q10 -246 56 -254L62 -110Q30 -122 4 -108T-48 -112Z", "#fbf3df")
    sock = shape("M98 -260H126L124 -212Q150 -204 148 -190Q120 -180 100 -200Z", "#e0604a")
    return (
        poles
        + stroke(line, "#e8dcc4", 5)
        + shirt
        + sheet
        + sock
        + stroke("M-20 -230v90M20 -232v92", "#e3d6b8", 4)
    )


def _puddle(_colour: str) -> str:
    water = path(
        smooth([(-170, -16), (-90, -36), (10, -32), (110, -40), (176, -18), (100, -2), (-20, 0), (-120, -2)]),
        "#7fb4d0",
        stroke=edge("#7fb4d0"),
        stroke_width=3,
    )
    return (
        water
        + path(smooth([(-110, -20), (-40, -28), (30, -24), (-30, -16)]), "#cfe8f2")
        + stroke("M40 -14q30 -8 60 0M-90 -8q24 -5 44 0", "#e8f6fb", 4)
        + "".join(
            path(f"M{x} {y}q10 -20 0 -34q-12 16 0 34Z", "#a9d2e6")
            for x, y in ((-60, -48), (34, -52), (96, -56))
        )
    )


def _wheel(colour: str) -> str:
    return _wheel_at(0, 92, colour)


def _ramp(_colour: str) -> str:
    return (
        shape("M-190 0L150 -96H200V0Z", lighter(_WOOD, 0.06))
        + stroke("M-120 -22V0M-50 -42V0M20 -62V0M90 -82V0", darker(_WOOD, 0.04), 4)
        + _bar("M-170 -8V-86M150 -98V-176M-170 -84L150 -172", _IRON, 7)
    )


def _window(colour: str) -> str:
    glass = (
        box(-92, -256, 184, 236, "#bfe0ea", 6)
        + stroke("M0 -256V-20M-92 -138H92", _WOOD, 11)
        + box(-112, -24, 224, 24, _WOOD, 6)
    )
    return (
        glass
        + shape("M-112 -268H-60Q-64 -150 -108 -96Z", colour)
        + shape("M112 -268H60Q64 -150 108 -96Z", colour)
        + rect(-124, -280, 248, 16, _WOOD, rx=8)
    )


def _rocket(colour: str) -> str:
    fins = shape("M-46 -120L-112 -20L-40 -50ZM46 -120L112 -20L40 -50Z", colour)
    body = shape("M0 -400Q64 -310 54 -120L38 -44H-38L-54 -120Q-64 -310 0 -400Z", "#f3ede2")
    nose = path("M0 -400Q40 -346 50 -274H-50Q-40 -346 0 -400Z", colour)
    flame = path("M-28 -42Q-20 6 0 22Q20 6 28 -42Z", "#f0803a") + path(
        "M-14 -42Q-8 -14 0 -4Q8 -14 14 -42Z", "#fbe08a"
    )
    return (
        flame
        + fins
        + body
        + nose
        + circle(0, -216, 34, _BRASS)
        + circle(0, -216, 25, "#8fc4dc")
        + path("M-34 -70H34", stroke=colour, stroke_width=12)
    )


def _car(colour: str) -> str:
    cab = shape("M-84 -112Q-70 -178 -30 -178H44Q78 -176 100 -112Z", lighter(colour, 0.06))
    panes = box(-66, -162, 62, 50, "#d9eef4", 12) + box(8, -162, 62, 50, "#d9eef4", 12)
    body = shape("M-170 -46Q-172 -108 -120 -112H120Q172 -104 174 -46Z", colour)
    return (
        cab
        + panes
        + body
        + ball(-160, -78, 14, "#fff0b0")
        + _wheel_at(-96, 42, colour)
        + _wheel_at(100, 42, colour)
    )


LARGE: dict[str, Thing] = {
    "train": Thing(_train, 690, 400, "ground", colour="#2f7a6a", front=-1, handle=(-60, -168), grow=1.05),
    "bed": Thing(_bed, 380, 200, "ground", colour="#5f8fb0", handle=(-40, -104)), "cradle": Thing(_cradle, 210, 160, "ground", colour="#8fb5d0", handle=(-96, -96)),
    "lighthouse": Thing(_lighthouse, 130, 450, "ground", colour="#cf4236", grow=1.25), "bench": Thing(_bench, 270, 140, "ground"),
    "swing": Thing(_swing, 270, 330, "ground", colour="#cf4236", handle=(-42, -200)), "sign": Thing(_sign, 220, 250, "ground", colour="#8a4f3a"),
    "flag": Thing(_flag, 210, 320, "ground", colour="#cf4236", handle=(0, -170)), "gate": Thing(_gate, 300, 190, "ground", grow=1.1, handle=(-120, -150)),
    "washing": Thing(_washing, 410, 290, "ground", colour="#6b8fc9", handle=(-44, -190)), "puddle": Thing(_puddle, 350, 80, "ground"),
    "wheel": Thing(_wheel, 186, 186, "ground", colour=_WOOD, handle=(-60, -150)), "ramp": Thing(_ramp, 390, 176, "ground", handle=(-150, -92)),
    "window": Thing(_window, 250, 280, "ground", colour="#cf6a5a"), "rocket": Thing(_rocket, 224, 400, "ground", colour="#cf4236", grow=1.2),
    "car": Thing(_car, 350, 180, "ground", colour="#d8564a", front=-1, handle=(-60, -120), grow=1.1),
}  # fmt: skip
