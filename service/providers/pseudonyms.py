"""Replaces names before a call, and restores them in the answer. Pure.

A provider of text or pictures does not need the names of children. (The voice needs them, because it speaks
the names.) A stand-in replaces each name: ``Hero_1`` is the first name in its given form, and ``Hero_101``,
``Hero_102`` … are its other spellings (a part, capitals, an inflected form). Each stand-in has exactly one
spelling, so that names are restored byte for byte. A model may add an ending after the number. If an answer
has a stand-in with an unknown number, the answer is not used, and the call is made again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, product
from typing import Any, TypeVar

from pydantic import BaseModel

from service.providers.name_forms import Form, forms_of
from service.providers.readings import readings

M = TypeVar("M", bound=BaseModel)

#: Words for stand-ins. The first word that does not occur in the sent texts is used, with a number.
_WORDS = ("Hero", "Friend", "Companion", "Person", "Figure")
_LETTERS = "bfgkqvwxz"
_UNDERSCORES = "_＿"
#: The characters that a model may write between the word and its number: none, a space, a hyphen, or an
#: escaped underscore.
_JOINTS = rf"[ \u00a0\u202f\\{_UNDERSCORES}\-‐‑–]{{0,2}}"
_DIGITS = r"[\d²³¹⁰⁴-⁹₀-₉]"
#: A pattern of stand-ins that a model translated or invented: Герой_1, 英雄_2.
_LIKE_A_STAND_IN = re.compile(rf"(?<![^\W\d_])[^\W\d_]+[{_UNDERSCORES}]{_DIGITS}+")


class LeftoverStandIn(ValueError):
    """A text contains a stand-in that replaces no name."""


#: What stands for a person who must not be named.
_ABSENT = "an absent friend"


class Pseudonymizer:
    """The names of the people in one call, and their stand-ins. ``names`` contains each name once."""

    def __init__(
        self, names: Iterable[str], texts: Iterable[str] = (), *, present: Collection[str] | None = None
    ) -> None:
        """``texts`` must contain all texts of the call, so that no stand-in equals a word in these texts.

        ``present`` is for texts that nobody restores. It has those of the names that get a stand-in, one for
        all of its spellings. Other people must not be named.
        """
        wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        self.names = tuple(wanted)
        self._places = _places(wanted)
        self._forms = list(self._places)
        self._present = None if present is None else {wanted.index(name.strip()) + 1 for name in present}
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
        """The text, with each name replaced by a stand-in. Linear in the length of the text."""
        pieces: list[str] = []
        done = 0
        for start, end, place in _merged(self._found(text)):
            pieces += (text[done:start], self._stand_in(text[start:end], place))
            done = end
        return "".join((*pieces, text[done:]))

    def _stand_in(self, surface: str, place: int) -> str:
        if self._present is None:
            return f"{self.word}_{self._number(surface, place)}"
        return f"{self.word}_{place}" if place in self._present else _ABSENT

    def pseudonymize_all(self, value: Any, closed: frozenset[str] = frozenset()) -> Any:
        """A JSON value with all of its texts pseudonymized, except the values of keys in ``closed``, which
        are words of the service and not of a user."""
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
        """The text, with each stand-in replaced by its name. Raises ``LeftoverStandIn``."""
        if left := self._leftover(text):
            raise LeftoverStandIn(f"it says “{left[0]}”, which is the pseudonym of no person")
        return self._restored(text)

    def restore_all(self, value: M) -> M:
        """A JSON value with the names restored in all of its texts. Raises ``LeftoverStandIn``."""
        return type(value).model_validate(self._each_restored(value.model_dump(mode="json")))

    def restore_so_far(self, text: str) -> str:
        """Restore the names in the beginning of a text that is still being received. An end that may become a
        stand-in is left out. After a stand-in that replaces no name, all text is left out."""
        growing = self._growing.search(text) if self.names else None
        ready = text[: growing.start()] if growing else text
        if left := self._leftover(ready):
            ready = ready[: left.start()]
        return self._restored(ready)

    def _found(self, text: str) -> Iterator[tuple[int, int, int]]:
        # Where nobody restores the text, a word that only begins like a short name must stay as it is.
        known_endings = self._present is not None
        for reading, forms in readings(text, self._forms):
            for form in forms:
                place = self._places[form]
                found = form.found_in(reading, known_endings=known_endings)
                yield from ((start, end, place) for start, end in found)

    def _number(self, surface: str, place: int) -> str:
        """The number of the stand-in for a spelling. A new spelling gets a new number."""
        known = self._numbers.get(surface)
        if known is not None:
            return known
        number = next(new for n in self._next[place] if (new := f"{place}{n:02}") not in self._surfaces)
        self._numbers[surface], self._surfaces[number] = number, surface
        return number

    def _restored(self, text: str) -> str:
        return self._token.sub(lambda found: self._surfaces.get(_plain_number(found[1]), found[0]), text)

    def _leftover(self, text: str) -> re.Match[str] | None:
        """The first stand-in that replaces no name, with its place; None if the call has no names."""
        if not self.names:
            return None
        rest = self._token.sub(self._blanked, text)
        suspect = self._suspect.search(rest)
        foreign = next((one for one in _LIKE_A_STAND_IN.finditer(rest) if self._is_foreign(one[0])), None)
        found = [one for one in (suspect, foreign) if one is not None]
        return min(found, key=lambda one: one.start(), default=None)

    def _is_foreign(self, found: str) -> bool:
        """Whether the sent texts do not contain such a word. A word like ``level_2`` may be the user's
        own."""
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


def real_names(values: Mapping[str, object]) -> list[str]:
    """The names of a plan's people who exist outside of the novel, from its values by path."""
    marked = (path.removesuffix(".real") for path, real in values.items() if path.endswith(".real") and real)
    return [name for path in marked if isinstance(name := values.get(f"{path}.name"), str)]


