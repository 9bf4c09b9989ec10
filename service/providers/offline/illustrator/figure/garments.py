"""Draws the garments of the trunk. The origin is the hip, and y is negative towards the neck."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.figure.patterns import patterned
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.outfit import Outfit
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    group,
    mirrored,
    path,
    rect,
    smooth,
    stroke,
)


def half_width(build: Build, y: float) -> float:
    """Half of the trunk's width at height ``y`` (0 at the hip, −torso at the neck)."""
    share = min(max(-y / build.torso, 0), 1)
    stops = (
        (0.0, build.hip * 1.1),
        (0.35, build.hip * 1.06),
        (0.72, build.shoulder * 0.97),
        (0.92, build.shoulder * 0.86),
        (1.0, build.shoulder * 0.5),
    )
    for (s0, w0), (s1, w1) in pairwise(stops):
        if share <= s1:
            return w0 + (w1 - w0) * (share - s0) / (s1 - s0)
    return stops[-1][1]


def trunk(build: Build, drop: float = 10, grow: float = 1.0) -> list[Point]:
    """The outline of the trunk from the neck to ``drop`` below the hip."""
    t = build.torso
    right = [(0.0, -t + 2), (build.shoulder * 0.48, -t - 1), (build.shoulder * 0.9, -t * 0.91), (half_width(build, -t * 0.6) * grow, -t * 0.6),
             (build.hip * 1.04 * grow, -t * 0.3), (build.hip * 1.12 * grow, 0), (build.hip * 0.98 * grow, drop), (0.0, drop + 3)]  # fmt: skip
    return mirrored(right)


def bodice(look: Look, build: Build) -> str:
    """The upper garment."""
    outfit = look.outfit
    drawn = _BODICES[outfit.top](outfit, build)
    return (
        group(drawn, data_trait="cultural_garment", data_part=outfit.top)
        if look.has("cultural_garment")
        else drawn
    )


def back(look: Look, build: Build) -> str:
    """The upper garment from behind: without buttons, pockets and collars."""
    outfit, t, w = look.outfit, build.torso, build.shoulder
    colour = {"overalls": outfit.under, "vest": outfit.colour, "poncho": outfit.under, "hanbok": outfit.trim}
    drawn = _plain(outfit, build, colour.get(outfit.top, outfit.trim if outfit.top == "sari" else None))
    if outfit.top in ("overalls", "sari", "hanbok"):
        high = -t * (0.34 if outfit.top != "hanbok" else 0.56)
        hips = [(-build.hip * 1.13, high), (build.hip * 1.13, high), (build.hip, 12), (-build.hip, 12)]
        drawn += shape(smooth(hips, tension=0.2), outfit.colour)
    if outfit.top == "overalls":
        cross = f"M{-w * 0.5:.1f} {-t * 0.96:.1f}L{w * 0.4:.1f} {-t * 0.34:.1f}M{w * 0.5:.1f} {-t * 0.96:.1f}L{-w * 0.4:.1f} {-t * 0.34:.1f}"
        drawn += stroke(cross, outfit.colour, 10)
    if outfit.top == "kimono":
        knot = [(-w * 0.5, -t * 0.5), (w * 0.5, -t * 0.5), (w * 0.5, -t * 0.14), (-w * 0.5, -t * 0.14)]
        drawn += shape(smooth(knot, tension=0.3), outfit.trim)
    if outfit.hooded:
        hood = [
            (-w * 0.66, -t + 2),
            (w * 0.66, -t + 2),
            (w * 0.5, -t * 0.72),
            (0, -t * 0.6),
            (-w * 0.5, -t * 0.72),
        ]
        drawn += shape(smooth(hood), darker(outfit.colour, 0.05))
    return group(drawn, data_trait="cultural_garment") if look.has("cultural_garment") else drawn


def _plain(outfit: Outfit, build: Build, colour: str | None = None) -> str:
    base = colour or outfit.colour
    body = shape(smooth(trunk(build), tension=0.9), base)
    side = _shade(build, base)
    return body + patterned(outfit, build, half_width) + side


