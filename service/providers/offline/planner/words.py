"""Small facts of English: telling words, sentences, and verbs that agree."""

from __future__ import annotations

import re

from service.providers.offline.planner.word_lists import listed

_WORD = re.compile(r"[^\W\d_][^\W\d_']{2,}")
_SLOTS = re.compile(r"\{[^}]*\}|<[^>]*>")
_ENDED = re.compile(r"[.!?…][”’)]*$")
_LITTLE_IN_TITLES = {"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
_IRREGULAR = {
    "are": "is",
    "have": "has",
    "were": "was",
    "do": "does",
    "go": "goes",
    "don't": "doesn't",
    "aren't": "isn't",
    "haven't": "hasn't",
    "weren't": "wasn't",
}


def bag(text: str) -> frozenset[str]:
    """The words of three letters and more that say what a text is about; slots of a template do not count."""
    plain = _SLOTS.sub(" ", text).replace("’", "'").lower()
    little = listed("little")
    return frozenset(word for word in _WORD.findall(plain) if word not in little)


def stem(word: str) -> str:
    """The word without a plural ending: enough to find a word that somebody wants or does not want."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def clip(text: str, most: int) -> str:
    """The text in one line; where it has more than ``most`` characters, its start with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"


def without_article(text: str) -> str:
    """The text without an article at its start."""
    return re.sub(r"^(a|an|the) ", "", text)


def title_case(text: str) -> str:
    """The text with a capital at each word but the little ones."""
    return " ".join(word if word in _LITTLE_IN_TITLES else capital(word) for word in text.split())


def sentence(text: str) -> str:
    """The text with a capital at its start, and a full stop where no other mark ends it."""
    return capital(text) if _ENDED.search(text) else capital(f"{text}.")


def third_person(verb: str) -> str:
    """The form of a verb after ``she`` or ``he``; a word that is no known verb as it is."""
    if verb in _IRREGULAR or verb not in listed("verbs"):
        return _IRREGULAR.get(verb, verb)
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("ch", "sh", "ss", "x")) else f"{verb}s"
