"""The ears of animals, in units of the head's radius around its centre."""

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, mix
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.species import Species
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    path,
    smooth,
)


def _pair(points: list[Point], colour: str, inner: list[Point] | None = None, inner_colour: str = "") -> str:
    drawn = ""
    for s in (-1, 1):
        drawn += unit_shape([(s * x, y) for x, y in points], colour)
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


EARS: dict[str, Callable[[Species], str]] = {
    "pointed": _pointed, "round": _round, "big round": _big_round, "small": _small, "side": _side,
    "long": _long_ears, "floppy": _floppy, "flap": _flap, "tufted": _tufted, "folded": _folded,
    "upright": _upright, "leaf": _leaf, "fins": _fins, "none": _no_ears,
}  # fmt: skip
