"""Introduces every hero in the first pages, each by something that shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from service.providers.offline.storyteller.corpus import entries
from service.providers.offline.storyteller.english import with_article
from service.providers.offline.storyteller.introductions import introduce
from service.providers.offline.storyteller.lines import Sentence
from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.plot import Plot
from service.providers.offline.storyteller.voice import Voice

_MOST_LINES = 4


def introductions(plot: Plot, voice: Voice, chance: Random, lead: int) -> Iterator[Sentence]:
    """The introductions of the heroes, and of those who come along."""
    roles, used = voice.roles, set[str]()
    for at, hero in enumerate(plot.heroes):
        voice.roles = {"X": at, "L": lead}
        kind = [f"{{X}} is {with_article(hero.species)}."] if hero.kind == "animal" and hero.species else []
        lines = [*_of_traits(plot, voice, hero, chance), *_of_words(plot, voice, hero, chance, used)]
        lines = [*map(voice.render, kind), *(lines or [voice.render(_spare(plot, voice, chance, used))])]
        needed = max(len(hero.traits), 2 if len(plot.heroes) <= 2 and not voice.brisk else 1) + len(kind)
        for number, line in enumerate(lines[: max(_MOST_LINES, needed)]):
            yield Sentence(line, optional=number >= needed, begins=number == 0)
    for at, _ in enumerate(plot.wish.companions, start=len(plot.heroes)):
        voice.roles = {"X": at, "L": lead}
        yield Sentence(voice.render(_quirk("_companion", voice, chance)), begins=True)
    voice.roles = roles


def _of_traits(plot: Plot, voice: Voice, hero: Person, chance: Random) -> Iterator[str]:
    for trait in hero.traits:
        quirk = entries("quirk")[f"_{trait}"]
        night = quirk.get("night") if _is_night(plot) else ""
        yield voice.render(night or _quirk(quirk.name, voice, chance))


def _of_words(plot: Plot, voice: Voice, hero: Person, chance: Random, used: set[str]) -> Iterator[str]:
    """Lines for the words of the description; a sentence about the hero if no line fits."""
    quirks = entries("quirk")
    words = [word for word in re.findall(r"[a-z]+", hero.description.lower()) if word in quirks]
    count = 0
    for word in dict.fromkeys(words):
        if word not in used:
            used.add(word)
            count += 1
            yield voice.render(_quirk(word, voice, chance))
    voice.facts["liked"] = next(iter(hero.likes), "")
    voice.facts["feared"] = next(iter(hero.fears), "")
    if hero.likes:
        count += 1
        yield voice.render(_quirk("_like", voice, chance))
    if hero.fears and plot.matter.want != "fear":
        count += 1
        yield voice.render(_quirk("_fear", voice, chance))
    if not count and hero.character is not None and hero.description.strip():
        # A sentence of its own has said which animal it is.
        plain = hero.character.model_copy(update={"species": None})
        yield voice.keep(introduce(plain, rich=voice.rich))


def _spare(plot: Plot, voice: Voice, chance: Random, used: set[str]) -> str:
    quirks = entries("quirk")
    lines = (
        quirks["_night"].many("any")
        if _is_night(plot)
        else quirks["_any"].many("rich" if voice.rich else "simple")
    )
    pick = chance.choice([line for line in lines if line not in used])
    used.add(pick)
    return pick


def _quirk(name: str, voice: Voice, chance: Random) -> str:
    return chance.choice(entries("quirk")[name].many("rich" if voice.rich else "simple"))


def _is_night(plot: Plot) -> bool:
    return plot.matter.want == "sleep" or "type:bedtime" in plot.matter.tags
