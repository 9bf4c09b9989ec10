"""Reads the clothes of a hero from words."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from service.providers.offline.illustrator.colour import darker, shift
from service.providers.offline.illustrator.words import choice_for, colour_in, first_of, fold, has_any

Top = Literal[
    "tee", "jumper", "shirt", "coat", "overalls", "dress", "tunic", "kimono", "sari", "hanbok", "robe",
    "poncho", "vest",
]  # fmt: skip
Bottom = Literal["trousers", "shorts", "skirt", "none"]
Sleeves = Literal["none", "short", "long", "wide"]
Feet = Literal["shoes", "boots", "sandals", "bare"]
Pattern = Literal["plain", "stripes", "dots", "stars", "flowers", "check", "kente"]
Headwear = Literal["none", "cap", "beanie", "sunhat", "hood", "crown", "helmet"]


@dataclass(frozen=True)
class Outfit:
    """The clothes of a hero, which are the same on every page. Colours are ``#rrggbb``. ``trim`` is the
    colour of edges."""

    top: Top
    colour: str
    trim: str
    under: str
    bottom: Bottom = "trousers"
    bottom_colour: str = "#56769f"
    sleeves: Sleeves = "long"
    pattern: Pattern = "plain"
    hem: float = 0.0
    feet: Feet = "shoes"
    feet_colour: str = "#7a4f38"
    headwear: Headwear = "none"
    headwear_colour: str = "#cf4236"
    scarf: str | None = None
    cape: str | None = None
    backpack: str | None = None
    hooded: bool = False


#: For each word: the top, the sleeves, the bottom (None: chosen separately), and the length of the hem as a
#: share of the legs.
TOPS: dict[str, tuple[Top, Sleeves, Bottom | None, float]] = {
    "raincoat": ("coat", "long", "trousers", 0.32), "coat": ("coat", "long", "trousers", 0.35),
    "jacket": ("coat", "long", "trousers", 0.08), "anorak": ("coat", "long", "trousers", 0.25),
    "parka": ("coat", "long", "trousers", 0.4), "amauti": ("coat", "long", "trousers", 0.45),
    "cardigan": ("coat", "long", None, 0.1), "blazer": ("coat", "long", "trousers", 0.1),
    "suit": ("coat", "long", "trousers", 0.1), "lab coat": ("coat", "long", "trousers", 0.5),
    "jumper": ("jumper", "long", None, 0), "sweater": ("jumper", "long", None, 0),
    "pullover": ("jumper", "long", None, 0), "hoodie": ("jumper", "long", None, 0.04),
    "sweatshirt": ("jumper", "long", None, 0), "pyjama": ("shirt", "long", "trousers", 0.06),
    "pajama": ("shirt", "long", "trousers", 0.06), "nightgown": ("dress", "long", "none", 0.75),
    "nightdress": ("dress", "long", "none", 0.7), "shirt": ("shirt", "long", None, 0),
    "blouse": ("shirt", "long", None, 0), "t shirt": ("tee", "short", None, 0),
    "tshirt": ("tee", "short", None, 0), "tee": ("tee", "short", None, 0), "top": ("tee", "short", None, 0),
    "polo": ("tee", "short", None, 0), "vest": ("vest", "long", None, 0),
    "waistcoat": ("vest", "long", "trousers", 0), "overall": ("overalls", "short", "trousers", 0),
    "dungaree": ("overalls", "short", "trousers", 0), "spacesuit": ("coat", "long", "trousers", 0.0),
    "pinafore": ("dress", "short", "none", 0.45), "dress": ("dress", "short", "none", 0.5),
    "sundress": ("dress", "none", "none", 0.5), "gown": ("dress", "long", "none", 0.9),
    "tutu": ("dress", "none", "none", 0.28), "uniform": ("shirt", "short", "skirt", 0),
    "tunic": ("tunic", "long", "trousers", 0.4), "apron": ("overalls", "long", None, 0.2),
    "kurta": ("tunic", "long", "trousers", 0.5), "salwar": ("tunic", "long", "trousers", 0.5),
    "shalwar": ("tunic", "long", "trousers", 0.5), "kameez": ("tunic", "long", "trousers", 0.5),
    "sherwani": ("tunic", "long", "trousers", 0.55), "dashiki": ("tunic", "wide", "trousers", 0.28),
    "kente": ("robe", "wide", "none", 0.85), "agbada": ("robe", "wide", "trousers", 0.7),
    "boubou": ("robe", "wide", "none", 0.9), "kaftan": ("robe", "wide", "none", 0.85),
    "caftan": ("robe", "wide", "none", 0.85), "thobe": ("robe", "long", "none", 0.9),
    "dishdasha": ("robe", "long", "none", 0.9), "jubba": ("robe", "long", "none", 0.9),
    "abaya": ("robe", "wide", "none", 0.95), "djellaba": ("robe", "wide", "none", 0.9),
    "kimono": ("kimono", "wide", "none", 0.9), "yukata": ("kimono", "wide", "none", 0.85),
    "hanfu": ("kimono", "wide", "none", 0.92), "hanbok": ("hanbok", "wide", "none", 0.9),
    "sari": ("sari", "short", "none", 0.94), "saree": ("sari", "short", "none", 0.94),
    "lehenga": ("sari", "short", "none", 0.92), "cheongsam": ("dress", "short", "none", 0.8),
    "qipao": ("dress", "short", "none", 0.8), "ao dai": ("tunic", "long", "trousers", 0.8),
    "poncho": ("poncho", "long", "trousers", 0), "ruana": ("poncho", "long", "trousers", 0),
    "serape": ("poncho", "long", "trousers", 0), "huipil": ("tunic", "short", "skirt", 0.2),
    "dirndl": ("dress", "short", "none", 0.55), "ribbon skirt": ("shirt", "long", "skirt", 0),
    "kilt": ("shirt", "long", "skirt", 0), "lederhosen": ("overalls", "short", "shorts", 0),
    "regalia": ("tunic", "wide", "skirt", 0.35), "cheongsam dress": ("dress", "short", "none", 0.8),
}  # fmt: skip

BOTTOMS: dict[str, Bottom] = {
    "trouser": "trousers", "pants": "trousers", "jeans": "trousers", "leggings": "trousers",
    "legging": "trousers", "shorts": "shorts", "skirt": "skirt", "kilt": "skirt",
}  # fmt: skip
FEET: dict[str, Feet] = {
    "wellies": "boots", "wellington": "boots", "boot": "boots", "gumboot": "boots", "shoe": "shoes",
    "trainer": "shoes", "sneaker": "shoes", "slipper": "shoes", "sandal": "sandals", "flip flop": "sandals",
    "barefoot": "bare", "bare feet": "bare",
}  # fmt: skip
HEADWEAR: dict[str, Headwear] = {
    "cap": "cap", "baseball cap": "cap", "beanie": "beanie", "woolly hat": "beanie", "bobble hat": "beanie",
    "winter hat": "beanie", "sun hat": "sunhat", "sunhat": "sunhat", "straw hat": "sunhat", "hat": "sunhat",
    "crown": "crown", "tiara": "crown", "helmet": "helmet",
}  # fmt: skip
PATTERNS: dict[str, Pattern] = {
    "stripe": "stripes", "striped": "stripes", "stripy": "stripes", "dot": "dots", "spot": "dots",
    "polka dot": "dots", "dotted": "dots", "spotty": "dots", "spotted": "dots", "star": "stars",
    "starry": "stars", "flower": "flowers", "floral": "flowers", "flowery": "flowers", "flowered": "flowers",
    "check": "check", "checked": "check", "checkered": "check", "plaid": "check", "tartan": "check",
    "rainbow": "stripes", "kente": "kente", "patterned": "dots", "kilt": "check",
}  # fmt: skip

DYES = ("#d8564a", "#eb9a3c", "#edc04a", "#6fa35a", "#3f8f8b", "#4f86bd", "#8064a8", "#d97f95")


def _unsaid(name: str, child: bool) -> Outfit:
    colour = choice_for(name, "dye", DYES)
    top: Top = choice_for(
        name, "top", ("jumper", "overalls", "tee", "jumper") if child else ("jumper", "shirt")
    )
    legs = choice_for(name, "legs", ("#56769f", "#6b5a4b", "#5a6b4e", "#4d4f6b"))
    legs = darker(colour, 0.04) if top == "overalls" else legs
    sleeves: Sleeves = "short" if top in ("tee", "overalls") else "long"
    pattern: Pattern = choice_for(name, "pattern", ("plain", "stripes", "plain", "dots"))
    under = choice_for(name, "under", ("#f4ead6", "#f2cf7a", "#e9a58d", "#a9cdb8"))
    return Outfit(
        top, colour, _trim(colour), under, "trousers", legs, sleeves, pattern if top != "overalls" else "plain",
        feet_colour=choice_for(name, "shoes", ("#8a4f3a", "#c9503f", "#3f6d8c", "#5b4a3f")),
    )  # fmt: skip


def _trim(colour: str) -> str:
    return shift(colour, 0.16, 0.7) if colour > "#999999" else shift(colour, 0.25, 0.7)


def _clauses(text: str) -> list[str]:
    return [
        part
        for part in re.split(r"\b(?:and|with|over|under|und|y|et)\b|[,;/+&]", text.casefold())
        if part.strip()
    ]


#: Words for clothes whose legs belong to the same garment.
_SUITS = ("pyjama", "pajama", "suit", "spacesuit", "salwar", "shalwar")


def _dress_top(outfit: Outfit, clause: str) -> Outfit | None:
    kind = first_of(clause, TOPS)
    if kind is None:
        return None
    top, sleeves, bottom, hem = kind
    colour = colour_in(clause) or outfit.colour
    if has_any(clause, ("long sleeved", "long sleeve")):
        sleeves = "long"
    if has_any(clause, ("sleeveless",)):
        sleeves = "none"
    own_legs = darker(colour, 0.04) if top == "overalls" or has_any(clause, _SUITS) else None
    return replace(
        outfit, top=top, colour=colour, trim=_trim(colour), sleeves=sleeves, hem=hem,
        bottom=bottom or "trousers", bottom_colour=own_legs or outfit.bottom_colour,
        pattern=first_of(clause, PATTERNS) or "plain",
        hooded=has_any(clause, ("raincoat", "hoodie", "parka", "amauti", "anorak", "hooded", "hood")),
    )  # fmt: skip


def _dress_rest(outfit: Outfit, clause: str) -> Outfit:
    colour = colour_in(clause)
    bottom, feet, headwear = first_of(clause, BOTTOMS), first_of(clause, FEET), first_of(clause, HEADWEAR)
    if bottom and not has_any(clause, ("short sleeved", "short hair", "short sleeve")):
        outfit = replace(outfit, bottom=bottom, bottom_colour=colour or outfit.bottom_colour)
    if feet:
        outfit = replace(outfit, feet=feet, feet_colour=colour or outfit.feet_colour)
    if headwear:
        outfit = replace(outfit, headwear=headwear, headwear_colour=colour or outfit.headwear_colour)
    if has_any(clause, ("scarf",)):
        outfit = replace(outfit, scarf=colour or outfit.trim)
    if has_any(clause, ("cape", "cloak")):
        outfit = replace(outfit, cape=colour or outfit.colour)
    if has_any(clause, ("backpack", "rucksack", "satchel")):
        outfit = replace(outfit, backpack=colour or "#b06a3f")
    return outfit


def read_outfit(words: str | None, name: str, child: bool = True) -> Outfit:
    """Read an outfit from words such as "yellow raincoat and red boots". Missing parts are chosen from the
    name."""
    outfit = _unsaid(name, child)
    dressed = False
    for part in _clauses(words or ""):
        clause = fold(part)
        top = None if dressed else _dress_top(outfit, clause)
        if top is not None:
            outfit, dressed = top, True
        outfit = _dress_rest(outfit, clause)
    colour = colour_in(fold(words))
    if not dressed and colour and outfit.scarf is None and outfit.cape is None:
        outfit = replace(outfit, colour=colour, trim=_trim(colour))
    return outfit


def worn_garment(outfit: Outfit, named: str | None) -> Outfit:
    """The outfit with the cultural garment that the trait names."""
    clause = fold(named)
    garment = _dress_top(replace(outfit, hem=0.0), clause) or replace(
        outfit, top="tunic", sleeves="wide", hem=0.4, pattern="flowers"
    )
    if "kente" in clause and colour_in(clause) is None:
        garment = replace(garment, colour="#e0a832", trim="#2f7a48")
    return replace(garment, pattern=first_of(clause, PATTERNS) or garment.pattern)
