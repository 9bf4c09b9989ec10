"""Binds the read-aloud book: EPUB 3 with a time for each word, or without sound if the story has no
narration."""

from __future__ import annotations

from actors.book import compose_book
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, Story, done_with_file, load_story, store_asset
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy
from service.publishing.epub import MEDIA_TYPE, bind
from service.publishing.narration import PageSpan, Track

SPEC = ActorSpec(group="epub", kind=STORY, timeout=180, retry=RetryPolicy(2))


async def perform(context: Context) -> Outcome:
    """Bind the book in the process pool. This takes about a second of CPU time."""
    story = await load_story(context)
    context.progress(10)
    book, track = await compose_book(context, story), await _track(context, story)
    epub = await context.deps.cpu.run(bind, book, track, f"urn:uuid:{story.id}")
    context.progress(80)
    stored = await store_asset(context, story, "epub", epub.data, MEDIA_TYPE)
    return done_with_file(context, story, stored, metadata={"narrated": list(epub.narrated)})


async def _track(context: Context, story: Story) -> Track | None:
    """The joined narration; None if the story has no narration."""
    key, narration = story.files.get("audio"), story.narration
    if key is None or "sample_rate" not in narration:
        return None
    return Track(
        data=await context.deps.store.get(key),
        media_type="audio/mpeg",
        duration=narration["duration"],
        sample_rate=narration["sample_rate"],
        pages=tuple(PageSpan(**page) for page in narration["pages"]),
        words=story.audio_words,
    )
