"""Rules over rendered text: pronouns for repeated names, capitals, articles, and who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.voice import named, subject_pronoun

_NAME = "[\ue000-\ue3ff]"
_BREAK = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…]\")\s+")
_BEGINS = re.compile(rf"({_NAME})(?!'s)")
_MOST_PRONOUNS = 2
_PLURAL = {"was": "were", "has": "have", "is": "are", "does": "do"}
#: A verb after a name, with at most three adverbs before it.
_ADVERB = r" (?:very|nearly|just|still|never|always|only|even|quite|\w+ly)"
_VERB = re.compile(rf"^((?:{_ADVERB}){{0,3}}) (was|has|is|does)(?=n't\b|\b)")
_SPEECH = "said|asked|called|answered|whispered|tapped|signed"
_LONGEST_JOINED, _SHORTEST_HALF = 24, 4
_GOES_ON = re.compile(r"(It|They|She|He|There|That|This|Then|Nobody|Everybody|Now) ")


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph. A speech of several sentences stays whole."""
    found: list[str] = []
    for part in _BREAK.split(text):
        if (found and found[-1].count('"') % 2) or (found and part[:1].islower()):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return [part for part in found if part]


def settle(sentences: Sequence[str], cast: Sequence[Person]) -> Iterator[str]:
    """The sentences of a paragraph. A name that begins a sentence becomes a pronoun, if the sentence before
    began with it and nobody else has the same pronoun."""
    last: int | None = None
    before: set[int] = set()
    said = 0
    for sentence in sentences:
        begins = _BEGINS.match(sentence)
        subject = named(begins[1])[0] if begins else None
        people = set(named(sentence))
        if (
            begins
            and subject is not None
            and subject == last
            and said < _MOST_PRONOUNS
            and _is_clear(cast, subject, people | before)
        ):
            said += 1
            yield _with_pronoun(cast[subject], sentence[begins.end() :])
        else:
            said = 0
            yield sentence
        last = subject if subject is not None else (None if people or '"' in sentence else last)
        before = people or before


def _is_clear(cast: Sequence[Person], subject: int, others: set[int]) -> bool:
    if not cast[subject].pronouns:
        return False
    return all(at == subject or cast[at].pronouns != cast[subject].pronouns for at in others)


def _with_pronoun(person: Person, rest: str) -> str:
    if person.pronouns == "they/them":
        rest = _VERB.sub(lambda found: f"{found[1]} {_PLURAL[found[2]]}", rest)
    return subject_pronoun(person).capitalize() + rest


def speakers(paragraph: str) -> Iterator[str]:
    """The paragraph, divided where one speech follows another one: somebody else speaks."""
    start, inside = 0, False
    for at, character in enumerate(paragraph):
        if character == '"':
            if not inside and paragraph[at - 2 : at] == '" ' and at - start > 2:
                yield paragraph[start:at].strip()
                start = at
            inside = not inside
    yield paragraph[start:]


def tidy(text: str) -> str:
    """The text with articles that fit, one full stop, and capitals after it."""
    text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU][a-z])(?!one\b|once\b|uni|use|euro|eu)", r"\1n ", text)
    text = re.sub(r"([.!?])\.(?!\.)", r"\1", text)
    text = re.sub(r" ([.,!?;])(?!\.)", r"\1", text)
    text = re.sub(rf"\.(\" (?:{_SPEECH}) )", r",\1", text)
    text = re.sub(r"([.!?…]\s+\"?)([a-z])", lambda found: found[1] + found[2].upper(), text)
    return text[:1].upper() + text[1:]


def flowing(sentences: Sequence[str], *, most: int) -> list[str]:
    """The sentences, with at most this many joins: a short sentence that begins with a conjunction goes on
    from the one before."""
    found: list[str] = []
    joins = 0
    for sentence in sentences:
        joined = _joined(found[-1], sentence) if found and joins < most else ""
        if joined:
            found[-1] = joined
            joins += 1
        else:
            found.append(sentence)
    return found


def _joined(first: str, second: str) -> str:
    if (
        '"' in first
        or '"' in second
        or not first.endswith(".")
        or first.endswith(". .")
        or first[:3] == "Not"
    ):
        return ""
    if len(first.split()) + len(second.split()) > _LONGEST_JOINED or len(second.split()) < 3:
        return ""
    begin = first.removesuffix(".")
    if re.match(r"(And|But|So) ", second):
        return f"{begin}, {second[0].lower()}{second[1:]}"
    if _GOES_ON.match(second) and _are_halves(first, second):
        return f"{begin}; {second[0].lower()}{second[1:]}"
    return ""


def _are_halves(first: str, second: str) -> bool:
    """Whether a semicolon reads well between two sentences: neither is a fragment or an echo."""
    one, other = first.split(), second.split()
    return ";" not in first + second and one[:2] != other[:2] and min(len(one), len(other)) >= _SHORTEST_HALF
