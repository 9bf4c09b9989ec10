"""How much two books differ. The long form takes 200 seeds a type."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from random import Random
from statistics import median

import pytest

from service.domain.readability import sentences
from service.domain.story import Character, StoryBrief, StoryContent
from service.providers.offline.storyteller.plot import Plot
from service.providers.offline.storyteller.telling import tell_plot
from service.providers.offline.storyteller.wants import STORY_TYPES
from tests.cases import for_each

MAYA = Character(name="Maya", age=6, pronouns="she/her", description="curious")
TOM = Character(name="Tom", age=5, pronouns="he/him", description="shy")


@cache
def _told(story_type: str, seed: int) -> tuple[Plot, StoryContent]:
    return tell_plot(
        StoryBrief(characters=(MAYA, TOM), story_type=story_type, age_range="5-8", scene_count=6, seed=seed)
    )


def _sentences(content: StoryContent) -> set[str]:
    return {one for beat in content.beats for one in sentences(beat.text)}


def _shared(books: list[StoryContent], pairs: Iterable[tuple[int, int]]) -> float:
    told = [_sentences(book) for book in books]
    return median(len(told[a] & told[b]) / min(len(told[a]), len(told[b])) for a, b in pairs)


@pytest.mark.slow
@for_each("story_type", STORY_TYPES)
def test_neighbouring_seeds_tell_other_stories(story_type: str) -> None:
    made = [_told(story_type, seed) for seed in range(6)]
    assert len({plot.skeleton for plot, _ in made}) == 6
    assert _shared([content for _, content in made], combinations(range(6), 2)) < 0.25


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("story_type", STORY_TYPES)
def test_two_hundred_seeds_of_a_type_have_sixty_skeletons_and_share_few_sentences(story_type: str) -> None:
    made = [_told(story_type, seed) for seed in range(200)]
    assert len({plot.skeleton for plot, _ in made}) >= 60
    chance = Random(1)
    pairs = [(a, b) for a, b in (chance.sample(range(200), 2) for _ in range(400))]
    assert _shared([content for _, content in made], pairs) < 0.2


@pytest.mark.slow
def test_theme_that_is_asked_for_is_lived_by_the_last_turn() -> None:
    lived = 0
    themes = ("courage", "kindness", "sharing", "patience", "teamwork", "honesty", "curiosity")
    for at, theme in enumerate(themes):
        brief = StoryBrief(characters=(MAYA, TOM), themes=(theme,), age_range="5-8", scene_count=6, seed=at)
        plot, _ = tell_plot(brief)
        wins = [step.event for step in plot.steps if step.event.slot == "win"]
        lived += theme in wins[-1].words("themes")
    assert lived >= len(themes) - 2
