"""The heads of animals, in units of the head's radius around its centre."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure import animal_crests, face
from service.providers.offline.illustrator.figure.face import Expression, Features
from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.species import Species
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    group,
    mirrored,
    path,
    smooth,
    stroke,
)
from service.providers.offline.illustrator.traits import coverings, headgear, skin

_WIDE = [(0.0, -0.86), (0.6, -0.76), (1.0, -0.24), (1.08, 0.3), (0.74, 0.76), (0.0, 0.94)]
_SHAPES: dict[str, list[Point]] = {
    "fox": [(0.0, -0.8), (0.6, -0.72), (1.0, -0.2), (1.22, 0.42), (0.66, 0.74), (0.0, 1.02)],
    "cat": [(0.0, -0.84), (0.62, -0.74), (1.02, -0.2), (1.1, 0.32), (0.7, 0.78), (0.0, 0.9)],
    "long": [(0.0, -0.9), (0.58, -0.8), (0.86, -0.3), (0.74, 0.2), (0.66, 0.74), (0.44, 1.06), (0.0, 1.14)],
    "frog": [(0.0, -0.6), (0.6, -0.62), (1.08, -0.16), (1.18, 0.36), (0.78, 0.78), (0.0, 0.9)],
    "trunk": [(0.0, -0.94), (0.64, -0.84), (0.98, -0.3), (0.94, 0.3), (0.6, 0.7), (0.0, 0.84)],
    "mouse": [(0.0, -0.8), (0.6, -0.7), (0.98, -0.2), (0.96, 0.3), (0.56, 0.76), (0.0, 0.98)],
}


def _fill(points: list[Point], colour: str) -> str:
    return path(smooth(points), colour, stroke=edge(colour), stroke_width=0.036, stroke_linejoin="round")


def features_of(look: Look, view: HeadView) -> Features:
    """The measures of an animal's face."""
    species = look.species
    assert species is not None
    wide_set = {"frog": 0.52, "long": 0.42, "trunk": 0.42, "owl": 0.4}.get(species.muzzle, 0.4)
    size = {"owl": 1.3, "frog": 1.18, "mouse": 1.05}.get(species.muzzle, 1.02)
    level = {"frog": -0.42, "long": -0.06, "trunk": -0.02, "owl": 0.0}.get(species.muzzle, 0.04)
    return Features(look.eyes, species.fur, size, wide_set, level, turn=view.turn)


def front(look: Look, view: HeadView, expression: Expression) -> str:
    """The whole head with its face, and what the traits put on it."""
    species = look.species
    assert species is not None
    features = features_of(look, view)
    hat = coverings.front(look, view)
    parts = (
        animal_crests.behind_head(species),
        _EARS[species.ears](species),
        _fill(mirrored(_SHAPES.get(species.muzzle, _WIDE)), species.fur),
        _marks(species, features),
        skin.face_marks(look, view),
        _eyes(species, features, expression, view),
        _MUZZLES[species.muzzle](species, features, expression),
        face.cheeks(features, mix(species.fur, "#e0605a", 0.45), 0.46),
        animal_crests.on_head(species),
        hat,
        headgear.on_head(look, view, features),
    )
    return "".join(parts)


def _eyes(species: Species, features: Features, expression: Expression, view: HeadView) -> str:
    balls = ""
    if species.muzzle == "frog":
        x = features.shift
        balls = "".join(
            circle(
                x + s * features.apart,
                features.level - 0.02,
                0.31,
                species.fur,
                stroke=edge(species.fur),
                stroke_width=0.036,
            )
            for s in (-1, 1)
        )
    brow = (
        face.brows(features, expression, darker(species.fur, 0.22), 0.05) if species.muzzle != "frog" else ""
    )
    return balls + face.eyes(features, expression, view.lift) + brow


def _marks(species: Species, features: Features) -> str:
    x = features.shift
    maker = _MARKS.get(species.marks)
    return maker(species, x) if maker else ""


