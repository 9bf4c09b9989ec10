"""Turns a head to what a hero looks at, and sends a free hand to what it touches or holds."""

from __future__ import annotations

import math
from dataclasses import replace

from service.providers.offline.illustrator.figure.ball import Ball
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.poses import Hand, Stance, stance_of
from service.providers.offline.illustrator.figure.skeleton import Skeleton, arm_to
from service.providers.offline.illustrator.look import Look, limb_loss, side_in
from service.providers.offline.illustrator.svg import Point
from service.providers.offline.illustrator.traits import walking
from service.providers.offline.illustrator.words import has_any

#: Poses whose hands have work of their own.
_BUSY = ("sign", "sleep", "clasp")
#: Poses that say with both hands what a hand at a thing does not.
_GESTURES = ("cheer", "hug", "wave")

#: Traits at one side of the head, and how far the head may turn to the other side.
_AT_ONE_SIDE = {
    "hearing_aids": 0.27,
    "cochlear_implant": 0.27,
    "birthmark": 0.5,
    "scar_or_burn": 0.5,
    "vitiligo": 0.5,
}
#: Poses that are understood from behind.
_FROM_BEHIND = ("stand", "walk", "run", "point", "reach", "wave", "look_up", "cheer")
#: Traits that are only drawn from the front or from the side.
_FROM_FRONT = (
    *("manual_wheelchair", "power_wheelchair", "walker", "crutches_or_cane", "white_cane", "assistance_dog"),
    *("communication_device", "signing_deaf", "prosthesis", "limb_difference", "glasses", "vitiligo"),
    *("birthmark", "scar_or_burn", "craniofacial_difference", "feeding_tube", "oxygen_or_tracheostomy"),
    *("down_syndrome", "leg_orthosis"),
)  # fmt: skip


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
    turn = min(max(dx / 210, -0.5), 0.86)
    gaze = min(max(dy / 130, -1.4), 1.1)
    tilt = min(max(dy / 40, -8.0), 8.0)
    return replace(stance, turn=turn, gaze=gaze, tilt=tilt)


def shows_traits(stance: Stance, look: Look, flipped: bool) -> Stance:
    """The stance with the head turned no further than what is at one side of the head is seen."""
    low, high = -1.0, 1.0
    for trait, most in _AT_ONE_SIDE.items():
        words = look.detail(trait)
        if not look.has(trait) or (trait == "hearing_aids" and not has_any(words, ("left", "right"))):
            continue
        far = (side_in(words) == "left") != flipped
        low, high = (low, min(high, most)) if far else (max(low, -most), high)
    return replace(stance, turn=min(max(stance.turn, low), high))


def may_look_away(look: Look, pose: str) -> bool:
    """Whether a hero may be drawn from behind: what the hero uses and does must show from there."""
    return stance_of(pose).name in _FROM_BEHIND and not any(look.has(trait) for trait in _FROM_FRONT)


def away(stance: Stance) -> Stance:
    """The stance of a figure that looks into the picture: its head keeps to the side of what it looks at."""
    return replace(stance, turn=2 - max(min(stance.turn, 0.5), -0.3))


def ball_of(stance: Stance) -> Ball:
    """The turn of the head. At a turn of 1 it is seen in profile, and at 2 from behind."""
    return Ball(stance.turn * math.pi / 2, -stance.gaze * 0.2)


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
