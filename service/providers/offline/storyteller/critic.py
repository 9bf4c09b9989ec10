"""Reads a told book as a critic: does it contradict its heroes' bodies, its own words, or its readers' age?

The storyteller drops books with faults while another plot is better; ``check`` reports what is left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from service.domain.readability import (
    BANDS,
    forbidden_phrases,
    mean_sentence_length,
    reading_grade,
    sentences,
    word_count,
)
from service.domain.story import StoryContent
from service.providers.offline.storyteller.budget import budget
from service.providers.offline.storyteller.people import Person
from service.providers.offline.storyteller.plot import Plot

MOST_UNEVEN = 1.6
_SHORTEST_PAGE, _SHORTEST_NAME = 12, 3
#: Longer names than the usual ones make the grade a little higher.
_MARGIN = 0.1
_SIGHT = "looked|saw|watched|stared|peered|peeped|gazed|glanced|spotted"
_LEGS = (
    "walked|ran|jumped|climbed|stood|tiptoed|hopped|knelt|stepped|skipped|kicked|stamped|got up|sprang|strode"
    "|marched"
)
_SOUND = "said|heard|listened|shouted|sang|whispered|hummed|called"
#: Words that a story may say twice running.
_ECHOES = re.compile(
    "pull|hush|tap|drip|had|that|waah|plop|ding|knock|bang|no|blub|snip|plip|flip|very|roll|tick|click|lo|goo|whuff"
    "|puff|whirr|bong|creak|ha|on|down|up|one|two|three|four|pat|tup|hoo|more|long|over|far|round|spin"
)
_TWICE = re.compile(r"\b([^\W\d_]+) \1\b", re.IGNORECASE)
_BROKEN = re.compile(
    r"  | [,.!?;:](?!\w| \.)|\n\n\n|[{}\[\]|<>^#\ue000-\ue7ff]|[“(] |\b(an?|the) (an?|the)\b"
    r"|\ba [aeio]\w(?<!\ba on)(?!e\b|ce\b)|\ban [bcdfgjklmnpqrstvwxyz]\w|(?<! )\.\.(?!\.)|,\.|\bNone\b|“”"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding. ``weight`` says how bad it is: from 5 on, the book is wrong."""

    kind: str
    weight: float
    detail: str


def criticise(plot: Plot, content: StoryContent) -> list[Fault]:
    """All faults of a book."""
    return [*_of_size(plot, content), *_of_words(plot, content), *_of_bodies(plot, content)]


def is_refrain(sentence: str) -> bool:
    """Whether a sentence belongs to the refrain, which comes again by intent."""
    return sentence.startswith("Not ")


