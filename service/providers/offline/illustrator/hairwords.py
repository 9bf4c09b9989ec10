"""Reads the hair of a hero from words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from service.providers.offline.illustrator.words import HAIR, choice_for, first_of, fold, has_any

Texture = Literal["straight", "wavy", "curly", "coily"]
Length = Literal["bald", "shaved", "short", "chin", "shoulder", "long"]
Style = Literal[
    "loose", "braids", "braid", "ponytail", "bunches", "bun", "puffs", "afro", "locs", "cornrows", "mohawk",
    "topknot", "patchy",
]  # fmt: skip


@dataclass(frozen=True)
class Hair:
    """The hair on a head."""

    colour: str
    texture: Texture = "straight"
    length: Length = "short"
    style: Style = "loose"
    fringe: bool = False
    beard: bool = False
    moustache: bool = False

    @property
    def grows(self) -> bool:
        """Whether the head has hair."""
        return self.length != "bald"


STYLES: dict[str, Style] = {
    "two braid": "braids", "braid": "braids", "plait": "braids", "two plait": "braids", "pigtail": "bunches",
    "bunches": "bunches", "one braid": "braid", "single braid": "braid", "a braid": "braid",
    "long braid": "braid", "one plait": "braid", "french braid": "braid", "ponytail": "ponytail",
    "pony tail": "ponytail", "bun": "bun", "topknot": "topknot", "top knot": "topknot", "joora": "topknot",
    "puff": "puffs", "afro puff": "puffs", "space buns": "puffs", "afro": "afro", "loc": "locs",
    "dreadlock": "locs", "dread": "locs", "twist": "locs", "box braid": "locs", "cornrow": "cornrows",
    "mohawk": "mohawk", "patch": "patchy", "patchy": "patchy",
}  # fmt: skip

LENGTHS: dict[str, Length] = {
    "bald": "bald", "hairless": "bald", "no hair": "bald", "shaved": "shaved", "buzz": "shaved",
    "buzzed": "shaved", "cropped": "shaved", "very short": "shaved", "short": "short", "pixie": "short",
    "bob": "chin", "chin": "chin", "chin length": "chin", "shoulder": "shoulder", "medium": "shoulder",
    "long": "long", "waist": "long", "flowing": "long",
}  # fmt: skip

TEXTURES: dict[str, Texture] = {
    "straight": "straight", "sleek": "straight", "smooth": "straight", "spiky": "straight",
    "wavy": "wavy", "wave": "wavy", "tousled": "wavy", "messy": "wavy", "curly": "curly", "curl": "curly",
    "ringlet": "curly", "coily": "coily", "coil": "coily", "kinky": "coily", "afro": "coily",
    "frizzy": "coily", "fluffy": "curly", "textured": "coily", "natural": "coily", "puff": "coily",
    "afro puff": "coily", "loc": "coily", "cornrow": "coily", "twist": "coily", "4c": "coily",
}  # fmt: skip

_UNSAID: dict[str, tuple[tuple[Length, Texture, Style], ...]] = {
    "she/her": (
        ("long", "straight", "loose"), ("shoulder", "wavy", "loose"), ("long", "straight", "braids"),
        ("shoulder", "curly", "loose"), ("chin", "straight", "loose"), ("shoulder", "straight", "ponytail"),
    ),
    "he/him": (
        ("short", "straight", "loose"), ("short", "curly", "loose"), ("short", "wavy", "loose"),
        ("chin", "wavy", "loose"), ("shaved", "coily", "loose"),
    ),
    "": (
        ("short", "curly", "loose"), ("chin", "wavy", "loose"), ("short", "straight", "loose"),
        ("chin", "straight", "loose"), ("shoulder", "curly", "loose"),
    ),
}  # fmt: skip


def _unsaid(name: str, pronouns: str | None, colours: tuple[str, ...]) -> Hair:
    length, texture, style = choice_for(name, "hair", _UNSAID.get(pronouns or "", _UNSAID[""]))
    return Hair(choice_for(name, "hair colour", colours), texture, length, style)


def _default_length(style: Style, texture: Texture, unsaid: Hair) -> Length:
    if style in ("braids", "braid", "ponytail", "bunches"):
        return "long"
    if style in ("locs",):
        return "shoulder"
    return "short" if style != "loose" or texture == "coily" else unsaid.length


def read_hair(words: str | None, name: str, pronouns: str | None, colours: tuple[str, ...]) -> Hair:
    """Read hair from words such as "black curls". Missing details are chosen from the name."""
    unsaid = _unsaid(name, pronouns, colours)
    text = fold(words)
    if not text:
        return unsaid
    style, said = first_of(text, STYLES) or "loose", first_of(text, LENGTHS)
    told = said or style != "loose" or has_any(text, ("hair", "fringe", "bang"))
    texture = first_of(text, TEXTURES) or ("straight" if told else unsaid.texture)
    length = said or _default_length(style, texture, unsaid)
    if texture == "coily" and style == "loose" and length in ("chin", "shoulder", "long"):
        style = "afro"
    return replace(
        unsaid,
        colour=first_of(text, HAIR) or unsaid.colour,
        texture=texture,
        length=length,
        style=style,
        fringe=has_any(text, ("fringe", "bang")),
        beard=has_any(text, ("beard", "bearded")),
        moustache=has_any(text, ("moustache", "mustache")),
    )
