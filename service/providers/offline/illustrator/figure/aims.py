"""Turns a head to what a hero looks at, and sends a free hand to what it touches or holds."""

from __future__ import annotations

from dataclasses import replace

from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.poses import Hand, Stance, stance_of
from service.providers.offline.illustrator.figure.skeleton import Skeleton, arm_to
from service.providers.offline.illustrator.look import Look, limb_loss, side_in
from service.providers.offline.illustrator.svg import Point
from service.providers.offline.illustrator.traits import walking

#: Poses whose hands have work of their own.
_BUSY = ("sign", "sleep", "clasp")
#: Poses that say with both hands what a hand at a thing does not.
_GESTURES = ("cheer", "hug", "wave")


def hand_is_free(look: Look, stance: Stance, holds: bool) -> bool:
    """Whether a hand can follow an aim. A thing to hold comes before a gesture, a touch does not."""
    if stance.name in _BUSY or look.has("white_cane"):
        return False
    if walking.takes_far_hand(look, stance):
        return False
    return holds or stance.name not in (*_GESTURES, "look_up", "whisper", "run")


def can_hold(look: Look, pose: str) -> bool:
    """Whether a hero in this pose can hold a thing."""
    stance = stance_of(pose)
    if look.has("signing_deaf") and stance.name in ("stand", "point", "whisper", "wave"):
        return False
    return hand_is_free(look, stance, True)


def uses_near(look: Look, flipped: bool) -> bool:
    """Whether the near arm has to follow an aim, because the far arm ends early."""
    far = "left" if flipped else "right"
    if not look.has("limb_difference"):
        return False
    detail = look.detail("limb_difference")
    return limb_loss(detail).limb == "arm" and side_in(detail) == far


def turned(stance: Stance, build: Build, at: Point | None) -> Stance:
    """The stance with the head turned towards a point, and the eyes on it."""
    if at is None or stance.name == "sleep":
        return stance
    dx, dy = at[0], at[1] + build.height * (0.62 if stance.seated else 0.82)
    turn = min(max(dx / 190, -0.2), 0.8)
    gaze = min(max(dy / 130, -1.4), 1.1)
    tilt = min(max(dy / 34, -10.0), 9.0)
    return replace(stance, turn=turn, gaze=gaze, tilt=tilt)


def reaching(bones: Skeleton, build: Build, hand: Point, near: bool, both: bool) -> Skeleton:
    """The skeleton with a hand at a point, or as near as possible. The elbow hangs. With ``both``, the other
    hand follows."""
    other = (hand[0] - build.arm * 1.1, hand[1] + build.arm * 0.3)
    if near or both:
        bones = replace(bones, near_arm=arm_to(bones.near_arm.root, hand if near else other, build, -1))
    if not near or both:
        bones = replace(bones, far_arm=arm_to(bones.far_arm.root, other if near else hand, build, -1))
    return bones


def with_hand(stance: Stance, near: bool, holds: bool) -> Stance:
    """The stance with the form of the sent hand."""
    kind: Hand = "grip" if holds else "point" if stance.name == "point" else "open"
    return replace(stance, near_hand=kind) if near else replace(stance, far_hand=kind)
