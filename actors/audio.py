"""Narrates the story with one call for each page. Then joins the pages, with a short silence between them."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import count

from actors.codecs import NarrationCodec
from actors.runtime.calls import together
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, Story, StoryTools, done_with_file, load_story, store_asset
from service.domain.pronunciation import as_written, respelled
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import Narration, SpeechAsk
from service.publishing.narration import blocks, join, words_as_json
from service.runtime.ledger import Work

SPEC = ActorSpec(group="audio", kind=STORY, timeout=600, retry=RetryPolicy(2, "linear", 5.0))


async def perform(context: Context) -> Outcome:
    """Narrate all pages at the same time, then join their sound. The provider's limits decide how many calls
    run at once."""
    story = await load_story(context)
    context.progress(5)
    spoken = count(1)
    pages = len(story.content.beats)

    async def page(number: int) -> Narration:
        narration = await _speak(context, story, number)
        context.progress(5 + 80 * next(spoken) // pages)
        return narration

    narrations = await together(*(page(number) for number in range(1, pages + 1)))
    track = await context.deps.cpu.run(join, narrations)
    stored = await store_asset(context, story, "audio", track.data, track.media_type)
    estimated = any(narration.estimated for narration in narrations)
    return done_with_file(
        context,
        story,
        stored,
        metadata={
            "duration": round(track.duration, 3),
            "sample_rate": track.sample_rate,
            "pages": [asdict(page) for page in track.pages],
            "estimated": estimated,
        },
        patch={"audio_words": words_as_json(track), "audio_blocks": blocks(story.content)},
    )


async def _speak(context: Context, story: Story, number: int) -> Narration:
    speech = context.dependency(StoryTools).providers.speech
    texts = [beat.text for beat in story.content.beats]
    written = texts[number - 1]
    texts = [respelled(text, story.brief.characters) for text in texts]
    text = texts[number - 1]
    ask = SpeechAsk(
        text=text,
        language=story.content.language_of(story.brief),
        voice=story.brief.voice,
        previous_text=texts[number - 2] if number > 1 else None,
        next_text=texts[number] if number < len(texts) else None,
        book=tuple(texts),
        bedtime=story.brief.story_type == "bedtime",
    )
    # The neighbouring pages only improve the flow of speech. An edit of one page must not pay for the next
    # page again.
    work = Work(
        "narration",
        speech.model,
        [text, ask.language, ask.voice],
        characters=len(text),
        provider=speech.provider,
    )
    narration = await context.call(work, NarrationCodec(context, story, number), lambda: speech.speak(ask))
    return replace(narration, words=as_written(narration.words, written)) if text != written else narration
