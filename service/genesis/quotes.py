"""Quotes: the passages of a user's text that show the values of a draft. They are untrusted data of a
planner. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.genesis.drafts import Draft
from service.genesis.fields import find_leaf

#: A quote that is shorter than this must contain the value, because a few letters occur in every text.
_SHORTEST = 12
#: The maximum number of characters of a quote that a proposal keeps.
_LONGEST = 400


def quoted(text: str, draft: Draft) -> dict[str, str]:
    """The quotes of a draft by path, as the text has them. A value without such a quote has no entry.

    A quote must stand in the text, word for word. Its value must be a value that the field can have.
    """
    return dict(_quoted(text, draft.values, draft.quotes))


def _quoted(text: str, values: Mapping[str, Any], quotes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, quote in quotes.items():
        words = quote.strip()[:_LONGEST].strip()
        if path in values and words in text and _shows(words, values[path]) and _fits(path, values[path]):
            yield path, words


def _shows(words: str, value: Any) -> bool:
    return len(words) >= _SHORTEST or (bool(words) and str(value).casefold() in words.casefold())


def _fits(path: str, value: Any) -> bool:
    try:
        find_leaf(path).check(value)
    except ValueError:
        return False
    return True