def _shade(build: Build, colour: str) -> str:
    t = build.torso
    d = f"M{-build.shoulder * 0.84:.1f} {-t * 0.82:.1f}Q{-build.hip * 0.8:.1f} {-t * 0.4:.1f} {-build.hip * 0.8:.1f} 10L{-build.hip * 1.05:.1f} 4Q{-build.hip * 1.1:.1f} {-t * 0.4:.1f} {-build.shoulder * 0.92:.1f} {-t * 0.74:.1f}Z"
    return path(d, darker(colour, 0.14), opacity=0.35)


def _collar_ring(outfit: Outfit, build: Build, width: float = 7) -> str:
    w, t = build.shoulder * 0.42, build.torso
    return stroke(f"M{-w:.1f} {-t + 1:.1f}Q0 {-t + 17:.1f} {w:.1f} {-t + 1:.1f}", outfit.trim, width)


def _hem_band(outfit: Outfit, build: Build, y: float = 6) -> str:
    w = build.hip * 1.0
    return stroke(f"M{-w:.1f} {y:.1f}Q0 {y + 6:.1f} {w:.1f} {y:.1f}", outfit.trim, 8)


def _tee(outfit: Outfit, build: Build) -> str:
    return _plain(outfit, build) + _collar_ring(outfit, build, 5)


def _jumper(outfit: Outfit, build: Build) -> str:
    hood = ""
    if outfit.hooded:
        w, t = build.shoulder * 0.66, build.torso
        hood = shape(
            smooth([(-w, -t + 4), (-w * 0.4, -t - 10), (w * 0.4, -t - 10), (w, -t + 4), (0, -t + 16)]),
            darker(outfit.colour, 0.05),
        )
        hood += stroke(f"M-7 {-t + 14:.1f}l-2 22M7 {-t + 14:.1f}l2 22", "#f4ead6", 3)
        pocket = build.hip * 0.6
        hood += path(
            f"M{-pocket:.1f} -8L{-pocket * 0.66:.1f} {-t * 0.3:.1f}L{pocket * 0.66:.1f} {-t * 0.3:.1f}L{pocket:.1f} -8",
            stroke=edge(outfit.colour),
            stroke_width=2.4,
        )
        return _plain(outfit, build) + _hem_band(outfit, build) + hood
    return _plain(outfit, build) + _hem_band(outfit, build) + _collar_ring(outfit, build)


