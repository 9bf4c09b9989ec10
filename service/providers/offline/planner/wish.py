"""An inspiration in free words, read for whom and what it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from service.providers.offline.planner.feelings import Feeling, feeling_of
from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.manuscript import MANUSCRIPT, age_of, is_dead, pronoun_said, said_of
from service.providers.offline.planner.spark import hero_of, pair_of, spark_sentence, tells
from service.providers.offline.planner.wish_names import (
    LONG,
    NamedPerson,
    NamedPlace,
    proper_names,
    word_counts,
)
from service.providers.offline.planner.wish_nouns import Noun, nouns
from service.providers.offline.planner.word_lists import genre_counts, genre_of, listed, pronoun_of

Sort = Literal["object", "animal", "other", "person"]

#: How much of an inspiration and its material is read, in characters.
READ = 400_000
#: How often a manuscript names what is not left aside.
_OFTEN = 3
_MOST_NAMES = 60
_MOST_OF_LONG = 2
_MOST_PEOPLE, _MOST_PLACES, _MOST_NOUN_PEOPLE = 7, 6, 3
_MOST_THINGS = {"object": 4, "animal": 1, "other": 1}
#: The sort of a noun by its class, where it is no object; and the classes for which there is no carrier.
_SORTS: dict[str, Sort] = {"animal": "animal", "event": "other", "sky": "other"}
_NOT_CARRIED = ("body", "feeling")
_AFTER_DEED = re.compile(
    r",? (?:and|but|until|so) .*$|,.*$| (?:finds|discovers|meets|loses|gets|receives|is|has|must|falls) .*$"
)
_SIBLINGS = re.compile(r"\b[Tt]w(?:o|in) (sister|brother)s,? [A-ZÀ-Þ]\w+ and ([A-ZÀ-Þ]\w+)")
_DEED = re.compile(
    r"\bwho ((?!wants|finds|hears|is|was|are|were|has|had|have|would|can|could|will|always|perhaps|sometimes)"
    r"[a-z]+s [^.;:!?\n]{4,90})"
)


@dataclass(frozen=True, slots=True)
class WishedPerson:
    """Somebody whom the inspiration names, by a name or by a noun. ``role`` and ``pronoun`` may be empty.
    ``gone`` says that the text calls them dead, drowned or missing; ``said`` is who they are in a long text's
    own words, ``age`` what it gives as theirs (0 where it says nothing)."""

    name: str = ""
    noun: str = ""
    role: str = ""
    pronoun: str = ""
    gone: bool = False
    said: str = ""
    age: int = 0

    @property
    def called(self) -> str:
        """The name, or the noun with its article."""
        return self.name or f"the {self.noun}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an inspiration names. ``trade`` is the hero's, ``deed`` what the hero does, as a verb with its
    object, ``hero`` who the hero is where the text has no name for them (``a boy``); ``things`` have their
    article, and a sort that says which carriers suit them. ``told`` says that the text can stand as a
    sentence about the hero."""

    text: str = ""
    people: tuple[WishedPerson, ...] = ()
    places: tuple[str, ...] = ()
    things: tuple[tuple[str, Sort], ...] = ()
    trade: str = ""
    deed: str = ""
    genre: str = ""
    pronoun: str = ""
    unplaced: tuple[str, ...] = ()
    hero: str = ""
    feeling: Feeling | None = None
    told: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """All that a concept has to name."""
        people = (person.name or person.noun for person in self.people)
        trade = (self.trade,) if self.trade else ()
        feeling = (self.feeling.said,) if self.feeling else ()
        return (*people, *self.places, *(thing for thing, _ in self.things), *trade, *feeling)

    @property
    def town(self) -> str:
        """The first place of the text that may be a town, else a place without a name where many people live;
        or an empty string."""
        named = min(
            (one for one in self.places if not _is_site(one) and one not in listed("countries")),
            key=self.text.find,
            default="",
        )
        return named or next((one for one in self.places if _is_settled(one)), "")

    @property
    def site(self) -> str:
        """The place of which most is said, if it is no town; else an empty string."""
        sites = [place for place in self.places if _is_site(place) and not _is_settled(place)]
        if len(self.text) > LONG:
            return next(iter(sites), "")
        return max(reversed(sites), key=lambda place: len(place.split()), default="")

    def matter(self, kinds: Sequence[str] = ()) -> str:
        """The thing of which a story may be made: an object, and where ``kinds`` are given one whose class or
        noun is the first of them that there is; else an empty string."""
        wanted = "animal" if "animal" in kinds else "object"
        objects = [thing for thing, sort in self.things if sort == wanted]
        if not kinds:
            return next(iter(objects), "")
        every = ((kind, thing) for kind in kinds for thing in objects)
        return next((thing for kind, thing in every if kind in (wanted, *_noun_and_class(thing))), "")