def _places(names: Sequence[str]) -> dict[Form, int]:
    """Each form of the names once, with the index of the first person who has this form. The forms of whole
    names come first."""
    found: dict[Form, int] = {}
    for place, name in enumerate(names, 1):
        for form in forms_of(name):
            found.setdefault(form, place)
    return found


def _merged(spans: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Merge spans that overlap, and adjacent spans of the same person. A merged span belongs to the person
    whose name begins first; of several, the longest name."""
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
    """A pattern for stand-ins in the forms that models write. A stand-in without an underscore must be at the
    beginning of a word."""
    return re.compile(rf"(?:{word}[{_UNDERSCORES}]|(?<![A-Za-z]){word}{_JOINTS})({_DIGITS}+)", re.IGNORECASE)


def _suspect(word: str) -> re.Pattern[str]:
    """A pattern for the beginning of a stand-in, with or without a number."""
    return re.compile(
        rf"{word}[{_UNDERSCORES}]{_DIGITS}*|(?<![A-Za-z]){word}{_JOINTS}{_DIGITS}+", re.IGNORECASE
    )


def _growing(word: str) -> re.Pattern[str]:
    """A pattern for the end of a text that may still become a stand-in, or a different stand-in."""
    begun = "|".join(word[:length] for length in range(len(word), 0, -1))
    number = rf"{word}{_JOINTS}{_DIGITS}{{0,40}}"
    return re.compile(rf"(?:{number}|{begun})\Z", re.IGNORECASE)


def _plain_number(digits: str) -> str:
    """Convert digits of any script to a number in ASCII digits, without leading zeros."""
    return "".join(str(unicodedata.digit(digit)) for digit in digits).lstrip("0")


def _unused_word(sent: str, forms: Sequence[str]) -> str:
    """A word for stand-ins that does not look like a stand-in in the sent texts, and contains no name."""
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
