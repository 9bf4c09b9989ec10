"""Plots suit the bodies of their heroes, and what nobody knows is no lesson. Over several seeds."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from service.domain.story import AgeRange, Character, StoryBrief, TraitRef
from service.providers.offline.storyteller.activities import ask_about
from service.providers.offline.storyteller.bodies import HEARING, LEGS, NEEDS, SIGHT, without
from service.providers.offline.storyteller.corpus import records
from service.providers.offline.storyteller.plot import STORY_TYPES, Plot, make_plot
from service.providers.offline.storyteller.telling import tell
from tests.cases import for_each

SEEDS = range(6)
NOVELTIES = ("divorce", "the death of a pet", "dinosaurs")


def _hero(*traits: str, **changes: str) -> Character:
    return Character(name="Maya", age=6, traits=tuple(TraitRef(id=id_) for id_ in traits), **changes)


def _plot(brief: StoryBrief) -> Plot:
    return make_plot(brief, Random(brief.seed))


def _needs(plot: Plot) -> set[str]:
    """All that a plot asks of bodies: of its frame, its turn and each moment on the way."""
    told = {id(step.moment) for scene in plot.scenes for step in scene.steps}
    ways = [
        record
        for kind in ("theme", "passage", "gift")
        for record in records(kind).values()
        if told & {id(moment) for moment in record.moments.values()}
    ]
    return {need for record in (plot.frame, plot.arc, *ways) for need in record.words("needs")}


def test_records_name_known_needs_alone() -> None:
    for kind in ("frame", "arc", "theme", "passage", "gift", "trait"):
        for record in records(kind).values():
            assert set(record.words("needs")) <= NEEDS, record.id


@pytest.mark.parametrize(
    ("hero", "lacks"),
    [
        (_hero("white_cane"), {SIGHT}),
        (_hero(description="blind, loves cake"), {SIGHT}),
        (_hero("signing_deaf"), {HEARING}),
        (_hero("manual_wheelchair"), {LEGS}),
        (_hero("power_wheelchair", "signing_deaf"), {LEGS, HEARING}),
        (_hero("glasses", "hearing_aids"), set()),
    ],
)
def test_what_a_hero_does_without_is_read_from_traits_and_words(hero: Character, lacks: set[str]) -> None:
    assert without(hero) == lacks


@for_each("trait", ["white_cane", "signing_deaf", "manual_wheelchair"])
@for_each("story_type", STORY_TYPES)
def test_hero_is_given_no_plot_that_turns_on_what_they_do_without(story_type: str, trait: str) -> None:
    hero = _hero(trait)
    themes = [theme for theme in records("theme") if theme != "custom"]
    for seed, theme in product(SEEDS, themes):
        brief = StoryBrief(
            characters=(hero, Character(name="Pip", kind="animal", species="fox")),
            story_type=story_type,
            themes=(theme, themes[seed]),
            scene_count=10,
            seed=seed,
        )
        assert not _needs(_plot(brief)) & without(hero), (seed, theme)


def test_theme_that_no_plot_of_these_heroes_can_turn_on_gives_way() -> None:
    for seed in SEEDS:
        brief = StoryBrief(characters=(_hero("white_cane"),), themes=("divorce",), seed=seed)
        assert _plot(brief).arc.values["theme"] != "custom"
        assert "divorce" not in tell(brief).model_dump_json()


def test_manual_wheelchair_does_not_hum() -> None:
    heroes = (_hero("manual_wheelchair"),)
    for seed, age in product(SEEDS, ("3-5", "5-8")):
        told = tell(
            StoryBrief(characters=heroes, themes=("kindness",), age_range=age, scene_count=6, seed=seed)
        )
        text = " ".join(beat.text for beat in told.beats)
        assert "wheelchair hum" not in text and "Hum, went" not in text


@pytest.mark.parametrize("theme", NOVELTIES)
def test_theme_that_nobody_knows_is_no_lesson(theme: str) -> None:
    """It may be named, in a hero's notebook; nothing is said of what it is good for."""
    ages: tuple[AgeRange, ...] = ("0-3", "8-10")
    for seed, age in product(SEEDS, ages):
        brief = StoryBrief(characters=(_hero(),), themes=(theme, "courage"), age_range=age, seed=seed)
        content = tell(brief)
        text = " ".join((content.summary, *(beat.text for beat in content.beats)))
        assert theme not in content.summary
        for claim in (
            f"{theme} can",
            f"{theme} is",
            "best thing",
            "happiest thought",
            "used to love",
            "danced",
        ):
            assert claim not in text, (seed, claim)
        for question in ask_about(brief, content).questions:
            assert theme not in question.answer
            assert f"a friend about {theme}" not in question.question


def test_story_that_was_wished_in_another_language_says_that_it_is_english() -> None:
    heroes = (_hero(),)
    for wished, said in (("fr", "en"), ("en", "en"), ("en-GB", "en-GB"), ("ar", "en")):
        brief = StoryBrief(characters=heroes, language=wished)
        content = tell(brief)
        assert content.language_of(brief) == said
        assert ("language" in content.model_dump()) == (said != wished)
