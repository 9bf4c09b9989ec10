"""What an editor prefers among plots, and how many words a plot has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from service.providers.offline.storyteller.budget import Budget
from service.providers.offline.storyteller.corpus import Fragment
from service.providers.offline.storyteller.matter import Matter
from service.providers.offline.storyteller.people import Person

_LOCAL = ("way:", "place:", "thing:")
#: Words of an introduction, and words to keep free for the refrain and for long names.
_INTRODUCTION, _ROOM = 12, 20
#: How often a short book names a hero.
_MENTIONS = 10


class _Step(Protocol):
    @property
    def event(self) -> Fragment: ...
    @property
    def roles(self) -> dict[str, int]: ...


def preference(event: Fragment, themes: Sequence[str], tags: set[str]) -> float:
    """How much more likely than others an event is chosen."""
    weight = 1.0
    if set(event.words("themes")) & set(themes):
        weight *= 10
    if _is_of_trait(event):
        weight *= 5 if event.slot in ("between", "way") else 1.6
    if event.get("gift"):
        weight *= 5
    if any(token in tags for token in event.words("when") if token.startswith(_LOCAL)):
        weight *= 2
    return weight


def score(
    steps: Sequence[_Step],
    themes: Sequence[str],
    matter: Matter,
    heroes: Sequence[Person],
    words: Budget,
    *,
    rich: bool,
) -> float:
    """How good a plot is: the theme is lived, everybody is busy, tries differ in kind, traits are lived but
    not always the answer, the wish is in the middle of things, and the words fit the book."""
    events = [step.event for step in steps]
    wins = [event for event in events if event.slot == "win"]
    found = 0.0
    if themes:
        found += 14 * bool(set(wins[-1].words("themes")) & set(themes))
        found += 2 * any(set(event.words("themes")) & set(themes) for event in events)
    found += 2 * len({kind for event in events if event.slot == "fail" for kind in event.words("kind")})
    found += 2 * len({step.roles["X"] for step in steps})
    found += 2 * min(sum(map(_is_of_trait, events)), 2) - 3 * max(sum(map(_is_of_trait, wins)) - 1, 0)
    found += sum(bool(win.get("plant")) for win in wins)
    found += sum(
        token in matter.tags for event in events for token in event.words("when") if token.startswith(_LOCAL)
    )
    feared = {fear.split()[-1] for hero in heroes for fear in hero.fears}
    found += 3 * len({fear for fear in feared if any(fear in event.id for event in events)})
    names = 0 if rich else sum(len(hero.name.split()) - 1 for hero in heroes) * _MENTIONS
    return found - _misfit(events, len(heroes), words, names, rich=rich)


def _is_of_trait(event: Fragment) -> bool:
    return any(token.startswith("t:") for token in event.words("body"))


def _misfit(events: Sequence[Fragment], heroes: int, words: Budget, names: int, *, rich: bool) -> float:
    """A penalty for a plot that has too many words for the book, or too few."""
    sizes = [size_of(event, rich=rich) for event in events]
    core = sum(size for size, _ in sizes) + _INTRODUCTION * heroes + names
    full = core + sum(spare for _, spare in sizes)
    return max(0, core - words.target + _ROOM) / 3 + max(0, words.target - full) / 6


@cache
def size_of(event: Fragment, *, rich: bool) -> tuple[int, int]:
    """About how many words an event has: those that must be told, and those that may be left out."""
    core = spare = 0
    for telling in event.tellings:
        for line in telling:
            ages = [int(token) for token in line.conditions if token.lstrip("-").isdigit()]
            if any(rich == (age < 0) for age in ages):
                continue
            words = len(_AGED.sub(lambda found: found[1 + rich], line.text).split())
            core, spare = (core, spare + words) if line.optional else (core + words, spare)
    return core // len(event.tellings), spare // len(event.tellings)


_AGED = re.compile(r"\^([^^|]*)\|([^^]*)\^")
