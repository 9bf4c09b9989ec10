"""Draws marks on the skin: vitiligo, birthmarks, scars, and a repaired cleft. They are drawn as natural parts
of a person.

Face marks are in units of the head's radius; limb marks lie along a limb.
"""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from random import Random

from service.providers.offline.illustrator.colour import darker, mix, to_oklch
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import along
from service.providers.offline.illustrator.figure.skeleton import LimbBones
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.look import Look, side_in
from service.providers.offline.illustrator.svg import Point, group, path, ring, smooth, stroke
from service.providers.offline.illustrator.words import has_any

_WOBBLE = (1.0, 0.78, 1.14, 0.86, 1.08, 0.8, 1.12, 0.9)


def _blot(x: float, y: float, rx: float, ry: float, colour: str, opacity: float = 1.0) -> str:
    return path(smooth(ring(x, y, rx, ry, 8, _WOBBLE)), colour, opacity=opacity)


def face_marks(look: Look, view: HeadView) -> str:
    """All marks on the face, drawn below eyes, nose and mouth."""
    return "".join(
        mark(look, view) for trait, mark in (("vitiligo", _vitiligo), ("birthmark", _birthmark), ("scar_or_burn", _scar))
        if look.has(trait)
    )  # fmt: skip


def _pale(look: Look) -> str:
    lightness, _, _ = to_oklch(look.fur)
    return mix(look.fur, "#ffe9da", 0.62 if lightness < 0.72 else 0.75)


def _vitiligo(look: Look, view: HeadView) -> str:
    pale = _pale(look)
    side = view.side(left=True)
    spots = (
        path(
            smooth(
                [
                    (side * x, y)
                    for x, y in (
                        (0.2, -0.06),
                        (0.4, -0.2),
                        (0.66, -0.08),
                        (0.72, 0.16),
                        (0.56, 0.4),
                        (0.34, 0.33),
                        (0.2, 0.16),
                    )
                ]
            ),
            pale,
        ),
        path(
            smooth(
                [
                    (-side * x, y)
                    for x, y in (
                        (0.1, 0.5),
                        (0.4, 0.46),
                        (0.5, 0.66),
                        (0.3, 0.86),
                        (0.04, 0.9),
                        (-0.14, 0.74),
                    )
                ]
            ),
            pale,
        ),
        _blot(-side * 0.56, -0.34, 0.2, 0.13, pale),
    )
    return group(*spots, data_trait="vitiligo", data_part="face")


def _port_wine(look: Look) -> str:
    lightness, _, _ = to_oklch(look.fur)
    return mix(look.fur, "#a8324a", 0.5) if lightness > 0.55 else mix(look.fur, "#6e1c34", 0.6)


def _on_face(detail: str) -> bool:
    return not has_any(detail, ("arm", "hand", "leg", "knee", "wrist", "shin", "elbow", "foot", "shoulder"))


def _face_place(detail: str, view: HeadView) -> Point:
    side = view.side(side_in(detail) == "left")
    if has_any(detail, ("forehead", "brow", "temple")):
        return side * 0.42, -0.3
    if has_any(detail, ("chin", "jaw")):
        return side * 0.22, 0.78
    if has_any(detail, ("eye", "eyelid")):
        return side * 0.5, 0.12
    return side * 0.56, 0.36


def _birthmark(look: Look, view: HeadView) -> str:
    detail = look.detail("birthmark")
    if not _on_face(detail):
        return ""
    x, y = _face_place(detail, view)
    mark = _blot(x, y, 0.25, 0.22, _port_wine(look), 0.85) + _blot(
        x * 0.94, y + 0.2, 0.12, 0.09, _port_wine(look), 0.85
    )
    return group(mark, data_trait="birthmark", data_part="face")


def _scar(look: Look, view: HeadView) -> str:
    detail = look.detail("scar_or_burn")
    if not _on_face(detail):
        return ""
    x, y = _face_place(detail, view)
    if has_any(detail, ("burn", "burned", "burnt")):
        return group(_burn(look, x, y, Random(detail)), data_trait="scar_or_burn", data_part="face")
    line = f"M{x - 0.13:.2f} {y - 0.3:.2f}Q{x + 0.06:.2f} {y - 0.02:.2f} {x + 0.02:.2f} {y + 0.24:.2f}"
    ticks = "".join(f"M{x - 0.13 + t:.2f} {y - 0.16 + t * 1.6:.2f}l0.13 -0.05" for t in (0.0, 0.07, 0.13))
    drawn = stroke(line, darker(look.fur, 0.16), 0.085) + stroke(line + ticks, _healed(look), 0.05)
    return group(drawn, data_trait="scar_or_burn", data_part="face")


def _healed(look: Look) -> str:
    lightness, _, _ = to_oklch(look.fur)
    return mix(look.fur, "#ffd9cf", 0.65) if lightness < 0.72 else mix(look.fur, "#c9606a", 0.55)


def _burn(look: Look, x: float, y: float, rng: Random) -> str:
    drawn = _blot(x, y, 0.3, 0.34, _healed(look), 0.8)
    for _ in range(7):
        bx, by = x + rng.uniform(-0.18, 0.18), y + rng.uniform(-0.22, 0.22)
        drawn += _blot(bx, by, 0.07, 0.05, mix(look.fur, "#b5525a", 0.45), 0.6)
    return drawn


def cleft_repair(look: Look, x: float) -> str:
    """The thin line of a repaired cleft from nose to lip, and the slightly raised lip."""
    line = f"M{x - 0.06:.2f} 0.42Q{x - 0.1:.2f} 0.5 {x - 0.08:.2f} 0.57"
    lift = f"M{x - 0.17:.2f} 0.57Q{x - 0.08:.2f} 0.5 {x + 0.01:.2f} 0.565"
    drawn = stroke(line, _healed(look), 0.045) + stroke(
        lift, mix(darker(look.skin, 0.25), "#8c2f34", 0.5), 0.035
    )
    return group(drawn, data_trait="craniofacial_difference", data_part="lip")


def limb_marks(look: Look, bones: LimbBones, build: Build, limb: str, side: str, bare_from: float) -> str:
    """Marks on an arm or a leg; ``bare_from`` is the share of the limb from which skin shows."""
    width = build.arm if limb == "arm" else build.leg
    drawn = ""
    if look.has("vitiligo"):
        pale = _pale(look)
        shares = [share for share in (0.5, 0.62, 0.8) if share >= bare_from]
        spots = "".join(
            _limb_blot(bones, share, width * (0.3 if i % 2 else 0.38), pale) for i, share in enumerate(shares)
        )
        tip = _limb_blot(bones, 1.03, width * 0.3, pale) if limb == "arm" and side == "left" else ""
        drawn += group(spots, tip, data_trait="vitiligo", data_part=limb)
    for trait, colour in (("birthmark", _port_wine(look)), ("scar_or_burn", _healed(look))):
        detail = look.detail(trait)
        if look.has(trait) and not _on_face(detail) and _names(detail, limb) and side_in(detail) == side:
            share = max(bare_from + 0.12, 0.62)
            drawn += group(_limb_blot(bones, share, width * 0.34, colour), data_trait=trait, data_part=limb)
    return drawn


def _names(detail: str, limb: str) -> bool:
    leg = has_any(detail, ("leg", "knee", "shin", "foot"))
    return leg == (limb == "leg")


def _limb_blot(bones: LimbBones, share: float, size: float, colour: str) -> str:
    x, y = along(bones, share)
    return _blot(x, y, size * 0.75, size, colour)
