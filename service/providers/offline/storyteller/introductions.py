"""How a hero is introduced: one or two sentences in the present tense, from age, species and description."""

from __future__ import annotations

import re

from service.domain.story import Character
from service.providers.offline.storyteller.cast import with_article

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
)
_VERB_STARTS = frozenset({"is", "has", "can", "does", "goes", "never", "always", "often", "sometimes"})
_NOT_VERBS = frozenset({"always", "fearless", "restless", "tireless", "famous", "curious", "serious"})
_THIRD_PERSON = re.compile(r"^(she|he|they|it)\b", re.IGNORECASE)
_LONGEST = 14


def introduce(hero: Character, *, rich: bool) -> str:
    """The introduction of a hero, or nothing if nothing is known but a name."""
    whole = _whole_sentence(hero)
    if whole:
        return whole
    said = predicates(hero.description)
    kind = _kind(hero)
    if kind and rich and said and hero.kind == "child":
        return f"{_aged(hero)} {hero.name} {_list(said)}."
    if kind and said:
        return f"{hero.name} {kind}, and {_subject(hero)} {_agreeing(hero, _list(said))}."
    if kind or said:
        return f"{hero.name} {kind or _list(said)}."
    if hero.description.strip():
        return f"Ask about {hero.name}, and people say: “{_folded(hero.description)}”."
    return ""


def predicates(description: str) -> tuple[str, ...]:
    """A description as third-person predicates, at most three; none where it is not of that kind.

    ``curious, laughs loudly`` becomes ``is curious`` and ``laughs loudly``.
    """
    text = _folded(description)
    if not text or re.search(r"[.!?<>{}\[\]#“”\"]", text) or len(text.split()) > _LONGEST:
        return ()
    parts = [part for part in re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", text) if part]
    found = [_predicate(part) for part in parts[:3]]
    return tuple(part for part in found if part) if all(found) else ()


def _predicate(part: str) -> str:
    first, *rest = part.split()
    lowered = first.lower()
    if lowered in {"a", "an", "the", "very", "quite", "so", "really", "full", "always", "often", "never"}:
        return f"{part}" if _is_verb(rest[0] if rest else "") and lowered[0] in "aon" else f"is {part}"
    if lowered == "with":
        return f"has {' '.join(rest)}"
    if lowered in _VERB_STARTS or _is_verb(lowered):
        return part
    if lowered.endswith("ing") or len(rest) > 2 or not lowered.isascii() or not lowered.isalpha():
        return ""
    return f"is {part[:1].lower() + part[1:]}" if not rest else _phrase(part, lowered)


def _phrase(part: str, first: str) -> str:
    """Two or three words that begin with an adjective or an adverb (``good at maths``)."""
    return f"is {part}" if first in {"good", "great", "afraid", "fond", "kind", "proud", "shy"} else ""


def _is_verb(word: str) -> bool:
    return (
        len(word) > 2
        and word.isascii()
        and word.isalpha()
        and word.endswith("s")
        and not word.endswith(("ss", "ous", "us"))
        and word not in _NOT_VERBS
    )


def _whole_sentence(hero: Character) -> str:
    """The description's first sentence, where it already is one about the hero."""
    text = _folded(hero.description)
    begins = bool(_THIRD_PERSON.match(text)) or text.startswith(f"{hero.name} ")
    if not begins or re.search(r"[<>{}\[\]#]", text):
        return ""
    sentence = re.split(r"(?<=[.!?])\s", text)[0].rstrip(".!?")
    named = sentence if sentence.startswith(hero.name) else _THIRD_PERSON.sub(lambda _: hero.name, sentence)
    return f"{named}." if not _THIRD_PERSON.match(text[:5]) or text[:4].lower() != "they" else ""


def _kind(hero: Character) -> str:
    if hero.kind == "animal":
        return f"is {with_article(hero.species.strip())}" if (hero.species or "").strip() else ""
    if hero.kind == "adult":
        return "is all grown up"
    return f"is {_age(hero.age)}" if hero.age is not None else ""


def _age(age: int) -> str:
    return _NUMBERS[age] if 0 < age < len(_NUMBERS) else str(age)


def _aged(hero: Character) -> str:
    words = f"{_age(hero.age or 0)}-year-old"
    return words[:1].upper() + words[1:]


def _subject(hero: Character) -> str:
    return hero.pronouns.split("/")[0] if hero.pronouns else hero.name


def _agreeing(hero: Character, predicate: str) -> str:
    """The predicate after the hero's pronoun: ``they`` takes the plural."""
    if hero.pronouns != "they/them":
        return predicate
    return " and ".join(_plural(part) for part in predicate.split(" and "))


def _plural(part: str) -> str:
    first, _, rest = part.partition(" ")
    plain = {"is": "are", "has": "have", "does": "do", "goes": "go"}.get(first)
    if plain is None:
        plain = _unconjugated(first)
    return f"{plain} {rest}".strip()


def _unconjugated(verb: str) -> str:
    if not _is_verb(verb):
        return verb
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("ches", "shes", "sses", "xes", "zes")) else verb[:-1]


def _list(parts: tuple[str, ...]) -> str:
    """``is curious, is kind, laughs`` as ``is curious and kind, and laughs``."""
    joined = list(parts[:1])
    for part in parts[1:]:
        both = joined[-1].startswith("is ") and part.startswith("is ")
        joined.append(part.removeprefix("is ") if both and len(joined) == 1 else part)
    return " and ".join(joined)


def _folded(text: str) -> str:
    return " ".join(text.split())
