"""The people of a story: its heroes, those who come along by the wish, and the one whom it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from service.domain.bodies import ABILITIES, abilities
from service.domain.story import Character
from service.domain.traits import registry, word_for

_LIKES = re.compile(r"\b(?:loves?|likes?|crazy about|fond of) (?:the |all )?([a-z -]+?)(?:,| and |;|\.|$)")
_FEARS = re.compile(r"\b(?:afraid|scared|frightened) of ([a-z -]+?)(?:,| and |;|\.|$)")
_WHEELS = ("manual_wheelchair", "power_wheelchair")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a story. ``can`` has abilities, ``t:`` and the id of each trait, and ``human`` or
    ``animal``."""

    name: str
    kind: str = "child"
    species: str = ""
    pronouns: str | None = None
    age: int | None = None
    description: str = ""
    can: frozenset[str] = ABILITIES | {"human"}
    words: dict[str, str] = field(default_factory=dict)
    noun: str = ""
    companion: bool = False
    character: Character | None = None

    def has(self, *traits: str) -> bool:
        """Whether the person has one of the traits."""
        return any(f"t:{trait}" in self.can for trait in traits)

    def able(self, tokens: tuple[str, ...]) -> bool:
        """Whether the person can do all of this. ``!legs``: whether the person cannot."""
        return all((token[1:] not in self.can) if token[0] == "!" else token in self.can for token in tokens)

    @property
    def rolls(self) -> bool:
        """Whether the person uses a wheelchair."""
        return self.has(*_WHEELS)

    @property
    def traits(self) -> tuple[str, ...]:
        """The ids of the hero's traits that the registry knows."""
        refs = self.character.traits if self.character else ()
        return tuple(dict.fromkeys(ref.id for ref in refs if ref.id in registry()))

    @property
    def likes(self) -> tuple[str, ...]:
        """What the description says that the person loves."""
        return tuple(_LIKES.findall(self.description.lower()))

    @property
    def fears(self) -> tuple[str, ...]:
        """What the description says that the person is afraid of."""
        return tuple(_FEARS.findall(self.description.lower()))


def hero_of(character: Character) -> Person:
    """The hero for a character of the brief."""
    can = set(abilities(character)) | {f"t:{ref.id}" for ref in character.traits}
    can.add("animal" if character.kind == "animal" else "human")
    if character.kind == "adult":
        can.discard("legs")
    return Person(
        name=character.name,
        kind=character.kind,
        species=_plain(character.species or ""),
        pronouns=character.pronouns,
        age=character.age,
        description=character.description,
        can=frozenset(can),
        words={ref.id: word_for(character, ref.id) for ref in character.traits if ref.id in registry()},
        character=character,
    )


def detail_of(person: Person, trait: str) -> str:
    """The person's own word for a trait, or else its detail, or else the usual word."""
    character = person.character
    if character is None or trait in character.preferred_words:
        return person.words[trait]
    details = (ref.detail.strip() for ref in character.traits if ref.id == trait and ref.detail)
    return next(details, "") or person.words[trait]


def _plain(species: str) -> str:
    folded = " ".join(species.split())
    return folded if re.fullmatch(r"[A-Za-z][A-Za-z -]{0,30}", folded) else ""
