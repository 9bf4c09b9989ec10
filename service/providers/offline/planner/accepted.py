"""The accepted people in the roles of the prose, and the accepted places in those of the kit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.providers.offline.planner import recall
from service.providers.offline.planner.casting import ROLES, Cast, short_name
from service.providers.offline.planner.corpus import Piece, Step
from service.providers.offline.planner.filling import Person
from service.providers.offline.planner.reader import Reader
from service.providers.offline.planner.word_lists import listed
from service.providers.offline.planner.words import bag, clip

#: A place where nothing happens that anybody may see.
_SECRET = re.compile(r"\b(?:secret|hidden)\b")
PEOPLE, PLACES = "character.people", "world.places"


@dataclass(frozen=True, slots=True)
class Roles:
    """The cast, and the id of each role's person. A role without an id is not accepted yet."""

    cast: Cast
    ids: Mapping[str, str]
    #: The same with those who are assumed.
    known: Mapping[str, str]
    #: Accepted people for whom the prose has no role.
    spare: tuple[str, ...]


def roles_of(seen: Reader, kit: Piece) -> Roles:
    """The accepted people by role: as their roles say, the others in their order."""
    ids = seen.elements(PEOPLE)
    premise = recall.people_of_premise(seen.text("concept.premise"), kit)
    found = by_role({id_: seen.text(f"{PEOPLE}.{id_}.role") for id_ in ids})
    cast = {
        role: _person(seen, found[role], premise[role]) if role in found else premise[role] for role in ROLES
    }
    accepted = {role: id_ for role, id_ in found.items() if seen.has(f"{PEOPLE}.{id_}")}
    return Roles(cast, accepted, found, tuple(id_ for id_ in ids if id_ not in found.values()))


def by_role(said: Mapping[str, str]) -> dict[str, str]:
    """The id of each role: of those who say their role first, then of the others."""
    found: dict[str, str] = {}
    for id_, text in said.items():
        role = next((role for role, label in ROLES.items() if text.lower().startswith(label)), None)
        if role is not None:
            found.setdefault(role, id_)
    left = iter([id_ for id_ in said if id_ not in found.values()])
    return found | dict(zip((role for role in ROLES if role not in found), left, strict=False))


def _person(seen: Reader, id_: str, premise: Person) -> Person:
    full = clip(seen.text(f"{PEOPLE}.{id_}.name"), 80) or premise.full
    pronoun = recall.pronoun(seen.text(f"{PEOPLE}.{id_}.pronouns")) or premise.pronoun
    return Person(full, short_name(full), pronoun, premise.job)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The ids of the accepted places: of the kit's places, of the others, and of the kit's where the people
    are at home."""

    kit: tuple[str, ...]
    others: tuple[str, ...]
    homes: tuple[str, ...]
    #: The names by the ids.
    names: Mapping[str, str]

    def named_in(self, text: str) -> str:
        """The first place whose name stands in a text; empty where none does."""
        bare = ((id_, name.removeprefix("the ")) for id_, name in self.names.items())
        return next((id_ for id_, name in bare if re.search(rf"\b{re.escape(name)}\b", text)), "")

    def at(self, place: int) -> str:
        """The kit's place of this number (from 1); empty where no place is accepted."""
        every = self.kit + self.others
        return every[min(place, len(every)) - 1] if every else ""

    def suiting(self, step: Step) -> str:
        """A place for a scene that is not of the kit: a home for one under a roof, else the town, where
        anything may happen."""
        words = set(re.findall(r"[a-z-]+", " ".join((step.summary, *step.beats)).lower()))
        under_a_roof = words & listed("indoors") and not words & listed("outdoors")
        return next(iter((self.homes if under_a_roof else ()) + self.others + self.kit), "")


def grounds_of(seen: Reader, kit: Piece) -> Grounds:
    """The accepted places, each place of the kit found by its words, else by its order."""
    ids = [id_ for id_ in seen.elements(PLACES) if seen.has(f"{PLACES}.{id_}")]
    texts = {
        id_: f"{seen.text(f'{PLACES}.{id_}.name')} {seen.text(f'{PLACES}.{id_}.summary')}" for id_ in ids
    }
    words = {id_: bag(text) for id_, text in texts.items()}
    found: list[str] = []
    for place in kit.many("place"):
        left = [id_ for id_ in ids if id_ not in found]
        if left:
            found.append(max(left, key=lambda id_: len(words[id_] & bag(place))))
    names = {id_: seen.text(f"{PLACES}.{id_}.name") for id_ in ids}
    every = (found[int(at) - 1] for at in kit.words("home") if int(at) <= len(found))
    homes = [id_ for id_ in every if not _SECRET.search(names[id_])]
    return Grounds(tuple(found), tuple(id_ for id_ in ids if id_ not in found), tuple(homes), names)
