"""A text of a person keeps every word: it is split at natural breaks, and never changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.fields import read_as
from service.api.requests import StoryRequest
from service.cli.request import text_of
from service.domain.own_words import given_story, page_count, split_pages, unwrapped
from service.domain.story import Character, OwnText
from service.errors import InvalidInput
from service.http.resources.warnings import story_warnings
from service.providers.duration import characters_of, writing_steps
from service.providers.estimate import Estimator
from service.providers.offline.director import stage_beat
from service.providers.prices import PriceTable
from service.settings import Settings
from tests.factories import a_brief
from tests.own_stories import STORIES, OwnStory

HERO = {"characters": [{"name": "Maya"}]}


def request(**changes: Any) -> StoryRequest:
    return read_as(StoryRequest, {**HERO, **changes})


def codes(body: StoryRequest, **settings: Any) -> set[str]:
    warnings = story_warnings(body, body.brief(()), Settings.model_validate(settings))
    return {warning.code for warning in warnings}


@pytest.mark.parametrize("own", STORIES, ids=lambda own: own.name)
def test_no_word_is_lost_or_changed(own: OwnStory) -> None:
    wanted = {"scene_count": own.scenes} if own.scenes else {}
    brief = request(text={"story": own.text}, **wanted).brief(())
    assert " ".join(brief.given_pages).split() == own.text.split()
    assert brief.scene_count == len(brief.given_pages) <= (own.scenes or 12)
    assert brief.language == own.language


@given(st.text(st.sampled_from("aB .!?\n“”ä。"), min_size=1, max_size=400), st.integers(1, 12))
def test_any_text_is_split_without_a_loss(text: str, count: int) -> None:
    if not text.strip():
        return
    pages = split_pages(unwrapped(text), count)
    assert "".join("".join(pages).split()) == "".join(text.split())
    assert 1 <= len(pages) <= count
    assert all(page == page.strip() != "" for page in pages)


def test_pages_break_between_paragraphs_where_they_can() -> None:
    harbour = STORIES[0].text
    assert split_pages(harbour, 4) == tuple(harbour.split("\n\n"))
    assert split_pages(harbour, 2) == (
        "\n\n".join(harbour.split("\n\n")[:2]),
        "\n\n".join(harbour.split("\n\n")[2:]),
    )


def test_sentences_are_not_cut_at_titles_or_within_speech() -> None:
    text = "Mr. Fox met Mrs. Finch. “Hello!” said Dr. Owl. “Tea?” They sat."
    assert split_pages(text, 9) == (
        "Mr. Fox met Mrs. Finch.",
        "“Hello!” said Dr. Owl.",
        "“Tea?”",
        "They sat.",
    )


def test_verse_keeps_its_lines_and_wrapped_prose_does_not() -> None:
    verse = STORIES[4].text
    assert unwrapped(verse) == verse
    assert split_pages(verse, 4)[0].count("\n") >= 1
    wrapped = "A line of prose that a program has wrapped at seventy characters,\nand its end."
    assert "\n" not in unwrapped(wrapped)


def test_a_long_text_is_split_in_a_moment() -> None:
    assert len(split_pages("A. " * 6000, 12)) == 12
    assert page_count("word " * 3000, "3-5", 12) == 12
    assert page_count("word", "8-10", 12) == 1


def test_a_kept_story_has_what_a_book_needs() -> None:
    brief = a_brief(title=None, characters=(Character(name="Maya"), Character(name="Pip")))
    story = given_story(brief, ("The Blue Boat\n\nMaya rowed. She sang.", "It rained."))
    assert (story.title, [beat.alt for beat in story.beats]) == (
        "The Blue Boat",
        ["The Blue Boat", "It rained."],
    )
    assert given_story(brief, ("Maya rowed.",)).title == "Maya & Pip"
    assert given_story(a_brief(title="Rain"), ("Maya rowed.",)).title == "Rain"


def test_a_page_that_names_no_place_stays_where_the_page_before_was() -> None:
    brief = request(text={"pages": ["Maya walked to the harbour.", "She sat.", "They went into the forest."]})
    kept = given_story(brief.brief(()), brief.brief(()).given_pages)
    first, second, third = (stage_beat(brief.brief(()), kept, beat).place for beat in kept.beats)
    assert first == second != third


def test_pages_decide_the_number_of_scenes() -> None:
    brief = request(text={"mode": "light", "pages": ["One.", "Two."]}).brief(())
    assert (brief.scene_count, brief.text) == (2, OwnText(mode="light", pages=("One.", "Two.")))
    with pytest.raises(InvalidInput, match="2 pages, but scene_count is 3"):
        request(text={"pages": ["One.", "Two."]}, scene_count=3)


@pytest.mark.parametrize(
    "text",
    [{}, {"pages": ["One."], "story": "One."}, {"story": " "}, {"story": "x" * 4001}, {"mode": "loud"}],
)
def test_a_text_that_is_no_text_is_refused(text: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        request(text=text)


def test_an_idea_leaves_the_number_of_scenes_alone() -> None:
    brief = request(text={"mode": "free", "story": "A boat. It sinks."}, scene_count=6).brief(())
    assert (brief.scene_count, brief.given_pages) == (6, ())


def test_what_is_not_done_with_a_text_is_said() -> None:
    german, english = STORIES[1].text, STORIES[0].text
    assert codes(request(text={"story": english})) == set()
    not_read = {"LANGUAGE_NOT_SPOKEN", "QUESTIONS_NOT_WRITTEN", "SCENES_NOT_READ"}
    assert codes(request(text={"story": german})) == not_read
    assert "LANGUAGE_DIFFERS" in codes(request(text={"story": german}, language="en"))
    assert "TEXT_NOT_MENDED" in codes(request(text={"story": english, "mode": "light"}))
    assert "TEXT_NOT_READ" in codes(request(text={"story": english, "mode": "free"}))
    assert "TEXT_TOO_SHORT" in codes(request(text={"story": "One. Two."}, scene_count=4))
    spoken = {"speech_provider": "openai", "voice_model": "kokoro", "moderation_model": ""}
    assert "LANGUAGE_NOT_SPOKEN" in codes(request(text={"story": german}), **spoken)
    assert "LANGUAGE_NOT_SPOKEN" not in codes(request(text={"story": STORIES[2].text}), **spoken)


def test_a_kept_text_is_written_in_one_step_and_costs_its_own_length() -> None:
    brief = request(text={"story": STORIES[0].text}, scene_count=4).brief(())
    paid = Settings.model_validate({"text_provider": "openai", "speech_provider": "elevenlabs"})
    assert writing_steps(paid, brief) == {"content": 1}
    assert characters_of(paid, brief) == len("".join(brief.given_pages))
    assert "critique" not in {line.step for line in Estimator(paid, PriceTable()).book(brief).lines}


def test_lines_of_dashes_separate_the_pages_of_a_file() -> None:
    assert text_of("One.\n---\nTwo.\n-----  \n", "light") == {"mode": "light", "pages": ["One.", "Two."]}
    assert text_of("One — two.\n\nThree.\n", "faithful") == {
        "mode": "faithful",
        "story": "One — two.\n\nThree.",
    }
