"""Draws the outlines of each scene, and typesets them as pages to colour."""

from __future__ import annotations

import asyncio

from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, Story, done_with_file, load_story, store_asset
from service.domain.story import Beat
from service.jobs.outcomes import Discard, Outcome
from service.jobs.retry import RetryPolicy
from service.publishing.colouring import MEDIA_TYPE, ColouringPage, typeset_pages
from service.publishing.outlines import outline

SPEC = ActorSpec(group="colouring_page", kind=STORY, timeout=180, retry=RetryPolicy(2))


async def perform(context: Context) -> Outcome:
    """Make the pages in the process pool. This takes about a second of CPU time for each scene. A scene
    without a picture gets no page."""
    story = await load_story(context)
    context.progress(10)
    drawn = await asyncio.gather(*(_page(context, story, beat) for beat in story.content.beats))
    pages = tuple(page for page in drawn if page is not None)
    if not pages:
        return Discard("PICTURES_MISSING", "No picture exists from which outlines can be drawn.")
    context.progress(70)
    content = story.content
    pdf = await context.deps.cpu.run(
        typeset_pages, content.title, content.language_of(story.brief), pages, story.created_on
    )
    context.progress(90)
    stored = await store_asset(context, story, context.job.name, pdf.data, MEDIA_TYPE)
    return done_with_file(context, story, stored, metadata={"pages": pdf.pages})


async def _page(context: Context, story: Story, beat: Beat) -> ColouringPage | None:
    name = f"scene_{beat.index}"
    if name not in story.files:
        return None
    picture = await context.deps.store.get(story.files[name])
    outlines = await context.deps.cpu.run(outline, picture)
    return ColouringPage(beat.index, outlines, beat.alt_of(story.alts.get(name))) if outlines else None
