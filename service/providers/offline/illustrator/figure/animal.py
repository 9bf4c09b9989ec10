"""Draws the heads of animals. Units are the radius of the head, around its centre."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from service.providers.offline.illustrator.colour import darker, mix
from service.providers.offline.illustrator.figure import animal_crests, face
from service.providers.offline.illustrator.figure.animal_ears import EARS
from service.providers.offline.illustrator.figure.animal_muzzles import MUZZLES
from service.providers.offline.illustrator.figure.ball import Ball
from service.providers.offline.illustrator.figure.face import Expression, Features
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
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
    "whale": [(0.0, -0.8), (0.66, -0.74), (1.14, -0.22), (1.2, 0.32), (0.82, 0.8), (0.0, 0.98)],
    "trunk": [(0.0, -0.94), (0.64, -0.84), (0.98, -0.3), (0.94, 0.3), (0.6, 0.7), (0.0, 0.84)],
    "mouse": [(0.0, -0.8), (0.6, -0.7), (0.98, -0.2), (0.96, 0.3), (0.56, 0.76), (0.0, 0.98)],
}


def features_of(look: Look) -> Features:
    """The measures of an animal's face."""
    species = look.species
    assert species is not None
    wide_set = {"frog": 0.52, "whale": 0.62, "long": 0.42, "trunk": 0.42, "owl": 0.4}.get(species.muzzle, 0.4)
    size = {"owl": 1.3, "frog": 1.18, "mouse": 1.05, "whale": 0.9}.get(species.muzzle, 1.02)
    level = {"frog": -0.42, "long": -0.06, "trunk": -0.02, "owl": 0.0}.get(species.muzzle, 0.04)
    return Features(look.eyes, species.fur, size, wide_set, level)


def front(look: Look, view: HeadView, expression: Expression) -> str:
    """The whole head with its face, and everything that traits add to it."""
    species = look.species
    assert species is not None
    features, ball = features_of(look), view.ball
    worn = headgear.on_head(look, replace(view, ball=Ball(ball.yaw * 0.3, ball.pitch * 0.4)), features)
    turned = (
        _marks(species, features),
        skin.face_marks(look, view),
        _eyes(species, features, expression, view),
        MUZZLES[species.muzzle](species, features, expression),
        face.cheeks(features, mix(species.fur, "#e0605a", 0.45), 0.46),
    )
    parts = (
        animal_crests.behind_head(species),
        EARS[species.ears](species),
        unit_shape(mirrored(_SHAPES.get(species.muzzle, _WIDE)), species.fur),
        "" if ball.away else _turned("".join(turned), ball),
        animal_crests.on_head(species),
        coverings.front(look),
        "" if ball.away else worn,
    )
    return "".join(parts)


def _turned(drawn: str, ball: Ball) -> str:
    """The face of a turned head. A muzzle is no part of a ball: it moves to the side as a whole."""
    turn = ball.sin
    place = f"translate({turn * 0.24:.3f} {-ball.pitch * 0.25:.3f}) scale({1 - abs(turn) * 0.1:.3f} 1)"
    return group(drawn, transform=place)


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
    dark = darker(species.fur, 0.22)
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
