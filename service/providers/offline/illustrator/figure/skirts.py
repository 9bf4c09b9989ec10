"""Draws clothes that hang from the waist (skirts and coat tails) or from the shoulders (scarves and
capes)."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import shape
from service.providers.offline.illustrator.figure.patterns import kente_band
from service.providers.offline.illustrator.figure.skeleton import Skeleton
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.outfit import Outfit
from service.providers.offline.illustrator.svg import group, smooth, stroke


def skirt(look: Look, build: Build, bones: Skeleton, seated: bool) -> str:
    """The part of the clothes that hangs from the waist: the tails of a coat, a skirt, a robe. It is drawn
    over the legs, in units of the figure."""
    outfit = look.outfit
    share, colour = (outfit.hem, outfit.colour) if outfit.hem > 0.02 else (0.0, outfit.colour)
    if outfit.bottom == "skirt":
        share, colour = max(share, 0.5), outfit.bottom_colour
    if share <= 0.02 or (seated and share < 0.42 and outfit.bottom != "skirt"):
        return ""
    drawn = (
        _lap(build, bones, share, colour, outfit) if seated else _hanging(build, bones, share, colour, outfit)
    )
    return group(drawn, data_part="skirt")


def _lap(build: Build, bones: Skeleton, share: float, colour: str, outfit: Outfit) -> str:
    """A skirt over the thighs of a sitting figure, with its hem at the knees."""
    hip, near, far = bones.hip, bones.near_leg, bones.far_leg
    drop = build.shin * max(share - 0.4, 0.06)
    wide = build.leg * 0.62
    points = [
        (hip[0] - build.hip * 0.96, hip[1] - 14), (hip[0] + build.hip * 0.6, hip[1] - 24), (far.joint[0] + wide * 0.7, far.joint[1] - wide),
        (far.joint[0] + wide, far.joint[1] + drop), (near.joint[0] + wide * 0.4, near.joint[1] + drop + 6), (near.joint[0] - wide * 0.6, near.joint[1] + drop * 0.7 + 8),
        (hip[0] - build.hip * 0.7, hip[1] + wide),
    ]  # fmt: skip
    hem = stroke(
        f"M{points[3][0]:.1f} {points[3][1] - 4:.1f}L{points[4][0]:.1f} {points[4][1] - 5:.1f}L{points[5][0] + 4:.1f} {points[5][1] - 5:.1f}",
        outfit.trim,
        5,
    )
    return shape(smooth(points, tension=0.7), colour) + hem


def _hanging(build: Build, bones: Skeleton, share: float, colour: str, outfit: Outfit) -> str:
    hip_x, hip_y = bones.hip
    long = (build.thigh + build.shin) * share
    top = hip_y - build.torso * (0.26 if outfit.bottom == "skirt" else 0.1)
    knees = (bones.near_leg.joint[0] + bones.far_leg.joint[0]) / 2
    sway = (knees - hip_x) * 0.5
    flare = build.hip * (
        1.22 + share * (0.75 if outfit.top not in ("coat", "tunic", "kimono", "robe", "sari") else 0.28)
    )
    reach = max(
        flare,
        abs(bones.near_leg.joint[0] - hip_x) * share * 1.3 + build.leg * 0.55,
        abs(bones.far_leg.joint[0] - hip_x) * share * 1.3 + build.leg * 0.55,
    )
    y = hip_y + long
    waist = build.hip * 1.06
    d = (
        f"M{hip_x - waist:.1f} {top:.1f}C{hip_x - waist * 1.1:.1f} {top + long * 0.4:.1f} {hip_x + sway - reach:.1f} {y - long * 0.4:.1f} {hip_x + sway - reach:.1f} {y:.1f}"
        f"Q{hip_x + sway - reach * 0.5:.1f} {y + 10:.1f} {hip_x + sway:.1f} {y + 5:.1f}T{hip_x + sway + reach:.1f} {y:.1f}"
        f"C{hip_x + sway + reach:.1f} {y - long * 0.4:.1f} {hip_x + waist * 1.1:.1f} {top + long * 0.4:.1f} {hip_x + waist:.1f} {top:.1f}Z"
    )  # fmt: skip
    folds = "".join(
        f"M{hip_x + f * waist:.1f} {top + long * 0.3:.1f}L{hip_x + sway + f * reach:.1f} {y - 4:.1f}"
        for f in (-0.5, 0.05, 0.6)
    )
    hem = stroke(
        f"M{hip_x + sway - reach * 0.97:.1f} {y - 8:.1f}Q{hip_x + sway - reach * 0.5:.1f} {y + 2:.1f} {hip_x + sway:.1f} {y - 3:.1f}T{hip_x + sway + reach * 0.97:.1f} {y - 8:.1f}",
        outfit.trim,
        5,
    )
    if outfit.pattern == "kente":
        return shape(d, colour) + _kente_skirt(hip_x + sway, top, reach, y) + hem
    plaid = _plaid(hip_x + sway, top, reach, y) if outfit.pattern == "check" else ""
    return shape(d, colour) + plaid + stroke(folds, darker(colour, 0.08), 2.6, opacity=0.7) + hem


def _kente_skirt(x: float, top: float, reach: float, y: float) -> str:
    bands = ""
    for i, share in enumerate((0.2, 0.36, 0.52, 0.68, 0.84)):
        half = reach * (0.62 + 0.36 * share)
        colour = ("#2f7a48", "#c23f36", "#3a3438")[i % 3]
        bands += kente_band(x - half, x + half, top + (y - top) * share, colour)
    return bands


def _plaid(x: float, top: float, reach: float, y: float) -> str:
    downs = "".join(
        f"M{x + f * reach * 0.6:.1f} {top + 6:.1f}L{x + f * reach * 0.9:.1f} {y - 6:.1f}"
        for f in (-0.75, -0.25, 0.25, 0.75)
    )
    rounds = "".join(
        f"M{x - reach * (0.55 + 0.36 * s):.1f} {top + (y - top) * s:.1f}L{x + reach * (0.55 + 0.36 * s):.1f} {top + (y - top) * s:.1f}"
        for s in (0.3, 0.65)
    )
    return stroke(downs + rounds, "#f2d9a0", 3, opacity=0.75)


def scarf(outfit: Outfit, build: Build) -> str:
    """A scarf around the neck with one end on the chest, in units of the trunk."""
    if outfit.scarf is None:
        return ""
    t, w, colour = build.torso, build.shoulder * 0.62, outfit.scarf
    end = shape(
        smooth(
            [(w * 0.1, -t + 8), (w * 0.6, -t + 8), (w * 0.66, -t * 0.42), (w * 0.16, -t * 0.4)], tension=0.5
        ),
        colour,
    )
    wrap = shape(
        smooth(
            [(-w, -t - 6), (0, -t - 14), (w, -t - 6), (w * 0.9, -t + 12), (0, -t + 20), (-w * 0.9, -t + 12)]
        ),
        colour,
    )
    marks = stroke(
        f"M{w * 0.2:.1f} {-t * 0.5:.1f}l{w * 0.42:.1f} -1M{w * 0.2:.1f} {-t * 0.58:.1f}l{w * 0.42:.1f} -1",
        lighter(colour, 0.2),
        4,
    )
    return end + marks + wrap


def cape(outfit: Outfit, build: Build) -> str:
    """A cape behind the back, in units of the trunk."""
    if outfit.cape is None:
        return ""
    t, w = build.torso, build.shoulder
    drop = (build.thigh + build.shin) * 0.5
    points = [
        (-w * 0.7, -t),
        (w * 0.7, -t),
        (w * 1.5, 0),
        (w * 1.8, drop),
        (w * 0.6, drop * 0.86),
        (-w * 0.6, drop),
        (-w * 1.7, drop * 0.9),
        (-w * 1.4, 0),
    ]
    return shape(smooth(points, tension=0.8), outfit.cape)


def backpack(outfit: Outfit, build: Build, away: bool = False) -> str:
    """The straps of a backpack, over the trunk; the backpack itself on a figure that looks away."""
    if outfit.backpack is None:
        return ""
    t, w = build.torso, build.shoulder
    if away:
        bag = [(-w * 0.8, -t * 0.9), (w * 0.8, -t * 0.9), (w * 0.86, -t * 0.16), (-w * 0.86, -t * 0.16)]
        return shape(smooth(bag, tension=0.4), outfit.backpack)
    return stroke(
        f"M{-w * 0.55:.1f} {-t * 0.98:.1f}Q{-w * 0.75:.1f} {-t * 0.6:.1f} {-w * 0.9:.1f} {-t * 0.3:.1f}M{w * 0.55:.1f} {-t * 0.98:.1f}Q{w * 0.75:.1f} {-t * 0.6:.1f} {w * 0.9:.1f} {-t * 0.3:.1f}",
        outfit.backpack,
        8,
    )
