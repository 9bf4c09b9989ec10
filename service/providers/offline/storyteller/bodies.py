"""What a plot asks of its heroes' bodies, and what each hero does without.

A record of the prose may say ``needs: sight hearing legs``: it turns on seeing something, on hearing it,
or on stepping over something. A hero who does without one of these is given another plot.
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
#: What the words about a hero say, where no trait does.
_WORDS = {SIGHT: re.compile(r"\b(blind|cannot see|can[’']t see)\b", re.IGNORECASE),
          HEARING: re.compile(r"\b(deaf|cannot hear|can[’']t hear)\b", re.IGNORECASE)}  # fmt: skip
_GUIDE = re.compile(r"\b(guide|blind)\b", re.IGNORECASE)


def without(hero: Character) -> frozenset[str]:
    """Which of ``NEEDS`` the hero does without, by the traits and by the words about them."""
    found = {_WITHOUT[ref.id] for ref in hero.traits if ref.id in _WITHOUT}
    said = " ".join((hero.description, hero.looks.other or "", hero.looks.eyes or ""))
    found |= {need for need, words in _WORDS.items() if words.search(said)}
    if any(ref.id == "assistance_dog" and _GUIDE.search(ref.detail or "") for ref in hero.traits):
        found.add(SIGHT)
    return frozenset(found)


def suits(record: Record, heroes: Iterable[Character]) -> bool:
    """Whether these heroes can do all that the record turns on."""
    needed = set(record.words("needs"))
    return not any(needed & without(hero) for hero in heroes)


def suited(options: Iterable[Record], heroes: Sequence[Character]) -> list[Record]:
    """The options that suit all heroes; where there is none, those that suit them best."""
    all_of = list(options)
    lacking = frozenset().union(*(without(hero) for hero in heroes))
    least = min((len(lacking & set(option.words("needs"))) for option in all_of), default=0)
    return [option for option in all_of if len(lacking & set(option.words("needs"))) == least]