def _cheek_marks(species: Species, _x: float) -> str:
    right = [(0.0, 0.42), (0.3, 0.34), (0.72, 0.2), (1.18, 0.44), (0.64, 0.72), (0.0, 1.0)]
    return path(smooth(mirrored(right)), species.belly)


def _tabby(species: Species, x: float) -> str:
    dark = darker(species.fur, 0.2)
    d = f"M{x:.2f} -0.78L{x:.2f} -0.46M{x - 0.2:.2f} -0.74L{x - 0.14:.2f} -0.5M{x + 0.2:.2f} -0.74L{x + 0.14:.2f} -0.5M-1.02 0.2L-0.78 0.26M-1.0 0.42L-0.74 0.42M1.02 0.2L0.78 0.26M1.0 0.42L0.74 0.42"
    return stroke(d, dark, 0.075)


def _mask(species: Species, x: float) -> str:
    dark = darker(species.fur, 0.34)
    points = [(0.0, -0.12), (0.4, -0.2), (0.84, 0.06), (0.94, 0.36), (0.5, 0.3), (0.0, 0.16)]
    return _cheek_marks(species, x) + path(smooth(mirrored(points)), dark)


def _panda(_species: Species, x: float) -> str:
    return "".join(
        ellipse(
            x + s * 0.42, 0.06, 0.24, 0.3, "#3c3a40", transform=f"rotate({s * 24} {x + s * 0.42:.2f} 0.06)"
        )
        for s in (-1, 1)
    )


def _badger(species: Species, _x: float) -> str:
    drawn = path(
        smooth(mirrored([(0.0, -0.85), (0.2, -0.8), (0.24, 0.0), (0.5, 0.6), (0.0, 0.96)])), species.belly
    )
    cheeks = "".join(
        path(
            smooth([(s * 0.7, 0.0), (s * 1.02, 0.1), (s * 1.0, 0.5), (s * 0.7, 0.66), (s * 0.6, 0.3)]),
            species.belly,
        )
        for s in (-1, 1)
    )
    return cheeks + drawn


def _patch(species: Species, x: float) -> str:
    return path(
        smooth(
            [
                (x + 0.14, -0.2),
                (x + 0.44, -0.34),
                (x + 0.74, -0.1),
                (x + 0.7, 0.26),
                (x + 0.4, 0.34),
                (x + 0.16, 0.14),
            ]
        ),
        darker(species.fur, 0.15),
    )


def _spots(species: Species, _x: float) -> str:
    places = (
        (-0.3, -0.6),
        (0.1, -0.68),
        (0.42, -0.5),
        (-0.62, -0.36),
        (0.78, -0.2),
        (-0.86, 0.06),
        (0.9, 0.24),
        (-0.84, 0.46),
    )
    return "".join(ellipse(sx, sy, 0.09, 0.075, darker(species.fur, 0.2)) for sx, sy in places)


def _stripes(_species: Species, _x: float) -> str:
    d = "M-0.2 -0.86L-0.14 -0.5M0.2 -0.86L0.14 -0.5M0 -0.9L0 -0.46M-0.8 -0.3L-0.56 -0.2M0.8 -0.3L0.56 -0.2M-0.76 0.1L-0.5 0.14M0.76 0.1L0.5 0.14M-0.7 0.42L-0.46 0.44M0.7 0.42L0.46 0.44"
    return stroke(d, "#3a363c", 0.085)


def _owl_disc(species: Species, x: float) -> str:
    discs = "".join(
        ellipse(x + s * 0.42, 0.02, 0.46, 0.5, species.belly, stroke=edge(species.belly), stroke_width=0.03)
        for s in (-1, 1)
    )
    return discs + path(smooth([(x - 0.16, -0.6), (x, -0.3), (x + 0.16, -0.6), (x, -0.86)]), species.fur)


def _penguin(species: Species, _x: float) -> str:
    return path(
        smooth(mirrored([(0.0, -0.34), (0.4, -0.5), (0.8, -0.1), (0.84, 0.4), (0.5, 0.78), (0.0, 0.9)])),
        species.belly,
    )


