"""Animals, and the features that distinguish them in a drawing."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass, replace

from service.providers.offline.illustrator.words import choice_for, colour_in, first_of, fold


@dataclass(frozen=True)
class Species:
    """A species of upright animals. ``size`` is its height relative to the height of a child, as usual in
    picture books."""

    name: str
    fur: str
    belly: str
    ears: str = "round"
    muzzle: str = "short"
    tail: str = "none"
    marks: str = "none"
    crest: str = "none"
    size: float = 0.8
    wings: bool = False
    nose: str = "#3a2a28"


ALL = (
    Species("fox", "#d9722f", "#fbeedd", "pointed", "fox", "brush", "cheeks", size=0.78),
    Species("wolf", "#8d8f98", "#ece8e1", "pointed", "fox", "brush", "cheeks", size=0.95),
    Species("cat", "#e0a55c", "#fbeeda", "pointed", "cat", "thin", "tabby", size=0.68),
    Species("kitten", "#b9b3ad", "#f6efe6", "pointed", "cat", "thin", "tabby", size=0.6),
    Species("tiger", "#e88f35", "#fbeeda", "round", "cat", "thin", "tabby", size=0.98),
    Species("leopard", "#e3ae5b", "#fbeeda", "round", "cat", "thin", "spots", size=0.95),
    Species("lion", "#dda650", "#f7e5c2", "round", "cat", "tuft", crest="mane", size=1.0),
    Species("dog", "#b5794a", "#f5e6d0", "floppy", "dog", "up", "patch", size=0.78),
    Species("puppy", "#c9935b", "#f8ecd8", "floppy", "dog", "up", "patch", size=0.62),
    Species("bear", "#8a5a3c", "#d9b48a", "round", "bear", "stub", size=1.1),
    Species("panda", "#f4efe6", "#f4efe6", "round", "bear", "stub", "panda", size=1.0),
    Species("koala", "#9a9ca3", "#ecebe8", "big round", "koala", "none", size=0.74),
    Species("monkey", "#8a5d40", "#e7bf94", "side", "monkey", "thin", "face", size=0.78),
    Species("rabbit", "#c7b299", "#fbf3e8", "long", "rabbit", "puff", size=0.72),
    Species("hare", "#a98a66", "#f3e7d3", "long", "rabbit", "puff", size=0.76),
    Species("mouse", "#a7a3a6", "#efe4df", "big round", "mouse", "string", size=0.5),
    Species("hedgehog", "#d9b48e", "#f5e6d0", "small", "mouse", "none", crest="quills", size=0.55),
    Species("squirrel", "#b5633a", "#f7e7d2", "tufted", "mouse", "plume", size=0.58),
    Species("otter", "#86603f", "#e8cfae", "small", "cat", "thick", size=0.7),
    Species("beaver", "#7f5638", "#cfa87b", "small", "rabbit", "paddle", size=0.7),
    Species("badger", "#6b6a70", "#efece6", "small", "fox", "stub", "badger", size=0.72),
    Species("raccoon", "#8f8d92", "#efece6", "pointed", "fox", "ringed", "mask", size=0.7),
    Species("pig", "#efaaa6", "#f9cfc8", "folded", "pig", "curl", size=0.75),
    Species("elephant", "#9aa2b1", "#b9bfca", "flap", "trunk", "string", size=1.18),
    Species("horse", "#9c6a43", "#d3ab7e", "upright", "long", "hair", crest="forelock", size=1.1),
    Species("pony", "#b98350", "#e2c297", "upright", "long", "hair", crest="forelock", size=0.95),
    Species("unicorn", "#f4eef2", "#fbf7f9", "upright", "long", "hair", crest="horn", size=1.05),
    Species("zebra", "#f2eee7", "#f2eee7", "upright", "long", "tuft", "stripes", "forelock", 1.05),
    Species("donkey", "#97908b", "#e0d8cf", "long", "long", "tuft", crest="forelock", size=0.98),
    Species("cow", "#f3ebe0", "#f3ebe0", "folded", "cow", "tuft", "patch", "horns", 1.05),
    Species("sheep", "#f3ede0", "#f3ede0", "folded", "sheep", "puff", crest="wool", size=0.8),
    Species("goat", "#d8cfc2", "#f3ede2", "folded", "long", "stub", crest="horns", size=0.82),
    Species("deer", "#b37a4a", "#f3e0c4", "leaf", "long", "puff", "flecks", "antlers", 0.98),
    Species("giraffe", "#e6b65c", "#f6e2b4", "leaf", "long", "tuft", "spots", "ossicones", 1.2),
    Species(
        "dragon", "#5f9e6e", "#e9d79a", "fins", "dragon", "dragon", crest="spikes", size=1.05, wings=True
    ),
    Species("dinosaur", "#6fa35f", "#dbe2a5", "none", "dragon", "dragon", crest="spikes", size=1.08),
    Species("crocodile", "#6b9455", "#dfe0a8", "none", "dragon", "dragon", crest="spikes", size=0.95),
    Species("bird", "#5f93c4", "#f3e3c0", "none", "beak", "feathers", crest="plume", size=0.55, wings=True),
    Species("robin", "#8a6d52", "#dc6a3e", "none", "beak", "feathers", size=0.5, wings=True),
    Species(
        "parrot", "#4f9c5c", "#f2cf54", "none", "hooked", "feathers", crest="plume", size=0.6, wings=True
    ),
    Species("duck", "#f1d36a", "#f9e8a6", "none", "bill", "feathers", size=0.58, wings=True),
    Species("hen", "#c9804f", "#f3dcb8", "none", "beak", "feathers", crest="comb", size=0.6, wings=True),
    Species("penguin", "#3f4656", "#f7f3ea", "none", "beak", "stub", "penguin", size=0.72, wings=True),
    Species("owl", "#96704f", "#ecd7b3", "tufted", "owl", "feathers", "owl", size=0.62, wings=True),
    Species("frog", "#7aa84f", "#e3e7ae", "none", "frog", "none", size=0.6),
    Species("turtle", "#8aa663", "#e6dba5", "none", "turtle", "stub", crest="shell", size=0.64),
    Species("whale", "#5f86ad", "#e6eef2", "none", "whale", "fluke", crest="spout", size=1.15),
    Species("dolphin", "#8fa9bd", "#eef3f5", "none", "whale", "fluke", size=0.85),
)
_KNOWN = {species.name: species for species in ALL}
_ALIASES = {
    "bunny": "rabbit", "tortoise": "turtle", "toad": "frog", "hound": "dog", "labrador": "dog", "teddy": "bear",
    "cub": "bear", "piglet": "pig", "lamb": "sheep", "calf": "cow", "foal": "pony", "chick": "duck",
    "duckling": "duck", "swan": "duck", "goose": "duck", "chicken": "hen", "rooster": "hen", "rat": "mouse",
    "hamster": "mouse", "vole": "mouse", "mole": "mouse", "stag": "deer", "fawn": "deer", "reindeer": "deer",
    "moose": "deer", "cheetah": "leopard", "jaguar": "leopard", "ape": "monkey", "gorilla": "monkey",
    "lizard": "crocodile", "alligator": "crocodile", "sparrow": "robin", "crow": "bird", "raven": "bird",
    "eagle": "parrot", "seal": "otter", "husky": "wolf", "coyote": "wolf", "llama": "sheep", "alpaca": "sheep",
    "mammoth": "elephant", "hippo": "elephant", "chipmunk": "squirrel", "porcupine": "hedgehog",
    "trex": "dinosaur", "kangaroo": "hare", "sloth": "koala", "lynx": "tiger", "panther": "tiger",
    "orca": "whale", "narwhal": "whale", "porpoise": "dolphin",
}  # fmt: skip
_TABLE: dict[str, Species] = {**_KNOWN, **{alias: _KNOWN[name] for alias, name in _ALIASES.items()}}
_UNKNOWN_FUR = ("#c08a5a", "#9c8fb5", "#7fa68c", "#d9a05f", "#8fa3bd")


def species_of(words: str, name: str, fur_words: str | None = None) -> Species:
    """The species that the first word for an animal names. An unknown animal is drawn as a soft furry
    creature."""
    text = fold(words)
    found = first_of(text, _TABLE)
    if found is None:
        fur = choice_for(name, "fur", _UNKNOWN_FUR)
        found = Species("creature", fur, "#f7ead5", "round", "bear", "stub")
    fur_colour = colour_in(fold(fur_words)) or colour_in(text)
    return replace(found, fur=fur_colour) if fur_colour else found
