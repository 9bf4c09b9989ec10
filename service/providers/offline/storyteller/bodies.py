"""The abilities that a plot requires of its heroes, and the abilities that a hero does not have.

A record of the prose may say ``needs: sight hearing legs``: its plot requires that a hero sees something,
hears something, or steps over something. A hero without one of these abilities gets another plot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.domain.story import Character
from service.providers.offline.storyteller.corpus import Record

SIGHT, HEARING, LEGS = "sight", "hearing", "legs"
NEEDS = frozenset({SIGHT, HEARING, LEGS})

_WITHOUT = {
    "white_cane": SIGHT,
    "signing_deaf": HEARING,
    "manual_wheelchair": LEGS,
    "power_wheelchair": LEGS,
    "walker": LEGS,
    "crutches_or_cane": LEGS,
}
#: Patterns in the description of a hero that show a missing ability, if no trait shows it.
_WORDS = {SIGHT: re.compile(r"\b(blind|cannot see|can[’']t see)\b", re.IGNORECASE),
          HEARING: re.compile(r"\b(deaf|cannot hear|can[’']t hear)\b", re.IGNORECASE)}  # fmt: skip
_GUIDE = re.compile(r"\b(guide|blind)\b", re.IGNORECASE)


def without(hero: Character) -> frozenset[str]:
    """The abilities in ``NEEDS`` that the hero does not have, from the hero's traits and description."""
    found = {_WITHOUT[ref.id] for ref in hero.traits if ref.id in _WITHOUT}
    said = " ".join((hero.description, hero.looks.other or "", hero.looks.eyes or ""))
    found |= {need for need, words in _WORDS.items() if words.search(said)}
    if any(ref.id == "assistance_dog" and _GUIDE.search(ref.detail or "") for ref in hero.traits):
        found.add(SIGHT)
    return frozenset(found)


def suits(record: Record, heroes: Iterable[Character]) -> bool:
    """Whether the heroes have all abilities that the record requires."""
    needed = set(record.words("needs"))
    return not any(needed & without(hero) for hero in heroes)


def suited(options: Iterable[Record], heroes: Sequence[Character]) -> list[Record]:
    """The options that suit all heroes. If no option suits all of them, the options that suit them best."""
    all_of = list(options)
    lacking = frozenset().union(*(without(hero) for hero in heroes))
    least = min((len(lacking & set(option.words("needs"))) for option in all_of), default=0)
    return [option for option in all_of if len(lacking & set(option.words("needs"))) == least]
