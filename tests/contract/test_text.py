"""Any writer keeps to this, the offline one and the real one."""

from __future__ import annotations

import pytest

from service.domain.story import Character, StoryContent
from service.providers.offline.pace import Pace
from service.providers.offline.text import OfflineText
from service.providers.openai.client import Link
from service.providers.openai.structured import Answers
from service.providers.openai.text import OpenAIText
from service.providers.protocols import Text
from tests.contract.conftest import MODEL
from tests.factories import a_brief

BRIEF = a_brief(
    characters=(Character(name="Maya", age=6), Character(name="Old Pip", kind="animal", species="fox")),
    scene_count=3,
    age_range="3-5",
)


@pytest.fixture(params=["offline", "openai"])
def text(request: pytest.FixtureRequest, link: Link) -> Text:
    if request.param == "offline":
        return OfflineText(Pace(0))
    return OpenAIText(Answers(link, MODEL, timeout=10))


async def told_by(text: Text) -> tuple[StoryContent, list[tuple[int, str]]]:
    heard: list[tuple[int, str]] = []
    reply = await text.write_story(BRIEF, lambda page, words: heard.append((page, words)))
    assert reply.model == text.model
    return reply.value, heard


async def test_a_story_has_its_scenes_in_order_and_names_its_heroes(text: Text) -> None:
    content, _ = await told_by(text)
    assert [beat.index for beat in content.beats] == [1, 2, 3]
    assert all(beat.text and beat.alt for beat in content.beats)
    whole = " ".join(beat.text for beat in content.beats)
    assert "Maya" in whole
    assert "Old Pip" in whole


async def test_words_are_shown_as_they_come_and_add_up_to_the_story(text: Text) -> None:
    content, heard = await told_by(text)
    pages = {beat.index: beat.text for beat in content.beats}
    assert len(heard) > 10
    for page, words in heard:
        assert pages[page].startswith(words.rstrip())
    for page, whole in pages.items():
        assert [words for number, words in heard if number == page][-1].rstrip() == whole.rstrip()


async def test_the_palette_has_a_step_for_the_cover_and_each_scene(text: Text) -> None:
    content, _ = await told_by(text)
    palette = (await text.plan_palette(BRIEF, content)).value
    assert len(palette.steps) == 4
    assert palette.motif
    assert all(step.name and step.colours for step in palette.steps)


@pytest.mark.parametrize("index", [0, 2])
async def test_an_analysis_is_of_the_picture_that_was_asked_for(text: Text, index: int) -> None:
    content, _ = await told_by(text)
    analysis = (await text.analyse_scene(BRIEF, content, index)).value
    assert analysis.index == index
    assert analysis.action
    assert {pose.name for pose in analysis.staging.poses} <= {"Maya", "Old Pip"}


async def test_questions_are_of_pages_that_there_are_and_have_answers(text: Text) -> None:
    content, _ = await told_by(text)
    activities = (await text.write_activities(BRIEF, content)).value
    assert activities.age_range == "3-5"
    assert activities.questions
    for question in activities.questions:
        assert question.answer
        assert question.page is None or 1 <= question.page <= 3
        assert question.kind != "multiple_choice" or question.answer in question.options
