"""The muzzles, beaks and trunks of animals, in units of the head's radius around its centre."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure import face
from service.providers.offline.illustrator.figure.face import Expression, Features
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.species import Species
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    mirrored,
    path,
    smooth,
    stroke,
)


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
    pad = unit_shape(
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
    pad = unit_shape(
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
    return side + unit_shape(trunk, species.fur) + rings


def _dragon(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift * 1.4
    pad = unit_shape(
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
    return lower + unit_shape(
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


def _whale(species: Species, features: Features, expression: Expression) -> str:
    x = features.shift
    chin = path(
        smooth(mirrored([(0.0, 0.34), (0.62, 0.3), (1.02, 0.2), (0.8, 0.72), (0.0, 0.95)])), species.belly
    )
    pleats = stroke(
        "".join(
            f"M{x + dx:.2f} {0.74 - abs(dx) / 8:.2f}l{dx / 8:.2f} 0.12"
            for dx in (-0.44, -0.22, 0.0, 0.22, 0.44)
        ),
        darker(species.belly, 0.14),
        0.03,
    )
    return chin + pleats + _lips(species, features, expression, 0.42, 1.7)


MUZZLES: dict[str, Callable[[Species, Features, Expression], str]] = {
    "fox": _fox, "cat": _cat, "dog": _dog, "bear": _bear, "short": _bear, "koala": _koala, "monkey": _monkey,
    "rabbit": _rabbit, "mouse": _mouse, "pig": _pig, "long": _long, "cow": _cow, "sheep": _sheep,
    "trunk": _trunk, "dragon": _dragon, "beak": _beak, "hooked": _beak, "bill": _bill, "owl": _owl,
    "frog": _frog, "turtle": _turtle, "whale": _whale,
}  # fmt: skip
