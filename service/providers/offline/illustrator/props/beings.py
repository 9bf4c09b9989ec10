"""Draws the creatures and people of a story that are not its heroes."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from functools import partial

from service.domain.story import Character, Looks
from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.figure.outline import edge, shape, tube
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.species import ALL
from service.providers.offline.illustrator.svg import circle, ellipse, group, path, smooth, stroke


def _eye(x: float, y: float, r: float) -> str:
    return (
        circle(x, y, r, "#fffaf0", stroke="#3a2c30", stroke_width=2.4)
        + circle(x - r * 0.22, y + r * 0.1, r * 0.58, "#2c2430")
        + circle(x - r * 0.02, y - r * 0.2, r * 0.2, "#ffffff")
    )


def _head(*parts: str) -> str:
    return group(*parts, data_surface="face")


def _dragon(colour: str) -> str:
    """A large dragon that lies on its belly and faces left."""
    belly, spine = mix(colour, "#f6e6a8", 0.7), "#e08a3c"
    tail = shape(tube([(120, -70), (230, -44), (300, -80), (330, -150)], [120, 76, 46, 14]), colour) + shape(
        "M318 -148L352 -196L346 -136Z", spine
    )
    wing = shape(
        "M60 -190Q110 -330 236 -330Q214 -290 226 -262Q190 -262 184 -226Q150 -226 130 -176Z",
        darker(colour, 0.1),
    ) + stroke(
        "M64 -190Q130 -280 232 -326M66 -188Q130 -240 222 -262M68 -186Q120 -212 180 -226",
        darker(colour, 0.2),
        5,
    )
    spikes = "".join(
        shape(f"M{x} {y}l18 -40l20 34Z", spine)
        for x, y in ((-20, -214), (28, -218), (84, -204), (138, -170), (186, -118))
    )
    body = shape(
        smooth(
            [(-60, -120), (-20, -206), (80, -214), (180, -150), (200, -50), (120, 0), (-40, 0), (-84, -40)]
        ),
        colour,
    )
    chest = path(
        smooth([(-66, -110), (-30, -150), (10, -90), (0, -10), (-50, -4), (-80, -44)]), belly
    ) + stroke("M-66 -84Q-30 -96 4 -88M-74 -54Q-34 -64 4 -56M-70 -26Q-32 -32 2 -26", darker(belly, 0.12), 4)
    feet = "".join(
        shape(
            smooth([(x - 44, -30), (x, -54), (x + 44, -30), (x + 40, 0), (x - 48, 0)]), lighter(colour, 0.03)
        )
        + stroke(f"M{x - 34} -4v-14M{x - 12} -2v-16M{x + 10} -2v-14", "#fbf3df", 7)
        for x in (-66, 110)
    )
    neck = shape(tube([(-10, -150), (-50, -240), (-96, -270)], [120, 96, 90]), colour)
    ear = shape("M-62 -356Q-20 -420 0 -404Q-4 -352 -40 -322Z", darker(colour, 0.08)) + shape(
        "M-92 -368L-84 -424L-60 -366Z", "#fbf0d8"
    )
    skull = shape(
        smooth(
            [
                (-56, -330),
                (-96, -372),
                (-150, -360),
                (-230, -326),
                (-262, -286),
                (-238, -246),
                (-150, -236),
                (-70, -252),
            ]
        ),
        colour,
    )
    jaw = path(
        smooth([(-246, -262), (-160, -234), (-96, -244), (-110, -218), (-180, -208), (-236, -232)]),
        belly,
        stroke=edge(belly),
        stroke_width=2.6,
    )
    face = (
        _eye(-140, -322, 25)
        + stroke("M-166 -358Q-142 -366 -118 -352", darker(colour, 0.22), 7)
        + ellipse(-238, -296, 8, 11, darker(colour, 0.24))
        + stroke("M-244 -262Q-170 -240 -104 -264Q-92 -272 -90 -284", darker(colour, 0.24), 5)
        + ellipse(-98, -282, 20, 13, "#e8806a", opacity=0.5)
    )
    return tail + wing + spikes + body + chest + feet + neck + _head(ear, skull, jaw, face)


def _goose(colour: str) -> str:
    """A goose with a scarf that faces left."""
    legs = stroke("M-6 -44V-4M34 -44V-4", "#d9822f", 10) + path(
        "M-34 0L-2 -14L12 0ZM8 0L38 -14L54 0Z", "#e8963c"
    )
    tail = shape("M96 -120L156 -150L128 -84Z", darker(colour, 0.06))
    body = shape(
        smooth([(-64, -92), (-30, -140), (60, -146), (120, -112), (90, -52), (10, -34), (-44, -48)]), colour
    )
    wing = shape(
        smooth([(-6, -118), (60, -128), (108, -96), (60, -68), (10, -76)]), darker(colour, 0.07)
    ) + stroke("M40 -84Q70 -80 94 -92M30 -96Q60 -94 84 -104", darker(colour, 0.16), 4)
    neck = shape(tube([(-40, -110), (-64, -170), (-58, -230)], [66, 44, 40]), colour)
    head = _head(
        shape(smooth([(-92, -248), (-64, -284), (-28, -266), (-26, -232), (-60, -216), (-88, -224)]), colour),
        shape("M-86 -256L-142 -236Q-144 -224 -130 -222L-84 -226Z", "#e8963c"),
        stroke("M-138 -232L-92 -238", "#b8681f", 4),
        _eye(-64, -250, 11),
    )
    scarf = shape(
        smooth([(-88, -182), (-60, -198), (-32, -182), (-34, -162), (-62, -152), (-88, -164)]), "#2f8288"
    ) + shape("M-46 -164L-18 -108L-46 -104L-62 -156Z", "#2f8288")
    return legs + tail + body + wing + neck + head + scarf


def _hedgehog(colour: str) -> str:
    """A hedgehog that faces left."""
    quills = "".join(
        path(
            f"M{70 * math.cos(a) - 8 * math.sin(a):.0f} {-62 + 56 * math.sin(a) + 8 * math.cos(a):.0f}L{118 * math.cos(a):.0f} {-62 + 96 * math.sin(a):.0f}L{70 * math.cos(a) + 8 * math.sin(a):.0f} {-62 + 56 * math.sin(a) - 8 * math.cos(a):.0f}Z",
            darker(colour, 0.05 * (i % 2)),
            stroke=edge(colour),
            stroke_width=2,
        )
        for i, a in enumerate(math.radians(200 + k * 9.5) for k in range(19))
    )
    coat = shape(
        smooth([(-70, -30), (-64, -90), (0, -122), (66, -94), (82, -30), (40, -8), (-40, -8)]), colour
    )
    marks = stroke(
        "M-30 -94l6 -16M0 -100l4 -18M28 -94l8 -16M-8 -70l5 -16M24 -66l8 -15M50 -66l9 -13M44 -36l9 -12",
        lighter(colour, 0.16),
        5,
    )
    feet = ellipse(-38, -6, 17, 9, "#c99a72") + ellipse(36, -6, 17, 9, "#c99a72")
    face = shape(
        smooth([(-48, -82), (-78, -70), (-122, -42), (-120, -32), (-84, -14), (-44, -16), (-34, -48)]),
        "#efd3a8",
    )
    ear = circle(-52, -78, 14, "#d9ac80", stroke=edge("#d9ac80"), stroke_width=2.4)
    return (
        feet
        + quills
        + coat
        + marks
        + _head(
            face,
            ear,
            ellipse(-121, -40, 9, 8, "#3a2a28"),
            _eye(-84, -52, 9),
            stroke("M-112 -28Q-98 -18 -84 -26", "#8a5a40", 4),
            ellipse(-70, -34, 9, 6, "#e8907e"),
        )
    )


def _crab(colour: str) -> str:
    """A crab that faces us."""
    legs = "".join(
        stroke(f"M{s * 60} -46Q{s * x} {-y - 30} {s * (x + 10)} {-y + 44}", darker(colour, 0.08), 11)
        for s in (-1, 1)
        for x, y in ((96, 36), (112, 52), (122, 70))
    )
    claws = "".join(
        stroke(f"M{s * 66} -80Q{s * 112} -110 {s * 104} -146", colour, 18)
        + shape(
            smooth(
                [
                    (s * 84, -150),
                    (s * 74, -196),
                    (s * 104, -176),
                    (s * 134, -200),
                    (s * 128, -148),
                    (s * 104, -136),
                ]
            ),
            lighter(colour, 0.03),
        )
        for s in (-1, 1)
    )
    stalks = stroke("M-24 -104V-138M24 -104V-138", colour, 9)
    body = shape(
        smooth([(0, -116), (66, -104), (92, -64), (56, -16), (0, -8), (-56, -16), (-92, -64), (-66, -104)]),
        colour,
    )
    spots = "".join(
        circle(x, y, r, lighter(colour, 0.1)) for x, y, r in ((-54, -84, 10), (58, -76, 12), (36, -96, 7))
    )
    face = _eye(-24, -146, 17) + _eye(28, -146, 17) + stroke("M-24 -50Q4 -30 30 -52", darker(colour, 0.24), 6)
    return legs + claws + _head(stalks, body, spots, face)


def _bear(colour: str) -> str:
    """A large bear that sits and faces us, a little to the left."""
    belly = mix(colour, "#f3dcb4", 0.62)
    body = shape(
        smooth([(0, -250), (96, -200), (126, -90), (104, 0), (-104, 0), (-126, -90), (-96, -200)]), colour
    ) + path(smooth([(-6, -186), (56, -140), (60, -50), (0, -20), (-66, -50), (-62, -140)]), belly)
    feet = "".join(
        ellipse(x, -34, 46, 44, lighter(colour, 0.02), stroke=edge(colour), stroke_width=2.6)
        + ellipse(x, -30, 22, 22, belly)
        + "".join(circle(x + dx, -60, 8, belly) for dx in (-18, 0, 18))
        for x in (-96, 92)
    )
    arms = "".join(
        shape(tube([(s * 84, -196), (s * 122, -140), (s * 92, -86)], [62, 58, 54]), darker(colour, 0.03))
        for s in (-1, 1)
    )
    ears = "".join(
        circle(s * 78, -388, 32, colour, stroke=edge(colour), stroke_width=2.6)
        + circle(s * 78, -386, 17, mix(belly, "#e59a92", 0.4))
        for s in (-1, 1)
    )
    skull = shape(
        smooth(
            [
                (0, -414),
                (82, -382),
                (104, -316),
                (70, -250),
                (0, -232),
                (-70, -250),
                (-104, -316),
                (-82, -382),
            ]
        ),
        colour,
    )
    snout = path(
        smooth([(-14, -330), (40, -310), (42, -266), (-12, -248), (-64, -266), (-66, -308)]),
        belly,
        stroke=edge(belly),
        stroke_width=2.4,
    )
    nose = ellipse(-16, -312, 21, 15, "#3a2a28") + stroke(
        "M-14 -296V-278M-40 -272Q-14 -258 12 -272", "#3a2a28", 5
    )
    eyes = "".join(
        circle(x, -342, 10, "#2c2430") + circle(x - 3, -346, 3.4, "#ffffff") for x in (-54, 34)
    ) + stroke("M-70 -368q14 -10 28 -4M22 -372q14 -6 28 4", darker(colour, 0.2), 6)
    return body + feet + arms + _head(ears, skull, snout, nose, eyes)


def _whole(name: str) -> Character:
    return Character(name=name.title(), kind="animal", species=name)


def _drawn(character: Character, pose: str, _colour: str) -> str:
    return draw_figure(look_of(character), pose, "happy").svg.replace("data-hero", "data-other")


def _person(age: int, outfit: str, hair: str = "", pose: str = "stand", other: str = "") -> Thing:
    character = Character(
        name=f"{outfit} {age}", age=age, kind="adult" if age > 17 else "child",
        looks=Looks(outfit=outfit, hair=hair or None, other=other or None),
    )  # fmt: skip
    tall = 640 if age > 17 else 400 if age > 4 else 320
    return Thing(
        partial(_drawn, character, pose),
        200 if age > 17 else 190,
        tall,
        "ground",
        alive=True,
        front=1,
        handle=(60, -tall * 0.5),
    )


PEOPLE: dict[str, Thing] = {
    "grandmother": _person(72, "lilac cardigan", "grey bun"), "grandfather": _person(74, "brown waistcoat and shirt", "short white"),
    "mother": _person(36, "green dress", "long dark"), "father": _person(38, "blue jumper", "short brown"),
    "baker": _person(45, "white shirt and apron"), "farmer": _person(50, "denim overalls and sunhat"), "captain": _person(52, "navy coat and cap"),
    "postman": _person(40, "blue jacket and cap"), "teacher": _person(33, "mustard cardigan"), "doctor": _person(41, "white lab coat"),
    "neighbour": _person(58, "rust jumper"), "king": _person(60, "purple robe and crown"), "queen": _person(55, "red dress and crown"),
    "witch": _person(66, "black dress and purple cape"), "man": _person(44, "olive coat"), "woman": _person(42, "teal coat"),
    "boy": _person(7, "striped jumper", "short brown"), "girl": _person(7, "yellow dress", "braids"), "baby": _person(1, "pale pyjamas", pose="sit"),
    "knight": _person(30, "silver tunic and helmet"), "giant": _person(39, "green tunic", "curly red", "look_up"),
}  # fmt: skip
PEOPLE["giant"] = Thing(
    PEOPLE["giant"].draw, 200, 640, "ground", alive=True, front=1, grow=1.7, handle=(40, -200)
)

#: Species that have no drawing of their own beside the heroes.
_OTHERS = (
    "wolf", "tiger", "lion", "panda", "koala", "monkey", "otter", "beaver", "badger", "raccoon", "elephant", "unicorn", "zebra",
    "donkey", "cow", "goat", "giraffe", "dinosaur", "crocodile", "parrot", "hen", "penguin", "frog", "turtle", "whale", "dolphin",
)  # fmt: skip
_SIZES = {species.name: species.size for species in ALL}

BEINGS: dict[str, Thing] = {
    "dragon": Thing(_dragon, 640, 430, "ground", colour="#5c9a58", alive=True, front=-1, handle=(-200, -300)),
    "hedgehog": Thing(_hedgehog, 220, 160, "ground", colour="#7a5a44", alive=True, front=-1, grow=0.62, handle=(-60, -84)),
    "crab": Thing(_crab, 270, 200, "ground", colour="#d8603c", alive=True, front=0, handle=(-104, -170)),
    "goose": Thing(_goose, 300, 284, "ground", colour="#fbf7ee", alive=True, front=-1, handle=(-60, -190)),
    "bear": Thing(_bear, 256, 420, "ground", colour="#8a5a3c", alive=True, front=-1, handle=(-110, -110)),
    **{
        name: Thing(partial(_drawn, _whole(name), "wave" if at % 2 else "stand"), 230, 400, "ground", alive=True, front=1, grow=_SIZES[name], handle=(60, -190))
        for at, name in enumerate(_OTHERS)
    },
    **PEOPLE,
}  # fmt: skip
