"""Maps words to places."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from collections.abc import Callable

from service.providers.offline.illustrator.places import country, faraway, outer_space, rooms, town, waters
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.words import first_of, fold

PLACES: dict[str, Callable[[Stage], Setting]] = {
    "forest": country.forest, "meadow": country.meadow, "seaside": waters.seaside, "city": town.city,
    "village": town.village, "garden": country.garden, "home": rooms.home, "bedroom": rooms.bedroom,
    "kitchen": rooms.kitchen, "school": rooms.school, "library": rooms.library, "mountain": country.mountain,
    "river": waters.river, "lake": waters.lake, "castle": country.castle, "cave": faraway.cave,
    "night_sky": faraway.night_sky, "space": outer_space.space, "underwater": waters.underwater,
    "snowfield": country.snowfield, "market": town.market, "park": country.park, "treehouse": town.treehouse,
    "island": waters.island, "train": town.train, "rooftop": town.rooftop,
}  # fmt: skip

_ALIASES: dict[str, str] = {
    "wood": "forest", "woodland": "forest", "jungle": "forest", "grove": "forest", "clearing": "forest",
    "field": "meadow", "hill": "meadow", "grass": "meadow", "prairie": "meadow", "farm": "meadow",
    "valley": "meadow", "desert": "island", "beach": "seaside", "sea": "seaside", "shore": "seaside",
    "coast": "seaside", "ocean": "seaside", "harbour": "seaside", "harbor": "seaside", "boat": "lake",
    "street": "city", "town": "village", "road": "city", "square": "village", "playground": "park",
    "backyard": "garden", "yard": "garden", "greenhouse": "garden", "orchard": "garden", "house": "home",
    "living room": "home", "room": "home", "cottage": "home", "attic": "bedroom", "bed": "bedroom",
    "nursery": "bedroom", "bakery": "kitchen", "cafe": "kitchen", "classroom": "school", "hospital": "school",
    "museum": "library", "bookshop": "library", "shop": "market", "fair": "market", "festival": "market",
    "cliff": "mountain", "peak": "mountain", "summit": "mountain", "stream": "river", "brook": "river",
    "bridge": "river", "waterfall": "river", "pond": "lake", "pool": "lake", "palace": "castle",
    "kingdom": "castle", "tunnel": "cave", "cavern": "cave", "stars": "night_sky", "sky": "night_sky",
    "moon": "space", "planet": "space", "rocket": "space", "under water": "underwater",
    "under the sea": "underwater", "reef": "underwater", "seabed": "underwater", "snow": "snowfield",
    "ice": "snowfield", "winter": "snowfield", "north pole": "snowfield", "zoo": "park",
    "tree house": "treehouse", "station": "train", "railway": "train", "roof": "rooftop", "balcony": "rooftop",
}  # fmt: skip

#: Places without a sky.
INDOORS: frozenset[str] = frozenset({"home", "bedroom", "kitchen", "school", "library", "train", "cave"})

WORDS: dict[str, str] = {**{name.replace("_", " "): name for name in PLACES}, **_ALIASES}


def place_of(words: str) -> str:
    """The place that the words name; the meadow if no word is known."""
    return first_of(fold(words.replace("_", " ")), WORDS) or "meadow"


def draw_place(name: str, stage: Stage) -> Setting:
    """Draw a place by its name in ``PLACES``."""
    return PLACES[name](stage)
