"""The positions of a figure's joints, from its build and its pose. Units are those of ``build``; y increases
downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.poses import Angles, Stance
from service.providers.offline.illustrator.svg import Point


@dataclass(frozen=True)
class LimbBones:
    """The three joints of a limb: shoulder, elbow, hand; or hip, knee, ankle."""

    root: Point
    joint: Point
    end: Point

    @property
    def direction(self) -> float:
        """The angle of the outer bone, by the definition in ``poses``."""
        return math.degrees(math.atan2(self.end[0] - self.joint[0], self.end[1] - self.joint[1]))


@dataclass(frozen=True)
class Skeleton:
    """A posed body that stands on y = 0."""

    neck: Point
    head: Point
    hip: Point
    near_arm: LimbBones
    far_arm: LimbBones
    near_leg: LimbBones
    far_leg: LimbBones
    lean: float


def reach(start: Point, angle: float, length: float) -> Point:
    """The point at ``length`` from ``start`` in the direction of ``angle``."""
    turn = math.radians(angle)
    return start[0] + math.sin(turn) * length, start[1] + math.cos(turn) * length


def _limb(root: Point, angles: Angles, inner: float, outer: float) -> LimbBones:
    joint = reach(root, angles[0], inner)
    return LimbBones(root, joint, reach(joint, angles[1], outer))


def _leaned(point: Point, lean: float) -> Point:
    turn = math.radians(lean)
    x, y = point
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)


def _lowest(build: Build, legs: tuple[LimbBones, LimbBones], stance: Stance) -> float:
    """The distance from the hip down to the ground."""
    feet = max(leg.end[1] for leg in legs) + 12
    knees = max(leg.joint[1] for leg in legs) + build.leg * 0.5
    seat = build.leg * 0.55 if stance.seated else 0.0
    return max(feet, knees, seat)


def pose_skeleton(build: Build, stance: Stance, seat: float | None = None) -> Skeleton:
    """The joints of a figure in a pose. ``seat`` is the height of the seat if the figure sits on a chair."""
    spread = build.hip * 0.5
    near_leg = _limb((-spread, 0), stance.near_leg, build.thigh, build.shin)
    far_leg = _limb((spread, 0), stance.far_leg, build.thigh, build.shin)
    drop = seat if seat is not None else _lowest(build, (near_leg, far_leg), stance) + stance.lift
    neck = _leaned((0, -build.torso), stance.lean)
    head = reach(neck, 180 - stance.lean - stance.tilt * 0.5, build.neck + build.head * 0.9)
    chest = build.torso - build.arm * 0.62
    near = _leaned((-build.shoulder + build.arm * 0.3, -chest), stance.lean)
    far = _leaned((build.shoulder - build.arm * 0.3, -chest), stance.lean)
    near_arm = _limb(near, stance.near_arm, build.upper_arm, build.forearm)
    far_arm = _limb(far, stance.far_arm, build.upper_arm, build.forearm)

    def down(point: Point) -> Point:
        return point[0], point[1] - drop

    def lowered(limb: LimbBones) -> LimbBones:
        return LimbBones(down(limb.root), down(limb.joint), down(limb.end))

    return Skeleton(
        down(neck), down(head), (0.0, -drop), lowered(near_arm), lowered(far_arm), lowered(near_leg),
        lowered(far_leg), stance.lean,
    )  # fmt: skip


def arm_to(root: Point, hand: Point, build: Build, bend: float = 1) -> LimbBones:
    """An arm whose hand is at a place, or as near to this place as possible. ``bend`` chooses the side of the
    elbow."""
    dx, dy = hand[0] - root[0], hand[1] - root[1]
    gap = max(math.hypot(dx, dy), 1e-6)
    most = (build.upper_arm + build.forearm) * 0.995
    if gap > most:
        hand = (root[0] + dx / gap * most, root[1] + dy / gap * most)
        gap = most
    upper, fore = build.upper_arm, build.forearm
    cosine = (upper**2 + gap**2 - fore**2) / (2 * upper * gap)
    corner = math.acos(min(max(cosine, -1), 1)) * bend
    angle = math.atan2(hand[0] - root[0], hand[1] - root[1]) + corner
    return LimbBones(root, reach(root, math.degrees(angle), upper), hand)
