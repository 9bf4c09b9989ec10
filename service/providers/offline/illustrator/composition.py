"""Where everything stands: heroes side by side, things around them, none before another."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from dataclasses import dataclass, replace

from service.domain.story import Character, Staging
from service.providers.offline.illustrator.figure.figure import Drawn, draw_figure
from service.providers.offline.illustrator.look import Look, look_of
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.props.registry import thing_of
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.svg import group, halo, moved
from service.providers.offline.illustrator.words import fold

_GAP = 22.0
#: Traits whose signs are below the waist: no camera may cut these figures.
_WHOLE = frozenset(
    ("manual_wheelchair", "power_wheelchair", "walker", "crutches_or_cane", "leg_orthosis", "white_cane", "assistance_dog",
     "limb_difference", "prosthesis", "short_stature")
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """One hero as drawn for this picture; ``size`` scales its units beside the others."""

    look: Look
    drawn: Drawn
    size: float

    @property
    def width(self) -> float:
        return self.drawn.width * self.size

    @property
    def height(self) -> float:
        return self.drawn.height * self.size


@dataclass(frozen=True)
class Placed:
    """A drawing with its place: feet at (x, y), ``scale`` from its units to the canvas."""

    svg: str
    x: float
    y: float
    scale: float
    left: float
    right: float


def must_be_whole(characters: tuple[Character, ...]) -> bool:
    """Whether the whole of a hero must be seen."""
    return any(ref.id in _WHOLE for character in characters for ref in character.traits)


def shown(characters: tuple[Character, ...], staging: Staging) -> tuple[Character, ...]:
    """The heroes in the picture: those with a pose, or all; four at most."""
    posed = {fold(pose.name) for pose in staging.poses}
    chosen = tuple(character for character in characters if fold(character.name) in posed)
    return (chosen or characters)[:4]


def cast_heroes(characters: tuple[Character, ...], staging: Staging, stage: Stage) -> list[Cast]:
    """Draw each hero in its pose; those at the right look to the left, and the other way."""
    poses = {fold(pose.name): pose for pose in staging.poses}
    held = _to_hold(staging)
    cast = []
    for i, character in enumerate(characters):
        pose = poses.get(fold(character.name))
        flipped = _faces_left(i, len(characters), stage.flip)
        thing = held if i == 0 else ""
        look = look_of(character)
        drawn = draw_figure(
            look, pose.pose if pose else "stand", pose.expression if pose else "happy", flipped, thing
        )
        cast.append(Cast(look, drawn, look.species.size if look.species else 1.0))
    return cast


def _faces_left(i: int, count: int, mirrored: bool) -> bool:
    if count == 1:
        return mirrored
    return i >= (count + 1) // 2


def _to_hold(staging: Staging) -> str:
    """The first thing of the staging that goes into a hand."""
    for words in staging.props:
        found = thing_of(words)
        if found and found[0].place == "hand":
            return found[0].held(found[1])
    return ""


def place_heroes(cast: list[Cast], stage: Stage) -> list[Placed]:
    """The heroes side by side on the ground, as large as the camera wants and the width allows."""
    tallest = max(member.height for member in cast)
    scale = stage.camera.figure / tallest
    lone = len(cast) == 1
    room = stage.width * (0.78 if lone else 0.95)
    needed = sum(member.width for member in cast) * scale + _GAP * (len(cast) - 1)
    if needed > room:
        scale *= (room - _GAP * (len(cast) - 1)) / (needed - _GAP * (len(cast) - 1))
    total = sum(member.width for member in cast) * scale + _GAP * (len(cast) - 1)
    x = _start(stage, total, lone)
    placed = []
    for i, member in enumerate(cast):
        size = member.size * scale
        at = x - member.drawn.left * size
        y = stage.ground - (14 if len(cast) > 2 and i % 2 else 0)
        placed.append(Placed(member.drawn.svg, at, y, size, x, x + member.width * scale))
        x += member.width * scale + _GAP
    return placed


def _start(stage: Stage, total: float, lone: bool) -> float:
    """The left edge of the row: a lone hero stands off the middle, looking into the picture."""
    shift = stage.width * (0.07 if stage.flip else -0.07) if lone else 0.0
    return min(max((stage.width - total) / 2 + shift, 12), max(stage.width - total - 12, 12))


def heroes(placed: list[Placed], stage: Stage) -> str:
    """The heroes with the light behind them and their shadows."""
    middle = sum(hero.x for hero in placed) / len(placed)
    wide = max(hero.right for hero in placed) - min(hero.left for hero in placed)
    tall = stage.camera.figure
    light = halo(
        middle,
        stage.ground - tall * 0.55,
        wide * 0.75 + 120,
        tall * 0.72,
        stage.light.glow,
        0.34 if stage.light.dark else 0.4,
    )
    return light + "".join(_standing(hero) for hero in placed)


def _standing(hero: Placed) -> str:
    wide = (hero.right - hero.left) * 0.5
    shade = halo((hero.left + hero.right) / 2, hero.y + 3, wide * 1.05, max(wide * 0.13, 15), "#231a3a", 0.46)
    return shade + moved(hero.svg, hero.x, hero.y, hero.scale)


def things(staging: Staging, placed: list[Placed], stage: Stage) -> tuple[str, str]:
    """What is drawn of the staging's things behind the heroes, and before them."""
    behind: list[str] = []
    front: list[str] = []
    scale = _thing_scale(placed, stage)
    slots = _ground_slots(placed, stage)
    skies = [(0.2, 0.2), (0.72, 0.14), (0.45, 0.1), (0.88, 0.3)]
    in_hand = True
    for words in staging.props[:7]:
        found = thing_of(words)
        if found is None:
            continue
        thing, colour = found
        if thing.place == "hand" and in_hand:
            in_hand = False
        elif thing.place == "air" and skies:
            x, y = skies.pop(0)
            behind.append(_hung(thing, colour, stage.x(x), stage.camera.horizon * y + 130, scale))
        elif slots:
            x, near = slots.pop(0)
            (front if near else behind).append(_set(thing, colour, x, stage, near, scale))
    return "".join(behind), "".join(front)


