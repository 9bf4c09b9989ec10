"""The heroes in the form that the grammar uses: names, pronouns, and the way in which each hero speaks.

Slots: ``{X}`` is the hero who leads a moment; ``{Y}`` and ``{Z}`` are the next heroes. ``{heroes}`` are all
heroes, and ``{others}`` are all heroes except X. ``{X's}`` and ``{heroes's}`` are possessive forms.
``{X:they}``, ``{X:them}``, ``{X:their}`` and ``{they}`` (all heroes) are pronouns. They have a capital if the
slot has a capital. In ``{X:they were}``, the verb agrees with the pronoun. ``{X:said}`` and the other verbs
of speech become signing for a hero who signs. Any other slot is a fact of the plot. For a single hero without
pronouns, the name replaces the pronoun, and ``their`` is used as the possessive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from service.domain.story import Character

_ROLES = ("X", "Y", "Z")

_PRONOUNS = {
    "she/her": {"they": "she", "them": "her", "their": "her", "theirs": "hers"},
    "he/him": {"they": "he", "them": "him", "their": "his", "theirs": "his"},
    "they/them": {"they": "they", "them": "them", "their": "their", "theirs": "theirs"},
}
_SINGULAR = {"were": "was", "are": "is", "have": "has"}
_SIGNED = {
    "said": "signed",
    "asked": "signed",
    "called": "waved and signed",
    "whispered": "signed, very small",
    "answered": "signed back",
    "cried": "signed, very big",
}


def join_names(names: Sequence[str]) -> str:
    """``A``, ``A and B``, or ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def possessive(name: str) -> str:
    """The possessive form of a name: Maya’s, James’s."""
    return f"{name}’s"


def with_article(noun: str) -> str:
    """The noun with ``a`` or ``an``, by its probable pronunciation."""
    lowered = noun.lower()
    if lowered.startswith(("hour", "honest", "heir")):
        return f"an {noun}"
    if lowered.startswith(("uni", "use", "eu", "one", "ewe")):
        return f"a {noun}"
    return f"an {noun}" if lowered[:1] in {"a", "e", "i", "o", "u"} else f"a {noun}"


class Cast:
    """A voice for the grammar: the heroes and the facts of the plot. ``lead`` is the index of the hero X."""

    def __init__(
        self, heroes: Sequence[Character], facts: Mapping[str, str], chance: Random, lead: int = 0
    ) -> None:
        self._heroes = heroes
        self._facts = facts
        self._chance = chance
        self._lead = lead

    @property
    def many(self) -> bool:
        """Whether the story has more than one hero."""
        return len(self._heroes) > 1

    @property
    def size(self) -> int:
        """The number of heroes."""
        return len(self._heroes)

    def led_by(self, lead: int, **facts: str) -> Cast:
        """The same cast with another hero as X, and with further facts."""
        return Cast(self._heroes, {**self._facts, **facts}, self._chance, lead)

    def hero(self, role: str) -> Character:
        """The hero in the role ``X``, ``Y`` or ``Z``."""
        return self._heroes[(self._lead + _ROLES.index(role)) % len(self._heroes)]

    def choose(self, count: int) -> int:
        """A random index below ``count``."""
        return self._chance.randrange(count)

    def slot(self, name: str) -> str:
        """The word for a slot of a template."""
        role, _, form = name.partition(":")
        if role in _ROLES:
            return self._of(self.hero(role), form) if form else self.hero(role).name
        if name.removesuffix("'s").removesuffix("’s") in _ROLES:
            return possessive(self.hero(name[0]).name)
        return self._of_all(name)

    def _of_all(self, name: str) -> str:
        names = [hero.name for hero in self._heroes]
        match name.lower().replace("'", "’"):
            case "heroes":
                return join_names(names)
            case "heroes’s":
                return possessive(join_names(names))
            case "others":
                return join_names([hero.name for hero in self._heroes if hero is not self.hero("X")])
            case pronoun if pronoun.partition(" ")[0] in _PRONOUNS["they/them"]:
                return _like(name, pronoun) if self.many else self._of(self._heroes[0], name)
            case fact:
                return self._facts[name] if name in self._facts else _like(name, self._facts[fact])

    def _of(self, hero: Character, form: str) -> str:
        pronoun, _, verb = form.lower().partition(" ")
        if pronoun in _SIGNED:
            return _like(form, _SIGNED[pronoun] if hero.has("signing_deaf") else pronoun)
        if hero.pronouns is None and pronoun not in {"their", "theirs"}:
            return f"{hero.name} {_SINGULAR[verb]}" if verb else hero.name
        word = _PRONOUNS[hero.pronouns or "they/them"][pronoun]
        if not verb:
            return _like(form, word)
        return _like(form, f"{word} {verb if word == 'they' else _SINGULAR[verb]}")


def _like(form: str, word: str) -> str:
    """The word, with a capital if the slot is written with a capital."""
    return word[:1].upper() + word[1:] if form[:1].isupper() else word
