"""Sentences of a text in the present tense, in which a plan tells its scenes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from service.providers.offline.planner.word_lists import listed

_TOKENS = re.compile(r"[\w’'-]+|[^\w\s]|\s+")
#: After these a form that may be a participle is a finite verb.
_SUBJECTS = {"he", "she", "it", "they", "who", "which", "nobody", "everyone", "somebody"}
_PLURAL = {"they", "we", "you", "these", "those", "both"}
_HAVING = {"had", "has", "have", "was", "were", "is", "are", "been", "be", "being"}
_NO_PLURALS = {"his", "this", "always", "perhaps", "its", "hers", "was", "has", "is"}
_PERFECT = 4
_PRESENT = re.compile(r"\b(?:is|are|has|have|will|can)\b")
#: What follows ``had`` where it is no verb of its own.
_PARTICIPLE = re.compile(
    r"(?:not|never|once|only|just|already|long|\w+ly)\b|been\b|\w+(?:ed|en|wn|ne)\b|(?:told|come|left|kept|sold|found|said|made|had|gone|done)\b"
)
_BEING: Mapping[str, tuple[str, str]] = {
    "was": ("is", "are"),
    "were": ("is", "are"),
    "had": ("has", "have"),
    "did": ("does", "do"),
    "would": ("will", "will"),
    "could": ("can", "can"),
    "might": ("may", "may"),
}


def _pairs(name: str) -> Mapping[str, str]:
    return dict(pair.split(">") for pair in listed(name))


def in_present(sentence: str, names: Iterable[str]) -> str:
    """The sentence in the present tense: as it is where it has that tense; empty where no verb of it is
    surely past."""
    known = {part for name in names for part in name.split()}
    told = _told(sentence, known, lone=False)
    if told != sentence or _PRESENT.search(sentence):
        return told
    told = _told(sentence, known, lone=True)
    return told if told != sentence else ""


def _told(sentence: str, known: set[str], *, lone: bool) -> str:
    """The sentence with its surely finite verbs in the present. With ``lone`` the first form that may be
    finite is."""
    words = _TOKENS.findall(sentence)
    told: list[str] = []
    found = perfect = False
    for at, word in enumerate(words):
        if word == "said" and "".join(words[at + 1 : at + 3]).strip() in known:
            told.append("says")
            continue
        before = [one for one in words[:at] if one[0].isalnum()]
        pause = "," in words[max(0, at - 2) : at]
        past = perfect and word in ("was", "were")
        verb = (
            ""
            if past
            else _finite(word, before, known, found, pause, lone and not found, words[at + 1 :] == ["."])
        )
        found = found or bool(verb)
        perfect = perfect or (word == "had" and bool(_PARTICIPLE.match("".join(words[at + 1 :]).strip())))
        told.append(verb or word)
    return "".join(told)


def _finite(
    word: str, before: list[str], known: set[str], found: bool, pause: bool, lone: bool, ends: bool
) -> str:
    """The present form of a word that is a finite verb of the past; else empty."""
    last = before[-1] if before else ""
    many = not pause and _is_many(before, known)
    if word in _BEING:
        return _BEING[word][many or (word == "were" and last not in known | _SUBJECTS)]
    sure, may_be = _pairs("past"), _pairs("past_or_participle")
    if word in sure:
        return _present(sure[word], many)
    base = may_be.get(word) or _regular(word)
    after_subject = last in known or last.lower() in _SUBJECTS | {"never", "only"}
    goes_on = found and (last == "and" or (ends and before[-2:-1] == ["the"]))
    having = _HAVING & {one.lower() for one in before[-_PERFECT:]}
    return _present(base, many) if base and not having and (after_subject or goes_on or lone) else ""


def _is_many(before: list[str], known: set[str]) -> bool:
    """Whether the subject before a verb is plural."""
    noun = before[-2] if before[-1:] == ["that"] and len(before) > 1 else before[-1] if before else ""
    return noun.lower() in _PLURAL or (
        noun.endswith("s")
        and not noun.endswith(("ss", "ous", "'s", "’s"))
        and noun not in known
        and noun.lower() not in _NO_PLURALS
    )


def _regular(word: str) -> str:
    """The verb of a regular past form; empty for another word."""
    if not word.endswith("ed") or len(word) < 5 or word in ("need", "indeed", "hundred"):
        return ""
    stem = word[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if stem + "e" in _e_verbs():
        return f"{stem}e"
    return stem[:-1] if re.search(r"([bdgmnprt])\1$", stem) and stem not in ("add", "err") else stem


def _e_verbs() -> frozenset[str]:
    return frozenset(word for name in ("verbs", "ending_in_e") for word in listed(name) if word.endswith("e"))


def _present(verb: str, many: bool) -> str:
    if many:
        return verb
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("ch", "sh", "ss", "x", "go", "do")) else f"{verb}s"


def verb_of(participle: str) -> str:
    """The verb of a participle: ``lit``, light; ``opened``, open."""
    forms = {**_pairs("past_or_participle"), **_pairs("participles")}
    return forms.get(participle) or _regular(participle) or participle
