"""What of a person's words about the proposals has no effect on a draft."""

from __future__ import annotations

from collections.abc import Iterator

from service.providers.offline.planner.feedback import CLAUSES, hero_of, kin_of, texts_of, wanted
from service.providers.offline.planner.taste import is_shunned
from service.providers.offline.planner.word_lists import audience_of, genre_of, listed, tones_of
from service.providers.offline.planner.words import bag, stem, without_article
from service.providers.protocols import PlanAsk

#: More than this share of the words of a clause must stand in a draft.
_SHARE = 0.5


def unread(ask: PlanAsk, draft: str) -> str:
    """A sentence with what of a person's words has no effect on the text of a draft; empty if all has."""
    left = [clause for text in texts_of(ask) for clause in _unread(text, ask, draft.lower())]
    said = "; ".join(f"“{clause}”" for clause in dict.fromkeys(left))
    return f"The offline planner could not read this of your wishes: {said}." if said else ""


def _unread(text: str, ask: PlanAsk, draft: str) -> Iterator[str]:
    """The clauses of a text that a draft does not heed."""
    for clause in CLAUSES.split(text):
        if clause.strip() and not _is_heeded(clause.strip(), ask, draft):
            yield clause.strip()


def _is_heeded(clause: str, ask: PlanAsk, draft: str) -> bool:
    """Whether a draft has what a clause asks for, or lacks what it does not want."""
    if ties := [one for one in kin_of(ask) if one.who in clause and one.noun in clause]:
        return all(f"{one.of}’s {one.word}".lower() in draft for one in ties)
    hero = hero_of(ask)
    if hero and hero.hero.lower() in clause.lower():
        return without_article(hero.hero).lower() in draft
    if tones_of(clause) or genre_of(wanted(clause).lower()) or audience_of(clause):
        return ask.stage == "concept"
    words = {stem(word) for word in bag(wanted(clause)) - listed("asking")}
    if not words:
        return is_shunned(clause) or not bag(clause) - listed("asking")
    have = set(map(stem, bag(draft)))
    return len(words & have) > _SHARE * len(words)
