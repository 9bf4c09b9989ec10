"""What the body of a hero does. Stories ask for these abilities, beside the registry of traits. Pure."""

from __future__ import annotations

import re

from service.domain.story import Character

#: ``legs`` climb and jump; ``walk`` is to go on foot; ``voice`` is to speak aloud.
ABILITIES = frozenset({"eyes", "ears", "voice", "walk", "legs"})

#: What a body with a trait does not do. Every other trait of the registry leaves all abilities.
_WITHOUT: dict[str, frozenset[str]] = {
    "manual_wheelchair": frozenset({"walk", "legs"}),
    "power_wheelchair": frozenset({"walk", "legs"}),
    "walker": frozenset({"legs"}),
    "crutches_or_cane": frozenset({"legs"}),
    "white_cane": frozenset({"eyes"}),
    "signing_deaf": frozenset({"ears", "voice"}),
    "communication_device": frozenset({"voice"}),
}
#: Patterns in a description that show a missing ability, if no trait shows it.
_WORDS = {
    "eyes": re.compile(r"\b(blind|cannot see|can[’']t see)\b", re.IGNORECASE),
    "ears": re.compile(r"\b(deaf|cannot hear|can[’']t hear)\b", re.IGNORECASE),
}
_GUIDE = re.compile(r"\b(guide|blind)\b", re.IGNORECASE)


def without(hero: Character) -> frozenset[str]:
    """The abilities that the hero does not have, from the hero's traits, description and looks."""
    found = {ability for ref in hero.traits for ability in _WITHOUT.get(ref.id, ())}
    said = " ".join((hero.description, hero.looks.other or "", hero.looks.eyes or ""))
    found |= {ability for ability, words in _WORDS.items() if words.search(said)}
    if any(ref.id == "assistance_dog" and _GUIDE.search(ref.detail or "") for ref in hero.traits):
        found.add("eyes")
    return frozenset(found)


def abilities(hero: Character) -> frozenset[str]:
    """The abilities that the hero has."""
    return ABILITIES - without(hero)
