"""Maps words to things. Words for things that cannot be drawn are ignored."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from service.providers.offline.illustrator.props.beings import BEINGS
from service.providers.offline.illustrator.props.belongings import BELONGINGS
from service.providers.offline.illustrator.props.everyday import EVERYDAY
from service.providers.offline.illustrator.props.handheld import HANDHELD
from service.providers.offline.illustrator.props.large import LARGE
from service.providers.offline.illustrator.props.standing import STANDING
from service.providers.offline.illustrator.props.thing import Thing
from service.providers.offline.illustrator.words import colour_in, first_of, fold

THINGS: dict[str, Thing] = {**HANDHELD, **BELONGINGS, **EVERYDAY, **STANDING, **LARGE, **BEINGS}

_ALIASES = {
    "lamp": "lantern", "light": "lantern", "flashlight": "torch", "chart": "map", "treasure map": "map",
    "sailboat": "boat", "ship": "boat", "raft": "boat", "canoe": "boat", "birthday cake": "cake", "cupcake": "cake",
    "pie": "cake", "notebook": "book", "diary": "book", "storybook": "book", "note": "letter", "envelope": "letter",
    "invitation": "letter", "postcard": "letter", "picnic basket": "basket", "flowers": "flower", "rose": "flower",
    "daisy": "flower", "bouquet": "flower", "sunflower": "flower", "seashell": "shell", "pebble": "shell",
    "pencil case": "box", "cushion": "pillow", "badge": "button", "slipper": "shoe", "boot": "shoe", "trainer": "shoe", "crayon": "pencil", "fence": "gate", "coach": "bus", "wasp": "bee", "bush": "hedge", "saucer": "plate",
    "quilt": "blanket", "teddy bear": "teddy", "toy bear": "teddy", "toy": "teddy",
    "present": "gift", "parcel": "gift", "package": "gift", "spyglass": "telescope", "binoculars": "telescope",
    "tambourine": "drum", "nut": "acorn", "seed": "acorn", "pinecone": "acorn", "fruit": "apple", "pear": "apple",
    "parasol": "umbrella", "mug": "cup", "cocoa": "cup", "tea": "cup", "soup": "bowl", "pail": "bucket",
    "watering can": "bucket", "shovel": "spade", "trowel": "spade", "plant": "sprout", "seedling": "sprout",
    "loaf": "bread", "bun": "bread", "honey": "jar", "fireflies": "jar", "firefly": "jar",
    "jam": "jar", "bottle": "jar", "magnifier": "magnifying glass", "ukulele": "guitar", "violin": "guitar",
    "horn": "trumpet", "flute": "trumpet", "whistle": "trumpet", "brush": "paintbrush",
    "paint": "paintbrush", "magic wand": "wand", "watch": "clock", "biscuit": "cookie",
    "crate": "box", "treasure": "chest", "treasure chest": "chest", "campfire": "fire", "bonfire": "fire",
    "stump": "log", "stone": "rock", "boulder": "rock", "cart": "wagon", "wheelbarrow": "wagon",
    "bike": "bicycle", "oak": "tree", "apple tree": "tree", "starfish": "star", "songbird": "bird",
    "robin": "bird", "sparrow": "bird", "duck": "goose", "duckling": "goose", "swan": "goose", "raven": "bird", "crow": "bird", "magpie": "bird", "pigeon": "bird", "gull": "bird", "seagull": "bird",
    "bunny": "rabbit", "lamb": "sheep", "piglet": "pig", "pony": "horse", "fawn": "deer", "cub": "bear",
    "moth": "butterfly", "ladybird": "butterfly", "picnic": "basket", "blossom": "flower",
    "guide dog": "dog", "fiddle": "guitar", "paper dragon": "dragon", "lobster": "crab", "submarine": "boat", "visitor": "neighbour", "puppet theatre": "window",
    "big wooden spoon": "spoon", "bean": "sprout", "card": "letter", "pancake": "cookie", "flour": "bag",
    "sack": "bag", "backpack": "bag", "suitcase": "bag", "basin": "bowl", "oven": "pot", "kettle": "pot", "jug": "cup", "string": "rope",
    "ball of string": "rope", "thread": "rope", "sticks": "stick", "branch": "stick", "ribbon": "scarf",
    "glove": "mitten", "laundry": "washing", "washing line": "washing", "water": "puddle", "wall": "gate",
    "paper boat": "boat", "ferry": "boat", "engine": "train", "railway": "train", "locomotive": "train", "van": "car",
    "taxi": "car", "lorry": "car", "truck": "car", "tractor": "car", "spaceship": "rocket", "picture": "painting", "portrait": "painting",
    "page": "paper", "drawing": "paper", "chalk": "paintbrush", "cap": "hat", "bonnet": "hat", "helmet": "hat", "money": "coin",
    "penny": "coin", "medal": "coin", "handkerchiefs": "handkerchief", "towel": "handkerchief", "flagpole": "flag",
    "signpost": "sign", "notice": "sign", "cot": "cradle", "crib": "cradle", "sofa": "bed", "hammock": "bed", "armchair": "chair", "stool": "chair",
    "throne": "chair", "way": "sign", "path": "sign", "road": "sign", "tuba": "trumpet", "tablet": "book", "scarecrow": "farmer",
    "nettle": "sprout", "spider": "snail", "firefly jar": "jar",
    "gran": "grandmother", "granny": "grandmother", "grandma": "grandmother", "nan": "grandmother", "nana": "grandmother", "old woman": "grandmother",
    "grandad": "grandfather", "granddad": "grandfather", "grandpa": "grandfather", "old man": "grandfather", "mum": "mother", "mummy": "mother",
    "mama": "mother", "mom": "mother", "aunt": "mother", "dad": "father", "daddy": "father", "papa": "father", "uncle": "father",
    "parent": "father", "cook": "baker", "chef": "baker", "sailor": "captain", "pirate": "captain", "driver": "postman", "conductor": "postman",
    "guard": "postman", "postwoman": "postman", "nurse": "doctor", "dentist": "doctor", "vet": "doctor", "librarian": "teacher",
    "shopkeeper": "baker", "gardener": "farmer", "builder": "farmer", "helper": "neighbour", "stranger": "neighbour", "friend": "girl",
    "brother": "boy", "sister": "girl", "child": "girl", "children": "girl", "prince": "boy", "princess": "girl", "wizard": "witch",
    "fairy": "girl", "toddler": "baby", "mayor": "king", "hare": "rabbit", "puffin": "penguin", "ox": "cow", "bull": "cow", "calf": "cow",
    "hippo": "elephant", "rhino": "elephant", "toad": "frog", "tortoise": "turtle", "seal": "dolphin", "shark": "whale", "chicken": "hen",
    "cockerel": "hen", "rooster": "hen", "monster": "dragon", "yeti": "bear", "lizard": "crocodile", "leopard": "tiger", "rat": "mouse",
    "hamster": "mouse", "donkeys": "donkey",
}  # fmt: skip
WORDS: dict[str, str] = {**{name: name for name in THINGS}, **_ALIASES}

#: Things that are part of many scenes, and the matter of few.
PLAIN = frozenset(
    ("door", "window", "table", "chair", "bed", "moon", "stars", "house", "tree", "flower", "cup", "bag")
)


def thing_of(words: str) -> tuple[Thing, str | None] | None:
    """The thing that words such as "a red balloon" name, with its colour."""
    text = fold(words)
    name = first_of(text, WORDS)
    return (THINGS[name], colour_in(text)) if name else None


def name_of(thing: Thing) -> str:
    """The name of a thing in ``THINGS``."""
    return next(name for name, known in THINGS.items() if known is thing)
