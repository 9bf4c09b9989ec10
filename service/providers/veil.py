"""Names are hidden before a call, and put back into its answer. Pure.

A provider of text and pictures has no need to know what a child is called. (The voice has: it
speaks the names.) Names are replaced as they are written, in capitals, by any of their parts (Maya of
Maya Lind), and with an s at their end (Mayas); not in other inflections and not where they are misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

#: What stands for a name; the first of them that occurs nowhere in what is sent is taken.
_WORDS = ("Hero", "Friend", "Companion", "Person", "Figure")
#: What marks the forms of one name: ``Hero_1a`` is a part of ``Hero_1``.
_MARKS = "abcdef"
_LEAST_PART = 3


class Veil:
    """The names of one call's people and what stands for them: ``Hero_1``, ``Hero_2`` …"""

    def __init__(self, names: Iterable[str], texts: Iterable[str] = ()) -> None:
        """``texts`` are all that will be sent, so that no stand-in is a word of theirs."""
        wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        word = _unused(" ".join([*wanted, *texts]).casefold())
        self._stand_ins = {name: f"{word}_{place}" for place, name in enumerate(wanted, 1)}
        for place, name in enumerate(wanted, 1):
            also = (form for form in _forms(name) if form not in self._stand_ins)
            self._stand_ins |= {
                form: f"{word}_{place}{mark}" for form, mark in zip(also, _MARKS, strict=False)
            }
        self._names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        self._hiding = _any_of(sorted(self._stand_ins, key=len, reverse=True))
        self._showing = re.compile(rf"(?<!\w){word}_(\d+[{_MARKS}]?)(?=s?(?!\w))", re.IGNORECASE)
        self._word = word

    def hide(self, text: str) -> str:
        """The text with stand-ins for names."""
        if self._hiding is None:
            return text
        return self._hiding.sub(lambda found: self._stand_ins[found[0]], text)

    def show(self, text: str) -> str:
        """The text with names for stand-ins; a stand-in of nobody stays as it is."""
        return self._showing.sub(
            lambda found: self._names.get(f"{self._word}_{found[1].lower()}", found[0]), text
        )

    def show_so_far(self, text: str) -> str:
        """The same for the beginning of a text: what may yet become a stand-in is held back."""
        whole = f"{self._word}_".casefold()
        tail = re.search(r"\w+\Z", text)
        if tail is not None:
            last = tail[0].casefold()
            if whole.startswith(last) or re.fullmatch(rf"{whole}(\d+[{_MARKS}]?s?)?", last):
                text = text[: tail.start()]
        return self.show(text)

    def hide_in(self, value: M) -> M:
        """A value with all of its texts hidden, those of its parts too."""
        return self._rebuilt(value, self.hide)

    def show_in(self, value: M) -> M:
        """A value with the names put back into all of its texts."""
        return self._rebuilt(value, self.show)

    def _rebuilt(self, value: M, change: Callable[[str], str]) -> M:
        return type(value).model_validate(_mapped(value.model_dump(mode="json"), change))


def _mapped(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(item, change) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_mapped(item, change) for item in value]
    return value


def _unused(text: str) -> str:
    """A word that is not in a text, so that nothing in it can be taken for a stand-in."""
    for word in _WORDS:
        if f"{word}_".casefold() not in text:
            return word
    number = 2
    while f"hero{number}_" in text:
        number += 1
    return f"Hero{number}"


def _any_of(names: Sequence[str]) -> re.Pattern[str] | None:
    """Any of the names, longest first, where it stands alone."""
    if not names:
        return None
    either = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?<!\w)(?:{either})(?=s?(?!\w))")


def _forms(name: str) -> Iterator[str]:
    """How else a name is written: its parts that are names themselves, and all of it in capitals."""
    parts = [part for part in name.split() if part != name and len(part) >= _LEAST_PART and part[0].isupper()]
    yield from dict.fromkeys([*parts, name.upper(), *(part.upper() for part in parts)])
