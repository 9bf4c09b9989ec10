"""Draws arms and hands, legs and feet, with their clothes."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import along, edge, limb, shape
from service.providers.offline.illustrator.figure.poses import Hand
from service.providers.offline.illustrator.figure.skeleton import LimbBones
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.outfit import Outfit
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    moved,
    path,
    rect,
    smooth,
    stroke,
)

_FINGERS: dict[Hand, tuple[tuple[float, float], ...]] = {
    "rest": (),
    "grip": (),
    "open": ((-34, 0.95), (-11, 1.12), (11, 1.1), (33, 0.92)),
    "point": ((4, 1.35),),
    "sign": ((-22, 1.1), (30, 1.1)),
}


def hand(bones: LimbBones, build: Build, look: Look, kind: Hand, inward: float) -> str:
    """A hand at the end of a limb. ``inward`` is the side of the thumb, 1 or −1."""
    size = build.arm * 0.47
    colour = look.fur
    fingers = "".join(_finger(angle, length * size, size, colour) for angle, length in _FINGERS[kind])
    palm = ellipse(0, size * 0.35, size, size * 1.05, colour, stroke=edge(colour), stroke_width=2.4)
    reach = 1.0 if kind in ("open", "sign") else 0.62
    thumb = _finger(-72 * inward if reach == 1.0 else -38 * inward, size * reach, size * 1.02, colour)
    lines = _knuckles(size, colour) if kind in ("rest", "grip") and not look.species else ""
    turn = -bones.direction
    return moved(fingers + thumb + palm + lines, *bones.end, turn=turn)


def _knuckles(size: float, colour: str) -> str:
    marks = (
        f"M{x * size:.1f} {size * 0.95:.1f}L{x * size * 0.95:.1f} {size * 1.32:.1f}"
        for x in (-0.3, 0.05, 0.4)
    )
    return stroke("".join(marks), edge(colour), 1.8, opacity=0.7)


def _finger(angle: float, length: float, size: float, colour: str) -> str:
    turn = math.radians(angle)
    x, y = math.sin(turn) * (length + size * 0.2), size * 0.35 + math.cos(turn) * (length + size * 0.2)
    line = f"M0 {size * 0.3:.1f}L{x:.1f} {y:.1f}"
    return stroke(line, edge(colour), size * 0.62 + 3) + stroke(line, colour, size * 0.62)


def arm(bones: LimbBones, build: Build, look: Look, kind: Hand, inward: float) -> str:
    """A whole arm with its sleeve and hand."""
    outfit, width = look.outfit, build.arm
    skin = limb(bones, 0.02, 0.97, width * 0.92, width * 0.66, look.fur)
    return skin + hand(bones, build, look, kind, inward) + sleeve(bones, build, outfit)


def sleeve(bones: LimbBones, build: Build, outfit: Outfit, stop: float = 1.0) -> str:
    """The sleeve of an arm, ending at share ``stop`` at the latest."""
    width = build.arm
    colour = outfit.under if outfit.top in ("overalls", "vest") else outfit.colour
    if outfit.top == "hanbok":
        colour = outfit.trim
    if outfit.sleeves == "none":
        return ""
    if outfit.sleeves == "short":
        end = min(0.4, stop)
        return limb(bones, 0.0, end, width * 1.12, width * 1.16, colour) + _cuff(
            bones, end, width * 1.18, outfit
        )
    end = min(0.9, stop)
    wide = width * (1.9 if outfit.sleeves == "wide" else 1.0)
    drawn = limb(bones, 0.0, end, width * 1.14, wide, colour)
    return drawn + _stripes(bones, end, width, outfit) + _cuff(bones, end + 0.015, wide * 1.04, outfit)


def _cuff(bones: LimbBones, share: float, width: float, outfit: Outfit) -> str:
    if outfit.top in ("tee", "dress", "overalls") and outfit.sleeves == "short":
        return ""
    (x0, y0), (x1, y1) = along(bones, share - 0.05), along(bones, min(share + 0.02, 1))
    gap = math.hypot(x1 - x0, y1 - y0) or 1
    nx, ny = -(y1 - y0) / gap * width * 0.42, (x1 - x0) / gap * width * 0.42
    return stroke(f"M{x1 + nx:.1f} {y1 + ny:.1f}L{x1 - nx:.1f} {y1 - ny:.1f}", outfit.trim, 6)


def _stripes(bones: LimbBones, end: float, width: float, outfit: Outfit) -> str:
    if outfit.pattern != "stripes" or outfit.top not in ("jumper", "shirt"):
        return ""
    marks = []
    for i in range(1, 5):
        (x0, y0), (x1, y1) = along(bones, end * i / 5 - 0.02), along(bones, end * i / 5 + 0.02)
        gap = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / gap * width * 0.46, (x1 - x0) / gap * width * 0.46
        marks.append(f"M{x0 + nx:.1f} {y0 + ny:.1f}L{x0 - nx:.1f} {y0 - ny:.1f}")
    return path("".join(marks), stroke=outfit.trim, stroke_width=6.5)


def leg(bones: LimbBones, build: Build, look: Look, turn: float) -> str:
    """A whole leg with its clothes and its shoe."""
    outfit, width = look.outfit, build.leg
    skin = limb(bones, 0.0, 1.0, width * 0.98, width * 0.62, look.fur)
    covered = ""
    if outfit.bottom == "trousers":
        covered = limb(bones, 0.0, 0.94, width * 1.14, width * 0.92, outfit.bottom_colour)
    elif outfit.bottom == "shorts":
        covered = limb(bones, 0.0, 0.46, width * 1.22, width * 1.26, outfit.bottom_colour)
    return skin + covered + foot(bones, build, look, turn)


def _flat(direction: float) -> float:
    """The direction of a foot: flat on the ground, unless the shin points backwards."""
    return 0.0 if abs(direction) < 40 else -direction * 0.9


def foot(bones: LimbBones, build: Build, look: Look, turn: float, sock: bool = True) -> str:
    """A shoe, boot, sandal or bare foot."""
    outfit, size = look.outfit, build.leg
    long = size * (0.62 + 0.5 * abs(turn))
    points = [
        (-size * 0.42, -size * 0.3), (size * 0.3, -size * 0.34), (long * 0.72, -size * 0.02),
        (long, size * 0.25), (long * 0.6, 12), (-size * 0.34, 12), (-size * 0.52, size * 0.12),
    ]  # fmt: skip
    colour = look.fur if outfit.feet in ("bare", "sandals") else outfit.feet_colour
    drawn = shape(smooth(points), colour) + _foot_details(look, size, long)
    shoe = moved(drawn, *bones.end, turn=_flat(bones.direction))
    if outfit.feet == "boots":
        shaft = limb(bones, 0.62, 1.0, size * 0.98, size * 0.86, colour)
        return shoe + shaft + _boot_rim(bones, size, lighter(colour, 0.07))
    return (_sock(bones, size, outfit) if sock else "") + shoe


def _sock(bones: LimbBones, size: float, outfit: Outfit) -> str:
    if outfit.feet != "shoes" or outfit.bottom == "trousers":
        return ""
    return limb(bones, 0.84, 1.0, size * 0.72, size * 0.64, "#f3ead9")


def _boot_rim(bones: LimbBones, size: float, colour: str) -> str:
    (x, y), (x1, y1) = along(bones, 0.63), along(bones, 0.68)
    turn = math.degrees(math.atan2(y1 - y, x1 - x)) - 90
    band = rect(-size * 0.52, -5, size * 1.04, 11, colour, rx=5, stroke=edge(colour), stroke_width=2.4)
    return moved(band, x, y, turn=turn)


def _foot_details(look: Look, size: float, long: float) -> str:
    outfit = look.outfit
    if outfit.feet == "bare":
        toes = f"M{long * 0.62:.1f} 6l{size * 0.1:.1f} -5M{long * 0.8:.1f} 5l{size * 0.08:.1f} -5"
        return stroke(toes, edge(look.fur), 2)
    if outfit.feet == "sandals":
        straps = f"M{-size * 0.4:.1f} -3L{size * 0.36:.1f} -6M{long * 0.35:.1f} 8L{long * 0.7:.1f} -2"
        return stroke(straps, outfit.feet_colour, size * 0.16) + stroke(
            f"M{-size * 0.4:.1f} 11L{long * 0.8:.1f} 11", outfit.feet_colour, 5
        )
    sole = stroke(f"M{-size * 0.38:.1f} 10.5L{long * 0.72:.1f} 10.5", darker(outfit.feet_colour, 0.16), 4.5)
    if outfit.feet == "boots":
        return sole
    laces = stroke(
        f"M{size * 0.16:.1f} -{size * 0.16:.1f}l{size * 0.18:.1f} {size * 0.16:.1f}M{size * 0.34:.1f} -{size * 0.06:.1f}l{size * 0.16:.1f} {size * 0.14:.1f}",
        "#f7efdf", 2.4,
    )  # fmt: skip
    return sole + laces


def stump(bones: LimbBones, share: float, width: float, narrow: float, colour: str, trait: str) -> str:
    """A limb that ends at ``share`` of its length with a round end."""
    drawn = limb(bones, 0.02, share, width, narrow, colour)
    x, y = along(bones, share)
    crease = circle(x, y, narrow * 0.13, edge(colour), opacity=0.55)
    return group(drawn, crease, data_trait=trait, data_part="rounded_end")
