"""Introduces heroes: one sentence in the present tense for each hero, from age, species and description."""

from __future__ import annotations

import re

from service.domain.story import Character
from service.providers.offline.storyteller.english import join_names, with_article

_SMALL_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_VERBS = frozenset({"is", "has", "can", "does", "goes"})
_OFTEN = frozenset({"never", "always", "often", "sometimes"})
_NOT_VERBS = frozenset({"fearless", "restless", "tireless"})
_BEFORE_NOUNS = frozenset({"a", "an", "the", "very", "quite", "so", "really", "full"})
_BEFORE_MORE = frozenset({"good", "great", "afraid", "fond", "kind", "proud", "shy", "not"})
_PLURALS = {"is": "are", "has": "have", "does": "do", "goes": "go", "can": "can"}
_THIRD_PERSON = re.compile(r"^(she|he|it)\b", re.IGNORECASE)
_UNPLAIN = re.compile(r"[.!?<>{}\[\]#“”\"\\]")
_LONGEST = 14
_PARTS = 3


def introduce(hero: Character, *, rich: bool) -> str:
    """The introduction of a hero. Empty if only the name of the hero is known."""
    whole = _whole_sentence(hero)
    if whole:
        return whole
    said = predicates(hero.description)
    kind = _kind(hero)
    if said or kind:
        return f"{_combined(hero, kind, said, rich=rich)}."
    folded = _folded(hero.description)
    end = "" if folded.endswith((".", "!", "?")) else "."
    return f"Ask about {hero.name}, and people say, “{folded}{end}”" if folded else ""


def predicates(description: str) -> tuple[str, ...]:
    """Convert a description to at most three predicates in the third person. Empty if this is not possible.

    ``curious, laughs loudly`` becomes ``is curious`` and ``laughs loudly``.
    """
    text = _folded(description)
    if not text or _UNPLAIN.search(text) or len(text.split()) > _LONGEST:
        return ()
    parts = [part for part in re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", text) if part]
    found = [_predicate(part) for part in parts[:_PARTS]]
    return tuple(found) if all(found) else ()


def _combined(hero: Character, kind: str, said: tuple[str, ...], *, rich: bool) -> str:
    name = hero.name
    if not (kind and said):
        return f"{name} {kind or _list(said)}"
    if hero.kind == "animal":
        return f"{name} {kind} who {_list(said)}"
    if hero.kind == "child" and rich:
        return f"{_age(hero).capitalize()}-year-old {name} {_list(said)}"
    if hero.pronouns is None:
        return f"{name} {_list((kind, *said))}"
    if hero.pronouns == "they/them":
        said = tuple(_plural(part) for part in said)
    return f"{name} {kind}, and {hero.pronouns.split('/')[0]} {_list(said)}"


def _kind(hero: Character) -> str:
    if hero.kind == "animal":
        species = _folded(hero.species or "")
        return f"is {with_article(species)}" if species else ""
    if hero.kind == "adult":
        return "is all grown up"
    return f"is {_age(hero)}" if hero.age is not None else ""


def _age(hero: Character) -> str:
    age = hero.age or 0
    return _SMALL_NUMBERS[age] if age < len(_SMALL_NUMBERS) else str(age)


def _predicate(part: str) -> str:
    """Convert one part of a description to a predicate. Empty if this is not possible."""
    first, _, rest = part.partition(" ")
    lowered = first.lower()
    second = rest.partition(" ")[0]
    if lowered in _VERBS or _is_verb(lowered):
        return f"{lowered} {rest}".strip()
    if lowered in _OFTEN:
        return f"{lowered} {rest}" if _is_verb(second) else f"is {lowered} {rest}"
    if lowered == "with" and rest:
        return f"has {rest}"
    adjective = lowered.isascii() and lowered.replace("-", "").isalpha() and not lowered.endswith("ing")
    if lowered in _BEFORE_NOUNS | _BEFORE_MORE or (adjective and not rest):
        return f"is {lowered} {rest}".strip()
    return ""


def _is_verb(word: str) -> bool:
    """Whether a word looks like a verb in the third person: laughs, loves, carries."""
    looks = len(word) > 2 and word.isascii() and word.isalpha() and word.endswith("s")
    return looks and not word.endswith(("ss", "us")) and word not in _OFTEN | _NOT_VERBS


def _whole_sentence(hero: Character) -> str:
    """The first sentence of the description, if it is a complete sentence about the hero."""
    text = _folded(hero.description)
    begins = _THIRD_PERSON.match(text) or text.startswith(f"{hero.name} ")
    if not begins or re.search(r"[<>{}\[\]#\\]", text):
        return ""
    sentence = re.split(r"(?<=[.!?])\s", text)[0].rstrip(".!?")
    return f"{_THIRD_PERSON.sub(lambda _: hero.name, sentence)}."


def _plural(part: str) -> str:
    first, _, rest = part.partition(" ")
    plain = _PLURALS.get(first) or (_unconjugated(first) if _is_verb(first) else first)
    return f"{plain} {rest}".strip()


def _unconjugated(verb: str) -> str:
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("ches", "shes", "sses", "xes", "zes")) else verb[:-1]


def _list(parts: tuple[str, ...]) -> str:
    """Join predicates: ``is curious``, ``is kind``, ``laughs`` become ``is curious and kind, and laughs``."""
    verb = "are " if any(part.startswith("are ") for part in parts) else "is "
    being = [part.removeprefix(verb) for part in parts if part.startswith(verb)]
    doing = [part for part in parts if not part.startswith(verb)]
    if not being:
        return join_names(doing)
    first = verb + join_names(being)
    if not doing:
        return first
    return f"{first}{',' if len(being) > 1 else ''} and {join_names(doing)}"


def _folded(text: str) -> str:
    return " ".join(text.split())
