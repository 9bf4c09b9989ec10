"""Rules for people: contradictions between ages, and names that are too similar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations

from service.genesis.checks.finding import Finding, Severity
from service.genesis.checks.plan import Element, Plan

_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(_UNITS, 1)}
_NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_SPELLED = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[:9])}))?|{'|'.join(reversed(_UNITS))}"
_NUMBER = rf"(\d{{1,3}}|{_SPELLED})"
#: ``33 years old``, ``a nine-year-old``, ``aged 40``; and, after a name, ``Ada Quill, 40,`` and ``Ada (40)``.
_AGE = re.compile(rf"\b{_NUMBER}[- ]years?[- ]old\b(?! when)|\b(?:aged?|age of) {_NUMBER}\b", re.IGNORECASE)
_AFTER_NAME = rf"(?:, {_NUMBER}(?=[,.;]| is\b)| \({_NUMBER}\))"

#: The words for a relation between two people, and the minimum and maximum difference of their ages in years.
_KIN = (
    (re.compile(r"\bgrand(?:mother|father|parent|son|daughter|child)"), 26, 100),
    (re.compile(r"\b(?:mother|father|parent|son|daughter)s?\b"), 12, 70),
    (re.compile(r"\btwins?\b"), 0, 0),
)
_NOT_KIN = re.compile(
    r"\b(?:step|foster|adopt|god|like|as good as|surrogate|former|in-law)|-in-law", re.IGNORECASE
)

#: Words before a name that are no part of it.
TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "dr", "doctor", "sir", "lady", "lord", "captain", "the", "old", "young"),
        *("father", "mother", "sister", "brother", "aunt", "uncle", "grandfather", "grandmother"),
    )
)
_SHORTEST = 3


def ages(plan: Plan) -> Iterator[Finding]:
    """Report people whose age contradicts a text about them or the concept, and relatives with an impossible
    difference of age."""
    for person in plan.people:
        age = person.number("age")
        for path, told in _told(plan, person) if age is not None else ():
            if told != age:
                message = (
                    f"{person.text('name')} is {age} years old in one field and {told} in another."
                    " Set both to one age."
                )
                yield Finding("ages", Severity.WARNING, message, plan.cite(person.at("age"), path))
    yield from _kin(plan)


def _told(plan: Plan, person: Element) -> Iterator[tuple[str, int]]:
    """The ages of a person in texts, at most one for each text, with the path of the text."""
    name = re.escape(person.text("name"))
    after_name = re.compile(rf"\b{name}{_AFTER_NAME}", re.IGNORECASE) if name else _AGE
    own = [person.at(key) for key in ("summary", "role")]
    for path in (*own, "concept.logline", "concept.premise"):
        tried = (after_name, _AGE) if path in own else (after_name,)
        text = plan.all_text(path)
        found = next((match for pattern in tried if (match := pattern.search(text))), None)
        if found is not None:
            yield path, _number(next(group for group in found.groups() if group))


def _number(text: str) -> int:
    parts = re.split(r"[- ]", text.lower())
    return int(text) if text.isdigit() else sum(_NUMBERS[part] for part in parts)


def _kin(plan: Plan) -> Iterator[Finding]:
    people = {person.id: person for person in plan.people}
    for relation in plan.elements("character.relations"):
        kind = relation.text("kind").lower()
        pair = [people[id_] for key in "ab" if (id_ := relation.text(key)) in people]
        years = [age for one in pair if (age := one.number("age")) is not None]
        bounds = next(((least, most) for words, least, most in _KIN if words.search(kind)), None)
        if bounds is None or len(years) < 2 or _NOT_KIN.search(kind):
            continue
        least, most = bounds
        if not least <= abs(years[0] - years[1]) <= most:
            first, second = (f"{one.text('name')} ({one.number('age')})" for one in pair)
            message = (
                f"{first} and {second} are “{relation.text('kind')}”, which their ages do not allow."
                " Change an age, or the relation."
            )
            cited = plan.cite(*(one.at("age") for one in pair), relation.at("kind"))
            yield Finding("ages", Severity.WARNING, message, cited)


def near_names(plan: Plan) -> Iterator[Finding]:
    """Report two people whose first names a reader may confuse, because they have similar letters or a
    similar sound."""
    for one, other in combinations(plan.people, 2):
        if is_near(one.text("name"), other.text("name")):
            message = (
                f"Readers may mix up {one.text('name')} and {other.text('name')}."
                " Give one of them a name with another first letter or another sound."
            )
            yield Finding("near_names", Severity.HINT, message, plan.cite(one.at("name"), other.at("name")))


def _first(name: str) -> str:
    """The first name in lower case and without accents or titles."""
    plain = unicodedata.normalize("NFKD", name.lower())
    words = re.findall(r"[^\W\d_]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return next((word for word in words if word not in TITLES), "")


def is_near(name: str, other_name: str) -> bool:
    """Whether a reader may confuse two people because of their first names."""
    one, other = _first(name), _first(other_name)
    apart, shortest = distance(one, other), min(len(one), len(other))
    if shortest < _SHORTEST:
        return False
    if one[0] != other[0]:
        return (apart == 1 and shortest > _SHORTEST) or (apart <= 2 and _sound(one) == _sound(other))
    alike = len(_sound(one)) > 1 and _sound(one) == _sound(other) and apart <= 2
    return apart <= (1 if shortest < 5 else 2) or alike


_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("sch", "s"),
    ("sh", "s"),
    ("th", "t"),
    ("wh", "w"),
    ("gh", "g"),
    ("kn", "n"),
    ("wr", "r"),
)
_LETTERS = str.maketrans(
    {"c": "k", "q": "k", "x": "k", "z": "s", "v": "f", "d": "t", "b": "p", "g": "k", "j": "k"}
)


def _sound(name: str) -> str:
    """A key for the sound of a name: its consonants, with each repeated consonant once. A vowel at the start
    becomes ``a``."""
    name = re.sub(r"c(?=[eiy])", "s", name)
    for letters, sound in _SOUNDS:
        name = name.replace(letters, sound)
    start = "a" if name[:1] in "aeiouy" else ""
    return start + re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyhw]", "", name.translate(_LETTERS)))


def distance(one: str, other: str) -> int:
    """The edit distance of two words: the number of inserted, removed and replaced letters."""
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, letter in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (char != letter))
    return row[-1]
