"""The composition of a picture: the group is arranged first, the camera is fitted to it, and all is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain.story import Character, Staging
from service.providers.offline.illustrator.camera import Camera, fitted
from service.providers.offline.illustrator.casting import Cast, cast_heroes, must_be_whole
from service.providers.offline.illustrator.figure.aims import can_hold
from service.providers.offline.illustrator.figure.figure import Aim, draw_figure
from service.providers.offline.illustrator.finish.measure import Shown, measured
from service.providers.offline.illustrator.finish.passes import Layer
from service.providers.offline.illustrator.grouping import (
    GROWTH,
    Group,
    Spot,
    Subject,
    arrange,
    manner_of,
)
from service.providers.offline.illustrator.subjects import Staged, Subjects
from service.providers.offline.illustrator.svg import Point, group, halo, moved

#: The share of the picture that the box of the focus should fill, in far shots and in all others: somewhat
#: more than a twenty-fifth and a twelfth, because drawings do not fill their boxes.
FAR_SHARE, NEAR_SHARE = 0.046, 0.092
#: The share of each head that must be visible.
_CLEAR = 0.92
#: The distances of neighbours that are tried. Three or more stand closer.
_APART = (0.84, 1.0, 1.2)
_SHADE = "#231a3a"
#: The planes of a figure or a thing in the map, and the plane of the first one.
DEPTH, _FIRST = 13, 108


@dataclass(frozen=True)
class Placed:
    """A part of the group on the canvas. Its feet are at (x, y). ``scale`` converts the units of the drawing
    to units of the canvas."""

    x: float
    y: float
    scale: float
    depth: float
    flipped: bool


@dataclass(frozen=True)
class Composed:
    """A composed picture without its place: the camera, the layers of the group from far to near, the heroes
    from left to right, the middle of the focus, the name of each subject that is a thing and whether it is in
    the air, what the lead holds or touches, the free ground at both sides (its middle and its width), and
    what is visible of each subject."""

    camera: Camera
    layers: tuple[Layer, ...]
    shadows: str
    cast: tuple[Cast, ...]
    lead: Cast | None
    focus_at: Point
    named: dict[str, tuple[str, bool]]
    held: str = ""
    touched: str = ""
    free: tuple[tuple[float, float], ...] = ()
    view: Mapping[str, Shown] = field(default_factory=dict)

    @property
    def clear(self) -> float:
        """The visible share of the head that is hidden most."""
        return min((shown.face for shown in self.view.values()), default=1.0)


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
    whole = must_be_whole(characters)
    tries = []
    for apart in _APART if len(characters) < 3 else (0.62, *_APART):
        composed = _composed(cast, subjects, shot, width, flip, whole, apart)
        composed = replace(composed, view=measured(composed.layers, width))
        tries.append(composed)
        if composed.clear > _CLEAR:
            break
    return max(tries, key=lambda one: one.clear)


def _without_heroes(focus: Staged | None, shot: Camera, width: float) -> Composed:
    """A picture of the focus alone, or of an empty place."""
    at = (width / 2, shot.ground)
    if focus is None:
        return Composed(shot, (), "", (), None, at, {})
    thing = focus.thing
    scale = min(420 / thing.height, width * 0.6 / thing.width)
    layer = Layer(moved(focus.svg, *at, scale), _FIRST, DEPTH - 1, "focus", "cloth")
    shade = halo(*at, thing.width * scale * 0.55, 24, _SHADE, 0.42)
    return Composed(shot, (layer,), shade, (), None, at, {"focus": (focus.name, False)})


def _composed(
    cast: Sequence[Cast],
    subjects: Subjects,
    shot: Camera,
    width: float,
    flip: bool,
    whole: bool,
    apart: float,
) -> Composed:
    lead = cast[0]
    focus = _focus_of(subjects.focus, lead, shot)
    companion = _companion_of(subjects.companion, lead)
    if shot.name == "wide" and focus is not None and focus.manner in ("held", "above"):
        shot = replace(shot, share=0.6)  # from farther away, nobody sees what a hand holds
    shots = (
        [shot] if shot.name in ("wide", "close") else [shot, replace(shot, share=0.84, cut=0.34, zoom=1.25)]
    )
    for tried in shots:  # nearer, if the focus is too small otherwise
        grown, group, camera = _grown(cast, focus, companion, tried, width, whole, apart)
        if grown is None or _share(grown, camera, width) >= NEAR_SHARE * 0.98:
            break
    return _Page(cast, grown, companion, group, camera, width, -1 if flip else 1).composed()


def _share(focus: Subject, camera: Camera, width: float) -> float:
    """The share of the picture that the box of the focus takes."""
    return focus.width * focus.height * camera.unit**2 / (width * 1000)


def _grown(
    cast: Sequence[Cast],
    focus: Subject | None,
    companion: Subject | None,
    shot: Camera,
    width: float,
    whole: bool,
    apart: float,
) -> tuple[Subject | None, Group, Camera]:
    """The focus as large as the page needs it, and the group and camera that fit it."""
    group, camera = _sized(cast, focus, companion, shot, width, whole, apart)
    if focus is None:
        return None, group, camera
    wanted = FAR_SHARE if shot.name == "wide" else NEAR_SHARE
    most = GROWTH[focus.manner] * focus.staged.thing.grow
    for _ in range(4):
        has = _share(focus, camera, width)
        if has >= wanted or focus.scale >= most:
            break
        focus = replace(focus, scale=min(focus.scale * (wanted * 1.08 / has) ** 0.5, most))
        group, camera = _sized(cast, focus, companion, shot, width, whole, apart)
    return focus, group, camera


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


def _sized(
    cast: Sequence[Cast],
    focus: Subject | None,
    companion: Subject | None,
    shot: Camera,
    width: float,
    whole: bool,
    apart: float,
) -> tuple[Group, Camera]:
    group = arrange(cast, focus, companion, apart)
    return group, fitted(shot, group.box, width, whole, group.floor, len(cast) > 2)


class _Page:
    """Draws an arranged group with its camera. ``way`` is 1 if the lead faces right."""

    def __init__(
        self,
        cast: Sequence[Cast],
        focus: Subject | None,
        companion: Subject | None,
        group: Group,
        camera: Camera,
        width: float,
        way: int,
    ) -> None:
        self._cast, self._focus, self._companion = cast, focus, companion
        self._group, self._camera, self._way = group, camera, way
        box = group.box
        # a narrow group stands beside the middle, and looks into the picture
        aside = 0.055 if box.width * camera.unit < width * 0.72 else 0.0
        self._zero = width * (0.5 - way * aside) - way * (box.left + box.right) / 2 * camera.unit
        self._width = width

    def _at(self, spot: Spot, size: float) -> Placed:
        camera = self._camera
        depth = spot.depth * camera.unit
        steep = min(max((camera.ground - camera.horizon) / 900, 0.16), 0.6)
        y = camera.ground - depth * steep
        nearness = max(1 - depth * steep / max(camera.ground - camera.horizon, 200) * 0.5, 0.7)
        x = self._zero + self._way * spot.x * camera.unit
        return Placed(
            x,
            y - spot.up * camera.unit,
            camera.unit * size * nearness,
            spot.depth,
            spot.faces * self._way < 0,
        )

    def composed(self) -> Composed:
        group, focus = self._group, self._focus
        spots = [self._at(spot, one.size) for spot, one in zip(group.heroes, self._cast, strict=True)]
        focus_at = self._middle(focus, group.focus)
        drawn = [self._hero(n, one, spots, focus_at) for n, one in enumerate(self._cast)]
        parts: list[tuple[float, str, str, str]] = [
            (spot.depth + 0.01 * n, f"hero {n}", moved(one.drawn.svg, spot.x, spot.y, spot.scale), "cloth")
            for n, (one, spot) in enumerate(zip(drawn, spots, strict=True))
        ]
        held = touched = ""
        if focus is not None and group.focus is not None:
            place = self._at(group.focus, focus.scale)
            hand = self._hand(drawn[0], spots[0])
            if focus.manner == "held" and hand is not None:
                held = focus.staged.name
                x, y = focus.staged.thing.hold
                place = replace(place, x=hand[0] - self._way * x * place.scale, y=hand[1] - y * place.scale)
            elif hand is not None and self._reaches(hand, drawn[0], spots[0], focus, place):
                touched = focus.staged.name
            focus_at = (place.x, place.y - focus.height * self._camera.unit / 2)
            depth = {"held": -1.0, "above": 90.0, "before": 60.0}.get(focus.manner, 6.0)
            parts.append(
                (depth, "focus", self._tied(focus, place, hand) + self._thing(focus, place), "cloth")
            )
            if held:
                fingers = moved(drawn[0].drawn.fingers, spots[0].x, spots[0].y, spots[0].scale)
                parts.append((-2.0, "fingers", fingers, "flat"))
        if self._companion is not None and group.companion is not None:
            place = self._at(group.companion, self._companion.scale)
            parts.append((place.depth + 5, "companion", self._thing(self._companion, place), "fur"))
        parts.sort(key=lambda part: -part[0])
        layers = tuple(
            Layer(svg, _FIRST + n * DEPTH, DEPTH - 1, name, surface)
            for n, (_, name, svg, surface) in enumerate(parts)
        )
        named = {
            name: (subject.staged.name, subject.manner == "above")
            for name, subject in (("focus", focus), ("companion", self._companion))
            if subject is not None
        }
        order = sorted(range(len(drawn)), key=lambda n: spots[n].x)
        return Composed(
            self._camera, layers, self._shadows(spots), tuple(drawn[n] for n in order), drawn[0], focus_at,
            named, held, touched, self._free(spots),
        )  # fmt: skip

    def _middle(self, subject: Subject | None, spot: Spot | None) -> Point:
        """The middle of the focus; of the lead's face without a focus."""
        if subject is None or spot is None:
            lead = self._at(self._group.heroes[0], self._cast[0].size)
            return lead.x, lead.y - self._cast[0].height * self._camera.unit * 0.8
        place = self._at(spot, subject.scale)
        return place.x, place.y - subject.height * self._camera.unit * (
            0.7 if subject.staged.thing.alive else 0.5
        )

    def _hero(self, n: int, one: Cast, spots: Sequence[Placed], focus_at: Point) -> Cast:
        """A hero who looks at the focus. The lead's hand goes to it."""
        spot = spots[n]

        def seen(point: Point) -> Point:
            side = -1 if spot.flipped else 1
            return (point[0] - spot.x) * side / spot.scale, (point[1] - spot.y) / spot.scale

        look_at = seen(focus_at)
        if self._focus is None:
            if len(spots) == 1:
                look_at = (60.0, -one.drawn.stature * 0.8)
            else:
                other = self._cast[1] if n == 0 else self._cast[0]
                to = spots[1] if n == 0 else spots[0]
                look_at = seen((to.x, to.y - other.height * self._camera.unit * 0.8))
        hand, holds = None, False
        if n == 0 and self._focus is not None and self._group.focus is not None:
            holds = self._focus.manner == "held"
            hand = seen(self._handle(self._focus, self._group.focus))
            if self._focus.manner == "above" and not self._is_tied(self._focus):
                hand = None
        drawn = draw_figure(one.look, one.pose, one.mood, spot.flipped, Aim(look_at, hand, holds))
        return replace(one, drawn=drawn, flipped=spot.flipped)

    def _handle(self, subject: Subject, spot: Spot) -> Point:
        """Where the lead's hand goes, on the canvas."""
        place, thing = self._at(spot, subject.scale), subject.staged.thing
        if subject.manner == "held":
            return place.x + self._way * thing.hold[0] * place.scale, place.y + thing.hold[1] * place.scale
        if subject.manner == "above":
            lead = self._at(self._group.heroes[0], self._cast[0].size)
            body = self._cast[0].drawn.stature * lead.scale
            return lead.x + self._way * body * 0.26, lead.y - body * (
                0.52 if self._cast[0].look.wheeled else 0.66
            )
        x, y = thing.handle or (-thing.width * 0.34, -thing.height * 0.62)
        side = -1 if self._turned(subject, place) else 1
        if thing.handle is None:
            side = self._way
        return place.x + side * x * place.scale, place.y + y * place.scale

    def _turned(self, subject: Subject, place: Placed) -> bool:
        """Whether a thing is mirrored, so that its front looks at the lead."""
        if subject.manner == "held":
            return self._way < 0
        return subject.staged.thing.front == self._way

    def _thing(self, subject: Subject, place: Placed) -> str:
        drawn = moved(subject.staged.svg, place.x, place.y, place.scale, flip=self._turned(subject, place))
        return group(drawn, data_prop={"held": "held", "above": "air"}.get(subject.manner, "ground"))

    @staticmethod
    def _is_tied(subject: Subject) -> bool:
        return subject.staged.name in ("kite", "balloons", "cloud")

    def _tied(self, subject: Subject, place: Placed, hand: Point | None) -> str:
        """The string from a kite or a cloud to the lead's hand."""
        if subject.manner != "above" or hand is None or not self._is_tied(subject):
            return ""
        low = (place.x, place.y - (2 if subject.staged.name != "balloons" else -100 * place.scale))
        bend = ((low[0] + hand[0]) / 2 - self._way * 14, (low[1] + hand[1]) / 2 + 26)
        return (
            f'<path d="M{low[0]:.0f} {low[1]:.0f}Q{bend[0]:.0f} {bend[1]:.0f} {hand[0]:.0f} {hand[1]:.0f}" '
            'fill="none" stroke="#6b5a4e" stroke-width="3"/>'
        )

    @staticmethod
    def _hand(one: Cast, spot: Placed) -> Point | None:
        if one.drawn.hand is None:
            return None
        return spot.x + one.drawn.hand[0] * spot.scale, spot.y + one.drawn.hand[1] * spot.scale

    def _reaches(self, hand: Point, lead: Cast, spot: Placed, focus: Subject, place: Placed) -> bool:
        if focus.manner == "above":
            return False
        assert self._group.focus is not None
        x, y = self._handle(focus, self._group.focus)
        return abs(hand[0] - x) + abs(hand[1] - y) < 46 * spot.scale

    def _shadows(self, spots: Sequence[Placed]) -> str:
        """The shadows on the ground under all that stands."""
        drawn = "".join(
            halo(
                spot.x,
                spot.y + 3,
                one.core * spot.scale * 1.15 / one.size,
                max(one.core * 0.15 * spot.scale, 14),
                _SHADE,
                0.46,
            )
            for one, spot in zip(self._cast, spots, strict=True)
        )
        for subject, spot in ((self._focus, self._group.focus), (self._companion, self._group.companion)):
            if subject is not None and spot is not None and subject.manner in ("near", "before"):
                place, half = self._at(spot, subject.scale), subject.width * self._camera.unit / 2
                drawn += halo(place.x, place.y + 2, half * 1.1, max(half * 0.16, 9), _SHADE, 0.42)
        return drawn

    def _free(self, spots: Sequence[Placed]) -> tuple[tuple[float, float], ...]:
        """The free ground at both sides, as its middle and its width. The wider side is first."""
        box, unit = self._group.box, self._camera.unit
        ends = sorted((self._zero + self._way * box.left * unit, self._zero + self._way * box.right * unit))
        sides = [(ends[0] / 2, ends[0]), ((ends[1] + self._width) / 2, self._width - ends[1])]
        return tuple(sorted(((x, room + 40) for x, room in sides if room > 80), key=lambda side: -side[1]))
