"""The book as a value: how a story's parts come together."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from actors.checking import alt_of_picture
from actors.story import Story
from service.domain.languages import primary_language
from service.domain.story import (
    Activities,
    Activity,
    Beat,
    Character,
    Staging,
    StoryBrief,
    StoryContent,
)
from service.providers.protocols import Picture
from service.publishing.book import (
    QUIET_COLOURS,
    Art,
    Colophon,
    Colours,
    Maker,
    choices,
    colophon_lines,
    compose,
    labels,
    name_list,
    page_to_name,
    paragraphs,
)

COLOPHON = Colophon(made_on=date(2026, 11, 21), seed=7)
NIGHT: Colours = ("#1b2a5e", "#7a3b5e", "#a5502a")
FOREST: Colours = ("#1f5a6b", "#2f6b4a", "#8a4b20")
MAYA, GRANDMA = Character(name="Maya"), Character(name="Ruth", kind="adult")
BISCUIT = Character(name="Biscuit", kind="animal", species="dog")
STORY = StoryContent(
    title="The Cold Moon",
    summary="A moon is cold.",
    beats=(
        Beat(index=1, text="One.\n\nTwo\nand more.", alt="A window"),
        Beat(index=2, text="Three.", alt="An owl"),
    ),
)


def brief(*heroes: Character, language: str = "en") -> StoryBrief:
    return StoryBrief(characters=heroes, language=language)


def test_book_joins_each_scene_with_its_picture_and_colours() -> None:
    book = compose(
        brief(MAYA), STORY, {0: b"cover", 1: b"one", 2: b"two"}, {0: NIGHT, 1: FOREST}, None, COLOPHON
    )
    assert book.cover == Art(b"cover", "The Cold Moon")
    assert [spread.art for spread in book.spreads] == [Art(b"one", "A window"), Art(b"two", "An owl")]
    assert [spread.colours for spread in book.spreads] == [FOREST, NIGHT]
    assert book.spreads[0].paragraphs == ("One.", "Two and more.")


def test_book_keeps_a_missing_picture_missing() -> None:
    book = compose(brief(MAYA), STORY, {2: b"two"}, {}, None, COLOPHON)
    assert book.cover is None
    assert [spread.art is None for spread in book.spreads] == [True, False]
    assert book.colours == QUIET_COLOURS


def test_book_takes_any_pictures_colours_for_a_cover_without_its_own() -> None:
    assert compose(brief(MAYA), STORY, {}, {2: FOREST}, None, COLOPHON).colours == FOREST


def test_book_is_for_its_children_and_with_the_others() -> None:
    book = compose(brief(GRANDMA, MAYA, BISCUIT), STORY, {}, {}, None, COLOPHON)
    assert book.readers == ("Maya",)
    assert book.companions == ("Ruth", "Biscuit")


def test_book_without_children_is_for_all_of_its_heroes() -> None:
    book = compose(brief(GRANDMA, BISCUIT), STORY, {}, {}, None, COLOPHON)
    assert book.readers == ("Ruth", "Biscuit")
    assert book.companions == ()


def test_book_keeps_the_questions_in_their_order() -> None:
    asked = tuple(Activity(kind="open", question=f"Why {n}?", answer="Because.") for n in range(3))
    activities = Activities(age_range="3-5", questions=asked)
    assert compose(brief(MAYA), STORY, {}, {}, activities, COLOPHON).activities == asked


def test_paragraphs_fold_white_space_and_drop_empty_ones() -> None:
    assert paragraphs("  One\ttwo\nthree. \n \n\n\n Four.\n\n   ") == ("One two three.", "Four.")
    assert paragraphs("One\ttwo\n three. \n \nFour.", verse=True) == ("One two\nthree.", "Four.")


@pytest.mark.parametrize(
    ("names", "listed"),
    [((), ""), (("Ada",), "Ada"), (("Ada", "Bo"), "Ada and Bo"), (("Ada", "Bo", "Cy"), "Ada, Bo and Cy")],
)
def test_names_are_listed_as_a_person_lists_them(names: tuple[str, ...], listed: str) -> None:
    assert name_list(names, labels("en")) == listed


@pytest.mark.parametrize(("tag", "language"), [("pt-BR", "pt"), ("DE", "de"), ("zh_Hant", "zh")])
def test_language_tags_have_a_primary_language(tag: str, language: str) -> None:
    assert primary_language(tag) == language


@pytest.mark.parametrize(
    ("language", "tag"), [("pt_BR", "pt-BR"), (" de ", "de"), ("", "en"), ("x!", "en"), ("en;rm", "en")]
)
def test_book_has_a_well_formed_language_tag(language: str, tag: str) -> None:
    assert compose(brief(MAYA, language=language), STORY, {}, {}, None, COLOPHON).language_tag == tag


@pytest.mark.parametrize(("tag", "known_as", "end"), [("fr-CA", "fr", "Fin"), ("tlh", "en", "The End")])
def test_labels_come_in_the_books_language_or_in_english(tag: str, known_as: str, end: str) -> None:
    words = labels(tag)
    assert (words["language"], words["end"]) == (known_as, end)


def test_labels_say_the_same_things_in_every_language() -> None:
    english = labels("en").keys()
    tongues = ("de", "fr", "es", "it", "pt", "nl", "sv", "pl", "uk", "he", "ar")
    for tongue in tongues:
        assert labels(tongue).keys() == english
        assert labels(tongue)["language"] == tongue
        for phrase, blank in [("for", "{names}"), ("with", "{names}"), ("page", "{n}"), ("ai", "{model}")]:
            assert blank in labels(tongue)[phrase]


def test_a_true_or_false_question_offers_both() -> None:
    asked = Activity(kind="true_false", question="Is it cold?", answer="True")
    assert choices(asked, labels("fr")) == ("Vrai", "Faux")


@pytest.mark.parametrize(("question", "named"), [("Who barked?", 2), ("Who barks on page 2?", None)])
def test_a_question_that_names_its_page_is_not_told_it_again(question: str, named: int | None) -> None:
    assert page_to_name(Activity(kind="open", question=question, answer="Biscuit", page=2)) == named


def test_the_colophon_names_the_makers_that_there_were() -> None:
    made = Colophon(date(2026, 11, 21), 7, words=Maker("teller", True), voice=Maker("singer", False))
    lines = colophon_lines(made, labels("en"))
    assert "Words: teller, a program that works offline" in lines
    assert "Voice: singer, an AI model" in lines
    assert not [line for line in lines if line.startswith("Pictures")]
    own = colophon_lines(Colophon(date(2026, 11, 21), 7, by_a_person=True), labels("de"))
    assert own[0].startswith("Den Text dieses Buches hat ein Mensch geschrieben.")


@pytest.mark.parametrize(("language", "from_the_right"), [("he", True), ("ar-EG", True), ("en", False)])
def test_book_knows_the_direction_of_its_language(language: str, from_the_right: bool) -> None:
    book = compose(brief(MAYA, language=language), STORY, {}, {}, None, COLOPHON)
    assert book.right_to_left is from_the_right


def test_pictures_are_told_by_what_was_drawn_unless_a_person_says_otherwise() -> None:
    beats = tuple(Beat(index=n, text="Up.", alt=f"Maya meets {n}.") for n in (1, 2, 3))
    beats = (beats[0], beats[1].reworded(None, "Maya waves."), beats[2])
    content = StoryContent(title="Up", summary="", beats=beats, cover_alt="Maya.")
    brief = StoryBrief(characters=(MAYA,), language="fr")
    alts = {index: f"Drawn {index}." for index in (0, 1, 2)}
    pictures = dict.fromkeys(range(4), b"x")
    book = compose(brief, content, pictures, {}, None, COLOPHON, alts=alts)
    assert book.cover is not None and book.cover.alt == "Drawn 0."
    told = [spread.art.alt for spread in book.spreads if spread.art]
    assert told == ["Drawn 1.", "Maya waves.", "Maya meets 3."]
    assert book.language == "fr"
    english = content.model_copy(update={"language": "en"})
    assert compose(brief, english, {}, {}, None, COLOPHON).language == "en"


def test_description_that_a_person_takes_back_is_the_storytellers_again() -> None:
    staging = Staging(place="meadow", time_of_day="day", weather="clear")
    beat = Beat(index=1, text="Up.", alt="Maya flies.", staging=staging)
    changed = beat.reworded(None, "Maya waves.")
    assert (changed.described, changed.reworded("Down.", None).described) == (True, True)
    assert changed.reworded(None, "Maya flies.") == beat
    content = StoryContent(title="", summary="", beats=(changed,))
    assert "described" not in str(content.decisive())


def test_english_descriptions_are_for_english_books_alone() -> None:
    content = StoryContent(title="Up", summary="", beats=())
    picture = Picture(b"", "image/png", 1, 1, "Maya waves.")
    for language, alt in (("en-GB", "Maya waves."), ("fr", None)):
        brief = StoryBrief(characters=(MAYA,), language=language)
        story = Story(
            uuid4(), uuid4(), brief, content, None, None, {}, {}, date(2026, 1, 1), (), {}, {}
        )  # fmt: skip
        assert alt_of_picture(story, picture) == alt