def _noun_and_class(thing: str) -> tuple[str, str]:
    return look_up(thing.split(" of ")[0].split()[-1])


def _is_settled(place: str) -> bool:
    return place.split()[-1].lower() in listed("settled") and place.startswith("the ")


def _is_site(place: str) -> bool:
    return place.startswith("the ") or place.split()[-1].lower() in listed("site_ending")


@lru_cache(maxsize=64)
def understand(text: str) -> Wish:
    """What the first ``READ`` characters of a text name."""
    text = text[:READ].strip()
    if text.lower() in ("", "nothing", "none"):
        return Wish()
    short = len(text) <= LONG
    places = _Places(*_proper(text))
    pair = None if places.people else pair_of(text)
    if pair:
        places.people.append(WishedPerson("", pair.noun, "B", pair.pronoun))
    found, trade = nouns(text)
    said = spark_sentence(text)
    named = [one.name.split()[0] for one in places.people if one.name]
    says = tells(text) and (not named or any(name in said for name in named))
    hero = hero_of(text) if says and not places.people else None
    found = [noun for noun in found if hero is None or noun.word != hero.noun]
    if len(text) > MANUSCRIPT:
        found = [noun for noun in found if noun.count >= _OFTEN]
    for noun in sorted(found, key=lambda noun: _rank(noun, len(text) > LONG)):
        places.take(noun)
    return Wish(
        text=text,
        people=_by_weight(text, places.people),
        places=_distinct(places.places),
        things=tuple(places.things if len(text) <= MANUSCRIPT else _objects(places.things)),
        trade=trade,
        deed="" if len(text) > LONG else _deed(text),
        genre=_often(text) if len(text) > MANUSCRIPT else genre_of(text),
        pronoun=(pair.pronoun if pair else "")
        or _pronoun(text)
        or pronoun_of((trade or (hero.noun if hero else "")).rpartition(" ")[2]),
        unplaced=tuple(places.unplaced),
        hero=f"one of {pair.said}" if pair else hero.said if hero else "",
        feeling=feeling_of(text) if short else None,
        told=says,
    )


def _proper(text: str) -> tuple[list[WishedPerson], list[str]]:
    """The people and the places with names; those of a long text by how often they are named."""
    names = list(proper_names(text))
    if len(text) > LONG:
        names = _of_weight(names, text)
    people = [name for name in names if isinstance(name, NamedPerson)][:_MOST_PEOPLE]
    places = [name.name for name in names if isinstance(name, NamedPlace)][:_MOST_PLACES]
    wished = [
        WishedPerson(
            one.name,
            one.noun,
            one.role,
            _said_pronoun(one.name, text) or one.pronoun,
            _is_gone(one.name, text),
            *_said(one.name, text),
        )
        for one in people
    ]
    return _with_siblings(wished, text), places


def _said_pronoun(name: str, text: str) -> str:
    return pronoun_said(text, name) if len(text) > LONG else ""


def _said(name: str, text: str) -> tuple[str, int]:
    """Who somebody is, and how old, in the words of a long text."""
    return (said_of(text, name), age_of(text, name)) if len(text) > LONG else ("", 0)


def _is_gone(name: str, text: str) -> bool:
    """Whether a text calls somebody of this name dead or missing."""
    if len(text) > LONG:
        return is_dead(text, name)
    words = "|".join(sorted(listed("gone")))
    return bool(re.search(rf"\b(?:{words}) (?:\w+ )?{re.escape(name)}\b", text))


def _with_siblings(people: list[WishedPerson], text: str) -> list[WishedPerson]:
    """The people, the second of "two sisters, Ines and Marta" being the first one's sister."""
    found = _SIBLINGS.search(text)
    return [
        replace(one, noun=found[1].lower(), role="B") if found and one.name == found[2] else one
        for one in people
    ]


def _without_aliases(names: list[NamedPerson | NamedPlace]) -> Iterator[NamedPerson | NamedPlace]:
    """Each name once: of two of which one is a part of the other, the longer."""
    parts = [set(name.name.split()) for name in names]
    for name, own in zip(names, parts, strict=True):
        if not any(own < other for other in parts):
            yield name


def _of_weight(names: list[NamedPerson | NamedPlace], text: str) -> list[NamedPerson | NamedPlace]:
    """Of the names of a long text those that it has most often, and of people those who do something."""
    counted = word_counts(text)
    most = sorted(
        names, key=lambda name: -max(counted[part] for part in name.name.split() if part[0].isupper())
    )
    known = _without_aliases(most[:_MOST_NAMES])
    return [name for name in known if isinstance(name, NamedPlace) or _acts(name, text)]


