"""Draws an arranged group as its camera sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.providers.offline.illustrator.camera import Camera
from service.providers.offline.illustrator.casting import Cast
from service.providers.offline.illustrator.figure.aims import may_look_away
from service.providers.offline.illustrator.figure.figure import Aim, draw_figure
from service.providers.offline.illustrator.finish.measure import Shown
from service.providers.offline.illustrator.finish.passes import Layer
from service.providers.offline.illustrator.grouping import Group, Spot, Subject
from service.providers.offline.illustrator.svg import Point, group, halo, moved

SHADE = "#231a3a"
#: The planes of a figure or a thing in the map, and the plane of the first one.
DEPTH, FIRST = 13, 108


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

    @property
    def shown(self) -> float:
        """The visible share of the focus."""
        return self.view["focus"].part if "focus" in self.view else 1.0


@dataclass(frozen=True)
class _Part:
    """A drawn part of the group."""

    depth: float
    name: str
    svg: str
    surface: str


@dataclass(frozen=True)
class _Focus:
    """The drawn focus: its parts, its middle, and its name if the lead holds or touches it."""

    parts: list[_Part]
    at: Point
    held: str = ""
    touched: str = ""


class Page:
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
        away: bool = False,
    ) -> None:
        self._away = away
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
        """The drawn group."""
        focus, group = self._focus, self._group
        spots = [self._at(spot, one.size) for spot, one in zip(group.heroes, self._cast, strict=True)]
        drawn = [self._hero(n, one, spots) for n, one in enumerate(self._cast)]
        parts = [
            _Part(
                spot.depth + (0.01 * n if n else -1.5),
                f"hero {n}",
                moved(one.drawn.svg, spot.x, spot.y, spot.scale),
                "cloth",
            )
            for n, (one, spot) in enumerate(zip(drawn, spots, strict=True))
        ]
        found = self._focus_parts(drawn[0], spots[0])
        parts += found.parts
        if self._companion is not None and group.companion is not None:
            place = self._at(group.companion, self._companion.scale)
            parts.append(_Part(place.depth + 5, "companion", self._thing(self._companion, place), "fur"))
        parts.sort(key=lambda part: -part.depth)
        layers = tuple(
            Layer(part.svg, FIRST + n * DEPTH, DEPTH - 1, part.name, part.surface)
            for n, part in enumerate(parts)
        )
        named = {
            name: (subject.staged.name, subject.manner == "above")
            for name, subject in (("focus", focus), ("companion", self._companion))
            if subject is not None
        }
        order = sorted(range(len(drawn)), key=lambda n: spots[n].x)
        return Composed(
            self._camera, layers, self._shadows(spots), tuple(drawn[n] for n in order), drawn[0], found.at,
            named, found.held, found.touched, self._free(),
        )  # fmt: skip

    def _focus_parts(self, lead: Cast, spot: Placed) -> _Focus:
        """The drawing of the focus, with the fingers of the lead who holds it."""
        focus, group = self._focus, self._group
        if focus is None or group.focus is None:
            return _Focus([], self._middle())
        thing, place, hand = focus.staged.thing, self._at(group.focus, focus.scale), self._hand(lead, spot)
        held = touched = ""
        if focus.manner == "held" and hand is not None:
            held = focus.staged.name
            x, y = thing.hold
            place = replace(place, x=hand[0] - self._way * x * place.scale, y=hand[1] - y * place.scale)
        elif hand is not None and self._reaches(hand, spot, focus):
            touched = focus.staged.name
        # the lead's hand lies on what stands near, and this hides no other thing than a neighbour's side
        depth = {"held": -2.0, "above": 90.0, "before": 60.0}.get(focus.manner, -1.0)
        drawn = self._string(focus, place, hand) + self._thing(focus, place)
        parts = [_Part(depth, "focus", drawn, "cloth")]
        if held:
            parts.append(
                _Part(-3.0, "fingers", moved(lead.drawn.fingers, spot.x, spot.y, spot.scale), "flat")
            )
        middle = (place.x, place.y - focus.height * self._camera.unit / 2)
        return _Focus(parts, middle, held, touched)

    def _middle(self) -> Point:
        """The middle of the focus (its face, if it is alive); the lead's face without a focus."""
        subject, spot = self._focus, self._group.focus
        if subject is None or spot is None:
            return self._face(0)
        place = self._at(spot, subject.scale)
        return place.x, place.y - subject.height * self._camera.unit * (
            0.7 if subject.staged.thing.alive else 0.5
        )

    def _face(self, n: int) -> Point:
        """The place of a hero's face."""
        place = self._at(self._group.heroes[n], self._cast[n].size)
        return place.x, place.y - self._cast[n].height * self._camera.unit * 0.8

    def _hero(self, n: int, one: Cast, spots: Sequence[Placed]) -> Cast:
        """A hero who looks at the focus, or else at another hero. The lead's hand goes to the focus."""
        spot, focus = spots[n], self._focus

        def seen(point: Point) -> Point:
            side = -1 if spot.flipped else 1
            return (point[0] - spot.x) * side / spot.scale, (point[1] - spot.y) / spot.scale

        if focus is not None:
            look_at = seen(self._middle())
        elif len(spots) == 1:
            look_at = (60.0, -one.drawn.stature * 0.8)
        else:
            look_at = seen(self._face(1 if n == 0 else 0))
        hand = None
        if n == 0 and focus is not None and (focus.manner != "above" or self._is_tied(focus)):
            hand = seen(self._handle(focus))
        elif n and (touch := self._contact(n)) is not None:
            hand = seen(touch)
        away = self._away and may_look_away(one.look, one.pose)
        aim = Aim(look_at, hand, n == 0 and focus is not None and focus.manner == "held", away)
        return replace(
            one, drawn=draw_figure(one.look, one.pose, one.mood, spot.flipped, aim), flipped=spot.flipped
        )

    def _contact(self, n: int) -> Point | None:
        """Where a neighbour's hand goes: to the back of the lead, or to the far side of what lies between.
        None if both are too far away for a hand."""
        spot, one, lead = self._group.heroes[n], self._cast[n], self._cast[0]
        reach = one.drawn.stature * one.size * 0.34
        focus, at = self._group.focus, self._focus
        tall = lead.drawn.stature * lead.size * (0.46 if lead.look.wheeled else 0.58)
        if spot.x < 0 and self._group.companion is None:
            touch = replace(self._group.heroes[0], x=-lead.body * 0.62, up=tall)
        elif spot.x > 0 and focus is not None and at is not None and at.manner in ("held", "near"):
            if at.staged.thing.alive:
                return None
            touch = Spot(focus.x + at.width * 0.42, 0, focus.up + at.height * 0.45)
        else:
            return None
        if abs(spot.x - touch.x) > one.body + reach or touch.up > one.height:
            return None
        place = self._at(touch, 1.0)
        return place.x, place.y

    def _handle(self, subject: Subject) -> Point:
        """Where the lead's hand goes, on the canvas."""
        assert self._group.focus is not None
        place, thing = self._at(self._group.focus, subject.scale), subject.staged.thing
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

    def _string(self, subject: Subject, place: Placed, hand: Point | None) -> str:
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

    def _reaches(self, hand: Point, spot: Placed, focus: Subject) -> bool:
        """Whether the lead's hand is at the handle of the focus."""
        if focus.manner == "above":
            return False
        x, y = self._handle(focus)
        return abs(hand[0] - x) + abs(hand[1] - y) < 46 * spot.scale

    def _shadows(self, spots: Sequence[Placed]) -> str:
        """The shadows on the ground under all that stands."""
        drawn = "".join(
            halo(
                spot.x,
                spot.y + 3,
                one.core * spot.scale * 1.15 / one.size,
                max(one.core * 0.15 * spot.scale, 14),
                SHADE,
                0.46,
            )
            for one, spot in zip(self._cast, spots, strict=True)
        )
        for subject, spot in ((self._focus, self._group.focus), (self._companion, self._group.companion)):
            if subject is not None and spot is not None and subject.manner in ("near", "before"):
                place, half = self._at(spot, subject.scale), subject.width * self._camera.unit / 2
                drawn += halo(place.x, place.y + 2, half * 1.1, max(half * 0.16, 9), SHADE, 0.42)
        return drawn

    def _free(self) -> tuple[tuple[float, float], ...]:
        """The free ground at both sides, as its middle and its width. The wider side is first."""
        box, unit = self._group.box, self._camera.unit
        ends = sorted((self._zero + self._way * box.left * unit, self._zero + self._way * box.right * unit))
        sides = [(ends[0] / 2, ends[0]), ((ends[1] + self._width) / 2, self._width - ends[1])]
        return tuple(sorted(((x, room + 40) for x, room in sides if room > 80), key=lambda side: -side[1]))
