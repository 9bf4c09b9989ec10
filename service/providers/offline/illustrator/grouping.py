"""Arranges the group of a picture: who stands where, who touches what. The camera is fitted to it afterwards.

Lengths are in units of a child's figure. The lead stands at x = 0 and faces the way that the group faces. The
ground is at 0, and heights go up. Depth is the distance behind the lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.providers.offline.illustrator.camera import Box
from service.providers.offline.illustrator.casting import Cast
from service.providers.offline.illustrator.subjects import Staged

Manner = Literal["held", "near", "before", "above"]

#: How much larger than life a focus may be drawn.
GROWTH: dict[Manner, float] = {"held": 3.4, "near": 2.8, "before": 1.8, "above": 2.5}
#: Where the others stand, in their order: the side, and the depth.
_SLOTS = ((1, 0.0), (-1, 90.0), (1, 110.0), (-1, 130.0), (1, 140.0))


@dataclass(frozen=True)
class Subject:
    """The focus or a companion, as it stands in the group. ``manner`` is how the lead meets it."""

    staged: Staged
    manner: Manner
    scale: float

    @property
    def width(self) -> float:
        """The width of the thing."""
        return self.staged.thing.width * self.scale

    @property
    def height(self) -> float:
        """The height of the thing."""
        return self.staged.thing.height * self.scale


@dataclass(frozen=True)
class Spot:
    """A place in the group. ``up`` is the height above the ground. ``faces`` is 1 for the way that the lead
    faces, and −1 for the other way."""

    x: float
    depth: float = 0.0
    up: float = 0.0
    faces: int = 1


@dataclass(frozen=True)
class Group:
    """The places of the heroes (the lead first), of the focus and of the companion, and the box around all.
    What lies below the height ``floor`` does not matter to the page."""

    heroes: tuple[Spot, ...]
    focus: Spot | None
    companion: Spot | None
    box: Box
    floor: float


def manner_of(staged: Staged, lead: Cast, holds: bool) -> Manner:
    """The way in which the lead meets a thing."""
    thing = staged.thing
    if thing.place == "air":
        return "above"
    if thing.place == "hand" and holds:
        return "held"
    tall = thing.height * thing.grow > lead.height * 0.92
    return "before" if tall and not thing.alive and not thing.front else "near"


def hold_at(subject: Subject, lead: Cast) -> tuple[float, float]:
    """Where the lead's hand holds a thing, in units of the group: before the body, and beside the face."""
    thing, body = subject.staged.thing, lead.drawn.stature * lead.size
    hold_x, hold_y = thing.hold
    seated = 0.8 if lead.look.wheeled or lead.drawn.stance in ("sit", "kneel") else 1.0
    half = thing.width * subject.scale / 2
    inner = half + hold_x * subject.scale  # what lies between the hand and the face
    if thing.height - abs(hold_y) > 130:  # a tall thing is held up: an umbrella, a balloon
        return body * 0.2, body * 0.68 * seated
    top = (thing.height - abs(hold_y)) * subject.scale
    up = max(min(body * 0.46 * seated, lead.height * 0.62 - top * 0.55), lead.height * 0.24)
    away = 0.17 if up + top > lead.height * 0.64 else 0.1  # what is taller is held farther from the face
    return min(max(body * 0.17, inner + body * away), body * 0.42), up


def arrange(cast: Sequence[Cast], focus: Subject | None, companion: Subject | None, apart: float) -> Group:
    """The group of these heroes around a focus. ``apart`` is the distance of neighbours; at 1 their bodies
    touch."""
    lead = cast[0]
    spot, front = _focus_spot(lead, focus, max(one.height for one in cast))
    cores = [(one.core, one.body) for one in cast[1:]]
    if companion is not None:  # it stands opposite the lead
        cores.insert(0, (companion.width * 0.46, companion.width * 0.46))
    wide = 58 * lead.size if lead.drawn.stance in ("wave", "cheer", "hug") else 0.0
    edges, seats = {1: front + wide / 2, -1: -lead.body - wide}, []  # no arm hides a face
    behind = focus is not None and focus.manner == "before"  # nobody stands before the front of a large thing
    for (core, body), (side, depth) in zip(cores, _SLOTS[1:] if behind else _SLOTS, strict=False):
        core = body if depth else core
        x = edges[side] + side * core * apart
        edges[side] = x + side * core * apart
        seats.append(Spot(x, depth, faces=-side))
    beside = seats.pop(0) if companion is not None else None
    heroes = (Spot(0.0), *seats)
    box = _box(cast, heroes, focus, spot, companion, beside)
    return Group(heroes, spot, beside, box, _floor(lead, focus, spot))


def _focus_spot(lead: Cast, focus: Subject | None, tallest: float) -> tuple[Spot | None, float]:
    """The place of the focus, and the front edge of lead and focus together."""
    if focus is None:
        return None, lead.core
    half = focus.width / 2
    match focus.manner:
        case "held":
            x, up = hold_at(focus, lead)
            hold_x, hold_y = focus.staged.thing.hold
            x -= hold_x * focus.scale
            return Spot(x, 0, up - abs(hold_y) * focus.scale), max(lead.core, x + half * 0.8)
        case "above":
            x = lead.core * 0.8 + half * 0.7
            return Spot(x, 0, tallest * 1.04 + (90 if focus.staged.name == "kite" else 10)), lead.core
        case "before":
            return Spot(lead.core * 0.3 + half * 0.5, 60), lead.core + half * 0.45
        case _:
            front = lead.core * (1.0 if focus.staged.thing.alive else 0.74)
            if lead.drawn.stance in ("sit", "sleep", "kneel"):  # nothing stands on legs or on a blanket
                front = max(front, lead.drawn.right * lead.size * 0.86)
            x = front + half
            return Spot(x, -6), x + half * 0.9


def _box(
    cast: Sequence[Cast],
    heroes: Sequence[Spot],
    focus: Subject | None,
    spot: Spot | None,
    companion: Subject | None,
    beside: Spot | None,
) -> Box:
    left = min(spot.x - one.core * 1.05 for one, spot in zip(cast, heroes, strict=True))
    right = max(spot.x + one.core * 1.05 for one, spot in zip(cast, heroes, strict=True))
    top = max(one.height + spot.depth * 0.2 for one, spot in zip(cast, heroes, strict=True))
    heads = top
    for thing, place in ((focus, spot), (companion, beside)):
        if thing is not None and place is not None:
            left, right = min(left, place.x - thing.width / 2), max(right, place.x + thing.width / 2)
            top = max(top, place.up + thing.height)
    return Box(left, right, top + 14, heads + 14)


def _floor(lead: Cast, focus: Subject | None, spot: Spot | None) -> float:
    """The height that a close shot may cut: the legs, but no part of the focus."""
    legs = lead.height * 0.42
    if focus is None or spot is None or focus.manner == "before":
        return legs
    return (
        max(min(legs, spot.up - 12), 0.0)
        if focus.manner != "near"
        else max(min(legs, focus.height * 0.35), 0)
    )