def _thing_scale(placed: list[Placed], stage: Stage) -> float:
    return min(max(hero.scale for hero in placed), stage.camera.figure / 400) * 0.95


def _ground_slots(placed: list[Placed], stage: Stage) -> list[tuple[float, bool]]:
    """Free places on the ground: beside the heroes, then at the edges before them."""
    left, right = min(hero.left for hero in placed), max(hero.right for hero in placed)
    slots: list[tuple[float, bool]] = []
    if stage.width - right > 150:
        slots.append(((right + stage.width) / 2, False))
    if left > 150:
        slots.append((left / 2, False))
    return [*slots, (stage.width * 0.9, True), (stage.width * 0.1, True), (stage.width * 0.5, True)]


def _set(thing: Thing, colour: str | None, x: float, stage: Stage, near: bool, scale: float) -> str:
    size = scale * thing.grow * (0.8 if near and thing.place == "ground" else 0.95)
    most = stage.width * (0.26 if near else 0.34)
    size = min(size, most / thing.width, 330 / thing.height)
    half = thing.width * size / 2
    at = min(max(x, half + 6), stage.width - half - 6)
    y = min(stage.ground + 46, 990) if near else stage.ground - 34
    shade = halo(at, y + 2, half * 1.1, max(half * 0.16, 8), "#231a3a", 0.4)
    return group(shade, moved(thing.draw(colour or thing.colour), at, y, size), data_prop="ground")


def _hung(thing: Thing, colour: str | None, x: float, y: float, scale: float) -> str:
    return group(
        moved(thing.draw(colour or thing.colour), x, y, min(scale, 1.5) * thing.grow * 0.9), data_prop="air"
    )


def whole(stage: Stage) -> Stage:
    """The stage with a camera that cuts nobody."""
    camera = stage.camera
    if camera.ground + 0 <= 960 and camera.figure <= 700:
        return stage
    return replace(
        stage, camera=replace(camera, ground=min(camera.ground, 950), figure=min(camera.figure, 700))
    )
