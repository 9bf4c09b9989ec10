"""Draws limb differences, prostheses and orthoses, along the bones of an arm or a leg."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.limbs import foot, sleeve, stump
from service.providers.offline.illustrator.figure.outline import along, limb, shape
from service.providers.offline.illustrator.figure.skeleton import LimbBones
from service.providers.offline.illustrator.look import LimbLoss, Look, Side, limb_loss, side_in
from service.providers.offline.illustrator.svg import circle, group, moved, rect, smooth, stroke
from service.providers.offline.illustrator.words import choice_for, colour_in, has_any

_STEEL = "#b9c0ca"
_SOCKETS = ("#3f86c4", "#d8564a", "#7a5cb0", "#2f9a86", "#e08a2e")
_ENDS = {"top": 0.24, "middle": 0.6, "end": 0.87}


def lost_arm(look: Look, bones: LimbBones, build: Build, side: Side) -> str | None:
    """An arm that ends early or continues as a prosthesis. None if this arm has no difference."""
    for trait in ("prosthesis", "limb_difference"):
        loss = limb_loss(look.detail(trait))
        if not look.has(trait) or loss.limb != "arm" or loss.side != side:
            continue
        width, share = build.arm, _ENDS[loss.joint]
        if trait == "prosthesis":
            return _false_arm(look, bones, build, loss)
        end = stump(bones, share, width * 0.94, width * 0.8, look.fur, trait)
        return end + sleeve(bones, build, look.outfit, min(0.4, share - 0.06))
    return None


def _socket_colour(look: Look) -> str:
    return colour_in(look.detail("prosthesis")) or choice_for(look.name, "socket", _SOCKETS)


def _false_arm(look: Look, bones: LimbBones, build: Build, loss: LimbLoss) -> str:
    width, colour = build.arm, _socket_colour(look)
    start = {"top": 0.3, "middle": 0.5, "end": 0.72}[loss.joint]
    own = limb(bones, 0.02, start, width * 0.92, width * 0.84, look.fur)
    socket = limb(bones, start - 0.06, start + 0.16, width * 1.05, width * 0.86, colour)
    shell = limb(bones, start + 0.12, 0.93, width * 0.72, width * 0.56, "#e6e2da")
    parts = group(
        shell + _joint(bones, start + 0.15, width * 0.2) + socket,
        _false_hand(bones, width, colour),
        data_trait="prosthesis",
        data_part="arm",
    )
    return own + parts + sleeve(bones, build, look.outfit, min(0.4, start - 0.08))


def _joint(bones: LimbBones, share: float, r: float) -> str:
    x, y = along(bones, share)
    return circle(x, y, r, _STEEL, stroke=darker(_STEEL, 0.2), stroke_width=2)


def _false_hand(bones: LimbBones, width: float, colour: str) -> str:
    size = width * 0.46
    fingers = "".join(
        stroke(
            f"M{x * size:.1f} {size * 0.4:.1f}Q{x * size * 1.5:.1f} {size:.1f} {x * size * 1.1:.1f} {size * 1.75:.1f}",
            shade,
            6.5,
        )
        for x, shade in ((-0.6, "#8d94a0"), (0.0, "#9aa1ad"), (0.6, "#8d94a0"))
    )
    thumb = stroke(
        f"M{size * 0.5:.1f} {size * 0.2:.1f}Q{size * 1.3:.1f} {size * 0.5:.1f} {size * 1.1:.1f} {size * 1.15:.1f}",
        "#9aa1ad",
        6.5,
    )
    palm = rect(
        -size * 0.75,
        -size * 0.35,
        size * 1.5,
        size * 1.15,
        "#e6e2da",
        rx=6,
        stroke=darker("#e6e2da", 0.18),
        stroke_width=2.2,
    )
    return moved(
        fingers + thumb + palm + circle(0, size * 0.2, size * 0.26, colour), *bones.end, turn=-bones.direction
    )


def lost_leg(look: Look, bones: LimbBones, build: Build, side: Side, turn: float) -> str | None:
    """A leg that ends early or continues as a prosthesis. None if this leg has no difference."""
    for trait in ("prosthesis", "limb_difference"):
        loss = limb_loss(look.detail(trait))
        if not look.has(trait) or loss.limb != "leg" or loss.side != side:
            continue
        if trait == "prosthesis":
            return _false_leg(look, bones, build, loss, turn)
        width = build.leg
        end = stump(
            bones,
            {"top": 0.3, "middle": 0.56, "end": 0.88}[loss.joint],
            width * 0.98,
            width * 0.84,
            look.fur,
            trait,
        )
        return end + _shorts(look, bones, build, 0.26 if loss.joint == "top" else 0.38)
    return None


def _shorts(look: Look, bones: LimbBones, build: Build, stop: float) -> str:
    if look.outfit.bottom not in ("shorts", "trousers"):
        return ""
    return limb(bones, 0.0, stop, build.leg * 1.2, build.leg * 1.2, look.outfit.bottom_colour)


def _false_leg(look: Look, bones: LimbBones, build: Build, loss: LimbLoss, turn: float) -> str:
    width, colour = build.leg, _socket_colour(look)
    start = {"top": 0.24, "middle": 0.44, "end": 0.66}[loss.joint]
    own = limb(bones, 0.0, start + 0.06, width * 0.98, width * 0.84, look.fur)
    socket = limb(bones, start, start + 0.18, width * 1.06, width * 0.66, colour)
    band = _ring(bones, start + 0.05, width * 0.98, lighter(colour, 0.22))
    if loss.blade:
        lower = _blade(bones, start + 0.18, width)
    else:
        pylon = limb(bones, start + 0.17, 1.0, width * 0.3, width * 0.3, _STEEL)
        lower = pylon + _joint(bones, start + 0.2, width * 0.2) + foot(bones, build, look, turn, sock=False)
    knee = _joint(bones, 0.52, width * 0.3) if loss.joint == "top" else ""
    drawn = group(
        lower, socket, band, knee, data_trait="prosthesis", data_part="blade" if loss.blade else "leg"
    )
    return own + drawn + _shorts(look, bones, build, min(0.36, start - 0.06))


def _ring(bones: LimbBones, share: float, width: float, colour: str) -> str:
    (x0, y0), (x1, y1) = along(bones, share), along(bones, share + 0.02)
    gap = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-6)
    nx, ny = -(y1 - y0) / gap * width * 0.48, (x1 - x0) / gap * width * 0.48
    return stroke(f"M{x0 + nx:.1f} {y0 + ny:.1f}L{x0 - nx:.1f} {y0 - ny:.1f}", colour, 6.5)


def _blade(bones: LimbBones, share: float, width: float) -> str:
    x, y = along(bones, share)
    end_x, end_y = bones.end[0], bones.end[1] + 9
    d = f"M{x:.1f} {y:.1f}C{x - width * 1.0:.1f} {y + (end_y - y) * 0.5:.1f} {end_x - width * 0.7:.1f} {end_y:.1f} {end_x + width * 0.2:.1f} {end_y:.1f}L{end_x + width * 0.9:.1f} {end_y - 5:.1f}"
    return stroke(d, "#2f2e36", 12) + stroke(d, "#5a5864", 6)


def orthosis(look: Look, bones: LimbBones, build: Build, side: Side) -> str:
    """An ankle-foot orthosis: a shell behind the calf and under the foot, held by two straps."""
    detail = look.detail("leg_orthosis")
    if not look.has("leg_orthosis") or (
        has_any(detail, ("left", "right")) and side_in(detail) != side and "both" not in detail
    ):
        return ""
    width = build.leg
    colour = colour_in(detail) or choice_for(
        look.name, "orthosis", ("#6fb4e8", "#f08aa8", "#9bd08a", "#b79be0")
    )
    shell = limb(bones, 0.56, 0.99, width * 1.02, width * 0.78, colour)
    front = limb(bones, 0.56, 0.84, width * 0.4, width * 0.3, look.fur)
    dots = "".join(circle(*along(bones, share), 2.6, lighter(colour, 0.2)) for share in (0.72, 0.8, 0.94))
    straps = _ring(bones, 0.62, width * 1.04, darker(colour, 0.28)) + _ring(
        bones, 0.88, width * 0.9, darker(colour, 0.28)
    )
    sole = moved(
        shape(
            smooth(
                [
                    (-width * 0.5, -width * 0.5),
                    (width * 0.1, -2),
                    (width * 0.5, 4),
                    (width * 0.5, 12),
                    (-width * 0.5, 12),
                ],
                tension=0.5,
            ),
            colour,
        ),
        *bones.end,
    )
    return group(shell, front, dots, sole, straps, data_trait="leg_orthosis", data_part="ankle_foot_orthosis")
