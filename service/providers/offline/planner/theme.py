"""The theme: a question with two answers, and motifs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from service.providers.offline.planner import recall
from service.providers.offline.planner.corpus import Piece, pieces, telling_words
from service.providers.offline.planner.matching import nearest, suits, voiced
from service.providers.offline.planner.reader import Assume, Reader
from service.providers.offline.planner.taste import taste_of
from service.providers.offline.planner.words import bag, stem
from service.providers.protocols import Draft, FieldValue, PlanAsk

#: So many first letters make two words one: to forgive, forgiveness.
_ROOT = 6


def draft_themes(ask: PlanAsk, assume: Assume) -> Iterator[Draft]:
    """Themes that suit the concept, each another one."""
    seen = Reader(ask.fields, assume)
    kit = recall.kit(seen)
    order = [theme for theme in voiced(kit, pieces("theme").values()) if suits(kit, theme)]
    Random(f"{ask.seed}:{seen.text('concept.logline')}").shuffle(order)
    wished = set(map(stem, bag(ask.inspiration)))
    feeling = recall.heart(seen.text("concept.premise"))
    own = [*(recall.arc_of_heart(feeling).words("theme") if feeling else ()), *kit.words("theme")]
    order.sort(
        key=lambda theme: (-_heard(theme, wished), own.index(theme.name) if theme.name in own else len(own))
    )
    order = _kept(ask) or taste_of(ask).ordered(order)
    for theme in order[: ask.count]:
        yield Draft(_values(theme, _motifs(ask, theme)), *seen.sources)


def _heard(theme: Piece, wished: set[str]) -> int:
    """How many words of a theme's question, answers and values an inspiration has, by their first letters."""
    own = telling_words(theme, "question", "statement", "counter", "values")
    return sum(any(word[:_ROOT] == said[:_ROOT] for said in wished) for word in own if len(word) >= _ROOT)


def _kept(ask: PlanAsk) -> list[Piece]:
    """The theme of a locked question or statement, or of the first of a blend."""
    values = ask.blend[0] if ask.blend else ask.locked
    text = f"{values.get('theme.question', '')} {values.get('theme.statement', '')}"
    return [nearest("theme", text, "question", "statement")] if text.strip() else []


def _motifs(ask: PlanAsk, theme: Piece) -> tuple[str, ...]:
    """The motifs of the theme; of a blend, the last one's beside them."""
    if len(ask.blend) < 2:
        return theme.many("motif")
    text = f"{ask.blend[-1].get('theme.question', '')} {ask.blend[-1].get('theme.statement', '')}"
    other = nearest("theme", text, "question", "statement")
    return (*theme.many("motif"), *(motif for motif in other.many("motif") if other is not theme))


def _values(theme: Piece, motifs: tuple[str, ...]) -> dict[str, FieldValue]:
    values: dict[str, FieldValue] = {
        "theme.question": theme.one("question"),
        "theme.statement": theme.one("statement"),
        "theme.counter_statement": theme.one("counter"),
        "theme.values_in_conflict": theme.options("values"),
    }
    for at, motif in enumerate(motifs, 1):
        name, meaning = motif.split(" | ")
        values |= {f"theme.motifs.m{at}.name": name, f"theme.motifs.m{at}.meaning": meaning}
    return values
