"""Reads free text: colours, things, and choices that depend on a name. The text is never interpreted in any
other way."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import TypeVar

from service.providers.offline.illustrator.colour import shift

T = TypeVar("T")

COLOURS: dict[str, str] = {
    "red": "#cf4236", "scarlet": "#cf3b34", "crimson": "#a92f3b", "ruby": "#a8293c", "cherry": "#bb2f3c",
    "maroon": "#7b2f38", "burgundy": "#75303f", "pink": "#ea90a6", "rose": "#db7d90", "magenta": "#bd4a8c",
    "fuchsia": "#c44a90", "coral": "#ee7d63", "peach": "#f6b28e", "salmon": "#ee9580", "orange": "#ee8a35",
    "apricot": "#f2ac6c", "tangerine": "#ec7c2c", "rust": "#ad5430", "terracotta": "#c0694a",
    "amber": "#e3a12f", "mustard": "#d6a233", "yellow": "#f5c83f", "golden": "#e5b23e", "gold": "#dfac3c",
    "lemon": "#f6dc62", "cream": "#f6e8cb", "ivory": "#f4ecd9", "beige": "#dfc9a6", "sand": "#dcc190",
    "tan": "#c59d6d", "khaki": "#a99b68", "brown": "#7f5638", "chestnut": "#7d472c", "auburn": "#8a3f28",
    "chocolate": "#54362a", "caramel": "#b67f47", "copper": "#b4673c", "ginger": "#d5773a", "hazel": "#8a6a3a",
    "olive": "#78803f", "lime": "#a4c64a", "green": "#5c9a58", "emerald": "#2f8a64", "mint": "#a3d6bd",
    "sage": "#9bb091", "teal": "#2f8288", "turquoise": "#45aeb0", "aqua": "#6cc3c4", "cyan": "#5fbcd0",
    "sky": "#83bfe2", "blue": "#4a7fbe", "navy": "#2f4470", "indigo": "#4a4a8e", "denim": "#56769f",
    "cobalt": "#3560ae", "sapphire": "#31589e", "purple": "#7d559e", "violet": "#7f60ad", "lilac": "#b79bd0",
    "lavender": "#b5a5d8", "plum": "#74436c", "mauve": "#a98399", "white": "#f7f2e8", "silver": "#c0c4c9",
    "grey": "#94979b", "gray": "#94979b", "charcoal": "#4a4b52", "black": "#35323a", "rainbow": "#e9725c",
}  # fmt: skip

SKIN: dict[str, str] = {
    "porcelain": "#fbe2d3", "pale": "#f9dcc8", "fair": "#f6d3b8", "light": "#f3c9a9", "rosy": "#f5c9b2",
    "peach": "#f2c19c", "freckled": "#f3cba9", "beige": "#e8bd94", "ivory": "#f6d8bc", "sand": "#deb285",
    "tan": "#cf9c6c", "tanned": "#cf9c6c", "olive": "#c9996a", "golden": "#d3a068", "honey": "#c68d58",
    "caramel": "#b77d4c", "bronze": "#a56e42", "copper": "#a3683f", "medium": "#bf8a5c", "warm": "#b27b4d",
    "brown": "#8d5a38", "chestnut": "#7d4c30", "chocolate": "#65402a", "mahogany": "#693f2b",
    "very light": "#f9dcc8", "light medium": "#e0b48a", "light brown": "#b98457", "medium brown": "#9a6840",
    "dark": "#6e4935", "deep": "#65432f", "ebony": "#573a2c", "black": "#5d3f30", "white": "#f6d3b8",
}  # fmt: skip

SKIN_RANGE = ("#f6d3b8", "#f0c19b", "#dcae80", "#c08a5b", "#a06b42", "#85543a", "#6e4832", "#5f3f2e")

HAIR: dict[str, str] = {
    "black": "#2d2629", "dark": "#3a2c28", "brown": "#6a4630", "chestnut": "#74432b", "auburn": "#8a3f28",
    "chocolate": "#4d3327", "blond": "#e5bd6c", "blonde": "#e5bd6c", "fair": "#e3c07a", "golden": "#dfae52",
    "strawberry": "#d8935a", "red": "#b9502c", "ginger": "#cf6e31", "orange": "#cf6e31", "copper": "#b45f35",
    "grey": "#a9a7a6", "gray": "#a9a7a6", "silver": "#c6c6c9", "white": "#ece7df", "sandy": "#c99f62",
    "light": "#c99a61", "honey": "#c78f46", "caramel": "#a8713f", "jet": "#262126", "platinum": "#efe0bd",
    "pink": "#e38fa8", "blue": "#5182be", "purple": "#81599f", "green": "#5f9a60", "teal": "#35878b",
}  # fmt: skip

EYES: dict[str, str] = {
    "brown": "#7a4a2a", "dark": "#4a3024", "black": "#3a2a26", "hazel": "#957035", "amber": "#b87a26",
    "green": "#568a52", "blue": "#4d86b8", "grey": "#7d8d98", "gray": "#7d8d98", "golden": "#c08a2a",
    "violet": "#7a68ab", "turquoise": "#3b9a9c", "yellow": "#c79a2a",
}  # fmt: skip


def fold(text: str | None) -> str:
    """Fold a text: lower case, without accents, and with a space for each character that is not a letter or
    digit."""
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))


def tokens(text: str | None) -> list[str]:
    """The folded words of a text."""
    return fold(text).split()


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether the folded text contains one of these words or phrases, in singular or plural."""
    padded = f" {text} "
    return any(f" {word} " in padded or f" {word}s " in padded for word in words)


def first_of(text: str, table: Mapping[str, T]) -> T | None:
    """The value of the key that occurs first in the folded text. If two keys occur at the same place, the
    longer key counts."""
    padded = f" {text} "
    found: list[tuple[int, int, str]] = []
    for key in table:
        for form in (key, key + "s", key + "es"):
            at = padded.find(f" {form} ")
            if at >= 0:
                found.append((at, -len(key), key))
                break
    return table[min(found)[2]] if found else None


def colour_in(text: str) -> str | None:
    """The colour of the first colour word in a text. Words such as "light" and "dark" change the colour."""
    colour = first_of(text, COLOURS)
    if colour is None:
        return None
    if has_any(text, ("dark", "deep")):
        return shift(colour, -0.12)
    if has_any(text, ("light", "pale", "soft", "pastel")):
        return shift(colour, 0.1, 0.8)
    return colour


def choice_for(name: str, what: str, options: Sequence[T]) -> T:
    """Choose an option that depends only on the name and on ``what``."""
    return Random(f"{fold(name) or name}|{what}").choice(options)


def all_of(text: str, table: Mapping[str, T]) -> list[T]:
    """The values of all keys that occur in the folded text, in the order of the text."""
    padded = f" {text} "
    found = []
    for key, value in table.items():
        places = [at for at in (padded.find(f" {form} ") for form in (key, key + "s", key + "es")) if at >= 0]
        if places:
            found.append((min(places), -len(key), value))
    return [value for _, _, value in sorted(found, key=lambda item: item[:2])]
