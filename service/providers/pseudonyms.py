"""Names are replaced before a call, and put back into its answer. Pure.

A provider of text and pictures has no need to know what a child is called. (The voice has: it speaks the
names.) ``Hero_1`` stands for the first name as it was given, and ``Hero_101``, ``Hero_102`` … for other
forms of it (a part, capitals, an inflected form), each for one spelling, so that what was sent comes back
byte for byte. An ending that a model adds stands behind the number. A number that stands for nothing makes
an answer useless: it is asked for again, and never kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, product
from typing import Any, TypeVar

from pydantic import BaseModel

from service.providers.name_forms import Form, forms_of
from service.providers.readings import readings

M = TypeVar("M", bound=BaseModel)

#: What stands for a name, with a number; the first that occurs nowhere in what is sent is taken.
_WORDS = ("Hero", "Friend", "Companion", "Person", "Figure")
_LETTERS = "bfgkqvwxz"
_UNDERSCORES = "_＿"
#: What a model may put between the word and its number: nothing, a space, a hyphen, an escaped underscore.
_JOINTS = rf"[ \u00a0\u202f\\{_UNDERSCORES}\-‐‑–]{{0,2}}"
_DIGITS = r"[\d²³¹⁰⁴-⁹₀-₉]"
#: A stand-in that a model translated, or made up: Герой_1, 英雄_2.
_LIKE_A_STAND_IN = re.compile(rf"(?<![^\W\d_])[^\W\d_]+[{_UNDERSCORES}]{_DIGITS}+")


class LeftoverStandIn(ValueError):
    """A text holds a stand-in that stands for nobody."""


class Pseudonymizer:
    """The names of one call's people and what stands for them."""

    def __init__(self, names: Iterable[str], texts: Iterable[str] = ()) -> None:
        """``texts`` are all that will be sent, so that no stand-in is a word of theirs."""
        wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        self._places = _places(wanted)
        self._forms = list(self._places)
        sent = "\n".join([*wanted, *texts])
        self.word = _unused_word(sent, [form.text for form in self._forms])
        self._numbers = {name: str(place) for place, name in enumerate(wanted, 1)}
        self._surfaces = {number: name for name, number in self._numbers.items()}
        self._next = {place: count(1) for place in range(1, len(wanted) + 1)}
        self._token = _token(self.word)
        self._suspect = _suspect(self.word)
        self._growing = _growing(self.word)
        self._known = {found[0].casefold() for found in _LIKE_A_STAND_IN.finditer(sent)}

    def pseudonymize(self, text: str) -> str:
        """The text with stand-ins for names. Linear in its length."""
        pieces: list[str] = []
        done = 0
        for start, end, place in _merged(self._found(text)):
            pieces += (text[done:start], f"{self.word}_{self._number(text[start:end], place)}")
            done = end
        return "".join((*pieces, text[done:]))

    def pseudonymize_all(self, value: Any, closed: frozenset[str] = frozenset()) -> Any:
        """JSON with all of its texts pseudonymized, except under the keys of ``closed``: their values are
        our own words, not a person's."""
        if isinstance(value, str):
            return self.pseudonymize(value)
        if isinstance(value, Mapping):
            return {
                key: item if key in closed else self.pseudonymize_all(item, closed)
                for key, item in value.items()
            }
        if isinstance(value, Sequence):
            return [self.pseudonymize_all(item, closed) for item in value]
        return value

    def restore(self, text: str) -> str:
        """The text with names for stand-ins. Raises ``LeftoverStandIn``."""
        if left := self._leftover(text):
            raise LeftoverStandIn(f"it says “{left[0]}”, which is the pseudonym of no person")
        return self._restored(text)

    def restore_all(self, value: M) -> M:
        """A value with the names put back into all of its texts. Raises ``LeftoverStandIn``."""
        return type(value).model_validate(self._each_restored(value.model_dump(mode="json")))

    def restore_so_far(self, text: str) -> str:
        """The same for the beginning of a text: what may yet become a stand-in is held back, and so is
        all that follows one which is the pseudonym of no person."""
        growing = self._growing.search(text)
        ready = text[: growing.start()] if growing else text
        if left := self._leftover(ready):
            ready = ready[: left.start()]
        return self._restored(ready)

    def _found(self, text: str) -> Iterator[tuple[int, int, int]]:
        for reading, forms in readings(text, self._forms):
            for form in forms:
                place = self._places[form]
                yield from ((start, end, place) for start, end in form.found_in(reading))

    def _number(self, surface: str, place: int) -> str:
        """The number that stands for a spelling; a new one for a spelling that was not seen before."""
        known = self._numbers.get(surface)
        if known is not None:
            return known
        number = next(new for n in self._next[place] if (new := f"{place}{n:02}") not in self._surfaces)
        self._numbers[surface], self._surfaces[number] = number, surface
        return number

    def _restored(self, text: str) -> str:
        return self._token.sub(lambda found: self._surfaces.get(_plain_number(found[1]), found[0]), text)

    def _leftover(self, text: str) -> re.Match[str] | None:
        """The first stand-in of nobody, with its place in the text."""
        rest = self._token.sub(self._blanked, text)
        suspect = self._suspect.search(rest)
        foreign = next((one for one in _LIKE_A_STAND_IN.finditer(rest) if self._is_foreign(one[0])), None)
        found = [one for one in (suspect, foreign) if one is not None]
        return min(found, key=lambda one: one.start(), default=None)

    def _is_foreign(self, found: str) -> bool:
        """Whether nothing like it was sent: ``level_2`` may be a person's own."""
        text = found.casefold()
        return not any(text.endswith(known) or known.endswith(text) for known in self._known)

    def _blanked(self, found: re.Match[str]) -> str:
        known = _plain_number(found[1]) in self._surfaces
        return "\n" * len(found[0]) if known else found[0]

    def _each_restored(self, value: object) -> object:
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, Mapping):
            return {key: self._each_restored(item) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self._each_restored(item) for item in value]
        return value


