"""What a staging asks a picture to show: its focus, a second character, and further things."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.domain.story import Staging
from service.providers.offline.illustrator.light import Light
from service.providers.offline.illustrator.places.registry import INDOORS
from service.providers.offline.illustrator.props.registry import name_of, thing_of
from service.providers.offline.illustrator.props.thing import Thing

#: Places that show trees anyway.
_WOODED = frozenset(
    ("forest", "park", "garden", "meadow", "mountain", "lake", "river", "castle", "treehouse", "snowfield")
)
#: Things of the open sky, which no room shows.
_OF_THE_SKY = frozenset(("moon", "stars", "cloud", "rainbow", "sun"))
_MOST = 3


@dataclass(frozen=True)
class Staged:
    """A thing of a staging, with its name and its colour."""

    thing: Thing
    name: str
    colour: str

    @property
    def svg(self) -> str:
        """The thing, standing on y = 0 around x = 0."""
        return self.thing.draw(self.colour)


@dataclass(frozen=True)
class Subjects:
    """The central thing of a page, if it has one; a creature or person beside the heroes, if any; and further
    things."""

    focus: Staged | None = None
    companion: Staged | None = None
    others: tuple[Staged, ...] = ()


def subjects_of(staging: Staging, place: str, light: Light) -> Subjects:
    """What the picture of a staging shows. The focus is the thing that the staging names as such, or else its
    first thing that can be drawn."""
    named = _found(getattr(staging, "focus", None) or "", place)
    staged = [named] if named else []
    for words in staging.props[:7]:
        found = _found(words, place)
        if found and all(found.name != other.name for other in staged):
            staged.append(found)
    if not staged:
        return Subjects()
    focus, *rest = staged
    rest = [thing for thing in rest if not _there_already(thing, place, light)]
    companion = None if focus.thing.alive else next((thing for thing in rest if thing.thing.alive), None)
    return Subjects(focus, companion, tuple(thing for thing in rest if thing is not companion)[:_MOST])


def _found(words: str, place: str) -> Staged | None:
    found = thing_of(words) if words else None
    if found is None:
        return None
    thing, colour = found
    name = name_of(thing)
    if place in INDOORS and name in _OF_THE_SKY:
        return None
    if place in INDOORS and name == "kite":  # it is carried, and does not fly
        thing = replace(thing, place="hand", grip=(0, -thing.height / 2))
    return Staged(thing, name, colour or thing.colour)


def _there_already(staged: Staged, place: str, light: Light) -> bool:
    """Whether a thing that is not the focus is part of the scene anyway, or cannot exist in it."""
    match staged.name:
        case "fish":
            return place != "underwater"
        case "tree":
            return place in _WOODED
        case "cloud":
            return light.weather != "clear"
        case "moon":
            return light.disc == "moon"
        case "stars":
            return light.stars
        case _:
            return False
