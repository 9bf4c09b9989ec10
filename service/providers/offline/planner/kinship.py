"""What follows from kinship: how far ages are apart, and what a relation between the two is called."""

from __future__ import annotations

from dataclasses import dataclass

from service.providers.offline.planner.feedback import Kin

_ELDER = {
    "grandmother": (44, 60),
    "grandfather": (44, 60),
    "grandma": (44, 60),
    "grandpa": (44, 60),
    "mother": (20, 36),
    "father": (22, 40),
    "mum": (20, 36),
    "dad": (22, 40),
    "aunt": (12, 30),
    "uncle": (12, 30),
}
_YOUNGER = {
    "daughter": (-36, -20),
    "son": (-36, -20),
    "niece": (-30, -14),
    "nephew": (-30, -14),
    "grandson": (-60, -44),
    "granddaughter": (-60, -44),
}
#: By the word for one of two: the other's, where a woman and where a man.
_OTHERS = {
    "brother": ("sister", "brother"),
    "sister": ("sister", "brother"),
    "mother": ("daughter", "son"),
    "father": ("daughter", "son"),
    "mum": ("daughter", "son"),
    "dad": ("daughter", "son"),
    "daughter": ("mother", "father"),
    "son": ("mother", "father"),
    "aunt": ("niece", "nephew"),
    "uncle": ("niece", "nephew"),
    "niece": ("aunt", "uncle"),
    "nephew": ("aunt", "uncle"),
    "grandmother": ("granddaughter", "grandson"),
    "grandfather": ("granddaughter", "grandson"),
    "granddaughter": ("grandmother", "grandfather"),
    "grandson": ("grandmother", "grandfather"),
    "husband": ("wife", "husband"),
    "wife": ("wife", "husband"),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """Kinship of two of a cast, by their roles: the first is the kin of the second."""

    role: str
    of: str
    kin: Kin


def years_apart(word: str, noun: str) -> tuple[int, int]:
    """By how many years, at least and at most, somebody is older than the one whose kin they are."""
    if "twin" in word:
        return 0, 0
    if word.startswith(("younger", "little")):
        return -9, -2
    if word.startswith(("older", "elder", "big")):
        return 2, 9
    return _ELDER.get(noun) or _YOUNGER.get(noun) or (-6, 6)


def kind_of(noun: str, pronoun: str) -> str:
    """What a relation is called in which one is the ``noun`` of somebody of this pronoun."""
    if noun not in _OTHERS:
        return noun
    woman, man = _OTHERS[noun]
    return f"{noun} and {man if pronoun == 'he' else woman}"