def _of_size(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    brief = plot.brief
    limits = budget(brief.age_range, brief.scene_count)
    pages = [word_count(_briefly_named(plot, beat.text)) for beat in content.beats]
    total = word_count(_text(content))
    if not limits.least <= total <= limits.most:
        off = max(limits.least - total, total - limits.most)
        yield Fault("words", 5 + off / 5, f"{total} words, not {limits.least} to {limits.most}")
    ratio = max(pages) / max(min(pages), 1)
    if ratio > MOST_UNEVEN:
        yield Fault("uneven", 1 + (ratio - MOST_UNEVEN) * 6, f"{pages}")
    if min(pages) < _SHORTEST_PAGE:
        yield Fault("short", 5, f"{pages}")
    text = _briefly_named(plot, _text(content))
    band = BANDS[brief.age_range]
    mean = mean_sentence_length(text)
    if not band.shortest <= mean <= band.longest:
        yield Fault("sentences", 6, f"{mean:.1f} words a sentence")
    if (grade := reading_grade(text)) > band.grade - _MARGIN:
        yield Fault("grade", 6, f"grade {grade:.1f}")


def _of_words(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    yield from _of_repeats(plot, content)
    yield from _of_signs(plot, content)
    yield from _of_wish(plot, content)
    for phrase in forbidden_phrases(_hidden(plot, _text(content))):
        yield Fault("forbidden", 20, phrase)
    first = "\n".join(beat.text for beat in content.beats[:2])
    for hero in plot.heroes:
        if hero.name not in first:
            yield Fault("late", 3 if hero.name in _text(content) else 20, hero.name)


def _of_wish(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    """Nouns that the wish named and the story does not."""
    wish, text = plot.wish, _text(content).lower()
    stranger = (wish.stranger.species, wish.stranger.job) if wish.stranger else ()
    people = [person.name for person in wish.companions]
    for noun in (
        *people,
        *wish.others,
        *stranger,
        wish.place_noun,
        *([wish.thing.noun] if wish.thing else []),
    ):
        if noun in wish.met and noun.lower() not in text:
            yield Fault("wish", 4, noun)


def _of_repeats(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    text = _hidden(plot, _text(content))
    counts = Counter(one for one in sentences(text) if word_count(one) > 2 and not is_refrain(one))
    sounds = {_letters(plot.matter.facts[key]) for key in ("way_go", "noise", "wonder")}
    for sentence, times in counts.items():
        said_again = " signed, very " in sentence or any(one in _letters(sentence) for one in sounds)
        if times > 1 and not said_again:
            yield Fault("twice", 6, sentence)
    for found in _TWICE.finditer(text):
        if not _ECHOES.fullmatch(found[1].lower()):
            yield Fault("doubled", 3, found[0])


def _of_signs(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    for beat in content.beats:
        for part in (_hidden(plot, beat.text), _hidden(plot, beat.alt)):
            if broken := _BROKEN.search(part):
                yield Fault("broken", 8, part[max(0, broken.start() - 20) : broken.end() + 20])
            if part.count("“") != part.count("”"):
                yield Fault("quotes", 8, part[:60])


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _of_bodies(plot: Plot, content: StoryContent) -> Iterator[Fault]:
    """Verbs of the narration that the body of a hero does not do."""
    for at, hero in enumerate(plot.heroes):
        for what, verbs in _undone(hero):
            outside = re.sub(r"“[^”]*”", "“”", _marked(plot, _text(content)))
            name = chr(0xE000 + at)
            pattern = _pattern(name, verbs)
            for sentence in sentences(outside):
                if pattern.search(sentence):
                    yield Fault("body", 9, f"{hero.name} {what}: {sentence[:90]}")


@cache
def _pattern(name: str, verbs: str) -> re.Pattern[str]:
    return re.compile(rf"{name}(?: \w+ly)?,? ({verbs})\b|\b({verbs}) {name}(?!’s)")


def _undone(hero: Person) -> Iterator[tuple[str, str]]:
    if "eyes" not in hero.can:
        yield "sees", _SIGHT
    if "walk" not in hero.can:
        yield "walks", _LEGS
    if "ears" not in hero.can:
        yield "speaks or hears", _SOUND


def _text(content: StoryContent) -> str:
    return "\n\n".join(beat.text for beat in content.beats)


def _briefly_named(plot: Plot, text: str) -> str:
    """The text with names of one word, since no name makes a book better or worse."""
    for hero in plot.heroes:
        if len(hero.name) >= _SHORTEST_NAME:
            text = text.replace(hero.name, "Nina")
    return text


def _marked(plot: Plot, text: str) -> str:
    """The text with a mark for each hero's name, the longest name first."""
    for at in sorted(range(len(plot.heroes)), key=lambda at: -len(plot.heroes[at].name)):
        if plot.heroes[at].name:
            text = text.replace(plot.heroes[at].name, chr(0xE000 + at))
    return text


def _hidden(plot: Plot, text: str) -> str:
    """The text without the words of users, which may be of any kind."""
    for hero in plot.heroes:
        said = (hero.description.strip(), hero.name, *hero.words.values())
        for words in (one for one in said if one.strip() and not re.fullmatch(r"[\w ’'-]+", one)):
            text = text.replace(words, "Nn")
    return text
