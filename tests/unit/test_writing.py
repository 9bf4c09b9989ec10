"""What can be measured in a draft, and how a text's language is found."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from actors.story import StoryTools
from actors.writing import written
from service.domain.detection import language_of, other_language
from service.domain.story import Beat, StoryContent
from service.domain.writing import Critique, Outline, flaws, marked
from service.providers.replies import Reply
from service.settings import Settings
from tests.factories import a_brief, a_content
from tests.own_stories import STORIES


def of_pages(*pages: str) -> StoryContent:
    beats = tuple(Beat(index=n, text=page, alt="A page.") for n, page in enumerate(pages, 1))
    return StoryContent(title="A", summary="B", beats=beats)


@pytest.mark.parametrize("own", STORIES, ids=lambda own: own.name)
def test_a_language_is_found_where_a_text_shows_one(own: Any) -> None:
    assert (language_of(own.text) or "en") == own.language
    assert other_language(own.text, own.language) is None
    assert other_language(own.text, f"{own.language}-XX") is None


def test_names_and_sounds_are_no_other_language() -> None:
    assert (
        other_language(
            "Wibble wobble, splish splash splosh! Zoom zoom zoom went Ziggy. “Whoosh!” said Pip.", "en"
        )
        is None
    )
    assert other_language(STORIES[1].text, "gsw") is None, "a language that the detector does not know"
    assert other_language("Nur kurz.", "en") is None


def test_uneven_pages_and_a_wrong_language_are_flaws() -> None:
    assert flaws(a_brief(), a_content()) == ()
    (uneven,) = flaws(a_brief(), of_pages("word " * 10, "word " * 30, "word " * 20))
    assert (uneven.page, "about 20 words" in uneven.advice) == (2, True)
    assert flaws(a_brief(), of_pages("Splash!", "And they all went home.")) == ()
    (wrong,) = flaws(a_brief(language="en"), of_pages(STORIES[1].text))
    assert (wrong.page, "language en" in wrong.advice) == (None, True)


def test_a_book_is_never_marked_as_a_language_that_it_is_not_in() -> None:
    german = of_pages(STORIES[1].text)
    assert marked(a_brief(language="en"), german).language == "de"
    assert marked(a_brief(language="de-AT"), german).language is None
    known = german.model_copy(update={"language": "nds"})
    assert marked(a_brief(language="en"), known) is known


class Ledger:
    """A context whose ledger has some answers already, and that makes the other calls."""

    def __init__(self, kept: StoryContent | None = None, **settings: Any) -> None:
        self.kept, self.steps = AsyncMock(return_value=kept), list[str]()
        self.deps = Mock(settings=Settings.model_validate(settings))
        self.progress = self.tick = Mock()
        outline = Outline(title="A", idea="B", refrain="", pages=())
        self.text = Mock(
            model="m",
            provider="openai",
            write_story=AsyncMock(return_value=Reply(a_content(), "m")),
            editor=Mock(
                outline_story=AsyncMock(return_value=Reply(outline, "m")),
                criticise_story=AsyncMock(return_value=Reply(Critique(remarks=()), "m")),
            ),
        )

    def dependency(self, wanted: type) -> Any:
        assert wanted is StoryTools
        return Mock(providers=Mock(text=self.text))

    async def call(self, work: Any, codec: Any, make: Any) -> Any:
        self.steps.append(work.step)
        return (await make()).value


async def test_a_book_that_an_older_version_began_is_not_written_again() -> None:
    context: Any = Ledger(a_content())
    assert await written(context, a_brief()) == a_content()
    assert context.steps == []


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({}, ["outline", "content", "critique"]),
        ({"outline": False}, ["content", "critique"]),
        ({"critiques": 0}, ["outline", "content"]),
        ({"outline": False, "critiques": 0}, ["content"]),
    ],
)
async def test_the_settings_choose_the_steps(settings: dict[str, Any], steps: list[str]) -> None:
    context: Any = Ledger(**settings)
    await written(context, a_brief())
    assert context.steps == steps, "a draft without remarks is not revised"