def _places(names: Sequence[str]) -> dict[Form, int]:
    """Each form once, with the place of the first person who has it; those of whole names first."""
    found: dict[Form, int] = {}
    for place, name in enumerate(names, 1):
        for form in forms_of(name):
            found.setdefault(form, place)
    return found


def _merged(spans: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Spans that overlap, or touch and are one person's, as one: that of the person whose name begins
    first, and is the longest there."""
    ordered = sorted(spans, key=lambda span: (span[0], -span[1]))
    if not ordered:
        return
    start, end, place = ordered[0]
    for next_start, next_end, next_place in ordered[1:]:
        if next_start < end or (next_start == end and next_place == place):
            end = max(end, next_end)
        else:
            yield start, end, place
            start, end, place = next_start, next_end, next_place
    yield start, end, place


def _token(word: str) -> re.Pattern[str]:
    """A stand-in as models write it. Only without an underscore must it begin a word."""
    return re.compile(rf"(?:{word}[{_UNDERSCORES}]|(?<![A-Za-z]){word}{_JOINTS})({_DIGITS}+)", re.IGNORECASE)


def _suspect(word: str) -> re.Pattern[str]:
    """The beginning of a stand-in, also of one without a number."""
    return re.compile(
        rf"{word}[{_UNDERSCORES}]{_DIGITS}*|(?<![A-Za-z]){word}{_JOINTS}{_DIGITS}+", re.IGNORECASE
    )


def _growing(word: str) -> re.Pattern[str]:
    """The end of a text that may become a stand-in, or another one."""
    begun = "|".join(word[:length] for length in range(len(word), 0, -1))
    number = rf"{word}{_JOINTS}{_DIGITS}{{0,40}}"
    return re.compile(rf"(?:{number}|{begun})\Z", re.IGNORECASE)


def _plain_number(digits: str) -> str:
    """The number in plain digits, without zeros before it."""
    return "".join(str(unicodedata.digit(digit)) for digit in digits).lstrip("0")


def _unused_word(sent: str, forms: Sequence[str]) -> str:
    """A word that is not used as a stand-in in what is sent, and that holds no name."""
    said = sent.casefold()
    names = [form for form in forms if len(form) > 1]
    for word in chain(_WORDS, _made_up()):
        plain = word.casefold()
        taken = plain in said and (word not in _WORDS or _suspect(word).search(sent))
        if not taken and not any(name in plain for name in names):
            return word
    raise AssertionError("unreachable")


def _made_up() -> Iterator[str]:
    for length in count(4):
        yield from ("".join(letters).title() for letters in product(_LETTERS, repeat=length))