def _monkey_face(species: Species, _x: float) -> str:
    return path(
        smooth(mirrored([(0.0, -0.26), (0.4, -0.46), (0.76, -0.12), (0.74, 0.3), (0.72, 0.7), (0.0, 0.9)])),
        species.belly,
    )


_MARKS: dict[str, Callable[[Species, float], str]] = {
    "cheeks": _cheek_marks, "tabby": _tabby, "mask": _mask, "panda": _panda, "badger": _badger, "patch": _patch,
    "spots": _spots, "stripes": _stripes, "owl": _owl_disc, "penguin": _penguin, "face": _monkey_face,
    "flecks": _spots,
}  # fmt: skip


def _pair(points: list[Point], colour: str, inner: list[Point] | None = None, inner_colour: str = "") -> str:
    drawn = ""
    for s in (-1, 1):
        drawn += _fill([(s * x, y) for x, y in points], colour)
        if inner:
            drawn += path(smooth([(s * x, y) for x, y in inner]), inner_colour)
    return drawn


def _pink(species: Species) -> str:
    return mix(species.belly, "#e59a92", 0.45)


def _pointed(species: Species) -> str:
    return _pair(
        [(0.26, -0.72), (0.62, -1.0), (0.92, -1.5), (1.06, -0.9), (0.98, -0.3)],
        species.fur,
        [(0.56, -0.76), (0.86, -1.24), (0.92, -0.6)],
        _pink(species),
    )


def _round(species: Species) -> str:
    colour = "#3c3a40" if species.marks == "panda" else species.fur
    inner = "#5a565c" if species.marks == "panda" else _pink(species)
    return "".join(
        circle(s * 0.74, -0.74, 0.33, colour, stroke=edge(colour), stroke_width=0.036)
        + circle(s * 0.74, -0.72, 0.19, inner)
        for s in (-1, 1)
    )


def _big_round(species: Species) -> str:
    return "".join(
        circle(s * 0.88, -0.68, 0.52, species.fur, stroke=edge(species.fur), stroke_width=0.036)
        + circle(s * 0.88, -0.66, 0.35, _pink(species))
        for s in (-1, 1)
    )


def _small(species: Species) -> str:
    return "".join(
        circle(s * 0.84, -0.56, 0.22, species.fur, stroke=edge(species.fur), stroke_width=0.036)
        + circle(s * 0.84, -0.55, 0.12, _pink(species))
        for s in (-1, 1)
    )


def _side(species: Species) -> str:
    return "".join(
        circle(s * 1.08, 0.0, 0.34, species.fur, stroke=edge(species.fur), stroke_width=0.036)
        + circle(s * 1.08, 0.02, 0.2, species.belly)
        for s in (-1, 1)
    )


def _long_ears(species: Species) -> str:
    return _pair(
        [(0.18, -0.7), (0.14, -1.3), (0.3, -1.95), (0.56, -2.0), (0.68, -1.4), (0.62, -0.64)],
        species.fur,
        [(0.3, -0.9), (0.3, -1.4), (0.42, -1.78), (0.54, -1.4), (0.5, -0.86)],
        _pink(species),
    )


def _floppy(species: Species) -> str:
    colour = darker(species.fur, 0.12)
    return _pair(
        [(0.56, -0.82), (0.98, -0.84), (1.34, -0.2), (1.36, 0.42), (1.12, 0.56), (0.96, 0.1), (0.84, -0.3)],
        colour,
    )


def _flap(species: Species) -> str:
    return _pair(
        [(0.78, -0.7), (1.3, -0.96), (1.86, -0.5), (1.84, 0.3), (1.4, 0.66), (1.0, 0.4), (0.86, 0.0)],
        species.fur,
        [(1.0, -0.5), (1.36, -0.68), (1.66, -0.36), (1.62, 0.2), (1.34, 0.4), (1.06, 0.16)],
        _pink(species),
    )


def _tufted(species: Species) -> str:
    return _pair([(0.36, -0.7), (0.68, -0.9), (1.0, -1.34), (1.02, -0.86), (0.94, -0.4)], species.fur)


