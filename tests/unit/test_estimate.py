"""What a book will cost, before it is begun."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.domain.story import Character
from service.providers.estimate import Estimator, Measured
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
    again = drawn["picture"].usd + drawn["verdict"].usd + drawn["safety"].usd
    assert book.high_usd == book.low_usd + 2 * again
    assert Decimal("0.5") < book.low_usd < Decimal(2)


def test_heroes_with_pictures_of_their_own_need_no_sheet() -> None:
    known = a_brief(characters=(Character(name="Maya", reference_images=("user_1/maya.png",)),))
    assert {line.step: line.calls for line in estimator().book(known).lines}["picture"] == 5
    assert estimator().book(known).seconds < estimator().book(a_brief()).seconds


def test_an_offline_book_costs_nothing_and_takes_no_time_to_speak_of() -> None:
    book = Estimator(Settings(), PriceTable()).book(a_brief())
    assert book.low_usd == book.high_usd == 0
    assert "safety" not in {line.step for line in book.lines}, "one look answers all"
    assert book.seconds < 5


def test_text_alone_costs_only_its_words() -> None:
    book = estimator().book(a_brief(), assets=False)
    assert [line.step for line in book.lines] == ["content"]
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
    twice = Measured(calls=9, input_tokens=1800, output_tokens=6000, seconds=10.0)
    known = Estimator(settings, PriceTable(), {key: twice}).book(brief)
    guessed = estimator().book(brief)
    assert known.lines[0].usd == 2 * guessed.lines[0].usd
    assert (known.lines[0].measured, guessed.lines[0].measured) == (9, 0)
    assert known.seconds == guessed.seconds - 35
    few = Measured(calls=2, input_tokens=1800, output_tokens=6000, seconds=10.0)
    assert Estimator(settings, PriceTable(), {key: few}).book(brief) == guessed


def test_pictures_that_are_drawn_again_take_longer() -> None:
    book = estimator().book(a_brief())
    assert book.most_seconds > 2 * book.seconds / 1.5
    assert {line.kind for line in book.lines} == {"words", "pictures", "checks", "voice"}
