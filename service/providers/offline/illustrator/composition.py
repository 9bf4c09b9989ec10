"""The composition of a picture: heroes side by side and things around them, without overlaps."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from service.domain.story import Character, Staging
from service.providers.offline.illustrator.figure.figure import Drawn, draw_figure
from service.providers.offline.illustrator.figure.poses import stance_of
from service.providers.offline.illustrator.look import Look, look_of
from service.providers.offline.illustrator.places.registry import place_of
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.props.registry import THINGS, name_of, thing_of
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.svg import group, halo, moved
from service.providers.offline.illustrator.words import fold

_GAP = 12.0
#: Traits that are visible below the waist. A camera must show heroes with such a trait completely.
_WHOLE = frozenset(
    ("manual_wheelchair", "power_wheelchair", "walker", "crutches_or_cane", "leg_orthosis", "white_cane", "assistance_dog",
     "limb_difference", "prosthesis", "short_stature")
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """A hero that was drawn for this picture. ``size`` is the scale of the hero relative to the other
    heroes."""

    look: Look
    drawn: Drawn
    size: float

    @property
    def width(self) -> float:
        """The width of the hero in the picture."""
        return self.drawn.width * self.size

    @property
    def height(self) -> float:
        """The height of the hero in the picture."""
        return self.drawn.height * self.size


@dataclass(frozen=True)
class Placed:
    """A drawing with its place. The feet are at (x, y). ``scale`` converts the units of the drawing to units
    of the canvas."""

    svg: str
    x: float
    y: float
    scale: float
    left: float
    right: float


def must_be_whole(characters: tuple[Character, ...]) -> bool:
    """Whether the whole body of a hero must be visible."""
    return any(ref.id in _WHOLE for character in characters for ref in character.traits)


def shown(characters: tuple[Character, ...], staging: Staging) -> tuple[Character, ...]:
    """The heroes in the picture, at most four: the heroes with a pose, or all heroes if none has a pose."""
    posed = {fold(pose.name) for pose in staging.poses}
    chosen = tuple(character for character in characters if fold(character.name) in posed)
    return (chosen or characters)[:4]


def cast_heroes(characters: tuple[Character, ...], staging: Staging, stage: Stage) -> list[Cast]:
    """Draw each hero in its pose. Heroes on the right side look to the left, and heroes on the left side look
    to the right."""
    poses = {fold(pose.name): pose for pose in staging.poses}
    held, colour = _to_hold(staging)
    cast = []
    for i, character in enumerate(characters):
        pose = poses.get(fold(character.name))
        flipped = _faces_left(i, len(characters), stage.flip)
        look = look_of(character)
        doing, mood = (pose.pose, pose.expression) if pose else ("stand", "happy")
        if i == 0 and held and held.height > 150 and stance_of(doing).name == "carry":
            doing = "stand"  # both hands before the body would hide the face behind it
        drawn = draw_figure(look, doing, mood, flipped, held.held(colour) if held and i == 0 else "")
        cast.append(Cast(look, drawn, look.species.size if look.species else 1.0))
    return _levelled(cast)


def _levelled(cast: list[Cast]) -> list[Cast]:
    """Make tall heroes a little smaller and small heroes a little taller, so that every face is clearly
    visible."""
    statures = [member.drawn.stature * member.size for member in cast]
    mean = sum(statures) / len(statures)
    return [
        replace(member, size=member.size * (mean / stature) ** 0.34)
        for member, stature in zip(cast, statures, strict=True)
    ]


def _faces_left(i: int, count: int, mirrored: bool) -> bool:
    if count == 1:
        return mirrored
    return i >= (count + 1) // 2


def _to_hold(staging: Staging) -> tuple[Thing | None, str | None]:
    """The first thing of the staging that a hand can hold."""
    for words in staging.props:
        found = thing_of(words)
        if found and found[0].place == "hand":
            return found
    return None, None


def place_heroes(cast: list[Cast], stage: Stage) -> list[Placed]:
    """Place the heroes side by side on the ground. Camera and width of the picture determine their size."""
    tallest = max(member.height for member in cast)
    scale = stage.camera.figure / tallest
    lone = len(cast) == 1
    room = stage.width * (0.8 if lone else 0.97)
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
    """The left edge of the row of heroes. A single hero is placed beside the middle, and looks into the
    picture."""
    shift = stage.width * (0.07 if stage.flip else -0.07) if lone else 0.0
    return min(max((stage.width - total) / 2 + shift, 12), max(stage.width - total - 12, 12))


def leaves_edges(placed: list[Placed], stage: Stage) -> bool:
    """Whether the edges of the picture are free: no hero is so near to a side that an object in the
    foreground would hide it."""
    return all(hero.left > 115 and hero.right < stage.width - 115 for hero in placed)


def heroes(placed: list[Placed], stage: Stage) -> str:
    """Draw the heroes, with the light behind them and their shadows."""
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


@dataclass(frozen=True)
class Things:
    """The drawn things of a staging: things behind the heroes, and small things in front of them. It also has
    the names of the drawn things: held by the first hero, around the heroes, and in the air."""

    behind: str = ""
    front: str = ""
    held: str = ""
    around: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


def things(staging: Staging, placed: list[Placed], stage: Stage, indoors: bool) -> Things:
    """Place the things of the staging around the heroes, as far as the space allows."""
    behind: list[str] = []
    front: list[str] = []
    around: list[str] = []
    above: list[str] = []
    scale = min(max(hero.scale for hero in placed), stage.camera.figure / 400) * 0.95
    skies = [(0.2, 0.2), (0.72, 0.14), (0.45, 0.1), (0.88, 0.3)]
    back, near = _free(placed, stage), _gaps(placed, stage)
    for thing, colour in _to_place(staging, stage, indoors):
        if thing.place == "air" and skies:
            x, y = skies.pop(0)
            behind.append(_hung(thing, colour, stage.x(x), stage.camera.horizon * y + 130, scale))
            above.append(name_of(thing))
            continue
        if back:
            x, room = back.pop(0)
            behind.append(_set(thing, colour, (x, stage.ground - 36), room, 340, stage, scale))
        elif thing.place == "hand" and near:
            x, room = near.pop(0)
            front.append(_set(thing, colour, (x, min(stage.ground + 44, 990)), room, 120, stage, scale))
        elif thing.place == "ground":
            x = stage.x(0.86 if len(behind) % 2 else 0.14)
            behind.insert(0, _set(thing, colour, (x, stage.ground - 62), 300, 360, stage, scale))
        else:
            continue
        around.append(name_of(thing))
    held = _to_hold(staging)[0]
    return Things("".join(behind), "".join(front), name_of(held) if held else "", tuple(around), tuple(above))


#: Things that a place or a sky already shows, or that cannot exist there.
_NATURE = (
    "forest",
    "park",
    "garden",
    "meadow",
    "mountain",
    "lake",
    "river",
    "castle",
    "treehouse",
    "snowfield",
)


def _to_place(staging: Staging, stage: Stage, indoors: bool) -> list[tuple[Thing, str | None]]:
    """The things to draw in addition to a held thing, without things that the place already shows."""
    chosen, in_hand = [], True
    place = place_of(staging.place)
    for words in staging.props[:7]:
        found = thing_of(words)
        if found is None:
            continue
        thing = found[0]
        if thing.place == "hand" and in_hand:
            in_hand = False
        elif not _there_already(thing, place, stage, indoors):
            chosen.append(found)
    return chosen


def _there_already(thing: Thing, place: str, stage: Stage, indoors: bool) -> bool:
    """Whether a thing is already part of the scene, or cannot exist in it."""
    if thing is THINGS["fish"]:
        return place != "underwater"
    if thing.place == "air" and (indoors or place in ("cave", "underwater")):
        return thing is not THINGS["balloons"]
    if thing is THINGS["tree"]:
        return place in _NATURE
    if thing is THINGS["cloud"]:
        return stage.light.weather != "clear"
    return (thing is THINGS["moon"] and stage.light.disc == "moon") or (
        thing is THINGS["stars"] and stage.light.stars
    )


def _free(placed: list[Placed], stage: Stage) -> list[tuple[float, float]]:
    """The free ground at both sides, as its middle and its width. The wider side is first."""
    left, right = min(hero.left for hero in placed), max(hero.right for hero in placed)
    sides = [(left / 2, left), ((right + stage.width) / 2, stage.width - right)]
    return sorted(((x, room + 30) for x, room in sides if room > 110), key=lambda side: -side[1])


def _gaps(placed: list[Placed], stage: Stage) -> list[tuple[float, float]]:
    """Places for small things in front of the heroes: between heroes and at the edges."""
    inner = [((one.right + other.left) / 2, 90.0) for one, other in pairwise(placed)]
    return [*inner, (stage.width * 0.94, 90.0), (stage.width * 0.06, 90.0)]


def _set(
    thing: Thing,
    colour: str | None,
    at: tuple[float, float],
    room: float,
    tall: float,
    stage: Stage,
    scale: float,
) -> str:
    """Place a thing on the ground at ``at``. Its width is at most ``room``, and its height at most
    ``tall``."""
    size = min(scale * thing.grow, room / thing.width, tall / thing.height)
    half = thing.width * size / 2
    x = min(max(at[0], half + 6), stage.width - half - 6)
    shade = halo(x, at[1] + 2, half * 1.1, max(half * 0.16, 8), "#231a3a", 0.4)
    return group(shade, moved(thing.draw(colour or thing.colour), x, at[1], size), data_prop="ground")


def _hung(thing: Thing, colour: str | None, x: float, y: float, scale: float) -> str:
    return group(
        moved(thing.draw(colour or thing.colour), x, y, min(scale, 1.5) * thing.grow * 0.9), data_prop="air"
    )


def whole(stage: Stage) -> Stage:
    """The stage with a camera that shows the whole body of every hero."""
    camera = stage.camera
    if camera.ground + 0 <= 960 and camera.figure <= 700:
        return stage
    return replace(
        stage, camera=replace(camera, ground=min(camera.ground, 950), figure=min(camera.figure, 700))
    )