def _folded(species: Species) -> str:
    return _pair(
        [(0.7, -0.5), (1.1, -0.66), (1.52, -0.46), (1.36, -0.16), (0.94, -0.14)],
        darker(species.fur, 0.05),
        [(0.9, -0.4), (1.14, -0.48), (1.34, -0.38), (1.1, -0.26)],
        _pink(species),
    )


def _upright(species: Species) -> str:
    return _pair(
        [(0.3, -0.78), (0.3, -1.16), (0.52, -1.5), (0.76, -1.12), (0.72, -0.66)],
        species.fur,
        [(0.42, -0.9), (0.52, -1.28), (0.64, -0.86)],
        _pink(species),
    )


def _leaf(species: Species) -> str:
    return _pair(
        [(0.7, -0.56), (0.98, -0.86), (1.5, -0.96), (1.3, -0.54), (0.86, -0.32)],
        species.fur,
        [(0.86, -0.56), (1.1, -0.76), (1.32, -0.8), (1.1, -0.52)],
        _pink(species),
    )


def _fins(species: Species) -> str:
    return _pair(
        [(0.84, -0.4), (1.3, -0.66), (1.2, -0.36), (1.46, -0.2), (1.2, -0.04), (1.24, 0.2), (0.9, 0.1)],
        darker(species.fur, 0.07),
    )


def _no_ears(_species: Species) -> str:
    return ""


_EARS: dict[str, Callable[[Species], str]] = {
    "pointed": _pointed, "round": _round, "big round": _big_round, "small": _small, "side": _side,
    "long": _long_ears, "floppy": _floppy, "flap": _flap, "tufted": _tufted, "folded": _folded,
    "upright": _upright, "leaf": _leaf, "fins": _fins, "none": _no_ears,
}  # fmt: skip


def _lips(species: Species, features: Features, expression: Expression, y: float, size: float = 0.8) -> str:
    return face.mouth(expression.mouth, features.shift * 1.4, y, mix(species.belly, "#8a5a48", 0.4), size)


def _nose(x: float, y: float, rx: float, ry: float, colour: str) -> str:
    shine = ellipse(x - rx * 0.3, y - ry * 0.35, rx * 0.3, ry * 0.22, "#ffffff", opacity=0.65)
    return (
        path(
            smooth(
                [
                    (x - rx, y - ry * 0.6),
                    (x, y - ry * 0.9),
                    (x + rx, y - ry * 0.6),
                    (x + rx * 0.5, y + ry * 0.5),
                    (x, y + ry),
                    (x - rx * 0.5, y + ry * 0.5),
                ]
            ),
            colour,
        )
        + shine
    )


def _whiskers(x: float, y: float, colour: str) -> str:
    d = "".join(
        f"M{x + s * 0.42:.2f} {y + dy:.2f}L{x + s * 0.98:.2f} {y + dy * 2.2 - 0.02:.2f}"
        for s in (-1, 1)
        for dy in (-0.05, 0.05)
    )
    return stroke(d, colour, 0.022, opacity=0.7)


