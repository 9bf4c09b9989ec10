"""Many books, read for everything that a machine can read for. The long form reads 3,000."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice, pairwise

import pytest

from service.domain.readability import BANDS, mean_sentence_length, reading_grade, sentences, word_count
from service.domain.story import StoryBrief, StoryContent
from service.providers.offline.illustrator.props.registry import thing_of
from service.providers.offline.storyteller.budget import budget
from service.providers.offline.storyteller.check import briefs, forms, lint, read_books
from service.providers.offline.storyteller.corpus import all_fragments, entries, read
from service.providers.offline.storyteller.critic import MOST_UNEVEN, criticise, is_refrain
from service.providers.offline.storyteller.plot import Plot
from service.providers.offline.storyteller.staging import focus_of, nearest
from service.providers.offline.storyteller.telling import tell_plot
from service.providers.offline.storyteller.vocabulary import (
    EXPRESSIONS,
    PLACES,
    POSES,
    SHOTS,
    TIMES,
    WEATHERS,
)

pytestmark = pytest.mark.slow

#: Every 61st brief: a prime, so that casts, types, ages, scenes and themes all change.
_STEP, _BOOKS = 61, 40
#: Focus words that stand for something of the plot.
_ROLES = {"", "T", "Q", "helper", "npc", "way", "skill_thing", "wonder_thing", "job_tool"}


@cache
def _books() -> tuple[tuple[StoryBrief, Plot, StoryContent], ...]:
    asked = list(islice(briefs(), 0, _BOOKS * _STEP, _STEP))
    return tuple((brief, *tell_plot(brief)) for brief in asked)


def _text(content: StoryContent) -> str:
    return "\n\n".join(beat.text for beat in content.beats)


def test_prose_has_no_fault_that_the_checker_knows() -> None:
    assert list(lint()) == []


def test_books_have_no_fault_that_matters() -> None:
    for brief, plot, content in _books():
        faults = criticise(plot, content)
        assert not faults, (brief, faults)


def test_books_keep_to_the_words_of_their_age_and_scenes() -> None:
    for brief, _, content in _books():
        limits = budget(brief.age_range, brief.scene_count)
        count = word_count(_text(content))
        assert limits.least <= count <= limits.most, (brief, count)


def test_books_read_at_the_level_of_their_age() -> None:
    for brief, _, content in _books():
        band, text = BANDS[brief.age_range], _text(content)
        assert band.shortest <= mean_sentence_length(text) <= band.longest, brief
        assert reading_grade(text) <= band.grade, brief


def test_pages_are_even() -> None:
    for brief, _, content in _books():
        pages = [word_count(beat.text) for beat in content.beats]
        assert max(pages) <= MOST_UNEVEN * min(pages), (brief, pages)


def test_books_have_a_beat_for_every_scene_and_something_on_each() -> None:
    for brief, _, content in _books():
        assert [beat.index for beat in content.beats] == list(range(1, brief.scene_count + 1))
        assert all(word_count(beat.text) >= 12 and beat.alt for beat in content.beats)
        assert content.title and content.summary and content.cover_alt


def test_no_sentence_is_told_twice_in_a_book_but_for_refrains() -> None:
    for brief, plot, content in _books():
        told = Counter(one for one in sentences(_text(content)) if word_count(one) > 2)
        again = [one for one, times in told.items() if times > 1 and not is_refrain(one)]
        sounds = tuple(plot.matter.facts[key].replace("'", "’") for key in ("way_go", "noise", "wonder"))
        again = [one for one in again if " signed, very " not in one]
        assert not [one for one in again if not any(sound in one for sound in sounds)], (brief, again)


def test_no_paragraph_breaks_a_quotation() -> None:
    for _, _, content in _books():
        for paragraph in _text(content).split("\n\n"):
            assert paragraph.count("“") == paragraph.count("”"), paragraph


def test_sentences_are_whole() -> None:
    for brief, _, content in _books():
        for text in (*(b.text for b in content.beats), *(b.alt for b in content.beats), content.summary):
            assert text[0].isupper() or text[0] in "“0123456789", (brief, text)
            assert text.rstrip("”")[-1] in ".!?…", (brief, text)
            assert not re.search(r"[{}<>^#|\ue000-\ue7ff]|  |\bNone\b", text), (brief, text)


def test_every_hero_is_named_on_the_first_two_pages() -> None:
    for brief, _, content in _books():
        first = " ".join(beat.text for beat in content.beats[:2])
        assert all(hero.name in first for hero in brief.characters), brief


def test_events_suit_the_bodies_of_those_who_live_them() -> None:
    for brief, plot, _ in _books():
        for step in plot.steps:
            assert plot.matter.cast[step.roles["X"]].able(step.event.body), (brief, step.event.id)
            assert all(hero.able(step.event.words("all")) for hero in plot.heroes[:1]), (brief, step.event.id)


def test_what_an_event_needs_was_made_before() -> None:
    for brief, plot, _ in _books():
        made: set[str] = set()
        for step in plot.steps:
            assert step.event.needs <= made, (brief, step.event.id)
            made.update(step.event.words("makes"))


def test_stagings_keep_to_the_vocabulary_and_neighbours_differ_in_shot() -> None:
    for brief, _, content in _books():
        shots = [beat.staging.shot for beat in content.beats if beat.staging]
        assert all(one != other for one, other in pairwise(shots)), brief
        for beat in content.beats:
            staging = beat.staging
            assert staging is not None
            assert staging.place in PLACES and staging.time_of_day in TIMES and staging.weather in WEATHERS
            assert [pose.name for pose in staging.poses] == [hero.name for hero in brief.characters]
            assert all(p.pose in POSES and p.expression in EXPRESSIONS for p in staging.poses)
            assert staging.shot in SHOTS and staging.act
            assert all(thing_of(prop) for prop in staging.props), staging.props


def test_every_staged_thing_is_drawn_or_has_a_nearest_one() -> None:
    words = {focus_of(event) for event in all_fragments()} - _ROLES
    words |= {name for kind in ("thing", "beast", "way") for name in entries(kind)}
    words |= {one.get("thing") for kind in ("skill", "wonder") for one in entries(kind).values()}
    words |= {job.get("tool") for job in entries("job").values()}
    unknown = {word for word in words if nearest(word) and not thing_of(nearest(word))}
    assert not unknown


def test_every_theme_is_lived_by_several_turns() -> None:
    wins = [event for event in all_fragments() if event.slot == "win"]
    for name, theme in entries("theme").items():
        lived = set(theme.words("lived") or (name,))
        assert sum(bool(lived & set(win.words("themes"))) for win in wins) >= 8, name


def test_line_comes_in_every_form() -> None:
    assert set(forms("<A|B> ^c|d^ #e|f#")) == {f"{a} {c} {e}" for a in "AB" for c in "cd" for e in "ef"}


def test_text_that_is_no_prose_is_refused_with_its_place() -> None:
    for text in ("@ only.two\n* x", "# name", "@ a.b.c\nact: no telling", "@ a.b.c\nwhat is this"):
        with pytest.raises(ValueError, match=r"odd\.txt:"):
            list(read("odd.txt", text))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_three_thousand_books_have_few_faults_and_tell_every_event() -> None:
    _, kinds, seen = read_books(3000)
    assert not set(kinds) & {"body", "broken", "quotes", "forbidden", "late", "short"}, kinds
    assert sum(kinds.values()) < 60, kinds
    untold = {event.id for event in all_fragments()} - seen
    assert not {event for event in untold if event.split(".")[1] not in {"way", "between"}}, untold
