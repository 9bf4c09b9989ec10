"""Who is who: six roles of a kit, filled with the people of a wish and with new names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import cast as typed

from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.filling import Filler, Person, Pronoun
from service.providers.offline.planner.matching import voice_of
from service.providers.offline.planner.wish import Wish, WishedPerson
from service.providers.offline.planner.wish_names import LONG, first_names
from service.providers.offline.planner.word_lists import kin, listed
from service.providers.offline.planner.words import bag, clip, without_article
from service.providers.offline.storyteller.english import with_article

#: The roles of the prose by their letters, in the order of a cast.
ROLES = {
    "P": "protagonist",
    "O": "opponent",
    "A": "ally",
    "B": "closest",
    "E": "elder",
    "Y": "younger",
}
#: The order in which people of a wish are given a role, where they have none of their own.
_CASTING_ORDER = "PBOAEY"
_OTHER_WORD = {
    "he": {
        "mother": "father",
        "grandmother": "grandfather",
        "sister": "brother",
        "widow": "widower",
        "niece": "nephew",
        "great-aunt": "great-uncle",
        "daughter": "son",
        "landlady": "landlord",
        "woman": "man",
        "aunt": "uncle",
    }
}
_OTHER_WORD["she"] = {his: hers for hers, his in _OTHER_WORD["he"].items()}

#: What an inspiration calls a child.
CHILDREN = ("girl", "boy", "child")
_LONGEST_SHORT_NAME = 40
#: How many letters of shared words make somebody sure for a role, and how many sentences are compared.
_SURE, _SENTENCES = 5, 12

Cast = Mapping[str, Person]


def short_name(full: str) -> str:
    """The name by which a text calls somebody: the first, or the whole where it begins with a title."""
    first = clip(full.split()[0], _LONGEST_SHORT_NAME) if full.split() else full
    return full if first.lower().strip(".") in listed("titles") else first


def kit_jobs(kit: Piece) -> dict[str, str]:
    """The jobs of a kit's roles, as templates with their articles."""
    return {part[0]: part[2:].strip() for part in re.split(r" (?=[POABEY]:)", kit.one("jobs"))}


def kit_pronouns(kit: Piece) -> dict[str, str]:
    """The pronouns that a kit's prose takes for granted, by role."""
    return dict(part.split("=") for part in kit.words("pron"))


@dataclass(frozen=True, slots=True)
class Casting:
    """A cast for one concept. ``spare`` are people of the wish for whom the kit has no role."""

    people: Cast
    spare: tuple[str, ...]


def culture_of(kit: Piece, wish: Wish, chance: Random) -> Piece:
    """The culture that a wish's names are of, else one of the kit's."""
    firsts = {person.name.split()[0] for person in wish.people if person.name}
    cultures = pieces("names")
    known = [one for one in cultures.values() if firsts & {*one.words("she"), *one.words("he")}]
    said = set(re.findall(r"\w+", wish.text[:LONG]))
    known = known or [one for one in cultures.values() if said & set(one.words("lands"))]
    return known[0] if known else cultures[chance.choice(kit.words("culture"))]


def is_absent(person: WishedPerson, kit: Piece) -> bool:
    """Whether the kit is about this one's absence, so that no role is theirs."""
    known = bool(person.noun) and person.noun.split()[-1] in kit.words("absent")
    return known and (person.gone or not person.name)


def cast_kit(kit: Piece, wish: Wish, words: Mapping[str, str], names: Names) -> Casting:
    """Fill a kit's roles: the wish's people first, then new people whose names nobody has used."""
    jobs = {role: job.replace("{site}", words["site"]) for role, job in kit_jobs(kit).items()}
    cast = [person for person in wish.people if not is_absent(person, kit) and not person.gone]
    given, spare = _given_roles(cast, jobs if kit.many("open") else {}, wish.text, young=bool(voice_of(kit)))
    names.take(part for one in wish.people for part in one.name.split())
    people = {role: _person(role, given[role], wish, kit, names) for role in ROLES}
    filler = Filler(people, words, "jobs")
    return Casting(
        {
            role: replace(person, job=_job(role, filler(jobs[role]), given[role], wish, kit, people))
            for role, person in people.items()
        },
        tuple(one.called for one in spare),
    )


def _given_roles(
    people: Iterable[WishedPerson], jobs: Mapping[str, str], text: str, *, young: bool
) -> tuple[dict[str, WishedPerson], list[WishedPerson]]:
    """The wish's people by role, and those who are left over. The first is the hero; the others are those
    whose title, noun or sentences in the text come nearest to a role's job. A child who is named first is the
    younger one of a story for adults."""
    left, given = list(people), dict[str, WishedPerson]()
    child = next((person for person in left if person.noun in CHILDREN), None)
    if child is not None and child is left[0] and not young:
        given["Y"] = child
        left.remove(child)
        worker = next((person for person in left if person.noun and not person.role), None)
        if worker is not None and not any(person.name for person in left):
            given["P"] = worker
            left.remove(worker)
    for person in list(left):
        if person.role and person.role not in given:
            given[person.role] = person
            left.remove(person)
    if left and left[0].name and "P" not in given:
        given["P"] = left.pop(0)
    for person, role in _by_job(left, jobs, text):
        if person in left and role not in given:
            given[role] = person
            left.remove(person)
    for role in _CASTING_ORDER:
        named = next((person for person in left if person.name), None)
        if role not in given and left and (named or role != "P"):
            given[role] = named or left[0]
            left.remove(given[role])
    return {role: given.get(role, WishedPerson()) for role in ROLES}, left