def _shirt(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder * 0.4
    collar = "".join(
        path(
            f"M0 {-t + 12:.1f}L{s * w:.1f} {-t - 4:.1f}L{s * w * 1.1:.1f} {-t + 16:.1f}Z",
            outfit.trim,
            stroke=edge(outfit.trim),
            stroke_width=2,
        )
        for s in (-1, 1)
    )
    placket = stroke(f"M0 {-t + 14:.1f}L0 8", edge(outfit.colour), 2.2)
    buttons = "".join(circle(0, y, 3, outfit.trim) for y in (-t * 0.7, -t * 0.46, -t * 0.22))
    return _plain(outfit, build) + placket + buttons + collar


def _coat(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder * 0.62
    zip_line = stroke(f"M2 {-t + 14:.1f}L2 10", edge(outfit.colour), 2.6)
    toggles = "".join(rect(-3, y - 3, 12, 6, outfit.trim, rx=3) for y in (-t * 0.68, -t * 0.42, -t * 0.16))
    pockets = "".join(
        stroke(
            f"M{s * build.hip * 0.44:.1f} {-t * 0.2:.1f}l{s * build.hip * 0.36:.1f} -5",
            edge(outfit.colour),
            4,
        )
        for s in (-1, 1)
    )
    neck = smooth(
        [
            (-w, -t + 6),
            (-w * 0.5, -t - 8),
            (w * 0.5, -t - 8),
            (w, -t + 6),
            (w * 0.3, -t + 16),
            (0, -t + 9),
            (-w * 0.3, -t + 16),
        ]
    )
    return _plain(outfit, build) + zip_line + toggles + pockets + shape(neck, darker(outfit.colour, 0.05))


def _overalls(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder
    under = _plain(outfit, build, outfit.under)
    bib_w = w * 0.62
    bib = [
        (-bib_w, -t * 0.68),
        (bib_w, -t * 0.68),
        (bib_w * 1.05, -t * 0.36),
        (build.hip * 1.13, -t * 0.3),
        (build.hip * 1.12, 0),
        (build.hip, 12),
        (-build.hip, 12),
        (-build.hip * 1.12, 0),
        (-build.hip * 1.13, -t * 0.3),
        (-bib_w * 1.05, -t * 0.36),
    ]
    body = shape("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in bib) + "Z", outfit.colour)
    straps = stroke(
        f"M{-bib_w * 0.84:.1f} {-t * 0.66:.1f}L{-w * 0.5:.1f} {-t * 0.98:.1f}M{bib_w * 0.84:.1f} {-t * 0.66:.1f}L{w * 0.5:.1f} {-t * 0.98:.1f}",
        outfit.colour,
        10,
    )
    buttons = "".join(circle(s * bib_w * 0.8, -t * 0.62, 4.5, "#e9c05a") for s in (-1, 1))
    pocket = rect(
        -bib_w * 0.5,
        -t * 0.55,
        bib_w,
        t * 0.2,
        darker(outfit.colour, 0.05),
        rx=4,
        stroke=lighter(outfit.colour, 0.14),
        stroke_width=1.8,
        stroke_dasharray="4 3",
    )
    return under + straps + body + buttons + pocket


def _dress(outfit: Outfit, build: Build) -> str:
    w, t = build.hip * 1.06, build.torso
    sash = stroke(f"M{-w:.1f} {-t * 0.3:.1f}Q0 {-t * 0.25:.1f} {w:.1f} {-t * 0.3:.1f}", outfit.trim, 9)
    return _plain(outfit, build) + sash + _collar_ring(outfit, build, 6)


def _tunic(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder * 0.34
    gold = lighter(outfit.trim, 0.04)
    neck = f"M{-w:.1f} {-t + 1:.1f}L0 {-t * 0.58:.1f}L{w:.1f} {-t + 1:.1f}"
    panel = stroke(neck, gold, 11) + stroke(neck, darker(outfit.colour, 0.14), 2.4)
    dots = "".join(circle(0, -t * share, 3.2, gold) for share in (0.48, 0.36, 0.24))
    return _plain(outfit, build) + panel + dots


def _kimono(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder * 0.46
    cross = stroke(f"M{w:.1f} {-t:.1f}L{-build.hip * 0.5:.1f} {-t * 0.34:.1f}", "#fbf4e6", 12)
    cross += stroke(f"M{-w:.1f} {-t:.1f}L{build.hip * 0.6:.1f} {-t * 0.34:.1f}", "#fbf4e6", 12)
    cross += stroke(f"M{-w - 5:.1f} {-t + 2:.1f}L{build.hip * 0.54:.1f} {-t * 0.32:.1f}", outfit.colour, 4)
    wide = build.hip * 1.14
    obi = shape(
        smooth([(-wide, -t * 0.42), (wide, -t * 0.42), (wide, -t * 0.1), (-wide, -t * 0.1)], tension=0.2),
        outfit.trim,
    )
    cord = stroke(f"M{-wide:.1f} {-t * 0.26:.1f}L{wide:.1f} {-t * 0.26:.1f}", darker(outfit.trim, 0.2), 4)
    return _plain(outfit, build) + cross + obi + cord


def _sari(outfit: Outfit, build: Build) -> str:
    t, w, hip = build.torso, build.shoulder, build.hip
    blouse = shape(smooth(trunk(build)), outfit.trim)
    drape = [
        (w * 0.5, -t * 0.99),
        (w * 0.86, -t * 0.9),
        (w * 0.5, -t * 0.5),
        (-hip * 0.4, 0),
        (-hip * 1.0, 14),
        (-hip * 1.15, -t * 0.2),
        (-w * 0.4, -t * 0.36),
    ]
    border = f"M{w * 0.5:.1f} {-t * 0.98:.1f}Q{w * 0.16:.1f} {-t * 0.5:.1f} {-hip * 1.08:.1f} {-t * 0.18:.1f}"
    waist = shape(
        smooth(
            [(-hip * 1.12, -t * 0.2), (hip * 1.1, -t * 0.24), (hip * 1.12, 8), (-hip * 1.1, 12)], tension=0.3
        ),
        outfit.colour,
    )
    return blouse + waist + shape(smooth(drape), outfit.colour) + stroke(border, "#e3bd54", 6)


def _hanbok(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder * 0.42
    skirt_top = shape(
        smooth(
            [
                (-build.shoulder * 0.9, -t * 0.62),
                (build.shoulder * 0.9, -t * 0.62),
                (build.hip * 1.2, 10),
                (-build.hip * 1.2, 10),
            ],
            tension=0.4,
        ),
        outfit.colour,
    )
    jacket = shape(
        smooth(
            [
                (0, -t),
                (build.shoulder * 0.5, -t),
                (build.shoulder, -t * 0.88),
                (build.shoulder * 0.98, -t * 0.54),
                (0, -t * 0.5),
                (-build.shoulder * 0.98, -t * 0.54),
                (-build.shoulder, -t * 0.88),
                (-build.shoulder * 0.5, -t),
            ],
            tension=0.6,
        ),
        outfit.trim,
    )
    collar = stroke(f"M{-w:.1f} {-t:.1f}L6 {-t * 0.62:.1f}L{w:.1f} {-t:.1f}", "#fbf4e6", 8)
    ribbon = stroke(
        f"M6 {-t * 0.62:.1f}q-12 -10 -16 4q6 6 16 -4q14 -8 16 4q-8 6 -16 -4M6 {-t * 0.62:.1f}q-2 26 -8 {t * 0.5:.1f}M6 {-t * 0.62:.1f}q4 22 6 {t * 0.42:.1f}",
        "#cf4a5c",
        7,
    )
    return skirt_top + jacket + collar + ribbon


def _robe(outfit: Outfit, build: Build) -> str:
    t = build.torso
    line = stroke(f"M0 {-t + 10:.1f}L0 {-t * 0.45:.1f}", outfit.trim, 7)
    return _plain(outfit, build) + line + _collar_ring(outfit, build, 8)


def _poncho(outfit: Outfit, build: Build) -> str:
    return _plain(outfit, build, outfit.under)


def over_arms(look: Look, build: Build) -> str:
    """The cloth of a poncho, which lies over shoulders and arms, in units of the trunk."""
    if look.outfit.top != "poncho":
        return ""
    cloth = _poncho_cloth(look.outfit, build)
    return group(cloth, data_trait="cultural_garment") if look.has("cultural_garment") else cloth


def _poncho_cloth(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder
    cloth = [
        (0, -t - 2),
        (w * 0.6, -t),
        (w * 1.3, -t * 0.7),
        (w * 1.6, -t * 0.14),
        (0, t * 0.2),
        (-w * 1.6, -t * 0.14),
        (-w * 1.3, -t * 0.7),
        (-w * 0.6, -t),
    ]
    bands = "".join(
        stroke(
            f"M{-w * (1.38 - i * 0.1):.1f} {-t * (0.4 + i * 0.13):.1f}Q0 {-t * (0.12 + i * 0.17):.1f} {w * (1.38 - i * 0.1):.1f} {-t * (0.4 + i * 0.13):.1f}",
            colour,
            7,
        )
        for i, colour in enumerate((outfit.trim, "#e3bd54", outfit.trim))
    )
    fringe = "".join(
        f"M{x * w * 1.4:.1f} {-t * 0.13 + t * 0.32 * (1 - abs(x)):.1f}l0 12"
        for x in (-0.9, -0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7, 0.9)
    )
    return stroke(fringe, outfit.trim, 3) + shape(smooth(cloth, tension=0.7), outfit.colour) + bands


def _vest(outfit: Outfit, build: Build) -> str:
    t, w = build.torso, build.shoulder
    under = _plain(outfit, build, outfit.under)
    drawn = ""
    for s in (-1, 1):
        panel = [
            (s * w * 0.34, -t * 0.99),
            (s * w * 0.72, -t * 0.96),
            (s * w * 0.88, -t * 0.6),
            (s * build.hip * 1.1, 4),
            (s * build.hip * 0.3, 10),
            (s * 5, -t * 0.5),
        ]
        drawn += shape(smooth(panel, tension=0.5), outfit.colour)
    return under + drawn + circle(0, -t * 0.3, 3.5, outfit.trim) + _collar_ring(outfit, build, 5)


_BODICES: dict[str, Callable[[Outfit, Build], str]] = {
    "tee": _tee, "jumper": _jumper, "shirt": _shirt, "coat": _coat, "overalls": _overalls, "dress": _dress,
    "tunic": _tunic, "kimono": _kimono, "sari": _sari, "hanbok": _hanbok, "robe": _robe, "poncho": _poncho,
    "vest": _vest,
}  # fmt: skip