def _acts(name: NamedPerson, text: str) -> bool:
    """Whether somebody of this name does something in a text, or has something."""
    last = re.escape(name.name.split()[-1])
    does = r"['’]s\b|,? (?:who|is|was|has|had|[a-z]+(?:s|ed|t|d|w|k|g|e))\b"
    return bool(re.search(rf"\b{last}(?:{does})", text))


def _rank(noun: Noun, long: bool) -> tuple[bool, bool, bool, int]:
    often = -noun.count if long else 0
    return (noun.count < 2, long and noun.word not in listed("telling"), noun.word in listed("dull"), often)


class _Places:
    """Puts nouns where they belong, as far as there is room."""

    def __init__(self, people: list[WishedPerson], places: list[str]) -> None:
        self.people, self.places = people, places
        self.things: list[tuple[str, Sort]] = []
        self.unplaced: list[str] = []

    def take(self, noun: Noun) -> None:
        """Put one noun in its place."""
        named = (*(person.noun for person in self.people), *self.places)
        if any(noun.word in name.split() for name in named):
            return
        if not self._has_taken(noun):
            self.unplaced.append(noun.phrase)

    def _has_taken(self, noun: Noun) -> bool:
        if noun.kind in ("relation", "person", "spirit"):
            return self._person(noun)
        if noun.kind in ("building", "land", "water"):
            return self._place(f"the {noun.phrase}")
        sort = _SORTS.get(noun.kind, "object")
        return noun.kind not in _NOT_CARRIED and self._thing(f"the {noun.phrase}", sort)

    def _person(self, noun: Noun) -> bool:
        if sum(not person.name for person in self.people) >= _MOST_NOUN_PEOPLE:
            return False
        if len(self.people) >= _MOST_PEOPLE or noun.word in self._called():
            return True
        gone = noun.phrase.split()[0] in listed("gone")
        self.people.append(WishedPerson("", noun.phrase, noun.role, noun.pronoun, gone))
        return True

    def _called(self) -> set[str]:
        """The words that named people are called by."""
        return {person.name.split()[0].lower() for person in self.people if person.name}

    def _place(self, place: str) -> bool:
        if len(self.places) >= _MOST_PLACES:
            return False
        self.places.append(place)
        return True

    def _thing(self, thing: str, sort: Sort) -> bool:
        if sum(one == sort for _, one in self.things) >= _MOST_THINGS[sort]:
            return False
        self.things.append((thing, sort))
        return True


def _by_weight(text: str, people: list[WishedPerson]) -> tuple[WishedPerson, ...]:
    """Of a long text those first who are nobody's kin, and those who are named most."""
    if len(text) <= LONG:
        return tuple(people)
    words = Counter(re.findall(r"\w+", text))
    return tuple(sorted(people, key=lambda one: (bool(one.role), -_mentions(one, words))))


def _mentions(person: WishedPerson, words: Counter[str]) -> int:
    """How often a text names somebody, by the part of the name that it has most."""
    parts = [part for part in person.name.split() if part.lower() not in listed("titles")]
    return max((words[part] for part in parts), default=0)


def _distinct(places: list[str]) -> tuple[str, ...]:
    """The places without those that are a part of another's name."""
    bare = [place.removeprefix("the ").lower() for place in places]
    return tuple(
        place
        for place, own in zip(places, bare, strict=True)
        if not any(own in other for other in bare if own != other)
    )


def _objects(things: list[tuple[str, Sort]]) -> list[tuple[str, Sort]]:
    objects = [one for one in things if one[1] == "object"]
    telling = [one for one in objects if one[0].split()[-1] in listed("telling")]
    return (telling or objects)[:_MOST_OF_LONG]


def _deed(text: str) -> str:
    found = _DEED.search(text)
    return _AFTER_DEED.sub("", found[1]).strip() if found else ""


def _often(text: str) -> str:
    """The genre of whose words a manuscript has most, if it has them often; else an empty string."""
    most, genre = max((count, genre) for genre, count in genre_counts(text).items() if genre != "mg")
    return genre if most >= _OFTEN * 3 else ""


def _pronoun(text: str) -> str:
    lowered = text.lower()
    she = len(re.findall(r"\b(?:she|her|girl|woman)\b", lowered))
    he = len(re.findall(r"\b(?:he|his|him|boy|man)\b", lowered))
    return "she" if she > he else "he" if he > she else ""
