"""Draws walkers, crutches and canes, with their places on the ground and the positions of the hands that hold
them."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

import math
from dataclasses import dataclass

from service.providers.offline.illustrator.colour import darker
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.poses import Stance
from service.providers.offline.illustrator.figure.skeleton import LimbBones, Skeleton, arm_to
from service.providers.offline.illustrator.look import Look, limb_loss
from service.providers.offline.illustrator.svg import Point, circle, group, rect, stroke
from service.providers.offline.illustrator.words import choice_for, colour_in, has_any

_METAL, _RUBBER = "#bfc6cf", "#3d3b44"
_PAINTS = ("#d8564a", "#3f86c4", "#7a5cb0", "#2f9a86", "#e08a2e")

#: The arm that a pose uses for a gesture. The other arm can hold an aid.
SPEAKS = {"wave": "near", "point": "far", "reach": "far", "whisper": "far", "look_up": "far", "sign": "both",
          "cheer": "far", "hug": "far", "carry": "far", "kneel": "far"}  # fmt: skip


@dataclass(frozen=True)
class Aid:
    """A walking aid: its parts behind and in front of the figure, and the arms that hold it."""

    behind: str = ""
    before: str = ""
    near_arm: LimbBones | None = None
    far_arm: LimbBones | None = None
    left: float = 0.0
    right: float = 0.0


def aid_of(look: Look, build: Build, stance: Stance, bones: Skeleton) -> Aid | None:
    """The walking aid of a hero. None for a hero in a wheelchair, and for a hero without a walking aid."""
    if look.wheeled:
        return None
    if look.has("walker"):
        return _walker(look, build, stance, bones)
    if look.has("crutches_or_cane") or _needs_crutches(look):
        return _sticks(look, build, stance, bones)
    return _white_cane(build, bones) if look.has("white_cane") else None


def takes_far_hand(look: Look, stance: Stance) -> bool:
    """Whether a walker, a crutch or a cane has the far hand of a hero in this pose."""
    speaks = SPEAKS.get(stance.name)
    if look.wheeled:
        return False
    if look.has("walker"):
        return speaks not in ("far", "both")
    if look.has("crutches_or_cane") and _one_stick(look):
        return speaks == "near"
    return (look.has("crutches_or_cane") or _needs_crutches(look)) and speaks not in ("far", "both")


def _needs_crutches(look: Look) -> bool:
    """Whether a hero needs crutches: a hero with one leg and without a prosthesis has crutches even if the
    description names none."""
    if not look.has("limb_difference") or look.has("prosthesis"):
        return False
    return limb_loss(look.detail("limb_difference")).limb == "leg"


def _paint(look: Look, trait: str) -> str:
    return colour_in(look.detail(trait)) or choice_for(look.name, trait, _PAINTS)


def _pipe(d: str, colour: str, width: float) -> str:
    return stroke(d, darker(colour, 0.17), width + 2.6) + stroke(d, colour, width)


def _line(a: Point, b: Point) -> str:
    return f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"


def _walker(look: Look, build: Build, stance: Stance, bones: Skeleton) -> Aid:
    colour = _paint(look, "walker")
    y = -(build.thigh + build.shin + 12 + build.torso * 0.14)
    near, far = (build.hip + 32.0, y), (build.hip + 64.0, y - 8)
    down = stance.seated or stance.name == "kneel"
    if down:
        near, far = (near[0] + build.thigh + build.shin, y), (far[0] + build.thigh + build.shin, y - 8)
    speaks = "both" if down else SPEAKS.get(stance.name)
    near_arm = None if down or speaks == "near" else arm_to(bones.near_arm.root, near, build, -1)
    far_arm = None if speaks in ("far", "both") else arm_to(bones.far_arm.root, far, build, -1)
    behind = _walker_side(far, darker(colour, 0.06), 44)
    bar = _pipe(_line((near[0] + 26, y * 0.46), (far[0] + 26, y * 0.46 - 4)), colour, 6) + _pipe(
        _line((near[0] + 14, y * 0.8), (far[0] + 14, y * 0.8 - 4)), colour, 6
    )
    before = bar + _walker_side(near, colour, 44)
    return Aid(
        group(behind, data_trait="walker", data_part="behind"), group(before, data_trait="walker", data_part="before"),
        near_arm, far_arm, 0, far[0] + 76,
    )  # fmt: skip


def _walker_side(grip: Point, colour: str, spread: float) -> str:
    x, y = grip
    legs = _pipe(_line((x + 6, y + 4), (x + spread, -16)), colour, 7.5) + _pipe(
        _line((x + 4, y + 6), (x - 10, -6)), colour, 7.5
    )
    brace = _pipe(_line((x - 4, y * 0.5), (x + spread * 0.5, y * 0.5)), colour, 5.5)
    wheel = circle(x + spread + 2, -14, 10.5, "#8b8894", stroke=_RUBBER, stroke_width=6) + circle(
        x + spread + 2, -14, 3.5, _METAL
    )
    foot = rect(x - 17, -9, 14, 9, _RUBBER, rx=3)
    handle = stroke(f"M{x - 18:.1f} {y + 1:.1f}L{x + 12:.1f} {y:.1f}", _RUBBER, 11)
    return legs + brace + group(wheel, data_part="wheel") + foot + group(handle, data_part="handle")


def _one_stick(look: Look) -> bool:
    detail = look.detail("crutches_or_cane")
    return has_any(detail, ("cane", "stick", "walking stick")) and not has_any(detail, ("crutch", "crutches"))


def _sticks(look: Look, build: Build, stance: Stance, bones: Skeleton) -> Aid:
    colour = _paint(look, "crutches_or_cane")
    if stance.seated or stance.name == "kneel":
        return _laid_down(look, build, colour)
    speaks = SPEAKS.get(stance.name)
    low = bones.hip[1] - build.torso * 0.06
    out = build.shoulder + 22
    near = arm_to(bones.near_arm.root, (bones.hip[0] - out, low), build, -1)
    far = arm_to(bones.far_arm.root, (bones.hip[0] + out, low), build, 1)
    if _one_stick(look):
        arm = far if speaks == "near" else near
        drawn = group(_cane(arm.end, colour), data_trait="crutches_or_cane", data_part="cane")
        return Aid(
            "",
            drawn,
            None if speaks == "near" else near,
            far if speaks == "near" else None,
            -out - 30,
            out + 30,
        )
    return _crutches(build, colour, near, far, speaks)


def _crutches(build: Build, colour: str, near: LimbBones, far: LimbBones, speaks: str | None) -> Aid:
    out = abs(near.end[0]) + 34
    if speaks == "near":
        pair = _crutch(far, build, colour, 1) + _crutch(far, build, darker(colour, 0.08), 1, 15)
        return Aid("", _named(pair), None, far, -out, out)
    if speaks is not None:
        pair = _crutch(near, build, darker(colour, 0.08), -1, -15) + _crutch(near, build, colour, -1)
        return Aid("", _named(pair), near, None, -out, out)
    return Aid(
        "", _named(_crutch(near, build, colour, -1) + _crutch(far, build, colour, 1)), near, far, -out, out
    )


def _named(drawn: str) -> str:
    return group(drawn, data_trait="crutches_or_cane", data_part="forearm_crutch")


def _crutch(arm: LimbBones, build: Build, colour: str, side: int, apart: float = 0) -> str:
    hand_x, hand_y = arm.end
    tip = (hand_x + side * 16 + apart, -4.0)
    gap = math.hypot(hand_x - tip[0], hand_y - tip[1])
    ux, uy = (hand_x - tip[0]) / gap, (hand_y - tip[1]) / gap
    top = (hand_x + ux * build.forearm * 0.8, hand_y + uy * build.forearm * 0.8)
    shaft = _pipe(_line(tip, top), _METAL, 6)
    grip = stroke(f"M{hand_x - 11:.1f} {hand_y:.1f}L{hand_x + 12:.1f} {hand_y:.1f}", _RUBBER, 9)
    cuff = stroke(
        f"M{top[0] - 17:.1f} {top[1] - 3:.1f}Q{top[0]:.1f} {top[1] + 8:.1f} {top[0] + 17:.1f} {top[1] - 3:.1f}",
        darker(colour, 0.18),
        13,
    )
    cuff += stroke(
        f"M{top[0] - 17:.1f} {top[1] - 3:.1f}Q{top[0]:.1f} {top[1] + 8:.1f} {top[0] + 17:.1f} {top[1] - 3:.1f}",
        colour,
        9.5,
    )
    sleeve = _pipe(
        _line(
            (tip[0] + ux * gap * 0.18, tip[1] + uy * gap * 0.18),
            (tip[0] + ux * gap * 0.55, tip[1] + uy * gap * 0.55),
        ),
        colour,
        8,
    )
    foot = stroke(_line((tip[0], tip[1] - 8), tip), _RUBBER, 12)
    return shaft + sleeve + foot + grip + cuff


def _laid_down(look: Look, build: Build, colour: str) -> Aid:
    """Draw the sticks of a sitting hero, which lean beside the hero."""
    x = -build.shoulder - 34
    long = (build.thigh + build.shin) * 1.02
    lean = [LimbBones((x, 0), (x, 0), (x + shift, -long)) for shift in (0.0, 16.0)]
    pair = "".join(_crutch(arm, build, colour, -1) for arm in (lean[:1] if _one_stick(look) else lean))
    return Aid(_named(pair), "", None, None, x - 40, 0)


def _cane(hand: Point, colour: str) -> str:
    x, y = hand
    shaft = _pipe(_line((x + 2, y), (x + 4, -4)), colour, 7)
    crook = _pipe(f"M{x + 2:.1f} {y + 2:.1f}Q{x + 2:.1f} {y - 13:.1f} {x + 16:.1f} {y - 11:.1f}", colour, 8)
    return shaft + crook + stroke(f"M{x + 4:.1f} -9L{x + 4:.1f} -4", _RUBBER, 12)


def _white_cane(build: Build, bones: Skeleton) -> Aid:
    hand = (build.shoulder + 30.0, bones.hip[1] - build.torso * 0.12)
    arm = arm_to(bones.far_arm.root, hand, build, 1)
    x, y = arm.end
    tip = (x + (build.thigh + build.shin) * 0.78, -6.0)

    def at(share: float) -> Point:
        return x + (tip[0] - x) * share, y + (tip[1] - y) * share

    shaft = stroke(_line(at(-0.16), tip), "#8b909a", 9) + stroke(_line(at(-0.16), tip), "#ffffff", 6.5)
    red = stroke(_line(at(0.62), at(0.93)), "#d23b34", 6.5)
    grip = stroke(_line(at(-0.16), at(0.06)), _RUBBER, 10)
    ball = circle(tip[0], tip[1], 7, "#f6f3ec", stroke="#8b909a", stroke_width=2.4)
    drawn = group(shaft, red, grip, ball, data_trait="white_cane", data_part="long_white_cane")
    return Aid("", drawn, None, arm, 0, tip[0] + 10)
