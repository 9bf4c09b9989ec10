"""From a line of the prose to words.

``{X}`` ``{X's}``      a name; the roles are X, Y, Z (heroes), L (who leads the story) and N (the stranger)
``{X:they were}``      a pronoun, and a verb that agrees; a name where no pronouns are given
``{X:walked}``         a verb by the body of X; ``{X:said} {X}`` turns round where the verb is long
``{X:t:glasses}``      the hero's word for a trait; ``{X:d:birthmark}``: its detail, if there is one
``{all}`` ``{they}``   all heroes
``{P}`` ``{P:a}``      a fact of the plot; ``:a`` with an article
``<a|b>``              one of these, the least used first
``^young|old^``        by age; ``#many|one#`` by the number of heroes

Names and other words of users are inserted as single private characters (*marks*). ``Voice.expand`` replaces
them at the very end, so that no rule of the grammar ever reads or changes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from service.domain.readability import word_count
from service.domain.story import AgeRange
from service.providers.offline.storyteller.budget import is_rich
from service.providers.offline.storyteller.english import a, join_names
from service.providers.offline.storyteller.people import Person, detail_of
from service.providers.offline.storyteller.verbs import of_body

AGES: dict[AgeRange, int] = {"0-3": 0, "3-5": 3, "5-8": 5, "8-10": 8}
_NAMES, _KEPT = 0xE000, 0xE400
_MARKS = re.compile("[\ue000-\ue7ff]")
_FORMS = {
    "she/her": ("she", "her", "her", "hers", "herself"),
    "he/him": ("he", "him", "his", "his", "himself"),
    "they/them": ("they", "them", "their", "theirs", "themself"),
}
_PRONOUNS = ("they", "them", "their", "theirs", "themselves")
_SINGULAR = {"were": "was", "are": "is", "have": "has", "do": "does"}
_AGED = re.compile(r"\^([^^|]*)\|([^^]*)\^")
_NUMBERED = re.compile(r"#([^#|]*)\|([^#]*)#")
_CHOICE = re.compile(r"<([^<>]*)>")
_SLOT = re.compile(r"\{([^{}]+)\}")
_SPEECH = re.compile(r"\{([XYZNL]):(\w+)\} \{\1\}")


class Voice:
    """Renders lines for one cast and one age. ``facts`` are words by the name of their slot, ``roles`` the
    people of the present event by role."""

    def __init__(self, cast: Sequence[Person], heroes: int, age: AgeRange, chance: Random) -> None:
        self.cast, self.heroes, self.age, self.chance = cast, heroes, age, chance
        self.facts: dict[str, str] = {}
        self.roles: dict[str, int] = {}
        self.rich = is_rich(age)
        self.brisk = False
        self._used: dict[str, int] = {}
        self._kept: list[str] = []

    def keep(self, words: str) -> str:
        """A mark for words that no rule may change."""
        if words not in self._kept:
            self._kept.append(words)
        return chr(_KEPT + self._kept.index(words))

    def expand(self, text: str) -> str:
        """The text with the words behind its marks."""
        return _MARKS.sub(lambda found: self._behind(ord(found[0])), text)

    def count(self, text: str) -> int:
        """The number of words. A mark counts as one word, so that no name changes the plot or the pages."""
        return word_count(_MARKS.sub("Nn", text))

    def _behind(self, mark: int) -> str:
        return self._kept[mark - _KEPT] if mark >= _KEPT else self.cast[mark - _NAMES].name

    def aged(self, text: str) -> str:
        """The text with its words for this age."""
        return _AGED.sub(lambda found: found[2] if self.rich else found[1], text)

    def render(self, text: str) -> str:
        """The words of a line, with marks."""
        text = _SPEECH.sub(self._turned, self.aged(text))
        text = _NUMBERED.sub(lambda found: found[1] if self.heroes > 1 else found[2], text)
        text = _CHOICE.sub(lambda found: self._chosen(found[1]), text)
        text = _SLOT.sub(lambda found: self._slot(found[1]), text)
        return re.sub(r" {2,}", " ", text).strip()

    def _turned(self, found: re.Match[str]) -> str:
        """``said Dot``, but ``Dot signed, very big``."""
        at = self.roles.get(found[1])
        verb = of_body(self.cast[at], found[2]) if at is not None else found[2]
        return f"{{{found[1]}}} {verb}" if " " in verb else found[0]

    def _chosen(self, source: str) -> str:
        options = source.split("|")
        least = min(self._used.get(option, 0) for option in options)
        pick = self.chance.choice([option for option in options if self._used.get(option, 0) == least])
        self._used[pick] = self._used.get(pick, 0) + 1
        return pick

    def _slot(self, name: str) -> str:
        role, _, form = name.partition(":")
        bare = role.removesuffix("'s")
        if bare in self.roles:
            mark = chr(_NAMES + self.roles[bare])
            if role != bare:
                return f"{mark}'s"
            return self._form(self.roles[bare], form) if form else mark
        base = role.lower().partition(" ")[0]
        if base in _PRONOUNS or base in {"all", "all's", "others"}:
            return self._of_all(role)
        return self._fact(role, form)

    def _fact(self, role: str, form: str) -> str:
        words = self.facts[role] if role in self.facts else self.facts[role[0].lower() + role[1:]]
        words = self.render(words) if set("{<^") & set(words) else words
        words = a(words) if form == "a" else words
        return words if role in self.facts else _capital(words)

    def _of_all(self, word: str) -> str:
        low = word.lower()
        if low in ("all", "all's", "others"):
            skip = self.roles.get("X") if low == "others" else None
            names = join_names([chr(_NAMES + at) for at in range(self.heroes) if at != skip])
            return f"{names}'s" if low == "all's" else names
        if self.heroes > 1:
            return word
        return self._form(0, word)

    def _form(self, at: int, form: str) -> str:
        person, mark = self.cast[at], chr(_NAMES + at)
        kind, _, trait = form.partition(":")
        if trait:
            return self.keep(person.words[trait] if kind.lower() == "t" else detail_of(person, trait))
        pronoun, _, verb = form.lower().partition(" ")
        if pronoun not in _PRONOUNS:
            return of_body(person, form)
        if person.pronouns is None:
            word = {"their": f"{mark}'s", "theirs": f"{mark}'s"}.get(pronoun, mark)
        else:
            word = _FORMS[person.pronouns][_PRONOUNS.index(pronoun)]
            word = _capital(word) if form[0].isupper() else word
        if not verb:
            return word
        return f"{word} {verb if person.pronouns == 'they/them' else _SINGULAR.get(verb, verb)}"


def named(text: str) -> list[int]:
    """The people whose names are in a text with marks, by their index in the cast."""
    return [ord(mark) - _NAMES for mark in _MARKS.findall(text) if ord(mark) < _KEPT]


def subject_pronoun(person: Person) -> str:
    """``she``, ``he`` or ``they``. Empty if no pronouns are given."""
    return _FORMS[person.pronouns][0] if person.pronouns else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
