"""What a book will cost, before it is begun."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.domain.story import Character
from service.providers.duration import Measured, through_the_pool
from service.providers.estimate import Estimator
from service.providers.offline import models
from service.providers.prices import PriceTable
from service.settings import Settings
from tests.factories import a_brief

REAL = {"text_provider": "openai", "image_provider": "openai", "speech_provider": "elevenlabs"}


def estimator(**changes: Any) -> Estimator:
    return Estimator(Settings.model_validate({**REAL, **changes}), PriceTable())


def test_the_lines_add_up_and_three_tries_cost_more() -> None:
    book = estimator().book(a_brief())
    assert book.low_usd == sum(line.usd for line in book.lines)
    drawn = {line.step: line for line in book.lines}
    assert drawn["safety"].calls == drawn["verdict"].calls == drawn["picture"].calls
    assert (drawn["picture"].calls, drawn["analysis"].calls, drawn["narration"].calls) == (6, 5, 4)
    assert (drawn["storyboard"].calls, drawn["alt"].calls) == (1, 5)
    again = sum(drawn[step].usd for step in ("picture", "verdict", "safety", "alt"))
    assert book.high_usd == book.low_usd + 2 * again
    assert Decimal("0.5") < book.low_usd < Decimal(2)


def test_heroes_with_pictures_of_their_own_need_no_sheet() -> None:
    known = a_brief(characters=(Character(name="Maya", reference_images=("user_1/maya.png",)),))
    assert {line.step: line.calls for line in estimator().book(known).lines}["picture"] == 5
    assert estimator().book(known).seconds < estimator().book(a_brief()).seconds


def offline(measured: dict[tuple[str, str], Measured] | None = None, **changes: Any) -> Estimator:
    return Estimator(Settings.model_validate(changes), PriceTable(), measured)


def test_an_offline_book_costs_nothing() -> None:
    book = offline().book(a_brief())
    assert book.low_usd == book.high_usd == 0
    assert "safety" not in {line.step for line in book.lines}, "one look answers all"
    assert {line.model for line in book.lines} == {models.TEXT, models.IMAGE, models.VISION, models.VOICE}


def test_an_offline_book_takes_longer_the_more_there_is_to_make() -> None:
    def seconds(scenes: int, heroes: int = 1, age: str = "3-5", **changes: Any) -> float:
        cast = tuple(Character(name=f"Hero {number}") for number in range(heroes))
        brief = a_brief(scene_count=scenes, characters=cast, age_range=age)
        return offline(**changes).book(brief).seconds

    few, some, many = (seconds(scenes) for scenes in (1, 4, 12))
    assert few < some < many
    assert many > 1.8 * few
    assert seconds(12, heroes=4) > many
    assert seconds(4, age="8-10") > 1.5 * some, "more is spoken"
    assert seconds(12, cpu_processes=1) > many >= seconds(12, cpu_processes=4), "the voice is one"
    spoken: dict[str, Any] = {"speech_provider": "elevenlabs"}
    assert seconds(12, cpu_processes=2, **spoken) > seconds(12, cpu_processes=4, **spoken)
    assert seconds(4, offline_latency=1.0) > some + 100


def test_what_is_made_beside_the_book_takes_its_time() -> None:
    with_pages = offline().book(a_brief(extras=["colouring_page"]))
    assert with_pages.seconds > offline().book(a_brief()).seconds
    assert with_pages.high_usd == offline().book(a_brief()).high_usd


def test_an_offline_book_takes_as_long_as_its_models_took_here() -> None:
    rule = offline().book(a_brief(scene_count=12)).seconds
    slow = {
        ("picture", models.IMAGE): Measured(3, 0, 0, 5 * 0.8),
        ("verdict", models.VISION): Measured(3, 0, 0, 5 * 0.05),
        ("narration", models.VOICE): Measured(1, 0, 0, 5 * 8.0, characters=1000),
    }
    known = offline(slow).book(a_brief(scene_count=12))
    assert known.seconds == pytest.approx(5 * rule, rel=0.15)
    assert {line.step: line.measured for line in known.lines}["picture"] == 3
    assert (
        offline({("narration", models.VOICE): Measured(1, 0, 0, 90.0, 1000)}).book(a_brief()).seconds > rule
    )


@pytest.mark.parametrize(
    ("processes", "speaking", "expected"),
    [
        (1, 10.0, 10 + 4 + 12 + 3 + 2),
        # The voice holds one of two: the pictures are drawn by the other, and the EPUB waits for the voice.
        (2, 100.0, 100 + 2),
        (2, 0.0, 4 + 6 + 3),
        # The voice is ready after 6 s, when 2 s of the scenes are drawn: the other 10 are drawn by both.
        (2, 6.0, 11 + 3),
        (5, 0.0, 4 + 12 / 5 + 3),
    ],
)
def test_the_voice_and_the_pictures_share_the_processes(
    processes: int, speaking: float, expected: float
) -> None:
    took = through_the_pool(processes, speaking=speaking, ahead=4, scenes=12, silent=3, spoken=2)
    assert took == pytest.approx(expected)


def test_text_alone_costs_only_its_words() -> None:
    book = estimator().book(a_brief(), assets=False)
    assert [line.step for line in book.lines] == ["outline", "content", "critique", "revision"]
    draft = estimator(outline=False, critiques=0).book(a_brief(), assets=False)
    assert [line.step for line in draft.lines] == ["content"]
    assert book.low_usd == book.high_usd > 0


@pytest.mark.parametrize(("size", "quality", "factor"), [("2048x1024", "high", 2), ("1024x1024", "low", 0.1)])
def test_larger_and_better_pictures_cost_more(size: str, quality: str, factor: float) -> None:
    model = Settings().image_model
    usual = estimator().call("picture", model)
    other = estimator(image_size=size, image_quality=quality).call("picture", model)
    assert (other > usual) == (factor > 1)


def test_a_narration_costs_its_characters() -> None:
    assert estimator().call("narration", "eleven_v3", characters=1000) == Decimal("0.08")


def test_the_time_is_that_of_the_longest_way() -> None:
    few, many = estimator().book(a_brief(scene_count=4)), estimator().book(a_brief(scene_count=12))
    assert 150 < few.seconds < many.seconds


def test_what_was_measured_wins_where_there_is_enough_of_it() -> None:
    settings, brief = Settings.model_validate(REAL), a_brief()
    key = ("content", settings.text_model)
    twice = Measured(calls=9, input_tokens=3000, output_tokens=6000, seconds=10.0)
    known = Estimator(settings, PriceTable(), {key: twice}).book(brief)
    guessed = estimator().book(brief)
    content, guess = known.lines[1], guessed.lines[1]
    assert (content.step, content.usd) == ("content", 2 * guess.usd)
    assert (content.measured, guess.measured) == (9, 0)
    assert known.seconds == pytest.approx(guessed.seconds - 35)
    few = Measured(calls=2, input_tokens=3000, output_tokens=6000, seconds=10.0)
    assert Estimator(settings, PriceTable(), {key: few}).book(brief) == guessed


def test_pictures_that_are_drawn_again_take_longer() -> None:
    book = estimator().book(a_brief())
    assert book.most_seconds > 2 * book.seconds / 1.5
    assert {line.kind for line in book.lines} == {"words", "pictures", "checks", "voice"}


def test_an_estimate_counts_with_the_operators_number_of_pictures() -> None:
    once, usual, often = (estimator(picture_tries=tries).book(a_brief()) for tries in (1, 3, 6))
    assert once.low_usd == usual.low_usd == often.low_usd
    assert (once.high_usd, once.most_seconds) == (once.low_usd, once.seconds)
    assert once.high_usd < usual.high_usd < often.high_usd
    again = usual.high_usd - usual.low_usd
    assert often.high_usd - often.low_usd == again * 5 / 2, "five more of each instead of two"
    assert once.most_seconds < usual.most_seconds < often.most_seconds


def test_a_round_costs_by_the_table_until_there_are_calls_of_its_stage_and_model() -> None:
    prices = PriceTable({models.PLANNER: {"output": Decimal(10)}})
    typical = Estimator(Settings(), prices)
    assert typical.round("concept", 2).usd == 2 * typical.round("concept", 1).usd == Decimal("0.018")
    assert typical.round("concept", 3).usd == typical.call("propose_concept", models.PLANNER)
    one = typical.round("concept", 1)
    assert (one.measured, one.most_usd) == (0, Decimal("0.018"))
    measured = {
        ("propose_concept", models.PLANNER): Measured(1, 500, 1000, 2.5),
        ("propose_concept", "another-model"): Measured(9, 500, 9000, 9.0),
        ("propose_theme", models.PLANNER): Measured(9, 500, 5000, 9.0),
    }
    concept = Estimator(Settings(), prices, measured).round("concept", 2)
    assert (concept.usd, concept.seconds, concept.measured) == (Decimal("0.01"), 2.5, 1)
    assert Estimator(Settings(), prices, measured).round("world", 1) == typical.round("world", 1)


def test_a_round_offline_costs_nothing() -> None:
    assert Estimator(Settings(), PriceTable()).round("plot", 3).most_usd == 0


def test_a_round_of_a_language_model_is_forecast_with_its_tokens_and_what_is_reserved() -> None:
    estimator = Estimator(Settings(planner_provider="openai"), PriceTable())
    concept = estimator.round("concept", 3)
    assert (concept.model, concept.calls) == (Settings().text_model, 1)
    assert Decimal(0) < concept.usd < concept.most_usd < Decimal("0.05")
    assert concept.input_tokens > concept.output_tokens > 1000
    plot = estimator.round("plot", 1, chapters=24)
    assert plot.calls == 1 + 4 + 1
    assert Decimal("0.05") < plot.usd < Decimal("0.15") < estimator.round("plot", 3, chapters=24).usd
    assert estimator.round("plot", 1, chapters=60).calls == 12
    # Named paths cost only themselves.
    assert estimator.round("plot", 1, scope=["plot.chapters.k1.scenes"]).calls == 1
    want = estimator.round("character", 1, scope=["character.people.c1.want"])
    assert want.output_tokens < estimator.round("character", 1).output_tokens / 2
    assert estimator.round("theme", 1, language="ja").most_usd > estimator.round("theme", 1).most_usd


def test_a_round_of_a_language_model_is_forecast_from_its_calls() -> None:
    settings = Settings(planner_provider="openai", planner_model="gpt-6-luna")
    measured = {("propose_theme", "gpt-6-luna"): Measured(9, 6000, 1000, 4.0)}
    theme = Estimator(settings, PriceTable(), measured).round("theme", 2)
    assert (theme.usd, theme.measured, theme.seconds) == (Decimal("0.0011"), 9, 4.0)


def test_a_text_is_sorted_by_a_call_for_each_piece_one_after_another() -> None:
    settings = Settings(planner_provider="openai", planner_model="gpt-6-luna")
    measured = {("sort_material", "gpt-6-luna"): Measured(9, 6000, 1000, 4.0)}
    theme = Estimator(settings, PriceTable(), measured).round("theme", 1, pieces=10)
    assert (theme.calls, theme.seconds, theme.measured, theme.output_tokens) == (10, 40.0, 9, 10_000)
    assert Estimator(settings, PriceTable()).round("theme", 1, pieces=1).most_usd > 0
    # Scenes of a proposal are written at once; proposals, and their reviews, follow one another.
    step = {(name, "gpt-6-luna"): Measured(9, 1, 1, 10.0) for name in ("propose_plot", "propose_scenes")}
    plot = Estimator(settings, PriceTable(), {**step, ("review_plot", "gpt-6-luna"): Measured(9, 1, 1, 5.0)})
    assert plot.round("plot", 2, chapters=24).seconds == 10 + 2 * 10 + 2 * 5
