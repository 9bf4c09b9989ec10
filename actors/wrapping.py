"""The common part of the covers for printers."""

from __future__ import annotations

from actors.book import compose_book
from actors.print_book import large_picture
from actors.runtime.context import Context
from actors.story import done_with_file, load_story, store_asset
from service.jobs.outcomes import Outcome
from service.publishing.wrap import Press, typeset_cover


async def wrap_book(context: Context, press: Press) -> Outcome:
    """Typeset the cover of the story for a printer. The metadata has the number of pages inside, and the
    width of the spine in millimetres."""
    story = await load_story(context)
    context.progress(10)
    drawn = await large_picture(context, story, "cover") if "cover" in story.files else None
    context.progress(60)
    book = await compose_book(context, story, large={} if drawn is None else {0: drawn})
    cover = await context.deps.cpu.run(typeset_cover, book, press)
    context.progress(90)
    stored = await store_asset(context, story, context.job.name, cover.data, "application/pdf")
    return done_with_file(
        context, story, stored, metadata={"pages": cover.pages_inside, "spine_mm": round(cover.spine, 3)}
    )