def _fox(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.6
    return _nose(x, 0.46, 0.15, 0.12, species.nose) + _lips(species, features, expression, 0.66, 0.74)


def _cat(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    pads = (
        ellipse(x - 0.16, 0.54, 0.24, 0.2, species.belly)
        + ellipse(x + 0.16, 0.54, 0.24, 0.2, species.belly)
        + ellipse(x, 0.68, 0.2, 0.16, species.belly)
    )
    return (
        pads
        + _whiskers(x, 0.52, darker(species.fur, 0.2))
        + _nose(x, 0.42, 0.1, 0.08, "#c9706c")
        + _lips(species, features, expression, 0.6, 0.72)
    )


def _dog(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.5
    pad = _fill(
        [
            (x - 0.44, 0.4),
            (x - 0.2, 0.2),
            (x + 0.2, 0.2),
            (x + 0.44, 0.4),
            (x + 0.4, 0.76),
            (x, 0.92),
            (x - 0.4, 0.76),
        ],
        species.belly,
    )
    return pad + _nose(x, 0.34, 0.18, 0.13, species.nose) + _lips(species, features, expression, 0.6, 0.85)


def _bear(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.5
    pad = ellipse(x, 0.52, 0.44, 0.36, species.belly, stroke=edge(species.belly), stroke_width=0.025)
    return pad + _nose(x, 0.36, 0.16, 0.12, species.nose) + _lips(species, features, expression, 0.6, 0.75)


def _koala(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    return (
        ellipse(x, 0.32, 0.19, 0.26, "#4c4a52")
        + ellipse(x - 0.05, 0.2, 0.05, 0.07, "#ffffff", opacity=0.4)
        + _lips(species, features, expression, 0.68, 0.7)
    )


def _monkey(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    holes = ellipse(x - 0.06, 0.38, 0.03, 0.022, edge(species.belly)) + ellipse(
        x + 0.06, 0.38, 0.03, 0.022, edge(species.belly)
    )
    return holes + _lips(species, features, expression, 0.6, 1.0)


def _rabbit(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    pads = ellipse(x - 0.18, 0.54, 0.25, 0.2, species.belly) + ellipse(
        x + 0.18, 0.54, 0.25, 0.2, species.belly
    )
    teeth = path(
        f"M{x - 0.08:.2f} 0.64h0.16v0.16q-0.08 0.05 -0.16 0Z",
        "#fffdf6",
        stroke=edge(species.belly),
        stroke_width=0.02,
    )
    return (
        pads
        + _whiskers(x, 0.5, darker(species.fur, 0.2))
        + teeth
        + _nose(x, 0.42, 0.1, 0.08, "#d07f7c")
        + _lips(species, features, expression, 0.6, 0.66)
    )


def _mouse(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.6
    return (
        _whiskers(x, 0.56, darker(species.fur, 0.2))
        + circle(x, 0.5, 0.12, "#d98a8a")
        + circle(x - 0.04, 0.46, 0.035, "#ffffff", opacity=0.7)
        + _lips(species, features, expression, 0.72, 0.62)
    )


def _pig(species: Species, features: Features, expression: Expression) -> str:
    x, snout = features.shift * 1.5, darker(species.fur, 0.06)
    pad = ellipse(x, 0.42, 0.32, 0.24, snout, stroke=edge(snout), stroke_width=0.03)
    holes = "".join(ellipse(x + s * 0.11, 0.42, 0.05, 0.08, darker(snout, 0.2)) for s in (-1, 1))
    return pad + holes + _lips(species, features, expression, 0.76, 0.7)


def _long(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.3
    pad = _fill(
        [
            (x - 0.5, 0.62),
            (x - 0.3, 0.34),
            (x + 0.3, 0.34),
            (x + 0.5, 0.62),
            (x + 0.42, 1.0),
            (x, 1.14),
            (x - 0.42, 1.0),
        ],
        species.belly,
    )
    holes = "".join(ellipse(x + s * 0.22, 0.56, 0.055, 0.075, darker(species.belly, 0.26)) for s in (-1, 1))
    return pad + holes + _lips(species, features, expression, 0.82, 0.9)


def _cow(species: Species, features: Features, expression: Expression) -> str:
    x, pink = features.shift * 1.3, "#eeb9ab"
    pad = ellipse(x, 0.64, 0.56, 0.36, pink, stroke=edge(pink), stroke_width=0.03)
    holes = "".join(ellipse(x + s * 0.26, 0.52, 0.06, 0.08, darker(pink, 0.22)) for s in (-1, 1))
    return pad + holes + _lips(species, features, expression, 0.74, 0.9)


def _sheep(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.3
    return _nose(x, 0.44, 0.12, 0.08, "#8a6a62") + _lips(species, features, expression, 0.64, 0.75)


def _trunk(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.3
    trunk = [
        (x - 0.26, 0.26),
        (x + 0.26, 0.26),
        (x + 0.24, 0.8),
        (x + 0.3, 1.2),
        (x + 0.58, 1.34),
        (x + 0.66, 1.56),
        (x + 0.3, 1.62),
        (x - 0.06, 1.4),
        (x - 0.2, 0.9),
    ]
    rings = stroke(
        f"M{x - 0.18:.2f} 0.62q0.18 0.08 0.38 0M{x - 0.16:.2f} 0.84q0.18 0.08 0.38 0M{x - 0.1:.2f} 1.06q0.18 0.08 0.38 0.02",
        darker(species.fur, 0.1),
        0.035,
    )
    smile = _lips(species, features, expression, 0.62, 0.9).replace("<g ", '<g opacity="0.9" ', 1)
    side = group(smile, transform="translate(-0.42 0.02)")
    return side + _fill(trunk, species.fur) + rings


def _dragon(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    pad = _fill(
        [
            (x - 0.6, 0.52),
            (x - 0.34, 0.26),
            (x + 0.34, 0.26),
            (x + 0.6, 0.52),
            (x + 0.5, 0.86),
            (x, 0.98),
            (x - 0.5, 0.86),
        ],
        lighter(species.fur, 0.05),
    )
    holes = "".join(ellipse(x + s * 0.2, 0.42, 0.055, 0.045, darker(species.fur, 0.24)) for s in (-1, 1))
    return pad + holes + _lips(species, features, expression, 0.68, 1.2)


def _beak(_species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 2
    open_ = expression.mouth in ("grin", "laugh", "oh")
    lower = path(smooth([(x - 0.14, 0.44), (x + 0.16, 0.44), (x + 0.04, 0.72)]), "#c9772c") if open_ else ""
    upper = path(
        f"M{x - 0.22:.2f} 0.36Q{x:.2f} 0.2 {x + 0.24:.2f} 0.36Q{x + 0.16:.2f} 0.5 {x + 0.06:.2f} 0.62Q{x - 0.12:.2f} 0.52 {x - 0.22:.2f} 0.36Z",
        "#eda23c",
        stroke="#b5702a",
        stroke_width=0.03,
        stroke_linejoin="round",
    )
    return lower + upper


def _bill(_species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.8
    lower = ellipse(x, 0.6, 0.3, 0.12, "#d07c2c") if expression.mouth in ("grin", "laugh", "oh") else ""
    return lower + _fill(
        [
            (x - 0.4, 0.5),
            (x - 0.18, 0.34),
            (x + 0.18, 0.34),
            (x + 0.4, 0.5),
            (x + 0.2, 0.62),
            (x - 0.2, 0.62),
        ],
        "#f0a03a",
    )


def _owl(_species: Species, features: Features, _expression: Expression) -> str:
    x = features.shift * 1.6
    return path(
        f"M{x - 0.13:.2f} 0.28Q{x:.2f} 0.18 {x + 0.13:.2f} 0.28L{x:.2f} 0.58Z",
        "#e79b38",
        stroke="#ad6a26",
        stroke_width=0.03,
        stroke_linejoin="round",
    )


def _frog(species: Species, features: Features, expression: Expression) -> str:
    chin = path(
        smooth(mirrored([(0.0, 0.3), (0.6, 0.2), (1.0, 0.36), (0.7, 0.74), (0.0, 0.88)])), species.belly
    )
    return chin + _lips(species, features, expression, 0.3, 1.9)


def _turtle(species: Species, features: Features, expression: Expression) -> str:
    return _lips(species, features, expression, 0.5, 1.1)


_MUZZLES: dict[str, Callable[[Species, Features, Expression], str]] = {
    "fox": _fox, "cat": _cat, "dog": _dog, "bear": _bear, "short": _bear, "koala": _koala, "monkey": _monkey,
    "rabbit": _rabbit, "mouse": _mouse, "pig": _pig, "long": _long, "cow": _cow, "sheep": _sheep,
    "trunk": _trunk, "dragon": _dragon, "beak": _beak, "hooked": _beak, "bill": _bill, "owl": _owl,
    "frog": _frog, "turtle": _turtle,
}  # fmt: skip
