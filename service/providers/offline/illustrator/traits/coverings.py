"""Draws head coverings of faith and culture, and hats. Units are the radius of the head, around its
centre."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.outline import edge, unit_shape
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import circle, group, path, smooth, stroke
from service.providers.offline.illustrator.traits.hats import HATS
from service.providers.offline.illustrator.words import choice_for, colour_in, first_of, has_any

_KINDS: dict[str, str] = {
    "hijab": "hijab", "khimar": "hijab", "shayla": "hijab", "headscarf": "tichel", "head scarf": "tichel",
    "scarf": "hijab", "veil": "hijab", "niqab": "hijab", "chador": "hijab", "habit": "hijab",
    "turban": "turban", "dastar": "turban", "pagri": "turban", "pagg": "turban", "patka": "patka",
    "kippah": "kippah", "kippa": "kippah", "yarmulke": "kippah", "skullcap": "kippah", "kufi": "kufi",
    "taqiyah": "kufi", "topi": "kufi", "fez": "kufi", "tichel": "tichel", "mitpachat": "tichel",
    "bandana": "tichel", "gele": "gele", "head wrap": "gele", "headwrap": "gele", "duku": "gele",
    "dupatta": "dupatta", "chunni": "dupatta", "mantilla": "dupatta", "bonnet": "tichel", "rastacap": "tam",
    "tam": "tam", "cap": "kufi",
}  # fmt: skip
_DYES = ("#5b8fb5", "#b76a8a", "#4f9a8b", "#8a6bb0", "#cf7a4a", "#c9a03f")


def kind_of(look: Look) -> str | None:
    """The kind of head covering that a hero wears; None if the hero wears no covering."""
    if not look.has("head_covering"):
        return None
    return first_of(look.detail("head_covering"), _KINDS) or "tichel"


def _colour(look: Look) -> str:
    return colour_in(look.detail("head_covering")) or choice_for(look.name, "covering", _DYES)


def hides_hair(look: Look) -> bool:
    """Whether the head covering hides all hair."""
    return kind_of(look) in ("hijab", "turban", "patka", "tichel", "gele", "tam")


def hides_ears(look: Look) -> bool:
    """Whether the head covering hides the ears."""
    return kind_of(look) == "hijab"


def behind(look: Look) -> str:
    """The part of the covering behind the shoulders."""
    kind, colour = kind_of(look), darker(_colour(look), 0.05)
    if kind == "hijab":
        points = [
            (0, -1.2),
            (0.85, -0.95),
            (1.2, -0.1),
            (1.22, 0.9),
            (0.95, 1.5),
            (0, 1.62),
            (-0.95, 1.5),
            (-1.22, 0.9),
            (-1.2, -0.1),
            (-0.85, -0.95),
        ]
        return group(unit_shape(points, colour), data_trait="head_covering")
    if kind == "tichel":
        tails = [
            (-0.75, 0.1),
            (-1.15, 0.2),
            (-1.38, 1.1),
            (-1.1, 1.25),
            (-0.95, 0.7),
            (-0.85, 1.05),
            (-0.7, 0.9),
        ]
        return group(unit_shape(tails, colour), data_trait="head_covering")
    return ""


def front(look: Look) -> str:
    """The part of the covering or hat on the head, for a head that faces us."""
    kind = kind_of(look)
    if kind is None:
        return (
            HATS[look.outfit.headwear](look.outfit.headwear_colour) if look.outfit.headwear != "none" else ""
        )
    drawn = _FRONT[kind](_colour(look))
    return group(drawn, data_trait="head_covering", data_part=kind)


def _hijab(colour: str) -> str:
    outer = smooth(
        [
            (0, -1.17),
            (0.72, -0.98),
            (1.1, -0.4),
            (1.13, 0.3),
            (0.98, 0.86),
            (0.6, 1.24),
            (0, 1.36),
            (-0.6, 1.24),
            (-0.98, 0.86),
            (-1.13, 0.3),
            (-1.1, -0.4),
            (-0.72, -0.98),
        ]
    )
    x = 0.0
    hole = smooth(
        [
            (x, -0.72),
            (x + 0.5, -0.62),
            (x + 0.8, -0.2),
            (x + 0.82, 0.3),
            (x + 0.6, 0.76),
            (x, 0.97),
            (x - 0.6, 0.76),
            (x - 0.82, 0.3),
            (x - 0.8, -0.2),
            (x - 0.5, -0.62),
        ]
    )
    cloth = path(outer + hole, colour, fill_rule="evenodd", stroke=edge(colour), stroke_width=0.036)
    under = path(
        smooth(
            [
                (x - 0.7, -0.42),
                (x - 0.4, -0.67),
                (x, -0.73),
                (x + 0.4, -0.67),
                (x + 0.7, -0.42),
                (x + 0.36, -0.56),
                (x, -0.61),
                (x - 0.36, -0.56),
            ]
        ),
        lighter(colour, 0.12),
    )
    folds = stroke(
        "M-1.0 -0.2Q-1.02 0.5 -0.62 1.05M-0.86 -0.66Q-0.4 -1.02 0.2 -1.02M0.94 0.5Q0.7 1.0 0.1 1.2",
        darker(colour, 0.09),
        0.04,
    )
    return cloth + under + folds


def _turban(colour: str) -> str:
    body = unit_shape(
        [
            (-1.06, -0.12),
            (-1.2, -0.62),
            (-0.86, -1.2),
            (-0.3, -1.5),
            (0.3, -1.5),
            (0.86, -1.2),
            (1.2, -0.62),
            (1.06, -0.12),
            (0.62, -0.42),
            (0.04, -0.74),
            (-0.56, -0.42),
        ],
        colour,
    )
    left = "M-1.06 -0.16Q-0.7 -0.66 0.02 -0.78M-1.14 -0.42Q-0.66 -0.98 0.04 -1.0M-1.08 -0.74Q-0.6 -1.2 0.1 -1.22M-0.84 -1.1Q-0.4 -1.38 0.1 -1.4"
    right = (
        "M1.06 -0.16Q0.72 -0.56 0.16 -0.72M1.14 -0.44Q0.74 -0.86 0.14 -0.94M1.06 -0.78Q0.66 -1.08 0.16 -1.16"
    )
    inner = path(smooth([(-0.2, -0.62), (0.03, -0.78), (0.26, -0.63), (0.03, -0.56)]), lighter(colour, 0.2))
    return body + stroke(left + right, darker(colour, 0.1), 0.042) + inner


def _patka(colour: str) -> str:
    knot = unit_shape([(-0.3, -1.1), (-0.34, -1.44), (0, -1.66), (0.34, -1.44), (0.3, -1.1)], colour)
    body = unit_shape(
        [
            (-1.02, -0.1),
            (-1.05, -0.5),
            (-0.74, -0.98),
            (0, -1.16),
            (0.74, -0.98),
            (1.05, -0.5),
            (1.02, -0.1),
            (0.5, -0.5),
            (0, -0.56),
            (-0.5, -0.5),
        ],
        colour,
    )
    folds = stroke(
        "M-0.3 -1.12Q0 -1.0 0.3 -1.12M-0.9 -0.36Q-0.4 -0.84 -0.1 -1.08M0.9 -0.36Q0.4 -0.84 0.1 -1.08",
        darker(colour, 0.1),
        0.04,
    )
    return knot + body + folds


def _kippah(colour: str) -> str:
    dome = unit_shape(
        [(-0.62, -0.98), (-0.44, -1.24), (0, -1.34), (0.44, -1.24), (0.62, -0.98), (0, -0.9)], colour
    )
    trim = stroke("M-0.6 -0.99Q0 -0.86 0.6 -0.99", lighter(colour, 0.22), 0.06)
    seams = stroke(
        "M0 -1.33L0 -0.92M-0.3 -1.26Q-0.28 -1.1 -0.3 -0.95M0.3 -1.26Q0.28 -1.1 0.3 -0.95",
        lighter(colour, 0.14),
        0.025,
    )
    return dome + seams + trim


def _kufi(colour: str) -> str:
    body = unit_shape(
        [(-0.9, -0.56), (-0.86, -1.16), (-0.5, -1.34), (0.5, -1.34), (0.86, -1.16), (0.9, -0.56), (0, -0.68)],
        colour,
    )
    band = "".join(
        f"M{x:.2f} -0.98l0.09 -0.1l0.09 0.1l-0.09 0.1Z" for x in (-0.76, -0.48, -0.2, 0.08, 0.36, 0.62)
    )
    trims = stroke(
        "M-0.88 -0.74Q0 -0.86 0.88 -0.74M-0.86 -1.18Q0 -1.26 0.86 -1.18", lighter(colour, 0.24), 0.045
    )
    return body + path(band, lighter(colour, 0.28)) + trims


def _tichel(colour: str) -> str:
    body = unit_shape(
        [
            (-1.04, 0.04),
            (-1.1, -0.5),
            (-0.76, -1.06),
            (0, -1.24),
            (0.76, -1.06),
            (1.1, -0.5),
            (1.04, 0.04),
            (0.82, -0.34),
            (0, -0.6),
            (-0.82, -0.34),
        ],
        colour,
    )
    knot = circle(-1.04, 0.06, 0.16, darker(colour, 0.05), stroke=edge(colour), stroke_width=0.035)
    band = stroke("M-0.98 -0.14Q-0.5 -0.58 0 -0.68Q0.5 -0.58 0.98 -0.14", lighter(colour, 0.2), 0.09)
    dots = "".join(
        circle(x, y, 0.05, lighter(colour, 0.26))
        for x, y in ((-0.6, -0.82), (-0.1, -0.98), (0.4, -0.9), (0.8, -0.58), (-0.9, -0.46), (0.15, -0.78))
    )
    return body + dots + band + knot


def _gele(colour: str) -> str:
    fan = unit_shape(
        [
            (-1.02, -0.3),
            (-1.5, -0.9),
            (-1.2, -1.5),
            (-0.5, -1.36),
            (-0.1, -1.74),
            (0.5, -1.46),
            (1.2, -1.6),
            (1.5, -0.95),
            (1.02, -0.3),
            (0, -0.66),
        ],
        colour,
    )
    folds = stroke(
        "M-1.3 -1.3Q-0.7 -0.9 -0.2 -0.66M-0.3 -1.56Q-0.2 -1.0 0 -0.68M0.9 -1.46Q0.5 -1.0 0.2 -0.68M1.36 -1.0Q0.9 -0.8 0.5 -0.56M-1.36 -0.8Q-0.9 -0.6 -0.6 -0.52",
        darker(colour, 0.1),
        0.045,
    )
    band = stroke("M-1.0 -0.28Q-0.5 -0.6 0 -0.68Q0.5 -0.6 1.0 -0.28", lighter(colour, 0.22), 0.12)
    return fan + folds + band


def _dupatta(colour: str) -> str:
    sides = [
        (-0.5, -1.16),
        (0, -1.24),
        (0.5, -1.16),
        (1.04, -0.76),
        (1.26, 0.0),
        (1.34, 1.3),
        (1.12, 1.5),
        (1.02, 0.5),
        (0.98, -0.2),
        (0.7, -0.74),
        (0, -0.98),
        (-0.7, -0.74),
        (-0.98, -0.2),
        (-1.02, 0.5),
        (-1.12, 1.5),
        (-1.34, 1.3),
        (-1.26, 0.0),
        (-1.04, -0.76),
    ]
    border = stroke(
        "M-1.06 0.5Q-1.0 -0.4 -0.68 -0.76Q0 -1.06 0.68 -0.76Q1.0 -0.4 1.06 0.5L1.12 1.46M-1.06 0.5L-1.12 1.46",
        "#e3bd54",
        0.06,
    )
    return unit_shape(sides, colour) + border


def _tam(_colour: str) -> str:
    body = unit_shape(
        [
            (-1.0, -0.4),
            (-1.3, -0.9),
            (-0.8, -1.5),
            (0.2, -1.6),
            (1.1, -1.3),
            (1.2, -0.7),
            (1.0, -0.4),
            (0, -0.66),
        ],
        "#3f7a4a",
    )
    bands = stroke("M-1.22 -0.96Q0 -1.3 1.22 -0.86", "#e3b83e", 0.14) + stroke(
        "M-1.1 -1.2Q0 -1.5 1.16 -1.1", "#c23f36", 0.12
    )
    return body + bands + stroke("M-1.0 -0.42Q0 -0.74 1.0 -0.42", darker("#3f7a4a", 0.12), 0.14)


_FRONT: dict[str, Callable[[str], str]] = {
    "hijab": _hijab, "turban": _turban, "patka": _patka, "kippah": _kippah, "kufi": _kufi, "tichel": _tichel,
    "gele": _gele, "dupatta": _dupatta, "tam": _tam,
}  # fmt: skip


def is_hat_under(look: Look) -> bool:
    """Whether a band over the head (of ear defenders) is drawn over the cloth of a covering."""
    return kind_of(look) is not None or has_any(look.outfit.headwear, ("cap", "beanie", "helmet"))
