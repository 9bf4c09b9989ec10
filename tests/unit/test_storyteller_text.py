"""The offline storyteller as a provider: streaming, directing, asking."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from functools import cache
from itertools import product
from typing import get_args

from service.domain.readability import sentences
from service.domain.story import Activity, AgeRange, Beat, Character, StoryBrief, StoryContent, TraitRef
from service.providers.offline.pace import Pace
from service.providers.offline.storyteller.activities import ask_about
from service.providers.offline.storyteller.telling import tell
from service.providers.offline.storyteller.wants import STORY_TYPES
from service.providers.offline.text import OfflineText
from service.providers.protocols import Text
from tests.cases import for_each

MAYA = Character(name="Maya", age=6, pronouns="she/her", traits=(TraitRef(id="glasses"),))
PIP = Character(name="Pip", kind="animal", species="fox")
BRIEF = StoryBrief(characters=(MAYA, PIP), themes=("courage", "sharing"), seed=7)
AGES: tuple[AgeRange, ...] = get_args(AgeRange)


@cache
def books() -> list[tuple[StoryBrief, StoryContent]]:
    made = []
    for seed, (story_type, age) in enumerate(product(STORY_TYPES, AGES)):
        brief = BRIEF.model_copy(
            update={
                "story_type": story_type,
                "age_range": age,
                "seed": seed,
                "scene_count": 1 + seed % 12,
                "characters": (MAYA, PIP)[: 1 + seed % 2],
            }
        )
        made.append((brief, tell(brief)))
    return made


async def test_writing_streams_every_scene_word_by_word() -> None:
    heard: dict[int, list[str]] = defaultdict(list)
    reply = await OfflineText(Pace(0)).write_story(BRIEF, lambda index, text: heard[index].append(text))
    assert reply.model == "storytroupe-grammar-1" and reply.usage.cost_usd == 0
    assert list(heard) == [beat.index for beat in reply.value.beats]
    for beat in reply.value.beats:
        assert heard[beat.index][-1] == beat.text
        assert len(heard[beat.index]) == len(beat.text.split())
        assert all(beat.text.startswith(text) for text in heard[beat.index])


async def test_writing_lets_others_run_between_words() -> None:
    turns = 0
    first_words = asyncio.Event()

    async def count() -> None:
        nonlocal turns
        await first_words.wait()
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count())
    await OfflineText(Pace(0)).write_story(BRIEF, lambda _index, _text: first_words.set())
    counting.cancel()
    assert turns > 50


async def test_writing_takes_the_time_of_its_pace() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await OfflineText(Pace(0.004)).write_story(BRIEF, lambda _index, _text: None)
    assert loop.time() - began >= 45 * 0.004


async def test_directing_gives_a_palette_step_and_an_analysis_for_each_picture() -> None:
    text: Text = OfflineText(Pace(0))
    content = (await text.write_story(BRIEF, lambda _index, _text: None)).value
    palette = (await text.plan_palette(BRIEF, content)).value
    assert len(palette.steps) == len(content.beats) + 1
    assert (await text.analyse_scene(BRIEF, content, 0)).value.is_cover
    assert (await text.analyse_scene(BRIEF, content, 2)).value.index == 2


async def test_activities_are_asked_of_the_story_at_hand() -> None:
    text = OfflineText(Pace(0))
    content = tell(BRIEF)
    assert (await text.write_activities(BRIEF, content)).value == ask_about(BRIEF, content)


@for_each(("brief", "content"), books)
def test_activities_are_four_to_six_with_a_feeling_and_an_open_one(
    brief: StoryBrief, content: StoryContent
) -> None:
    activities = ask_about(brief, content)
    assert activities.age_range == brief.age_range
    assert 4 <= len(activities.questions) <= 6
    assert len({question.question for question in activities.questions}) == len(activities.questions)
    assert any(
        "feel" in question.question or "felt" in question.question for question in activities.questions
    )
    assert activities.questions[-1].kind == "open" and activities.questions[-1].answer


@for_each(("brief", "content"), books)
def test_answers_are_among_the_options_once(brief: StoryBrief, content: StoryContent) -> None:
    for question in ask_about(brief, content).questions:
        assert question.page is None or 1 <= question.page <= len(content.beats)
        if question.kind in {"multiple_choice", "true_false"}:
            assert question.options.count(question.answer) == 1
            assert len(set(question.options)) == len(question.options) >= 2


@for_each(("brief", "content"), books)
def test_answers_are_borne_out_by_their_pages_and_no_wrong_option_is(
    brief: StoryBrief, content: StoryContent
) -> None:
    for question in ask_about(brief, content).questions:
        _verify(question, content)


def _verify(question: Activity, content: StoryContent) -> None:
    beat = content.beats[question.page - 1] if question.page else content.beats[0]
    wrong = [option for option in question.options if option != question.answer]
    if question.kind == "sequence":
        alts = [beat.alt for beat in content.beats]
        places = [alts.index(step) for step in question.answer.split(" → ")]
        assert places == sorted(places) and set(question.answer.split(" → ")) == set(question.options)
    elif question.question.startswith("Which of these"):
        assert _has(beat.text, question.answer)
        assert not [option for option in wrong if _has(beat.text, option)]
    elif question.question.startswith("Where does"):
        assert beat.staging and beat.staging.place == question.answer.replace(" ", "_")
        assert _has(beat.text, question.answer)
        assert not [option for option in wrong if _has(beat.text, option)]
    elif question.question.startswith("Who "):
        quote = question.question.split("“")[1].split("”")[0]
        pattern = (
            rf"“{re.escape(quote)},?” (said|asked|called|whispered|answered|cried|signed) {question.answer}"
        )
        assert re.search(pattern, beat.text)
    elif "missing" in question.question:
        gap = question.question.split("missing? ")[1]
        assert gap.replace("____", question.answer) in sentences(beat.text)
    elif question.kind == "multiple_choice":
        _verify_feeling(question, beat)


def _verify_feeling(question: Activity, beat: Beat) -> None:
    assert beat.staging is not None
    shown = {pose.name: pose.expression for pose in beat.staging.poses}
    who = question.question.split("How does ")[1].removesuffix(" feel there?")
    assert shown[who] == question.answer


def _has(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None


def test_activities_can_be_asked_of_a_story_without_stagings() -> None:
    beats = (Beat(index=1, text="Maya sat down. It rained.", alt="Maya sits in the rain."),)
    content = StoryContent(title="Rain", summary="Rain.", beats=beats)
    brief = BRIEF.model_copy(update={"scene_count": 1, "characters": (MAYA,), "themes": ()})
    questions = ask_about(brief, content).questions
    assert len(questions) == 4
    assert [q.answer for q in questions if q.kind == "true_false"] == ["True", "True"]
