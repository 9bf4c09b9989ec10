"""What kind of thing a noun names: 15,000 English nouns of WordNet, and ours over them.

Each line of ``lexicon.tsv`` and ``lexicon_own.tsv`` is a noun, a tab and its class; an empty class hides the
noun. The classes: person, spirit, animal, plant, body, food, clothing, tool, container, vehicle, instrument,
furniture, paper, toy, thing, building, land, water, sky, event, feeling.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def look_up(word: str) -> tuple[str, str]:
    """The noun in the singular and its class. Of an unknown word: the word, and an empty class."""
    known = _lexicon()
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), _with_y(word)):
        if form in known:
            return form, known[form]
    return word, ""


def _with_y(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word


@cache
def _lexicon() -> dict[str, str]:
    folder = files("service.providers.offline.planner")
    texts = (folder.joinpath(name).read_text("utf-8") for name in ("lexicon.tsv", "lexicon_own.tsv"))
    rows = (line.partition("\t") for text in texts for line in text.splitlines())
    return {noun: kind for noun, _, kind in rows}
