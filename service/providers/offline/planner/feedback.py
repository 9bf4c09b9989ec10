"""What feedback says in the forms that the offline planner reads: who the hero is, who is whose kin, the
tone, and what is to be in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.providers.offline.planner.wish import Wish, understand
from service.providers.offline.planner.word_lists import kin
from service.providers.offline.planner.words import capital, without_article
from service.providers.protocols import PlanAsk

_LEAD = r"(?:hero(?:ine)?|protagonist|main character|lead)\b"
_BE = r"(?:(?:should|must|could|has to|ought to) (?:rather )?be|is|becomes|as|to be)"
_SOMEBODY = r"(?P<who>(?:an?|one) [a-z][a-z’' -]{2,60}?)"
_HEROES = (
    re.compile(rf"\b{_SOMEBODY},? {_BE} (?:the|my|our|a) (?P<lead>{_LEAD})", re.IGNORECASE),
    re.compile(rf"\b(?:the|my|our) (?P<lead>{_LEAD}) (?:{_BE} )?{_SOMEBODY}(?=[.,;!?\n]|$)", re.IGNORECASE),
)
_KIN_WORDS = "|".join(sorted(kin(), key=len, reverse=True))
_KIN = re.compile(
    rf"\b(?P<who>[A-ZÀ-Þ]\w+)(?: [A-ZÀ-Þ]\w+)* (?:{_BE} )?(?P<of>[A-ZÀ-Þ]\w+)(?: [A-ZÀ-Þ]\w+)*['’]s "
    rf"(?P<word>(?:(?:younger|older|elder|little|big|twin|half|estranged)[ -])?(?P<noun>{_KIN_WORDS}))\b"
)
_BRING = re.compile(r"\b(?:with|add|include|bring in|put in|there (?:should|must) be|needs?)\s+(?=an? |the )")
#: Where a clause ends.
CLAUSES = re.compile(
    r"[.;!?\n]+\s*|,\s+(?:(?:and|but)\s+)?|\s+(?:and|but)\s+(?=(?:make|set|add|give|let|put|more|less|no|not)\b)"
)
#: What is not wanted, in its first group.
SHUNNED = re.compile(
    r"\b(?:not|no|without|never|less|fewer|avoid|drop|don't want)\s+"
    r"(?:(?:a|an|the|any|more|so|too|as|that|very|quite|much|many|about|like)\s+)*([\w'-]+(?:\s+or\s+[\w'-]+)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kin:
    """``who`` is the ``word`` (``younger brother``) of somebody; both by their first names."""

    who: str
    of: str
    word: str
    noun: str


def texts_of(ask: PlanAsk) -> list[str]:
    """All that a person has said of the proposals, the newest last."""
    return [text.replace("‘", "’") for text in (*ask.feedback, ask.instruction) if text.strip()]


def hero_of(ask: PlanAsk) -> Wish | None:
    """Who is to be the hero, as an inspiration would name them; None where nothing says so."""
    for text in reversed(texts_of(ask)):
        found = next((match for pattern in _HEROES if (match := pattern.search(text))), None)
        if found:
            who = found["who"][0].lower() + found["who"][1:]
            said = understand(capital(who))
            she = "she" if found["lead"].lower() == "heroine" else said.pronoun
            return Wish(trade=said.trade or without_article(who), hero=who, pronoun=she)
    return None


def kin_of(ask: PlanAsk) -> list[Kin]:
    """Who is to be whose kin."""
    found = (match for text in texts_of(ask) for match in _KIN.finditer(text))
    return [Kin(one["who"], one["of"], one["word"], one["noun"]) for one in found]


def wanted(text: str) -> str:
    """The text without what it does not want."""
    return SHUNNED.sub(" ", text.replace("’", "'"))


def without_people(text: str) -> str:
    """A text without the words that say who is the hero, or whose kin somebody is."""
    for pattern in (*_HEROES, _KIN):
        text = pattern.sub(" ", text)
    return text


def brought(text: str) -> str:
    """What a text wants to be in the story: ``a parrot`` of "again, with a parrot"; may be empty."""
    parts = _BRING.split(wanted(text))[1:]
    return ". ".join(CLAUSES.split(part)[0] for part in parts)