def _by_job(
    people: Iterable[WishedPerson], jobs: Mapping[str, str], text: str
) -> Iterable[tuple[WishedPerson, str]]:
    """People with the roles whose jobs speak of them, the surest first."""
    said = {person: bag(f"{person.name} {person.noun} {_around(person, text)}") for person in people}
    shared = [
        (sum(map(len, said[person] & bag(job))), person, role)
        for person in said
        for role, job in jobs.items()
        if role != "P"
    ]
    return [(person, role) for most, person, role in sorted(shared, key=lambda one: -one[0]) if most > _SURE]


def _around(person: WishedPerson, text: str) -> str:
    """The sentences of a long text that name somebody."""
    if len(text) <= LONG or not person.name:
        return ""
    last = re.escape(person.name.split()[-1])
    return " ".join(re.findall(rf"[^.!?\n]*\b{last}\b[^.!?\n]*", text)[:_SENTENCES])


class Names:
    """New names of one culture, none like another of the same cast."""

    def __init__(self, culture: Piece, chance: Random, used: Iterable[str]) -> None:
        self._culture = culture
        self.chance = chance
        self._used = set(used)
        self._cast: list[str] = []
        self._last = self._culture.words("last")
        chance.shuffle(self._last)

    def take(self, names: Iterable[str]) -> None:
        """Names that no new person may have."""
        taken = set(names)
        self._used |= taken
        self._last = [name for name in self._last if name not in taken] or self._last

    def full(self, at: int, role: str, pronoun: str, *, kin: bool = False) -> str:
        """A new full name; the younger one and near kin have the protagonist's family name."""
        first = self._first(pronoun)
        return f"{first} {self._last[0 if kin or role == 'Y' else at % len(self._last)]}"

    def note(self, short: str) -> None:
        """Remember a name of the cast."""
        self._cast.append(short)

    def _first(self, pronoun: str) -> str:
        everywhere = [name for culture in pieces("names").values() for name in culture.words(pronoun)]
        for names in (self._culture.words(pronoun), everywhere):
            fresh = [name for name in names if name not in self._used and not self._is_near(name)]
            if fresh:
                return self.chance.choice(fresh)
        return self.chance.choice([name for name in everywhere if name not in self._cast])

    def _is_near(self, name: str) -> bool:
        return any(name[:2] == other[:2] or name[-3:] == other[-3:] for other in self._cast)


def _person(role: str, given: WishedPerson, wish: Wish, kit: Piece, names: Names) -> Person:
    said = given.pronoun or (wish.pronoun if role == "P" else "") or kit_pronouns(kit).get(role, "")
    if given.name and not said:
        said = first_names().get(short_name(given.name), "she")
    pronoun = said or names.chance.choice(["she", "he"])
    full = given.name or names.full(
        list(ROLES).index(role), role, pronoun, kin=given.noun in listed("same_name")
    )
    trade = (wish.trade if role == "P" else "") or given.noun
    if not given.name and not listed("machine").isdisjoint(trade.split()):
        full = full.split()[0]
    short = short_name(full)
    names.note(short)
    return Person(full, short, typed(Pronoun, pronoun))


def _job(role: str, job: str, given: WishedPerson, wish: Wish, kit: Piece, people: Cast) -> str:
    """The job with its article, and with what the wish says of this person."""
    bare = without_article(job)
    if given.name and len(wish.text) > LONG and (role != "P" or (given.said and not kit.many("long"))):
        return _of_text(given, people["P"].short)
    if kit.many("open") and (own := _own_job(role, given, wish, people["P"].short)):
        return own
    if given.noun and given.noun not in CHILDREN and given.noun.split()[-1] not in bare:
        bare = _related(role, bare, given, people["P"].short)
    if role == "P" and wish.trade and wish.trade.split()[-1] not in bare:
        young = "mg" in kit.words("genre")
        bare = (
            f"{bare} who means to be {with_article(wish.trade)}" if young else f"{wish.trade} turned {bare}"
        )
    other = _OTHER_WORD.get(people[role].pronoun, {})
    bare = re.sub(r"\b[a-z-]+\b(?!['’]s)", lambda word: other.get(word[0], word[0]), bare)
    if role != "P" and not job.startswith(("a ", "an ", "the ")):
        return bare
    indefinite = role == "P" or job.startswith(("a ", "an "))
    return with_article(bare) if indefinite else f"the {bare}"


def _own_job(role: str, given: WishedPerson, wish: Wish, hero: str) -> str:
    """What an open kit takes from the wish as it is: the hero's trade, the kin, or the noun; else empty."""
    if role == "P" and (wish.trade or wish.hero) and not given.name:
        return wish.hero or with_article(wish.trade)
    if role == "P" and wish.trade:
        return with_article(wish.trade)
    if not given.noun or given.noun in CHILDREN:
        return ""
    if given.role:
        return f"{hero}’s {given.noun}" if given.noun.split()[-1] in kin() else f"the other {given.noun}"
    return with_article(given.noun)


def _of_text(given: WishedPerson, hero: str) -> str:
    """Who somebody of a long text is: near kin, or what the text says, and nothing that it does not say."""
    if given.role:
        return f"{hero}’s {given.noun}"
    return given.said or (with_article(given.noun) if given.noun else "a person of the text")


def _related(role: str, job: str, given: WishedPerson, hero: str) -> str:
    if role == "P":
        return f"{given.noun} turned {job}"
    return f"{job}, {hero}’s {given.noun}" if given.role else f"{given.noun} and {job}"
