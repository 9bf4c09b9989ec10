"""The composition of a picture: the group is arranged first, the camera is fitted to it, and all is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.story import Character, Staging
from service.providers.offline.illustrator.camera import Camera, fitted
from service.providers.offline.illustrator.casting import Cast, cast_heroes, must_be_whole
from service.providers.offline.illustrator.figure.aims import can_hold
from service.providers.offline.illustrator.finish.measure import measured
from service.providers.offline.illustrator.finish.passes import Layer
from service.providers.offline.illustrator.grouping import (
    GROWTH,
    Group,
    Subject,
    arrange,
    hold_at,
    manner_of,
)
from service.providers.offline.illustrator.page import DEPTH, FIRST, SHADE, Composed, Page
from service.providers.offline.illustrator.subjects import Staged, Subjects
from service.providers.offline.illustrator.svg import halo, moved

#: The share of the picture that the box of the focus should fill, in far shots and in all others: somewhat
#: more than a twenty-fifth and a twelfth, because drawings do not fill their boxes.
FAR_SHARE, NEAR_SHARE = 0.05, 0.104
#: The share of each head that must be visible.
_CLEAR = 0.92
#: The share of the focus that must be visible.
_SHOWN = 0.6
#: The distances of neighbours that are tried. Three or more stand closer.
_APART = (0.84, 1.0, 1.2)


def compose(
    characters: tuple[Character, ...],
    staging: Staging,
    subjects: Subjects,
    shot: Camera,
    width: float,
    flip: bool,
) -> Composed:
    """The picture of these heroes around the focus. If faces are hidden, the heroes move apart."""
    if not characters:
        return _without_heroes(subjects.focus, shot, width)
    low = subjects.focus is not None and subjects.focus.thing.place != "air" and _is_low(subjects.focus)
    cast = cast_heroes(characters, staging, shot.name == "close" and low)
    whole, tries = must_be_whole(characters), []
    focus, companion = _focus_of(subjects.focus, cast[0], shot), _companion_of(subjects.companion, cast[0])
    for apart in _APART if len(characters) < 3 else (0.62, *_APART):
        composed = _composed(_Setup(cast, companion, shot, width, whole, apart), focus, flip)
        composed = replace(composed, view=measured(composed.layers, width))
        tries.append(composed)
        if composed.clear > _CLEAR and composed.shown > _SHOWN:
            break
    return max(tries, key=lambda one: min(one.clear / _CLEAR, 1) + min(one.shown / _SHOWN, 1))


def _without_heroes(focus: Staged | None, shot: Camera, width: float) -> Composed:
    """A picture of the focus alone, or of an empty place."""
    at = (width / 2, shot.ground)
    if focus is None:
        return Composed(shot, (), "", (), None, at, {})
    thing = focus.thing
    scale = min(420 / thing.height, width * 0.6 / thing.width)
    layer = Layer(moved(focus.svg, *at, scale), FIRST, DEPTH - 1, "focus", "cloth")
    shade = halo(*at, thing.width * scale * 0.55, 24, SHADE, 0.42)
    return Composed(shot, (layer,), shade, (), None, at, {"focus": (focus.name, False)})


@dataclass(frozen=True)
class _Setup:
    """What a composition is made of. ``whole``: no body is cut. ``apart`` is the distance of neighbours."""

    cast: Sequence[Cast]
    companion: Subject | None
    shot: Camera
    width: float
    whole: bool
    apart: float

    def fit(self, focus: Subject | None) -> tuple[Group, Camera]:
        """The group around a focus, and its camera."""
        group = arrange(self.cast, focus, self.companion, self.apart)
        camera = fitted(self.shot, group.box, self.width, self.whole, group.floor, len(self.cast) > 2)
        return group, camera

    def share(self, focus: Subject, camera: Camera) -> float:
        """The share of the picture that the box of the focus takes."""
        return focus.width * focus.height * camera.unit**2 / (self.width * 1000)

    def grown(self, focus: Subject) -> Subject:
        """The focus as large as the page needs it, as far as it may grow."""
        wanted = FAR_SHARE if self.shot.name == "wide" else NEAR_SHARE
        if focus.manner == "above":  # strings and the dark side of the moon are part of the box only
            wanted *= 1.4
        most = GROWTH[focus.manner] * focus.staged.thing.grow
        if focus.staged.thing.alive:  # a giant baby is no baby
            most = min(most, 1.6 * focus.staged.thing.grow)
        if focus.manner == "held":  # what hangs from a hand does not reach below the ground
            most = min(most, hold_at(focus, self.cast[0])[1] / max(abs(focus.staged.thing.hold[1]), 1))
        for _ in range(4):
            has = self.share(focus, self.fit(focus)[1])
            if has >= wanted or focus.scale >= most:
                break
            focus = replace(focus, scale=min(focus.scale * (wanted * 1.08 / has) ** 0.5, most))
        return focus


def _composed(setup: _Setup, focus: Subject | None, flip: bool) -> Composed:
    shot = setup.shot
    if shot.name == "wide" and focus is not None and focus.manner in ("held", "above"):
        setup = replace(setup, shot=replace(shot, share=0.6))  # from afar, nobody sees what a hand holds
    if focus is not None:
        grown = setup.grown(focus)
        if (
            focus.manner == "held"
            and _hangs(focus)
            and setup.share(grown, setup.fit(grown)[1]) < NEAR_SHARE * 0.9
        ):
            focus = replace(focus, manner="near")  # a large bag stands, and the hand is at its handle
            grown = setup.grown(focus)
        if shot.name not in ("wide", "close") and setup.share(grown, setup.fit(grown)[1]) < NEAR_SHARE * 0.98:
            setup = replace(setup, shot=replace(shot, share=0.84, cut=0.34, zoom=1.25))  # nearer
            grown = setup.grown(focus)
        focus = grown
    group, camera = setup.fit(focus)
    away = shot.name in ("wide", "low") and focus is not None and _is_vast(focus, setup.cast[0])
    way = -1 if flip else 1
    return Page(setup.cast, focus, setup.companion, group, camera, setup.width, way, away).composed()


def _is_vast(focus: Subject, lead: Cast) -> bool:
    """Whether heroes look up at a focus with their backs to us: it is in the air, or as tall as they are."""
    return focus.manner in ("above", "before") or focus.height > lead.height * 0.85


def _hangs(focus: Subject) -> bool:
    return abs(focus.staged.thing.hold[1]) > 0.7 * focus.staged.thing.height


def _is_low(staged: Staged) -> bool:
    return staged.thing.place == "ground" and staged.thing.height * staged.thing.grow < 200


def _focus_of(staged: Staged | None, lead: Cast, shot: Camera) -> Subject | None:
    if staged is None:
        return None
    manner = manner_of(
        staged, lead, can_hold(lead.look, lead.pose) and not (shot.cut and lead.pose == "kneel")
    )
    return Subject(staged, manner, staged.thing.grow)


def _companion_of(staged: Staged | None, lead: Cast) -> Subject | None:
    if staged is None:
        return None
    scale = staged.thing.grow
    small = lead.height * 0.42 / staged.thing.height  # a second character is never tiny
    return Subject(staged, "near", max(scale, min(small, scale * 1.8)))
