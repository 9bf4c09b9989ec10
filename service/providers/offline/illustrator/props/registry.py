"""Maps words to things. Words for things that cannot be drawn are ignored."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from service.providers.offline.illustrator.props.handheld import HANDHELD
from service.providers.offline.illustrator.props.standing import STANDING
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.words import colour_in, first_of, fold

THINGS: dict[str, Thing] = {**HANDHELD, **STANDING}

_ALIASES = {
    "lamp": "lantern", "light": "lantern", "flashlight": "torch", "chart": "map", "treasure map": "map",
    "sailboat": "boat", "ship": "boat", "raft": "boat", "canoe": "boat", "birthday cake": "cake", "cupcake": "cake",
    "pie": "cake", "notebook": "book", "diary": "book", "storybook": "book", "note": "letter", "envelope": "letter",
    "invitation": "letter", "postcard": "letter", "picnic basket": "basket", "flowers": "flower", "rose": "flower",
    "daisy": "flower", "bouquet": "flower", "sunflower": "flower", "seashell": "shell", "pebble": "shell",
    "quilt": "blanket", "pillow": "blanket", "teddy bear": "teddy", "toy bear": "teddy", "toy": "teddy",
    "present": "gift", "parcel": "gift", "package": "gift", "spyglass": "telescope", "binoculars": "telescope",
    "tambourine": "drum", "nut": "acorn", "seed": "acorn", "pinecone": "acorn", "fruit": "apple", "pear": "apple",
    "parasol": "umbrella", "mug": "cup", "cocoa": "cup", "tea": "cup", "soup": "cup", "bowl": "cup", "pail": "bucket",
    "watering can": "bucket", "shovel": "spade", "trowel": "spade", "plant": "sprout", "seedling": "sprout",
    "pot": "sprout", "loaf": "bread", "bun": "bread", "honey": "jar", "fireflies": "jar", "firefly": "jar",
    "jam": "jar", "bottle": "jar", "magnifier": "magnifying glass", "ukulele": "guitar", "violin": "guitar",
    "horn": "trumpet", "flute": "trumpet", "whistle": "trumpet", "brush": "paintbrush", "crayon": "paintbrush",
    "pencil": "paintbrush", "paint": "paintbrush", "magic wand": "wand", "watch": "clock", "biscuit": "cookie",
    "crate": "box", "treasure": "chest", "treasure chest": "chest", "campfire": "fire", "bonfire": "fire",
    "gate": "door", "stump": "log", "stone": "rock", "boulder": "rock", "cart": "wagon", "wheelbarrow": "wagon",
    "bike": "bicycle", "bench": "log", "oak": "tree", "apple tree": "tree", "starfish": "star", "songbird": "bird",
    "robin": "bird", "sparrow": "bird", "duck": "bird", "duckling": "bird", "gull": "bird", "seagull": "bird",
    "bunny": "rabbit", "lamb": "sheep", "piglet": "pig", "pony": "horse", "fawn": "deer", "cub": "bear",
    "bee": "butterfly", "moth": "butterfly", "ladybird": "butterfly", "picnic": "basket", "blossom": "flower",
    "guide dog": "dog",
}  # fmt: skip
WORDS: dict[str, str] = {**{name: name for name in THINGS}, **_ALIASES}


def thing_of(words: str) -> tuple[Thing, str | None] | None:
    """The thing that words such as "a red balloon" name, with its colour."""
    text = fold(words)
    name = first_of(text, WORDS)
    return (THINGS[name], colour_in(text)) if name else None


def name_of(thing: Thing) -> str:
    """The name of a thing in ``THINGS``."""
    return next(name for name, known in THINGS.items() if known is thing)
